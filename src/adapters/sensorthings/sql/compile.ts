/** From the syntax tree of an expression to SQL, checking types on the way. */
import { findInstant } from '#kernel/time.ts';
import { parseWellKnownText } from '../geometry/well-known-text.ts';
import {
  type Arithmetic,
  type BinaryExpression,
  COMPARISONS,
  type Comparison,
  type Expression,
  type ListExpression,
} from '../query/expression.types.ts';
import { typeError } from '../query/query-errors.ts';
import { compare } from './comparison.ts';
import type { Compiler } from './compiler.types.ts';
import { callFunction } from './functions.ts';
import type { Statement } from './statement.ts';
import { boolean, nameOf, number, readDynamic, type Value } from './values.ts';

/** A filter: the expression must be a condition. */
export function compileCondition(compiler: Compiler, expression: Expression): string {
  return asCondition(compiler, compile(compiler, expression), expression.at);
}

function asCondition({ option }: Compiler, value: Value, at: number): string {
  if (value.type === 'boolean') return value.sql;
  if (value.type === 'dynamic') return `(${value.boolean})`;
  throw typeError(option, at, `${nameOf(value)} stands where a condition is expected`);
}

export function compile(compiler: Compiler, expression: Expression): Value {
  const { statement, scope, option } = compiler;
  switch (expression.kind) {
    case 'number':
      return numberLiteral(statement, expression.text);
    case 'string':
      return { type: 'text', sql: statement.bind(expression.value, 'text') };
    case 'boolean':
      return boolean(expression.value ? 'true' : 'false');
    case 'null':
      return { type: 'null' };
    case 'instant':
      return {
        type: 'instant',
        sql: statement.bind(checkedInstant(compiler, expression.value, expression.at), 'timestamptz'),
      };
    case 'interval':
      return intervalLiteral(compiler, expression.begin, expression.end, expression.at);
    case 'date':
      return { type: 'date', sql: statement.bind(checkedDate(compiler, expression.value, expression.at), 'date') };
    case 'timeOfDay':
      return { type: 'timeOfDay', sql: statement.bind(checkedTime(compiler, expression.value, expression.at), 'time') };
    case 'duration':
      return {
        type: 'duration',
        sql: statement.bind(checkedDuration(compiler, expression.value, expression.at), 'interval'),
      };
    case 'geometry':
      return {
        type: 'geometry',
        kind: 'literal',
        geometry: parseWellKnownText(expression.value, option, expression.at),
      };
    case 'path':
      return scope.resolve(expression, option);
    case 'call':
      return callFunction(
        compiler,
        expression,
        expression.arguments.map((argument) => compile(compiler, argument)),
      );
    case 'unary':
      return expression.operator === 'not'
        ? boolean(`(not ${asCondition(compiler, compile(compiler, expression.operand), expression.at)})`)
        : negate(compiler, compile(compiler, expression.operand), expression.at);
    case 'binary':
      return compileBinary(compiler, expression);
    case 'list':
      throw typeError(option, expression.at, "a list stands only behind 'in'");
  }
}

function compileBinary(compiler: Compiler, expression: BinaryExpression): Value {
  const { operator, left, right, at } = expression;
  if (operator === 'and' || operator === 'or')
    return boolean(`(${compileCondition(compiler, left)} ${operator} ${compileCondition(compiler, right)})`);
  if (operator === 'in') return compileIn(compiler, left, right as ListExpression, at);
  const values = textAsInstant(compiler, compile(compiler, left), compile(compiler, right), left, right);
  if (isComparison(operator)) return boolean(compare(operator, values[0], values[1], compiler.option, at));
  return calculate(compiler, operator as Arithmetic, values[0], values[1], at);
}

const isComparison = (operator: string): operator is Comparison =>
  (COMPARISONS as readonly string[]).includes(operator);

/** `phenomenonTime gt '2026-01-01T00:00:00Z'`: older clients quote their times. */
function textAsInstant(compiler: Compiler, a: Value, b: Value, left: Expression, right: Expression): [Value, Value] {
  const quoted = (value: Value, expression: Expression, other: Value): Value =>
    expression.kind === 'string' &&
    (other.type === 'instant' || other.type === 'interval') &&
    findInstant(expression.value) !== undefined
      ? { type: 'instant', sql: compiler.statement.bind(expression.value, 'timestamptz') }
      : value;
  return [quoted(a, left, b), quoted(b, right, a)];
}

function compileIn(compiler: Compiler, left: Expression, list: ListExpression, at: number): Value {
  const value = compile(compiler, left);
  const conditions = list.items.map((item) => compare('eq', value, compile(compiler, item), compiler.option, at));
  return boolean(`(${conditions.join(' or ')})`);
}

function numberLiteral(statement: Statement, text: string): Value {
  const isInteger = /^\d{1,18}$/.test(text);
  return number(statement.bind(text, isInteger ? 'bigint' : 'float8'), isInteger);
}

