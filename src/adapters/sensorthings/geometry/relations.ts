/**
 * The spatial relations of OGC Simple Features between two shapes, in the plane of longitude and latitude (EPSG:4326), as the
 * standard's functions ask. Lines are cut where the other shape's edges meet them; then every piece lies wholly inside, on, or
 * outside the other, and its middle tells which. Exact for coordinates as people write them; no tolerance is built in beyond `NEAR`.
 */
import type { Position } from '#kernel/geo.ts';
import {
  type Area,
  allSegments,
  dimensionOf,
  isSame,
  type Line,
  type Segment,
  type Shape,
  segmentsOf,
} from './shape.ts';

/** A ten-thousandth of a millimetre on the ground: rounding, not tolerance. */
const NEAR = 1e-12;

type Where = 'inside' | 'edge' | 'outside';

const cross = (a: Position, b: Position, p: Position): number =>
  (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);

export function distanceToSegment(p: Position, [a, b]: Segment): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2));
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}

const isOn = (p: Position, segment: Segment): boolean => distanceToSegment(p, segment) < NEAR;

function whereInArea(p: Position, area: Area): Where {
  let inside = false;
  for (const segment of segmentsOf(area)) {
    if (isOn(p, segment)) return 'edge';
    const [a, b] = segment;
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  }
  return inside ? 'inside' : 'outside';
}

/** Ends of lines that are not shared by two: the boundary of a line. A closed line has none. */
function endsOf(lines: readonly Line[]): Position[] {
  const ends = lines.flatMap((line) => [line[0]!, line[line.length - 1]!]);
  return ends.filter((end) => ends.filter((other) => isSame(end, other)).length % 2 === 1);
}

/** Where a point lies of a shape: in its interior, on its boundary, or outside. */
function whereIn(p: Position, shape: Shape): Where {
  const inAreas = shape.areas.map((area) => whereInArea(p, area));
  if (inAreas.includes('inside') || shape.points.some((point) => isSame(p, point))) return 'inside';
  for (const segment of segmentsOf(shape.lines))
    if (isOn(p, segment)) return endsOf(shape.lines).some((end) => isSame(end, p)) ? 'edge' : 'inside';
  return inAreas.includes('edge') ? 'edge' : 'outside';
}

/** Where segment `[a, b]` meets another, as shares of its way from a to b. */
function meetings([a, b]: Segment, [c, d]: Segment): number[] {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const denominator = dx * (d[1] - c[1]) - dy * (d[0] - c[0]);
  const length2 = dx * dx + dy * dy;
  if (length2 === 0) return [];
  if (Math.abs(denominator) < NEAR * NEAR) {
    // Parallel: they meet only on one line, at each other's ends.
    if (Math.abs(cross(a, b, c)) / Math.sqrt(length2) >= NEAR) return [];
    return [c, d].map((p) => ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2).filter((t) => t >= 0 && t <= 1);
  }
  const t = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / denominator;
  const u = ((c[0] - a[0]) * dy - (c[1] - a[1]) * dx) / denominator;
  return t >= -NEAR && t <= 1 + NEAR && u >= -NEAR && u <= 1 + NEAR ? [t] : [];
}

const at = ([a, b]: Segment, t: number): Position => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

/** Middles of the pieces into which the edges of `other` cut these segments. */
function* middles(segments: Iterable<Segment>, other: Shape): Generator<Position> {
  for (const segment of segments) {
    const cuts = [0, 1];
    for (const edge of allSegments(other)) cuts.push(...meetings(segment, edge));
    cuts.sort((a, b) => a - b);
    for (let i = 1; i < cuts.length; i++)
      if (cuts[i]! - cuts[i - 1]! > NEAR) yield at(segment, (cuts[i]! + cuts[i - 1]!) / 2);
  }
}

/** Single positions where something may happen: points, vertices, and where edges meet. */
function* places(a: Shape, b: Shape): Generator<Position> {
  yield* a.points;
  for (const segment of allSegments(a)) {
    yield segment[0];
    yield segment[1];
    for (const edge of allSegments(b))
      for (const t of meetings(segment, edge)) yield at(segment, Math.max(0, Math.min(1, t)));
  }
}

const some = <Item>(items: Iterable<Item>, test: (item: Item) => boolean): boolean => {
  for (const item of items) if (test(item)) return true;
  return false;
};

/** No point of `a` lies outside `b`. */
function isCovered(a: Shape, b: Shape): boolean {
  if (dimensionOf(a) < 0 || a.points.some((p) => whereIn(p, b) === 'outside')) return false;
  // Points cover no piece of a line, even where one of them is its middle.
  const extended = { ...b, points: [] };
  if (some(middles(allSegments(a), b), (p) => whereIn(p, extended) === 'outside')) return false;
  return a.areas.every((area) => isAreaCovered(area, b));
}

