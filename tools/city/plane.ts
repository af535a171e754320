/** The generator works in metres on a plane (x east, y north) and leaves it only when a file is written. */
import type { Position } from '#kernel/geo.ts';

export type Point = readonly [x: number, y: number];
export type Line = readonly Point[];

export const WIDTH = 7000;
export const HEIGHT = 6000;
/** Where the middle of the plane lies: inland, between hills, in no real city. */
export const CENTRE: Position = [107.316, 30.482];

const METRES_PER_DEGREE_LAT = 111_195;
const METRES_PER_DEGREE_LON = METRES_PER_DEGREE_LAT * Math.cos((CENTRE[1] * Math.PI) / 180);
const round6 = (value: number): number => Math.round(value * 1e6) / 1e6;

export const toPosition = ([x, y]: Point): Position => [
  round6(CENTRE[0] + (x - WIDTH / 2) / METRES_PER_DEGREE_LON),
  round6(CENTRE[1] + (y - HEIGHT / 2) / METRES_PER_DEGREE_LAT),
];

export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
export const between = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

export function lineLength(line: Line): number {
  let total = 0;
  for (let i = 1; i < line.length; i++) total += distance(line[i - 1]!, line[i]!);
  return total;
}

/** Point and direction (unit vector) at a distance along a line. */
export function along(line: Line, metres: number): { point: Point; direction: Point } {
  let left = Math.max(0, metres);
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const step = distance(a, b);
    if (left <= step || i === line.length - 1) {
      const t = step === 0 ? 0 : Math.min(1, left / step);
      return { point: between(a, b, t), direction: step === 0 ? [1, 0] : [(b[0] - a[0]) / step, (b[1] - a[1]) / step] };
    }
    left -= step;
  }
  return { point: line[0]!, direction: [1, 0] };
}

/** The part of a line between two distances from its start. */
export function slice(line: Line, from: number, to: number): Point[] {
  const part: Point[] = [along(line, from).point];
  let walked = 0;
  for (let i = 1; i < line.length; i++) {
    walked += distance(line[i - 1]!, line[i]!);
    if (walked > from + 0.01 && walked < to - 0.01) part.push(line[i]!);
  }
  part.push(along(line, to).point);
  return part;
}

/** A line beside a line: positive is left of its direction. Mitred, with the mitre kept short. */
export function offsetLine(line: Line, metres: number): Point[] {
  return line.map((point, i) => {
    const before = line[i - 1] ?? point;
    const after = line[i + 1] ?? point;
    const normalOf = (a: Point, b: Point): Point => {
      const d = distance(a, b) || 1;
      return [-(b[1] - a[1]) / d, (b[0] - a[0]) / d];
    };
    const n1 = before === point ? normalOf(point, after) : normalOf(before, point);
    const n2 = after === point ? n1 : normalOf(point, after);
    const sum: Point = [n1[0] + n2[0], n1[1] + n2[1]];
    const size = Math.hypot(...sum) || 1;
    const unit: Point = [sum[0] / size, sum[1] / size];
    const scale = metres / Math.max(0.6, unit[0] * n1[0] + unit[1] * n1[1]);
    return [point[0] + unit[0] * scale, point[1] + unit[1] * scale];
  });
}

/** Catmull-Rom curve through the control points, about one vertex every `stepMetres`. */
export function smooth(control: Line, stepMetres: number): Point[] {
  const out: Point[] = [];
  for (let i = 0; i + 1 < control.length; i++) {
    const p0 = control[i - 1] ?? control[i]!;
    const [p1, p2] = [control[i]!, control[i + 1]!];
    const p3 = control[i + 2] ?? p2;
    const steps = Math.max(1, Math.round(distance(p1, p2) / stepMetres));
    for (let k = 0; k < steps; k++) {
      const t = k / steps;
      const at = (a: number, b: number, c: number, d: number) =>
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
      out.push([at(p0[0], p1[0], p2[0], p3[0]), at(p0[1], p1[1], p2[1], p3[1])]);
    }
  }
  out.push(control.at(-1)!);
  return out;
}

/** Douglas-Peucker. */
export function simplify(line: Line, tolerance: number): Point[] {
  if (line.length < 3) return [...line];
  const [a, b] = [line[0]!, line.at(-1)!];
  let worst = 0;
  let index = 0;
  for (let i = 1; i + 1 < line.length; i++) {
    const d = distanceToSegment(line[i]!, a, b);
    if (d > worst) [worst, index] = [d, i];
  }
  if (worst <= tolerance) return [a, b];
  return [...simplify(line.slice(0, index + 1), tolerance).slice(0, -1), ...simplify(line.slice(index), tolerance)];
}

export function nearestOnSegment(p: Point, a: Point, b: Point): { point: Point; t: number } {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const size = dx * dx + dy * dy;
  const t = size === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / size));
  return { point: [a[0] + dx * t, a[1] + dy * t], t };
}

export const distanceToSegment = (p: Point, a: Point, b: Point): number => distance(p, nearestOnSegment(p, a, b).point);

export function distanceToLine(p: Point, line: Line): number {
  let best = Infinity;
  for (let i = 1; i < line.length; i++) best = Math.min(best, distanceToSegment(p, line[i - 1]!, line[i]!));
  return best;
}

/** Where two segments cross, with the share of each; undefined when they do not. */
export function crossing(a: Point, b: Point, c: Point, d: Point): { point: Point; t: number; u: number } | undefined {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const cross = rx * sy - ry * sx;
  if (Math.abs(cross) < 1e-9) return undefined;
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross;
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross;
  return t < 0 || t > 1 || u < 0 || u > 1 ? undefined : { point: between(a, b, t), t, u };
}

export function isInside([x, y]: Point, ring: Line): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [ring[i]!, ring[j]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
