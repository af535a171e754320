/** Contour lines, water, parks and squares: what the map draws underneath. */
import { elevation, inTerritory, LAKES, lakeOutline, outline, PARKS, RIVER, riverRing, shore } from './land.ts';
import { HEIGHT, type Line, type Point, simplify, WIDTH } from './plane.ts';

/** Marching squares over a 40 m grid, joined to lines. */
export function contoursAt(level: number): Line[] {
  const grid = 40;
  const segments = new Map<string, { point: Point; next: string }[]>();
  const h = (i: number, j: number) => elevation([i * grid, j * grid]) - level;
  const cut = (i: number, j: number, di: number, dj: number): { key: string; point: Point } => {
    const [a, b] = [h(i, j), h(i + di, j + dj)];
    const t = a / (a - b);
    return { key: `${i},${j},${di}`, point: [(i + di * t) * grid, (j + dj * t) * grid] };
  };
  const points = new Map<string, Point>();
  const join = (a: { key: string; point: Point }, b: { key: string; point: Point }) => {
    points.set(a.key, a.point);
    points.set(b.key, b.point);
    segments.set(a.key, [...(segments.get(a.key) ?? []), { point: b.point, next: b.key }]);
    segments.set(b.key, [...(segments.get(b.key) ?? []), { point: a.point, next: a.key }]);
  };
  for (let j = 0; j < HEIGHT / grid; j++) {
    for (let i = 0; i < WIDTH / grid; i++) {
      const sides: { key: string; point: Point }[] = [];
      if (h(i, j) > 0 !== h(i + 1, j) > 0) sides.push(cut(i, j, 1, 0));
      if (h(i + 1, j) > 0 !== h(i + 1, j + 1) > 0) sides.push(cut(i + 1, j, 0, 1));
      if (h(i, j + 1) > 0 !== h(i + 1, j + 1) > 0) sides.push(cut(i, j + 1, 1, 0));
      if (h(i, j) > 0 !== h(i, j + 1) > 0) sides.push(cut(i, j, 0, 1));
      if (sides.length >= 2) join(sides[0]!, sides[1]!);
      if (sides.length === 4) join(sides[2]!, sides[3]!);
    }
  }
  return walk(segments, points);
}

function walk(segments: Map<string, { point: Point; next: string }[]>, points: Map<string, Point>): Line[] {
  const used = new Set<string>();
  const lines: Line[] = [];
  const follow = (start: string): Point[] => {
    const line = [points.get(start)!];
    used.add(start);
    let here = start;
    for (;;) {
      const step = segments.get(here)!.find(({ next }) => !used.has(next));
      if (!step) break;
      used.add(step.next);
      line.push(step.point);
      here = step.next;
    }
    const closing = segments.get(here)!.some(({ next }) => next === start) && line.length > 3;
    return closing ? [...line, line[0]!] : line;
  };
  const ends = [...segments.keys()].filter((key) => segments.get(key)!.length === 1);
  for (const key of [...ends, ...segments.keys()]) {
    if (used.has(key)) continue;
    const line = follow(key);
    if (line.length > 5) lines.push(simplify(line, 4));
  }
  return lines;
}

export interface GroundPart {
  readonly kind: 'water' | 'park' | 'contour' | 'square';
  readonly zh?: string;
  readonly en?: string;
  readonly elevation?: number;
  readonly line?: Line;
  readonly ring?: Line;
}

export function buildGround(): GroundPart[] {
  const parts: GroundPart[] = [{ kind: 'water', zh: '澜江', en: 'Lan River', ring: riverRing() }];
  for (const lake of LAKES) parts.push({ kind: 'water', ...lake.name, ring: lakeOutline(lake) });
  for (const park of PARKS) parts.push({ kind: park.kind, ...park.name, ring: outline(park) });
  parts.push(...greenBanks());
  for (let level = 200; level <= 380; level += 10) {
    for (const line of contoursAt(level)) parts.push({ kind: 'contour', elevation: level, line });
  }
  return parts;
}

/** A strip of green between the water and the riverside roads. */
function greenBanks(): GroundPart[] {
  return ([1, -1] as const).map((side) => {
    const near: Point[] = [];
    const far: Point[] = [];
    RIVER.forEach((point, i) => {
      const next = RIVER[i + 1] ?? point;
      const before = RIVER[i - 1] ?? point;
      const [dx, dy] = [next[0] - before[0], next[1] - before[1]];
      const d = Math.hypot(dx, dy) || 1;
      const at = (metres: number): Point => [point[0] - (dy / d) * metres * side, point[1] + (dx / d) * metres * side];
      const width = -shore(point);
      if (!inTerritory(point, 60)) return;
      near.push(at(width + 4));
      far.push(at(width + 42));
    });
    return { kind: 'park', ring: [...near, ...far.reverse(), near[0]!] };
  });
}
