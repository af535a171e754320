/** `$filter $orderby $expand $select $top $skip $count` at the top of a request and inside `$expand=X(…)`, one grammar for both. */
import { parseExpression, parsePath } from './expression.ts';
import { type ExpandItem, type Expression, NO_OPTIONS, type OrderKey, type QueryOptions } from './expression.types.ts';
import { notSupported, syntaxError, tooLarge } from './query-errors.ts';
import { readTokens, type TokenReader } from './token-reader.ts';

export const MAX_TOP = 10_000;
export const MAX_EXPAND_DEPTH = 6;
export const MAX_EXPANDS = 50;

type Mutable = { -readonly [Key in keyof QueryOptions]: QueryOptions[Key] };

/** Options the standard knows and this server does not yet answer. */
const LATER = new Set(['$apply', '$search', '$compute', '$format', '$levels', '$deltatoken']);

/** Reads the query options of a request. `$resultFormat` and `$skiptoken` are the caller's. */
export function parseOptions(query: ReadonlyMap<string, string>): QueryOptions {
  const options: Mutable = { ...NO_OPTIONS };
  for (const [name, value] of query) {
    if (name === '$resultFormat' || name === '$skiptoken') continue;
    if (!name.startsWith('$')) throw syntaxError(name, 0, 'is not a query option');
    const reader = readTokens(value, name);
    readOption(reader, name, options, 0);
    reader.expectEnd();
  }
  options.source = [...query].filter(([name]) => name !== '$skiptoken');
  limitExpands(options.expand);
  return options;
}

function readOption(reader: TokenReader, name: string, options: Mutable, depth: number): void {
  switch (name) {
    case '$filter':
      options.filter = parseExpression(reader);
      return;
    case '$orderby':
      options.orderby = readOrder(reader);
      return;
    case '$expand':
      options.expand = readExpand(reader, depth);
      return;
    case '$select':
      options.select = readSelect(reader);
      return;
    case '$top':
      // More than the most is answered with the most and a nextLink, as the standard lets a service do.
      options.top = Math.min(readCount(reader, name), MAX_TOP);
      return;
    case '$skip':
      options.skip = readCount(reader, name);
      return;
    case '$count':
      options.count = readFlag(reader, name);
      return;
  }
  if (LATER.has(name)) throw notSupported(name, 'is not supported');
  throw syntaxError(name, 0, 'is not a query option');
}

function readCount(reader: TokenReader, name: string): number {
  const token = reader.next();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text) || !Number.isSafeInteger(Number(token.text))) {
    throw syntaxError(name, token.at, 'a whole number, 0 or more, is expected');
  }
  return Number(token.text);
}

function readFlag(reader: TokenReader, name: string): boolean {
  const token = reader.next();
  if (token.text !== 'true' && token.text !== 'false') throw syntaxError(name, token.at, 'true or false is expected');
  return token.text === 'true';
}

function readOrder(reader: TokenReader): OrderKey[] {
  const keys: OrderKey[] = [];
  do {
    if (keys.length > 0) reader.next();
    const expression: Expression = parseExpression(reader);
    const descending = reader.isName('desc');
    if (descending || reader.isName('asc')) reader.next();
    keys.push({ expression, descending });
    if (keys.length > 10) throw tooLarge(reader.option, 'more than 10 keys');
  } while (reader.isMark(','));
  return keys;
}

/** Names to answer with; `*` is everything. Only the first name of a path counts: a property is answered whole. */
function readSelect(reader: TokenReader): string[] | undefined {
  const names: string[] = [];
  let everything = false;
  do {
    if (names.length > 0 || everything) reader.next();
    const token = reader.next();
    if (token.kind === 'mark' && token.text === '*') everything = true;
    else if (token.kind === 'name') {
      if (parsePath(reader, token.text, token.at).kind === 'path') names.push(token.text);
    } else throw syntaxError(reader.option, token.at, 'a property name is expected');
  } while (reader.isMark(','));
  return everything ? undefined : names;
}

function readExpand(reader: TokenReader, depth: number): ExpandItem[] {
  const items: ExpandItem[] = [];
  do {
    if (items.length > 0) reader.next();
    items.push(readExpandPath(reader, depth));
  } while (reader.isMark(','));
  return mergeExpands(items);
}

/** `a/b($top=1)` says the same as `a($expand=b($top=1))`. */
function readExpandPath(reader: TokenReader, depth: number): ExpandItem {
  if (depth >= MAX_EXPAND_DEPTH) throw tooLarge(reader.option, `nested more than ${MAX_EXPAND_DEPTH} levels deep`);
  const token = reader.next();
  if (token.kind !== 'name' || token.text.startsWith('$'))
    throw syntaxError(reader.option, token.at, 'the name of a relation is expected');
  if (reader.isMark('/')) {
    reader.next();
    const from = reader.peek().at;
    const expand = [readExpandPath(reader, depth + 1)];
    return {
      name: token.text,
      options: { ...NO_OPTIONS, expand, source: [['$expand', reader.slice(from, reader.peek().at)]] },
      at: token.at,
    };
  }
  return { name: token.text, options: reader.isMark('(') ? readInnerOptions(reader, depth) : NO_OPTIONS, at: token.at };
}

function readInnerOptions(reader: TokenReader, depth: number): QueryOptions {
  const options: Mutable = { ...NO_OPTIONS };
  const source: [string, string][] = [];
  reader.expectMark('(');
  while (!reader.isMark(')')) {
    const token = reader.next();
    if (token.kind !== 'name' || !token.text.startsWith('$'))
      throw syntaxError(reader.option, token.at, 'a query option ($filter, $top …) is expected');
    reader.expectMark('=');
    const from = reader.peek().at;
    if (source.some(([name]) => name === token.text))
      throw syntaxError(reader.option, token.at, `${token.text} stands twice`);
    readOption(reader, token.text, options, depth + 1);
    source.push([token.text, reader.slice(from, reader.peek().at)]);
    if (reader.isMark(';')) reader.next();
    else if (!reader.isMark(')'))
      throw syntaxError(reader.option, reader.peek().at, "';' or ')' is expected after an option");
  }
  reader.expectMark(')');
  return { ...options, source };
}

/** `$expand=Thing,Thing/Locations` asks once for Thing, with Locations in it. */
function mergeExpands(items: readonly ExpandItem[]): ExpandItem[] {
  const byName = new Map<string, ExpandItem>();
  for (const item of items) {
    const known = byName.get(item.name);
    if (!known) byName.set(item.name, item);
    else {
      const chosen = known.options === NO_OPTIONS || isOnlyExpand(known.options) ? item.options : known.options;
      const expand = mergeExpands([...known.options.expand, ...item.options.expand]);
      const expandText = [known, item].flatMap(({ options }) =>
        options.source.filter(([name]) => name === '$expand').map(([, text]) => text),
      );
      const source = chosen.source.filter(([name]) => name !== '$expand');
      byName.set(item.name, {
        ...known,
        options: {
          ...chosen,
          expand,
          source: expandText.length === 0 ? source : [...source, ['$expand', expandText.join(',')]],
        },
      });
    }
  }
  return [...byName.values()];
}

const isOnlyExpand = (options: QueryOptions): boolean =>
  options.filter === undefined &&
  options.select === undefined &&
  options.top === undefined &&
  options.skip === 0 &&
  !options.count &&
  options.orderby.length === 0;

function limitExpands(items: readonly ExpandItem[]): number {
  let count = items.length;
  for (const item of items) count += limitExpands(item.options.expand);
  if (count > MAX_EXPANDS) throw tooLarge('$expand', `more than ${MAX_EXPANDS} relations`);
  return count;
}
