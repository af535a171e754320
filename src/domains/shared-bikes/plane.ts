/** A flat map of a city: metres east and north of its middle. Good to a few centimetres over fifty kilometres. */
import type { Position } from '#kernel/geo.ts';

const METRES_PER_DEGREE = (6_371_008.8 * Math.PI) / 180;

export interface Plane {
  readonly lon0: number;
  readonly lat0: number;
  /** Metres per degree of longitude and of latitude. */
  readonly perLon: number;
  readonly perLat: number;
}

export const planeAround = ([lon0, lat0]: Position): Plane => ({
  lon0,
  lat0,
  perLon: METRES_PER_DEGREE * Math.cos((lat0 * Math.PI) / 180),
  perLat: METRES_PER_DEGREE,
});

export const toPosition = ({ lon0, lat0, perLon, perLat }: Plane, x: number, y: number): Position => [
  lon0 + x / perLon,
  lat0 + y / perLat,
];
