/** The functions of `$filter` and `$orderby`: what each takes, what it gives, and its SQL. */
import type { CallExpression } from '../query/expression.types.ts';
import { notSupported, syntaxError, typeError } from '../query/query-errors.ts';
import type { Compiler } from './compiler.types.ts';
import { findGeometryFunction } from './geometry-functions.ts';
import { boolean, endsOf, instant, nameOf, number, readDynamic, type ScalarType, text, type Value } from './values.ts';

interface ScalarFunction {
  readonly takes: readonly ScalarType[];
  /** How many of `takes` may be left out at the end. */
  readonly optional?: number;
  readonly gives: (...sql: string[]) => Value;
}

const atUtc = (sql: string): string => `(${sql}) at time zone 'UTC'`;
const part =
  (name: string) =>
  (sql: string): Value =>
    number(`extract(${name} from ${atUtc(sql)})::bigint`, true);

const SCALAR: Readonly<Record<string, ScalarFunction>> = {
  contains: { takes: ['text', 'text'], gives: (a, b) => boolean(`(position(${b} in ${a}) > 0)`) },
  substringof: { takes: ['text', 'text'], gives: (a, b) => boolean(`(position(${a} in ${b}) > 0)`) },
  startswith: { takes: ['text', 'text'], gives: (a, b) => boolean(`starts_with(${a}, ${b})`) },
  endswith: { takes: ['text', 'text'], gives: (a, b) => boolean(`(right(${a}, length(${b})) = ${b})`) },
  length: { takes: ['text'], gives: (a) => number(`length(${a})::bigint`, true) },
  indexof: { takes: ['text', 'text'], gives: (a, b) => number(`(position(${b} in ${a}) - 1)::bigint`, true) },
  substring: {
    takes: ['text', 'number', 'number'],
    optional: 1,
    gives: (a, from, count) =>
      text(
        count === undefined
          ? `substr(${a}, greatest(${from}, 0)::int + 1)`
          : `substr(${a}, greatest(${from}, 0)::int + 1, greatest(${count}, 0)::int)`,
      ),
  },
  tolower: { takes: ['text'], gives: (a) => text(`lower(${a})`) },
  toupper: { takes: ['text'], gives: (a) => text(`upper(${a})`) },
  trim: { takes: ['text'], gives: (a) => text(`btrim(${a}, E' \\t\\n\\r')`) },
  concat: { takes: ['text', 'text'], gives: (a, b) => text(`(${a} || ${b})`) },
  year: { takes: ['instant'], gives: part('year') },
  month: { takes: ['instant'], gives: part('month') },
  day: { takes: ['instant'], gives: part('day') },
  hour: { takes: ['instant'], gives: part('hour') },
  minute: { takes: ['instant'], gives: part('minute') },
  second: { takes: ['instant'], gives: (a) => number(`floor(extract(second from ${atUtc(a)}))::bigint`, true) },
  fractionalseconds: { takes: ['instant'], gives: (a) => number(`(extract(second from ${atUtc(a)}) % 1)::float8`) },
  date: { takes: ['instant'], gives: (a) => ({ type: 'date', sql: `(${atUtc(a)})::date` }) },
  time: { takes: ['instant'], gives: (a) => ({ type: 'timeOfDay', sql: `(${atUtc(a)})::time` }) },
  /** Instants are kept in UTC. */
  totaloffsetminutes: {
    takes: ['instant'],
    gives: (a) => number(`(case when ${a} is not null then 0 end)::bigint`, true),
  },
  totalseconds: { takes: ['duration'], gives: (a) => number(`extract(epoch from ${a})::float8`) },
  mindatetime: { takes: [], gives: () => instant(`'-infinity'::timestamptz`) },
  maxdatetime: { takes: [], gives: () => instant(`'infinity'::timestamptz`) },
  /** Halves away from zero, as OData says; PostgreSQL rounds a float8's half to even. */
  round: { takes: ['number'], gives: (a) => number(`round((${a})::numeric)::float8`) },
  floor: { takes: ['number'], gives: (a) => number(`floor((${a})::float8)`) },
  ceiling: { takes: ['number'], gives: (a) => number(`ceil((${a})::float8)`) },
};

/** Relations of two times, either of which may be an interval. */
type Ends = { readonly begin: string; readonly end: string };
const TEMPORAL: Readonly<Record<string, (a: Ends, b: Ends) => string>> = {
  before: (a, b) => `${a.end} < ${b.begin}`,
  after: (a, b) => `${a.begin} > ${b.end}`,
  meets: (a, b) => `(${a.end} = ${b.begin} or ${a.begin} = ${b.end})`,
  during: (a, b) => `(${a.begin} >= ${b.begin} and ${a.end} <= ${b.end})`,
  overlaps: (a, b) => `(${a.begin} <= ${b.end} and ${b.begin} <= ${a.end})`,
  starts: (a, b) => `${a.begin} = ${b.begin}`,
  finishes: (a, b) => `${a.end} = ${b.end}`,
};

export function callFunction(compiler: Compiler, call: CallExpression, values: readonly Value[]): Value {
  const { option } = compiler;
  if (call.name === 'now') return instant(compiler.statement.bind(compiler.now, 'timestamptz'));
  const temporal = Object.hasOwn(TEMPORAL, call.name) ? TEMPORAL[call.name] : undefined;
  if (temporal) return boolean(`(${callTemporal(compiler, call, values, temporal)})`);
  const spatial = findGeometryFunction(call.name);
  if (spatial) return spatial(compiler, call, values);
  const scalar = Object.hasOwn(SCALAR, call.name) ? SCALAR[call.name] : undefined;
  if (!scalar) {
    if (call.name === 'any' || call.name === 'all') throw notSupported(option, `${call.name}(…) is not supported`);
    throw syntaxError(option, call.at, `there is no function '${call.name}'`);
  }
  const most = scalar.takes.length;
  checkCount(compiler, call, values.length, most - (scalar.optional ?? 0), most);
  return scalar.gives(...values.map((value, index) => readArgument(compiler, call, value, scalar.takes[index]!)));
}

export function checkCount(
  { option }: Compiler,
  call: CallExpression,
  count: number,
  least: number,
  most: number,
): void {
  if (count < least || count > most)
    throw typeError(
      option,
      call.at,
      `${call.name} takes ${least === most ? least : `${least} to ${most}`} arguments, not ${count}`,
    );
}

function readArgument({ option }: Compiler, call: CallExpression, value: Value, type: ScalarType): string {
  if (value.type === type) return value.sql;
  if (value.type === 'dynamic') return `(${readDynamic(value, type)})`;
  if (value.type === 'null')
    return `null::${type === 'number' ? 'float8' : type === 'instant' ? 'timestamptz' : 'text'}`;
  // Parts of a time: an interval is asked for its begin.
  if (type === 'instant') {
    const ends = endsOf(value);
    if (ends) return ends.begin;
  }
  throw typeError(option, call.at, `${call.name} does not take ${nameOf(value)}`);
}

function callTemporal(
  compiler: Compiler,
  call: CallExpression,
  values: readonly Value[],
  relation: (a: Ends, b: Ends) => string,
): string {
  checkCount(compiler, call, values.length, 2, 2);
  const ends = values.map((value) =>
    endsOf(value.type === 'dynamic' ? instant(`(${readDynamic(value, 'instant')})`) : value),
  );
  if (!ends[0] || !ends[1]) throw typeError(compiler.option, call.at, `${call.name} compares two times`);
  return relation(ends[0], ends[1]);
}
