/** A set of entities as one SELECT: filter, order, page by key. Reads the model, knows no HTTP. */

import { ENTITIES, type EntityType, isIdName } from '../model.ts';
import type { Expression, QueryOptions } from '../query/expression.types.ts';
import { syntaxError, typeError, unknownProperty } from '../query/query-errors.ts';
import { compile, compileCondition } from './compile.ts';
import { keyOf } from './links.ts';
import { createScope, type Scope } from './scope.ts';
import { createStatement, type Statement } from './statement.ts';
import { nameOf, type Value } from './values.ts';

/** Where a page ended: the texts of its order keys, the id last. Null is a null key. */
export type PageEnd = readonly (string | null)[];

export interface SetQuery {
  readonly type: EntityType;
  readonly options: QueryOptions;
  readonly now: string;
  /** A condition on the row `t`: the parent it belongs to, the key it must have. */
  readonly restrict: (statement: Statement) => string | undefined;
  readonly after: PageEnd | undefined;
}

/** Alias of the entity's own row in every statement. */
export const ROW = 't';

interface OrderColumn {
  readonly sql: string;
  readonly cast: string;
  readonly descending: boolean;
}

/** The conditions of a set as the text behind FROM: `things t left join … where …`. */
export function buildFrom(
  statement: Statement,
  query: SetQuery,
  extra: readonly string[] = [],
  orderJoins: readonly string[] = [],
): string {
  const { type, options } = query;
  const restrict = query.restrict(statement);
  const scope = createScope(statement, type, ROW);
  const filter =
    options.filter && compileCondition({ statement, scope, option: '$filter', now: query.now }, options.filter);
  const conditions = [restrict, ...extra].filter((each) => each !== undefined);
  if (filter === undefined) return clause(type, orderJoins, conditions);
  if (!scope.repeats) return clause(type, [...scope.joins, ...orderJoins], [...conditions, filter]);
  // A path through many rows: the entity counts once, however many of its neighbours match together.
  const inner = clause(type, scope.joins, restrict === undefined ? [filter] : [restrict, filter]);
  return clause(type, orderJoins, [...conditions, `${ROW}.id in (select ${ROW}.id from ${inner})`]);
}

const clause = (type: EntityType, joins: readonly string[], conditions: readonly string[]): string =>
  `${type.table} ${ROW} ${joins.join(' ')} ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}`;

export const buildCount = (statement: Statement, query: SetQuery): string =>
  `select count(*) as count from ${buildFrom(statement, query)}`;

/**
 * Rows with the columns of the wanted properties, `_Name` for the key of each to-one relation in `keys`, and `_k0 …` for the order
 * keys as text, from which the next page starts.
 */
export function buildSelect(
  statement: Statement,
  query: SetQuery,
  keys: readonly string[],
  limit: number | undefined,
): string {
  const { type, options } = query;
  const order = orderColumns(statement, query);
  const after = query.after === undefined ? [] : [keysetCondition(statement, order.columns, query.after)];
  const columns = [
    ...rowColumns(type, options.select),
    ...keys.map((name) => `${keyOf(type.relations.get(name)!, ROW)} as "_${name}"`),
  ];
  // Paged by id alone, the row itself says where the page ended.
  if (order.columns.length > 1)
    columns.push(...order.columns.map(({ sql }, index) => `(${sql})::text as "_k${index}"`));
  const orderBy = (keysOf: (column: OrderColumn, index: number) => string): string =>
    order.columns.map((column, index) => `${keysOf(column, index)} ${column.descending ? 'desc' : 'asc'}`).join(', ');
  const skip = options.skip > 0 ? ` offset ${statement.bind(options.skip, 'bigint')}` : '';
  const some = limit === undefined ? '' : ` limit ${limit}`;
  if (limit === undefined || !isByTimeOverall(query, order.columns)) {
    const from = buildFrom(statement, query, after, order.scope.joins);
    return `select ${columns.join(', ')} from ${from} order by ${orderBy(({ sql }) => sql)}${some}${skip}`;
  }
  const from = buildFrom(statement, query, [...after, `${ROW}.datastream_id = stream.id`], order.scope.joins);
  columns.push(...order.columns.map(({ sql }, index) => `${sql} as "_o${index}"`));
  const ofOne = `select ${columns.join(', ')} from ${from} order by ${orderBy(({ sql }) => sql)} limit ${limit + options.skip}`;
  return `select ${ROW}.* from datastreams stream cross join lateral (${ofOne}) ${ROW} order by ${orderBy((_, index) => `"_o${index}"`)}${some}${skip}`;
}

/**
 * The newest (or oldest) Observations of the whole city. There is an index by Datastream and time and none by time alone, so each
 * Datastream gives its own first ones, and the first of those are taken: the cost follows the Datastreams, not the years stored. A
 * filter that names Datastreams or features does better without.
 */
function isByTimeOverall({ type, options, restrict }: SetQuery, order: readonly OrderColumn[]): boolean {
  return (
    type === ENTITIES.Observation &&
    order[0]?.sql === `${ROW}.phenomenon_time` &&
    options.skip <= MOST_SKIPPED_PER_DATASTREAM &&
    restrict(createStatement()) === undefined &&
    !(options.filter && mentionsNeighbours(options.filter))
  );
}

