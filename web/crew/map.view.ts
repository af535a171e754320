/** Places as points of a drawing: metres east and south of a middle. Pure. */
import type { Position } from '#kernel/geo.ts';

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const METRES_PER_DEGREE = 111_195;

export const projection =
  ([lon0, lat0]: Position) =>
  ([lon, lat]: Position): readonly [number, number] => [
    (lon - lon0) * METRES_PER_DEGREE * Math.cos((lat0 * Math.PI) / 180),
    (lat0 - lat) * METRES_PER_DEGREE,
  ];

export const pathOf = (points: readonly (readonly [number, number])[], isClosed: boolean): string =>
  points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('') +
  (isClosed ? 'Z' : '');

/** The frame that holds every point, with room around, at least so many metres wide, and of the screen's shape. */
export function frameOf(points: readonly (readonly [number, number])[], ratio: number, least = 200): Frame {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [west, east] = points.length === 0 ? [0, 0] : [Math.min(...xs), Math.max(...xs)];
  const [north, south] = points.length === 0 ? [0, 0] : [Math.min(...ys), Math.max(...ys)];
  const width = Math.max((east - west) * 1.25, (south - north) * 1.25 * ratio, least);
  const height = width / ratio;
  return { x: (west + east - width) / 2, y: (north + south - height) / 2, width, height };
}

/** Closer (factor below 1) or wider around the middle. */
export const zoom = ({ x, y, width, height }: Frame, factor: number): Frame => ({
  x: x + (width * (1 - factor)) / 2,
  y: y + (height * (1 - factor)) / 2,
  width: width * factor,
  height: height * factor,
});
