/** Reads entities with everything they were asked to bring along: one statement for each set and each expanded relation. */

import { CityError } from '#kernel/errors.ts';
import type { Queryable } from '#kernel/ports.ts';
import { type EntityType, isToMany, type Relation, targetOf } from '../model.ts';
import type { ExpandItem, QueryOptions } from '../query/expression.types.ts';
import { MAX_TOP } from '../query/options.ts';
import { tooLarge, unknownProperty } from '../query/query-errors.ts';
import { belongsTo } from '../sql/links.ts';
import { buildCount, buildSelect, type PageEnd, ROW, type SetQuery } from '../sql/select.ts';
import { createStatement, type Statement } from '../sql/statement.ts';
import { writePageToken } from './page-token.ts';
import { type EntityJson, embed, linkOf, type RenderContext, type Row, renderEntity } from './render.ts';

export const DEFAULT_TOP = 100;
/** Entities one relation may bring along in one answer. */
const MAX_EXPANDED = 100_000;

export interface ReadContext extends RenderContext {
  readonly on: Queryable;
  /** ISO 8601. */
  readonly now: string;
}

export interface Page {
  readonly value: EntityJson[];
  readonly rows: readonly Row[];
  readonly count: number | undefined;
  /** Where the next page starts; undefined when nothing is left. */
  readonly end: PageEnd | undefined;
}

export type Restrict = (statement: Statement) => string | undefined;

/** One page of a set. `after` is the end of the page before. */
export async function readPage(
  context: ReadContext,
  type: EntityType,
  options: QueryOptions,
  restrict: Restrict,
  after?: PageEnd,
): Promise<Page> {
  const query: SetQuery = { type, options, now: context.now, restrict, after };
  const top = options.top ?? DEFAULT_TOP;
  const [rows, count] = await Promise.all([
    top === 0 ? [] : runSelect(context, query, top + 1),
    options.count ? runCount(context, query) : undefined,
  ]);
  const more = rows.length > top;
  if (more) rows.length = top;
  return {
    value: await renderRows(context, type, rows, options),
    rows,
    count,
    end: more ? pageEnd(rows[rows.length - 1]!) : undefined,
  };
}

/** Every entity that meets the restriction, without paging: for keys that are known. */
export async function readAll(
  context: ReadContext,
  type: EntityType,
  options: QueryOptions,
  restrict: Restrict,
): Promise<{ rows: Row[]; value: EntityJson[] }> {
  const rows = await runSelect(
    context,
    { type, options: { ...options, orderby: [], skip: 0 }, now: context.now, restrict, after: undefined },
    undefined,
  );
  return { rows, value: await renderRows(context, type, rows, options) };
}

function pageEnd(row: Row): PageEnd {
  const end: (string | null)[] = [];
  for (let index = 0; `_k${index}` in row; index++) end.push(row[`_k${index}`] as string | null);
  return end.length > 0 ? end : [String(row.id)];
}

const runSelect = async (context: ReadContext, query: SetQuery, limit: number | undefined): Promise<Row[]> => {
  const statement = createStatement();
  return runQuery<Row>(context.on, statement, buildSelect(statement, query, keysFor(query.type, query.options), limit));
};

async function runCount(context: ReadContext, query: SetQuery): Promise<number> {
  const statement = createStatement();
  const rows = await runQuery<{ count: number }>(context.on, statement, buildCount(statement, query));
  return rows[0]!.count;
}

/** A value that a function cannot work with (a number too large, a time out of range) is the query's fault, not ours. */
export async function runQuery<Result>(on: Queryable, statement: Statement, sql: string): Promise<Result[]> {
  try {
    return await statement.run<Result>(on, sql);
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (typeof code === 'string' && code.startsWith('22'))
      throw new CityError('invalid', 'query.not_computable', `The query cannot be computed: ${message}`, '$filter');
    throw error;
  }
}

/** To-one relations that are expanded: their keys are read with the row. */
function keysFor(type: EntityType, options: QueryOptions): string[] {
  return options.expand
    .map(({ name }) => relationOf(type, name))
    .filter((relation) => !isToMany(relation))
    .map(({ name }) => name);
}

function relationOf(type: EntityType, name: string): Relation {
  const relation = type.relations.get(name);
  if (!relation) throw unknownProperty('$expand', type.name, name);
  return relation;
}

async function renderRows(
  context: ReadContext,
  type: EntityType,
  rows: readonly Row[],
  options: QueryOptions,
): Promise<EntityJson[]> {
  const entities = rows.map((row) => renderEntity(type, row, options.select, context));
  for (const item of options.expand) {
    const relation = relationOf(type, item.name);
    if (rows.length === 0) continue;
    if (isToMany(relation)) await expandMany(context, type, relation, item, rows, entities);
    else await expandOne(context, type, relation, item, rows, entities);
  }
  return entities;
}

