/** A GET: from path and query to what is sent back. */
import type { Json } from '#kernel/observation.ts';
import { ENTITIES } from '../model.ts';
import { NO_OPTIONS, type QueryOptions } from '../query/expression.types.ts';
import { parseOptions } from '../query/options.ts';
import { notSupported, syntaxError, typeError } from '../query/query-errors.ts';
import { parseResourcePath, type ResourcePath } from '../query/resource-path.ts';
import { splitQuery } from '../query/url.ts';
import { buildCount } from '../sql/select.ts';
import { createStatement } from '../sql/statement.ts';
import { toDataArray } from './data-array-answer.ts';
import { readPageToken } from './page-token.ts';
import { nextLink, type Page, type ReadContext, readAll, readPage, runQuery } from './reader.ts';
import { type EntityJson, linkOf, type Row, renderProperty } from './render.ts';
import { nothingThere, requireOwner, restrictTo } from './resolve.ts';

/** `text` for `/$value` and `/$count`, `json` else; `empty` is 204. */
export type Answer =
  | { readonly kind: 'json'; readonly body: unknown }
  | { readonly kind: 'text'; readonly body: string }
  | { readonly kind: 'empty' };

export async function answer(context: ReadContext, rawPath: string, rawQuery: string): Promise<Answer> {
  const path = parseResourcePath(rawPath);
  const query = splitQuery(rawQuery);
  const options = parseOptions(query);
  const format = query.get('$resultFormat');
  if (format !== undefined && format !== 'dataArray')
    throw notSupported('$resultFormat', `'${format}' is not supported, only dataArray`);
  if (path.tail === 'property') return answerProperty(context, path, options);
  if (path.tail === 'count') return answerCount(context, path, options);
  if (path.isSingle) return answerSingle(context, path, options, query);
  const token = query.get('$skiptoken');
  const page = await readPage(
    context,
    typeOf(path),
    path.tail === 'ref' ? refOptions(options) : options,
    restrictTo(path),
    token === undefined ? undefined : readPageToken(token),
  );
  if (page.rows.length === 0) await requireOwner(context, path);
  return { kind: 'json', body: setBody(context, path, rawPath, options, page, format === 'dataArray') };
}

const typeOf = (path: ResourcePath) => path.steps[path.steps.length - 1]!.type;
const refOptions = (options: QueryOptions): QueryOptions => ({ ...options, select: ['id'], expand: [] });

function setBody(
  context: ReadContext,
  path: ResourcePath,
  rawPath: string,
  options: QueryOptions,
  page: Page,
  asDataArray: boolean,
): EntityJson {
  const body: EntityJson = {};
  if (page.count !== undefined) body['@iot.count'] = page.count;
  if (page.end) body['@iot.nextLink'] = nextLink(`${context.base}${rawPath}`, options, page.end);
  if (asDataArray) {
    if (typeOf(path) !== ENTITIES.Observation) throw typeError('$resultFormat', 0, 'dataArray is for Observations');
    if (options.expand.length > 0) throw typeError('$resultFormat', 0, 'dataArray and $expand do not go together');
    body.value = toDataArray(context, page.rows, options.select);
  } else
    body.value =
      path.tail === 'ref'
        ? page.rows.map((row) => ({ '@iot.selfLink': linkOf(context.base, typeOf(path), row.id) }))
        : page.value;
  return body;
}

/** Options that make sense on one entity only; the others are refused rather than ignored. */
function checkSingle(query: ReadonlyMap<string, string>): void {
  for (const name of query.keys())
    if (name !== '$select' && name !== '$expand') throw syntaxError(name, 0, 'does not apply to a single entity');
}

async function answerSingle(
  context: ReadContext,
  path: ResourcePath,
  options: QueryOptions,
  query: ReadonlyMap<string, string>,
): Promise<Answer> {
  checkSingle(query);
  const type = typeOf(path);
  const { rows, value } = await readAll(
    context,
    type,
    path.tail === 'ref' ? refOptions(options) : options,
    restrictTo(path),
  );
  if (rows.length === 0) throw nothingThere();
  return {
    kind: 'json',
    body: path.tail === 'ref' ? { '@iot.selfLink': linkOf(context.base, type, rows[0]!.id) } : value[0],
  };
}

async function answerCount(context: ReadContext, path: ResourcePath, options: QueryOptions): Promise<Answer> {
  const statement = createStatement();
  const sql = buildCount(statement, {
    type: typeOf(path),
    options,
    now: context.now,
    restrict: restrictTo(path),
    after: undefined,
  });
  const rows = await runQuery<{ count: number }>(context.on, statement, sql);
  if (rows[0]!.count === 0) await requireOwner(context, path);
  return { kind: 'text', body: String(rows[0]!.count) };
}

async function answerProperty(
  context: ReadContext,
  path: ResourcePath & { tail: 'property' },
  options: QueryOptions,
): Promise<Answer> {
  if (options.source.length > 0) throw syntaxError(options.source[0]![0], 0, 'does not apply to a property');
  const { property } = path;
  const type = typeOf(path);
  const { rows } = await readAll(
    context,
    type,
    { ...NO_OPTIONS, select: [property === 'id' ? 'id' : property.name] },
    restrictTo(path),
  );
  const row = rows[0];
  if (!row) throw nothingThere();
  const value = property === 'id' ? row.id : inner(renderProperty(property, row as Row, context), path.inner);
  if (value === undefined || value === null) return { kind: 'empty' };
  const name = path.inner[path.inner.length - 1] ?? (property === 'id' ? '@iot.id' : property.name);
  if (!path.isRaw) return { kind: 'json', body: { [name]: value } };
  return { kind: 'text', body: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}

/** `properties/a/0`: into the JSON. A name that is not there is 404. */
function inner(value: unknown, names: readonly string[]): unknown {
  let current = value as Json | undefined;
  for (const name of names) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) throw nothingThere();
    current = (current as Record<string, Json>)[name];
  }
  return current;
}