function negate({ option }: Compiler, value: Value, at: number): Value {
  if (value.type === 'number') return number(`(- ${value.sql})`, value.isInteger);
  if (value.type === 'dynamic') return number(`(- (${value.number}))`);
  if (value.type === 'duration') return { type: 'duration', sql: `(- ${value.sql})` };
  throw typeError(option, at, `'-' does not apply to ${nameOf(value)}`);
}

const SIGNS: Readonly<Record<Arithmetic, string>> = { add: '+', sub: '-', mul: '*', div: '/', mod: '%' };

/** Division by zero is null: such a row meets no condition, and the query still has an answer for all the others. */
function calculate(compiler: Compiler, operator: Arithmetic, left: Value, right: Value, at: number): Value {
  const time = calculateTime(operator, left, right);
  if (time) return time;
  const a = asNumber(compiler, left, at, operator);
  const b = asNumber(compiler, right, at, operator);
  const isInteger = a.isInteger && b.isInteger;
  if (operator === 'div') return number(`(${a.sql} / nullif(${b.sql}, 0))`, isInteger);
  if (operator === 'mod') {
    return isInteger
      ? number(`(${a.sql} % nullif(${b.sql}, 0))`, true)
      : number(`(mod((${a.sql})::numeric, nullif((${b.sql})::numeric, 0)))::float8`);
  }
  return number(`(${a.sql} ${SIGNS[operator]} ${b.sql})`, isInteger);
}

function asNumber(
  { option }: Compiler,
  value: Value,
  at: number,
  operator: Arithmetic,
): { sql: string; isInteger: boolean } {
  if (value.type === 'number') return value;
  if (value.type === 'dynamic') return { sql: `(${readDynamic(value, 'number')})`, isInteger: false };
  throw typeError(option, at, `'${operator}' does not apply to ${nameOf(value)}`);
}

function calculateTime(operator: Arithmetic, left: Value, right: Value): Value | undefined {
  if (operator !== 'add' && operator !== 'sub') return undefined;
  const sign = SIGNS[operator];
  const isTime = (value: Value): value is Value & { sql: string } => value.type === 'instant' || value.type === 'date';
  if (right.type === 'duration') {
    if (left.type === 'duration') return { type: 'duration', sql: `(${left.sql} ${sign} ${right.sql})` };
    if (left.type === 'instant') return { type: 'instant', sql: `(${left.sql} ${sign} ${right.sql})` };
    if (left.type === 'interval') {
      const shift = (end: string) => `(${end} ${sign} ${right.sql})`;
      return { type: 'interval', begin: shift(left.begin), end: shift(left.end), isEndNullable: left.isEndNullable };
    }
  }
  // The time between two instants; an interval is measured from its begin.
  const begin = (value: Value): string | undefined =>
    value.type === 'interval' ? value.begin : isTime(value) ? value.sql : undefined;
  const [a, b] = [begin(left), begin(right)];
  return operator === 'sub' && a !== undefined && b !== undefined
    ? { type: 'duration', sql: `(${a}::timestamptz - ${b}::timestamptz)` }
    : undefined;
}

function checkedInstant({ option }: Compiler, value: string, at: number): string {
  const normal = value.toUpperCase();
  if (findInstant(normal) === undefined) throw typeError(option, at, `'${value}' is not an instant with a time zone`);
  return normal;
}

function intervalLiteral(compiler: Compiler, begin: string, end: string, at: number): Value {
  const [from, to] = [checkedInstant(compiler, begin, at), checkedInstant(compiler, end, at)];
  if (findInstant(from)! > findInstant(to)!) throw typeError(compiler.option, at, 'the interval ends before it begins');
  return {
    type: 'interval',
    begin: compiler.statement.bind(from, 'timestamptz'),
    end: compiler.statement.bind(to, 'timestamptz'),
    isEndNullable: false,
  };
}

function checkedDate({ option }: Compiler, value: string, at: number): string {
  const day = Date.parse(`${value}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== value) {
    throw typeError(option, at, `'${value}' is not a date`);
  }
  return value;
}

function checkedTime({ option }: Compiler, value: string, at: number): string {
  if (!/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$/.test(value))
    throw typeError(option, at, `'${value}' is not a time of day`);
  return value;
}

function checkedDuration({ option }: Compiler, value: string, at: number): string {
  if (!/^-?P(?=\d|T\d)(\d{1,7}D)?(T(?=\d)(\d{1,7}H)?(\d{1,7}M)?(\d{1,9}(\.\d{1,9})?S)?)?$/.test(value)) {
    throw typeError(option, at, `'${value}' is not a duration like P1DT2H30M`);
  }
  return value.startsWith('-') ? value.slice(1).replace(/(\d+(\.\d+)?)(?=[DHMS])/g, '-$1') : value;
}
