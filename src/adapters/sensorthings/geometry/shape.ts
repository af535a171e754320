/** GeoJSON taken apart into points, lines and polygons, for plane geometry in degrees of longitude and latitude. */
import type { Position } from '#kernel/geo.ts';

export type Line = readonly Position[];
/** Rings are closed; the first is the outer one. */
export type Area = readonly Line[];

export interface Shape {
  readonly points: readonly Position[];
  readonly lines: readonly Line[];
  readonly areas: readonly Area[];
}

export function toShape(geometry: unknown): Shape {
  const shape = { points: [] as Position[], lines: [] as Line[], areas: [] as Area[] };
  collect(geometry as GeoJSON.GeoJSON | null, shape);
  return shape;
}

function collect(geometry: GeoJSON.GeoJSON | null, into: { points: Position[]; lines: Line[]; areas: Area[] }): void {
  switch (geometry?.type) {
    case 'Point':
      into.points.push(geometry.coordinates as unknown as Position);
      break;
    case 'MultiPoint':
      into.points.push(...(geometry.coordinates as unknown as Position[]));
      break;
    case 'LineString':
      into.lines.push(geometry.coordinates as unknown as Line);
      break;
    case 'MultiLineString':
      into.lines.push(...(geometry.coordinates as unknown as Line[]));
      break;
    case 'Polygon':
      into.areas.push((geometry.coordinates as unknown as Line[]).map(closed));
      break;
    case 'MultiPolygon':
      into.areas.push(...(geometry.coordinates as unknown as Line[][]).map((area) => area.map(closed)));
      break;
    case 'GeometryCollection':
      for (const each of geometry.geometries) collect(each, into);
      break;
    case 'Feature':
      collect(geometry.geometry, into);
      break;
    case 'FeatureCollection':
      for (const each of geometry.features) collect(each, into);
  }
}

function closed(ring: Line): Line {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  return first && last && !isSame(first, last) ? [...ring, first] : ring;
}

export const isSame = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];

/** 0 points, 1 lines, 2 areas: the highest there is; −1 for nothing. */
export const dimensionOf = (shape: Shape): number =>
  shape.areas.length > 0 ? 2 : shape.lines.length > 0 ? 1 : shape.points.length > 0 ? 0 : -1;

export type Segment = readonly [Position, Position];

export function* segmentsOf(lines: Iterable<Line>): Generator<Segment> {
  for (const line of lines) for (let i = 1; i < line.length; i++) yield [line[i - 1]!, line[i]!];
}

/** All segments: of the lines, and of the rings of the areas. */
export function* allSegments(shape: Shape): Generator<Segment> {
  yield* segmentsOf(shape.lines);
  for (const area of shape.areas) yield* segmentsOf(area);
}
