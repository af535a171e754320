/** GeoJSON as it comes in: checked in form, and measured. */
import { invalid } from '#kernel/errors.ts';
import type { Json } from '#kernel/observation.ts';
import { isObject, type JsonObject } from '../observations/observation-body.ts';

/** Depth of `coordinates` of each geometry type. */
const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

export interface Extents {
  readonly longitude: number;
  readonly latitude: number;
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

type Visit = (longitude: number, latitude: number) => void;

/** Visits every position. Errors: `entity.bad_geometry`, naming the place inside `field`. */
function walkGeometry(value: Json | undefined, field: string, visit: Visit, depth = 0): void {
  if (!isObject(value) || depth > 8) throw bad(field, 'a GeoJSON object is expected');
  const { type } = value;
  if (type === 'Feature') {
    if (value.geometry !== null) walkGeometry(value.geometry, `${field}.geometry`, visit, depth + 1);
    return;
  }
  const list = type === 'FeatureCollection' ? 'features' : type === 'GeometryCollection' ? 'geometries' : undefined;
  if (list !== undefined) {
    walkList(value, list, field, visit, depth);
    return;
  }
  const levels = typeof type === 'string' && Object.hasOwn(DEPTHS, type) ? DEPTHS[type] : undefined;
  if (levels === undefined) throw bad(`${field}.type`, `'${String(type)}' is not a GeoJSON type`);
  walkCoordinates(value.coordinates, levels, `${field}.coordinates`, visit);
}

function walkList(value: JsonObject, list: string, field: string, visit: Visit, depth: number): void {
  const items = value[list];
  if (!Array.isArray(items)) throw bad(`${field}.${list}`, 'a list is expected');
  for (const [index, item] of (items as readonly Json[]).entries())
    walkGeometry(item, `${field}.${list}[${index}]`, visit, depth + 1);
}

function walkCoordinates(value: Json | undefined, levels: number, field: string, visit: Visit): void {
  if (!Array.isArray(value)) throw bad(field, 'a list is expected');
  const items = value as readonly Json[];
  if (levels > 0) {
    for (const [index, item] of items.entries()) walkCoordinates(item, levels - 1, `${field}[${index}]`, visit);
    return;
  }
  const [longitude, latitude] = items;
  if (items.length < 2 || items.length > 4 || !isDegrees(longitude) || !isDegrees(latitude))
    throw bad(field, 'a position is [longitude, latitude]');
  visit(longitude, latitude);
}

const isDegrees = (value: Json | undefined): value is number => typeof value === 'number' && Number.isFinite(value);
const bad = (field: string, message: string) => invalid('entity.bad_geometry', `${field}: ${message}`, field);

/**
 * The middle of the bounds and the bounds themselves; undefined when the geometry is empty. For a point the middle is the point.
 * It does not look for lines across the 180th meridian.
 */
export function measureGeometry(value: Json, field: string): Extents | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  walkGeometry(value, field, (longitude, latitude) => {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  });
  if (west > east) return undefined;
  return { longitude: (west + east) / 2, latitude: (south + north) / 2, west, south, east, north };
}
