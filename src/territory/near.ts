/** What lies near a place: boxes in a packed R-tree, then exact distances to points, lines and outlines. */
import Flatbush from 'flatbush';
import { boundsAround, boundsOf, distanceMetres, isInPolygon, type Polygon, type Position } from '#kernel/geo.ts';

export type Shape =
  | { readonly point: Position }
  | { readonly line: readonly Position[] }
  | { readonly polygon: Polygon };

export interface NearIndex<T> {
  /** Everything whose shape comes within the distance, nearest first. */
  within(place: Position, metres: number): T[];
  /** The nearest one, at most `metres` away. */
  nearest(place: Position, metres: number): T | undefined;
}

export function indexNear<T>(all: readonly T[], shapeOf: (each: T) => Shape): NearIndex<T> {
  if (all.length === 0) return { within: () => [], nearest: () => undefined };
  const shapes = all.map(shapeOf);
  const tree = new Flatbush(all.length);
  for (const shape of shapes) tree.add(...boundsOf(positionsOf(shape)));
  tree.finish();
  const within = (place: Position, metres: number): T[] =>
    tree
      .search(...boundsAround(place, metres))
      .map((i) => ({ each: all[i]!, metres: metresTo(place, shapes[i]!) }))
      .filter((found) => found.metres <= metres)
      .sort((a, b) => a.metres - b.metres)
      .map(({ each }) => each);
  return { within, nearest: (place, metres) => within(place, metres)[0] };
}

function positionsOf(shape: Shape): readonly Position[] {
  if ('point' in shape) return [shape.point];
  return 'line' in shape ? shape.line : (shape.polygon[0] ?? []);
}

/** Metres from a place to a shape; 0 inside an outline. */
export function metresTo(place: Position, shape: Shape): number {
  if ('point' in shape) return distanceMetres(place, shape.point);
  if ('polygon' in shape && isInPolygon(place, shape.polygon)) return 0;
  return metresToLine(place, positionsOf(shape));
}

function metresToLine(place: Position, line: readonly Position[]): number {
  let best = line.length === 0 ? Number.POSITIVE_INFINITY : distanceMetres(place, line[0]!);
  for (let i = 1; i < line.length; i++)
    best = Math.min(best, distanceMetres(place, footOn(place, line[i - 1]!, line[i]!)));
  return best;
}

/** The nearest point of a short segment, in a plane around the place; good to centimetres over a few kilometres. */
function footOn(place: Position, from: Position, to: Position): Position {
  const scale = Math.cos((place[1] * Math.PI) / 180);
  const [ax, ay] = [(from[0] - place[0]) * scale, from[1] - place[1]];
  const [dx, dy] = [(to[0] - from[0]) * scale, to[1] - from[1]];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length));
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t];
}