const MOST_SKIPPED_PER_DATASTREAM = 1_000;

function mentionsNeighbours(expression: Expression): boolean {
  switch (expression.kind) {
    case 'path':
      return (
        ENTITIES.Observation.relations.has(String(expression.segments[0])) || isIdName(String(expression.segments[0]))
      );
    case 'call':
      return expression.arguments.some(mentionsNeighbours);
    case 'binary':
      return mentionsNeighbours(expression.left) || mentionsNeighbours(expression.right);
    case 'unary':
      return mentionsNeighbours(expression.operand);
    case 'list':
      return expression.items.some(mentionsNeighbours);
    default:
      return false;
  }
}

function rowColumns(type: EntityType, select: readonly string[] | undefined): string[] {
  const columns = new Set<string>(type === ENTITIES.Observation ? ['id', 'datastream_id'] : ['id']);
  for (const name of select ?? []) {
    if (!isIdName(name) && !type.properties.has(name) && !type.relations.has(name))
      throw unknownProperty('$select', type.name, name);
  }
  for (const property of type.properties.values()) {
    if (select === undefined || select.includes(property.name))
      for (const column of property.columns) columns.add(column);
  }
  return [...columns].map((column) => `${ROW}.${column}`);
}

function orderColumns(
  statement: Statement,
  { type, options, now }: SetQuery,
): { columns: OrderColumn[]; scope: Scope } {
  const scope = createScope(statement, type, ROW);
  const columns: OrderColumn[] = [];
  for (const { expression, descending } of options.orderby) {
    const value = compile({ statement, scope, option: '$orderby', now }, expression);
    columns.push(...orderSql(value, expression.at).map(({ sql, cast }) => ({ sql, cast, descending })));
  }
  if (scope.repeats) throw typeError('$orderby', 0, 'a path through a relation to many entities has no order');
  // Two entities with equal keys still have an order, so that no page repeats or leaves out one.
  const last = columns[columns.length - 1];
  if (last?.sql !== `${ROW}.id`) columns.push({ sql: `${ROW}.id`, cast: 'bigint', descending: false });
  return { columns, scope };
}

function orderSql(value: Value, at: number): { sql: string; cast: string }[] {
  switch (value.type) {
    case 'number':
      return [{ sql: value.sql, cast: value.isInteger ? 'bigint' : 'float8' }];
    case 'text':
      return [{ sql: value.sql, cast: 'text' }];
    case 'boolean':
      return [{ sql: value.sql, cast: 'boolean' }];
    case 'instant':
      return [{ sql: value.sql, cast: 'timestamptz' }];
    case 'date':
      return [{ sql: value.sql, cast: 'date' }];
    case 'timeOfDay':
      return [{ sql: value.sql, cast: 'time' }];
    case 'duration':
      return [{ sql: value.sql, cast: 'interval' }];
    case 'interval':
      return [
        { sql: value.begin, cast: 'timestamptz' },
        { sql: value.isEndNullable ? `coalesce(${value.end}, ${value.begin})` : value.end, cast: 'timestamptz' },
      ];
    case 'dynamic':
      return value.order.map((sql, index) => ({
        sql,
        cast: index === 0 && value.order.length > 1 ? 'float8' : 'jsonb',
      }));
    case 'geometry':
      if (value.kind === 'column') return [{ sql: `${value.alias}.${value.column}`, cast: 'jsonb' }];
  }
  throw typeError('$orderby', at, `${nameOf(value)} has no order`);
}

/** Rows after the given keys. Nulls stand last ascending and first descending, as PostgreSQL orders them. */
function keysetCondition(statement: Statement, columns: readonly OrderColumn[], after: PageEnd): string {
  if (after.length !== columns.length)
    throw syntaxError('$skiptoken', 0, 'does not belong to this query; follow the nextLink as it is');
  const alternatives: string[] = [];
  const equals: string[] = [];
  for (const [index, { sql, cast, descending }] of columns.entries()) {
    const value = after[index]!;
    const placeholder = value === null ? undefined : statement.bind(value, cast);
    const beyond =
      placeholder === undefined
        ? descending
          ? `(${sql}) is not null`
          : undefined
        : descending
          ? `(${sql}) < ${placeholder}`
          : `((${sql}) > ${placeholder} or (${sql}) is null)`;
    if (beyond !== undefined) alternatives.push([...equals, beyond].join(' and '));
    equals.push(placeholder === undefined ? `(${sql}) is null` : `(${sql}) = ${placeholder}`);
  }
  const exact = `(${alternatives.map((each) => `(${each})`).join(' or ')})`;
  // The first key alone bounds the range, which an index can use where the alternatives cannot.
  const first = columns[0]!;
  if (after[0] === null || columns.length === 1) return exact;
  const bound = statement.bind(after[0]!, first.cast);
  return first.descending
    ? `(${first.sql} <= ${bound}) and ${exact}`
    : `(${first.sql} >= ${bound} or (${first.sql}) is null) and ${exact}`;
}
