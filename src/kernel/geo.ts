/** WGS 84 positions `[longitude, latitude]` in degrees, distances in metres. */
export type Position = readonly [longitude: number, latitude: number];
export type Bounds = readonly [west: number, south: number, east: number, north: number];
export type Ring = readonly Position[];
/** GeoJSON polygon coordinates: outer ring first, holes after. */
export type Polygon = readonly Ring[];

const EARTH_RADIUS_METRES = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Great-circle distance (haversine) in metres. */
export function distanceMetres(a: Position, b: Position): number {
  const dLat = (b[1] - a[1]) * RADIANS;
  const dLon = (b[0] - a[0]) * RADIANS;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * RADIANS) * Math.cos(b[1] * RADIANS) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Length of a line in metres. */
export function lengthMetres(line: readonly Position[]): number {
  let total = 0;
  for (let i = 1; i < line.length; i++) total += distanceMetres(line[i - 1]!, line[i]!);
  return total;
}

function isInRing([x, y]: Position, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!;
    const [xj, yj] = ring[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** True when the point lies in the outer ring and in none of the holes. A point on an edge may count as either side. */
export const isInPolygon = (point: Position, polygon: Polygon): boolean =>
  polygon.length > 0 && isInRing(point, polygon[0]!) && !polygon.slice(1).some((hole) => isInRing(point, hole));

export function boundsOf(positions: Iterable<Position>): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positions) {
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return [west, south, east, north];
}

/** The bounds that reach `metres` around a point in every direction. */
export function boundsAround([lon, lat]: Position, metres: number): Bounds {
  const dLat = metres / 111_195;
  const dLon = dLat / Math.max(0.01, Math.cos(lat * RADIANS));
  return [lon - dLon, lat - dLat, lon + dLon, lat + dLat];
}

/** The middle of a line by length; the point itself for a single position. */
export function midpoint(line: readonly Position[]): Position {
  const half = lengthMetres(line) / 2;
  let walked = 0;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const step = distanceMetres(a, b);
    if (walked + step >= half && step > 0) {
      const t = (half - walked) / step;
      return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    }
    walked += step;
  }
  return line[0]!;
}
