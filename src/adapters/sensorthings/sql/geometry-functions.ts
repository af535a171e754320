/**
 * Spatial functions of `$filter`. There is no spatial extension in the database: before the statement runs, the shapes that can
 * matter are read and judged here, and the statement gets the ids (or the distances) that came out. Locations and features are
 * thousands, not millions; the bounds in their rows leave out most of them. Distances and lengths are in degrees, because the
 * standard measures in the coordinate system of the literal, EPSG:4326.
 */

import type { Json } from '#kernel/observation.ts';
import type { Queryable, SqlValue } from '#kernel/ports.ts';
import { measureGeometry } from '../geometry/geojson.ts';
import {
  crosses,
  distanceDegrees,
  equals,
  intersects,
  lengthDegrees,
  overlaps,
  touches,
  within,
} from '../geometry/relations.ts';
import { type Shape as Plane, toShape } from '../geometry/shape.ts';
import type { CallExpression } from '../query/expression.types.ts';
import { notSupported, typeError } from '../query/query-errors.ts';
import type { Compiler } from './compiler.types.ts';
import { boolean, nameOf, number, type Shape, type Value } from './values.ts';

type GeometryFunction = (compiler: Compiler, call: CallExpression, values: readonly Value[]) => Value;
type Column = Shape & { readonly kind: 'column' };
type Relation = (a: Plane, b: Plane) => boolean;

/** `near`: only shapes whose bounds meet the literal's can be in the relation. */
const RELATIONS: Readonly<Record<string, { readonly holds: Relation; readonly near: boolean }>> = {
  'geo.intersects': { holds: intersects, near: true },
  st_intersects: { holds: intersects, near: true },
  st_equals: { holds: equals, near: true },
  st_within: { holds: within, near: true },
  st_contains: { holds: (a, b) => within(b, a), near: true },
  st_touches: { holds: touches, near: true },
  st_overlaps: { holds: overlaps, near: true },
  st_crosses: { holds: crosses, near: true },
  st_disjoint: { holds: (a, b) => !intersects(a, b), near: false },
};

export function findGeometryFunction(name: string): GeometryFunction | undefined {
  if (!name.startsWith('geo.') && !name.startsWith('st_')) return undefined;
  const relation = Object.hasOwn(RELATIONS, name) ? RELATIONS[name] : undefined;
  if (relation) return (compiler, call, values) => relate(compiler, call, values, relation);
  if (name === 'geo.distance') return distance;
  if (name === 'geo.length') return length;
  return ({ option }) => {
    throw notSupported(option, `${name} is not supported`);
  };
}

function shapes({ option }: Compiler, call: CallExpression, values: readonly Value[], count: number): Shape[] {
  if (values.length !== count)
    throw typeError(option, call.at, `${call.name} takes ${count} geometries, not ${values.length} values`);
  for (const value of values)
    if (value.type !== 'geometry') throw typeError(option, call.at, `${call.name} does not take ${nameOf(value)}`);
  const all = values as Shape[];
  if (all.filter(({ kind }) => kind === 'column').length > 1)
    throw notSupported(option, `${call.name} between two properties is not supported`);
  return all;
}

function relate(
  compiler: Compiler,
  call: CallExpression,
  values: readonly Value[],
  { holds, near }: { holds: Relation; near: boolean },
): Value {
  const [a, b] = shapes(compiler, call, values, 2) as [Shape, Shape];
  if (a.kind === 'literal' && b.kind === 'literal')
    return boolean(String(holds(toShape(a.geometry), toShape(b.geometry))));
  const column = (a.kind === 'column' ? a : b) as Column;
  const literal = a.kind === 'literal' ? a.geometry : (b as Shape & { kind: 'literal' }).geometry;
  const plane = toShape(literal);
  const isFirst = a.kind === 'column';
  const ids = compiler.statement.later(async (on) => {
    const rows = await readShapes(on, column, near ? literal : undefined);
    return rows
      .filter(({ shape }) => (isFirst ? holds(toShape(shape), plane) : holds(plane, toShape(shape))))
      .map(({ id }) => id);
  }, 'bigint[]');
  return boolean(`(case when ${column.alias}.${column.column} is not null then ${column.alias}.id = any(${ids}) end)`);
}

function distance(compiler: Compiler, call: CallExpression, values: readonly Value[]): Value {
  const [a, b] = shapes(compiler, call, values, 2) as [Shape, Shape];
  if (a.kind === 'literal' && b.kind === 'literal')
    return constant(compiler, distanceDegrees(toShape(a.geometry), toShape(b.geometry)));
  const column = (a.kind === 'column' ? a : b) as Column;
  const plane = toShape((a.kind === 'literal' ? a : (b as Shape & { kind: 'literal' })).geometry);
  return measured(compiler, column, (shape) => distanceDegrees(shape, plane));
}

function length(compiler: Compiler, call: CallExpression, values: readonly Value[]): Value {
  const [shape] = shapes(compiler, call, values, 1) as [Shape];
  return shape.kind === 'literal'
    ? constant(compiler, lengthDegrees(toShape(shape.geometry)))
    : measured(compiler, shape, lengthDegrees);
}

const constant = ({ statement }: Compiler, value: number): Value => number(statement.bind(value, 'float8'));

/** A figure for every row, looked up by id; null for a row without a shape. */
function measured({ statement }: Compiler, column: Column, measure: (shape: Plane) => number): Value {
  const figures = statement.later(async (on): Promise<SqlValue> => {
    const rows = await readShapes(on, column, undefined);
    return JSON.stringify(Object.fromEntries(rows.map(({ id, shape }) => [id, measure(toShape(shape))])));
  }, 'jsonb');
  return number(`((${figures} ->> (${column.alias}.id)::text)::float8)`);
}

const WITH_BOUNDS = new Set(['locations', 'features_of_interest']);

async function readShapes(
  on: Queryable,
  { table, column }: Column,
  near: GeoJSON.Geometry | undefined,
): Promise<{ id: number; shape: unknown }[]> {
  const bounds = near && WITH_BOUNDS.has(table) ? measureGeometry(near as unknown as Json, 'geometry') : undefined;
  const box = bounds ? 'and west <= $1 and east >= $2 and south <= $3 and north >= $4' : '';
  return on.query(
    `select id, ${column} as shape from ${table} where ${column} is not null ${box}`,
    bounds ? [bounds.east, bounds.west, bounds.north, bounds.south] : [],
  );
}