/**
 * Where no edge of `b` runs through the inside of the area, the inside lies wholly in `b` or wholly outside: one point of it tells. An
 * edge that does run through must have `b` on both its sides.
 */
function isAreaCovered(area: Area, b: Shape): boolean {
  const runsThrough = (p: Position) => whereInArea(p, area) === 'inside' && !isBetweenAreas(p, b);
  const alone = { points: [], lines: [], areas: [area] };
  return (
    b.areas.some((each) => whereInArea(pointInside(area), each) !== 'outside') &&
    !some(middles(edgesOf(b), alone), runsThrough)
  );
}

/** A point of the inside: half-way between two heights at which vertices lie, between the first two edges there. */
function pointInside(area: Area): Position {
  const heights = [...new Set(area.flat().map(([, y]) => y))].sort((a, b) => a - b);
  const y = ((heights[0] ?? 0) + (heights[1] ?? 0)) / 2;
  const xs: number[] = [];
  for (const [a, b] of segmentsOf(area))
    if (a[1] > y !== b[1] > y) xs.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
  xs.sort((a, b) => a - b);
  return [((xs[0] ?? Number.NaN) + (xs[1] ?? Number.NaN)) / 2, y];
}

const edgesOf = (shape: Shape): Iterable<Segment> => shape.areas.flatMap((area) => [...segmentsOf(area)]);

/** On an edge between two areas of the same shape, both sides belong to it. */
const isBetweenAreas = (p: Position, shape: Shape): boolean =>
  shape.areas.filter((area) => whereInArea(p, area) !== 'outside').length > 1;

/** Dimension of what the two interiors have in common; −1 when nothing. */
function commonInterior(a: Shape, b: Shape): number {
  const [dimA, dimB] = [dimensionOf(a), dimensionOf(b)];
  const bothInside = (p: Position) => whereIn(p, a) === 'inside' && whereIn(p, b) === 'inside';
  if (dimA === 2 && dimB === 2) {
    const enters =
      some(middles(allSegments(a), b), (p) => whereIn(p, b) === 'inside') ||
      some(middles(allSegments(b), a), (p) => whereIn(p, a) === 'inside');
    if (enters || isCovered(a, b) || isCovered(b, a)) return 2;
  }
  if (
    dimA >= 1 &&
    dimB >= 1 &&
    (some(middles(allSegments(a), b), bothInside) || some(middles(allSegments(b), a), bothInside))
  )
    return 1;
  return some(places(a, b), bothInside) || some(places(b, a), bothInside) ? 0 : -1;
}

export const intersects = (a: Shape, b: Shape): boolean =>
  some(places(a, b), (p) => whereIn(p, b) !== 'outside') || some(places(b, a), (p) => whereIn(p, a) !== 'outside');

export const within = (a: Shape, b: Shape): boolean => isCovered(a, b) && commonInterior(a, b) >= 0;
export const equals = (a: Shape, b: Shape): boolean => isCovered(a, b) && isCovered(b, a);
export const touches = (a: Shape, b: Shape): boolean => intersects(a, b) && commonInterior(a, b) < 0;

/** Same dimension, part in common, part not. */
export function overlaps(a: Shape, b: Shape): boolean {
  const dimension = dimensionOf(a);
  return dimension === dimensionOf(b) && commonInterior(a, b) === dimension && !isCovered(a, b) && !isCovered(b, a);
}

/** Interiors meet in less than the larger of both, and part of the smaller lies outside. */
export function crosses(a: Shape, b: Shape): boolean {
  const [dimA, dimB] = [dimensionOf(a), dimensionOf(b)];
  const common = commonInterior(a, b);
  if (common < 0 || (dimA === 2 && dimB === 2) || (dimA === 0 && dimB === 0)) return false;
  if (dimA === 1 && dimB === 1) return common === 0;
  return dimA < dimB ? !isCovered(a, b) : !isCovered(b, a);
}

/** Least distance in degrees; 0 where they meet. */
export function distanceDegrees(a: Shape, b: Shape): number {
  if (dimensionOf(a) < 0 || dimensionOf(b) < 0) return Number.NaN;
  if (intersects(a, b)) return 0;
  const vertices = (shape: Shape): Position[] => [...shape.points, ...[...allSegments(shape)].flat()];
  const segments = (shape: Shape): Segment[] => [...allSegments(shape), ...shape.points.map((p): Segment => [p, p])];
  let least = Number.POSITIVE_INFINITY;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const)
    for (const p of vertices(from)) for (const s of segments(to)) least = Math.min(least, distanceToSegment(p, s));
  return least;
}

/** Length of its lines in degrees; areas have none. */
export function lengthDegrees(shape: Shape): number {
  let length = 0;
  for (const [a, b] of segmentsOf(shape.lines)) length += Math.hypot(b[0] - a[0], b[1] - a[1]);
  return length;
}