async function expandOne(
  context: ReadContext,
  type: EntityType,
  relation: Relation,
  item: ExpandItem,
  rows: readonly Row[],
  entities: readonly EntityJson[],
): Promise<void> {
  const keyName = `_${relation.name}`;
  const keys = [...new Set(rows.map((row) => row[keyName]).filter((key) => key !== null))] as number[];
  const targets = await readAll(
    context,
    targetOf(relation),
    item.options,
    (statement) => `${ROW}.id = any(${statement.bind(keys, 'bigint[]')})`,
  );
  const byId = new Map(targets.rows.map((row, index) => [row.id, targets.value[index]]));
  for (const [index, row] of rows.entries())
    embed(entities[index]!, type, relation.name, byId.get(row[keyName] as number));
}

async function expandMany(
  context: ReadContext,
  type: EntityType,
  relation: Relation,
  item: ExpandItem,
  rows: readonly Row[],
  entities: readonly EntityJson[],
): Promise<void> {
  const { options } = item;
  const target = targetOf(relation);
  const owners = rows.map((row) => row.id);
  const top = options.top ?? DEFAULT_TOP;
  const query: SetQuery = {
    type: target,
    options,
    now: context.now,
    after: undefined,
    restrict: () => belongsTo(type, relation, 'owner.id', ROW),
  };
  const [children, counts] = await Promise.all([
    top === 0 ? [] : selectChildren(context, query, owners, top),
    options.count ? countChildren(context, query, owners) : undefined,
  ]);
  const kept: Row[] = [];
  const groups = groupByOwner(children, top, kept);
  const rendered = await renderRows(context, target, kept, options);
  const jsonOf = new Map(kept.map((row, index) => [row, rendered[index]!]));
  for (const [index, owner] of owners.entries()) {
    const group = groups.get(owner);
    const entity = entities[index]!;
    embed(entity, type, relation.name, group ? group.rows.map((row) => jsonOf.get(row)!) : []);
    if (counts) entity[`${relation.name}@iot.count`] = counts.get(owner) ?? 0;
    if (group?.hasMore)
      entity[`${relation.name}@iot.nextLink`] = nextLink(
        `${linkOf(context.base, type, owner)}/${relation.name}`,
        options,
        pageEnd(group.rows[group.rows.length - 1]!),
      );
  }
}

interface Group {
  readonly rows: Row[];
  hasMore: boolean;
}

function groupByOwner(children: readonly Row[], top: number, kept: Row[]): Map<number, Group> {
  const groups = new Map<number, Group>();
  for (const child of children) {
    const owner = child._owner as number;
    const group = groups.get(owner) ?? { rows: [], hasMore: false };
    groups.set(owner, group);
    if (group.rows.length === top) group.hasMore = true;
    else {
      group.rows.push(child);
      kept.push(child);
    }
  }
  return groups;
}

/** The first children of every owner, each by the index of its own owner: newest value of 20,000 Datastreams included. */
async function selectChildren(
  context: ReadContext,
  query: SetQuery,
  owners: readonly number[],
  top: number,
): Promise<Row[]> {
  const statement = createStatement();
  const ids = statement.bind(owners, 'bigint[]');
  const inner = buildSelect(statement, query, keysFor(query.type, query.options), Math.min(top, MAX_TOP) + 1);
  const rows = await runQuery<Row>(
    context.on,
    statement,
    `select owner.id as "_owner", child.* from unnest(${ids}) as owner(id) cross join lateral (${inner}) child limit ${MAX_EXPANDED + 1}`,
  );
  if (rows.length > MAX_EXPANDED)
    throw tooLarge('$expand', `more than ${MAX_EXPANDED} expanded entities; use a smaller $top`);
  return rows;
}

async function countChildren(
  context: ReadContext,
  query: SetQuery,
  owners: readonly number[],
): Promise<Map<number, number>> {
  const statement = createStatement();
  const ids = statement.bind(owners, 'bigint[]');
  const rows = await runQuery<{ id: number; count: number }>(
    context.on,
    statement,
    `select owner.id, counted.count from unnest(${ids}) as owner(id) cross join lateral (${buildCount(statement, query)}) counted`,
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** The query again, as it was written, from where the page ended. `$skip` has done its work. */
export function nextLink(address: string, options: QueryOptions, end: PageEnd): string {
  const parts = options.source
    .filter(([name]) => name !== '$skip')
    .map(([name, text]) => `${name}=${encodeURIComponent(text)}`);
  parts.push(`$skiptoken=${writePageToken(end)}`);
  return `${address}?${parts.join('&')}`;
}
