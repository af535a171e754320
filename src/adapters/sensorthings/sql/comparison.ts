/** `eq ne gt ge lt le` between values of known and unknown type. */
import type { Comparison } from '../query/expression.types.ts';
import { typeError } from '../query/query-errors.ts';
import { type Dynamic, endsOf, isNullSql, nameOf, readDynamic, type ScalarType, type Value } from './values.ts';

const SQL_OPERATOR: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' };
const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

/**
 * The condition `left operator right`. A row where one side is null meets none of them (`eq null` and `ne null` excepted, which
 * ask for just that); so does a row whose JSON value is of another type than the other side.
 */
export function compare(operator: Comparison, left: Value, right: Value, option: string, at: number): string {
  if (left.type === 'null' || right.type === 'null')
    return compareNull(operator, left.type === 'null' ? right : left, option, at);
  if (left.type === 'dynamic') {
    return right.type === 'dynamic'
      ? compareDynamics(operator, left, right)
      : compareDynamic(operator, left, right, option, at);
  }
  if (right.type === 'dynamic') return compareDynamic(MIRRORED[operator], right, left, option, at);
  const times = compareTimes(operator, left, right);
  if (times !== undefined) return times;
  if (
    left.type !== right.type ||
    left.type === 'geometry' ||
    right.type === 'geometry' ||
    left.type === 'interval' ||
    right.type === 'interval'
  ) {
    throw typeError(option, at, `${nameOf(left)} cannot be compared with ${nameOf(right)} by '${operator}'`);
  }
  return `(${left.sql} ${SQL_OPERATOR[operator]} ${right.sql})`;
}

function compareNull(operator: Comparison, value: Value, option: string, at: number): string {
  if (operator === 'eq') return `(${isNullSql(value)})`;
  if (operator === 'ne') return `(not (${isNullSql(value)}))`;
  throw typeError(option, at, `null has no order: use 'eq null' or 'ne null'`);
}

function compareDynamics(operator: Comparison, left: Dynamic, right: Dynamic): string {
  const sign = SQL_OPERATOR[operator];
  const present = `(not ${left.isNull} and not ${right.isNull})`;
  if (operator === 'eq' || operator === 'ne')
    return `(case when ${present} then ${left.json} ${sign} ${right.json} end)`;
  return `(case when jsonb_typeof(${left.json}) = 'number' and jsonb_typeof(${right.json}) = 'number'
    then ${left.number} ${sign} ${right.number} else ${left.text} ${sign} ${right.text} end)`;
}

function compareDynamic(
  operator: Comparison,
  value: Dynamic,
  other: Exclude<Value, Dynamic>,
  option: string,
  at: number,
): string {
  if (other.type === 'interval' || other.type === 'null') {
    return compare(operator, { type: 'instant', sql: `(${readDynamic(value, 'instant')})` }, other, option, at);
  }
  if (other.type === 'geometry') throw typeError(option, at, `${nameOf(other)} cannot be compared by '${operator}'`);
  const type: ScalarType = other.type;
  return `((${readDynamic(value, type)}) ${SQL_OPERATOR[operator]} ${other.sql})`;
}

/**
 * Times, either of which may be an interval: *lt* ends before the other begins, *gt* begins after the other ends, *le* ends no
 * later than the other ends, *ge* begins no earlier than the other begins, *eq* both ends the same.
 */
function compareTimes(operator: Comparison, left: Value, right: Value): string | undefined {
  const [a, b] = [endsOf(left), endsOf(right)];
  if (!a || !b || (left.type === 'date' && right.type === 'date')) return undefined;
  // Written so that an index on the begin of a nullable interval can serve.
  const endIs = (sign: string, other: string): string =>
    a.nullableEnd === undefined
      ? `${a.end} ${sign} ${other}`
      : `(${a.begin} ${sign} ${other} and (${a.nullableEnd} is null or ${a.nullableEnd} ${sign} ${other}))`;
  switch (operator) {
    case 'lt':
      return `(${endIs('<', b.begin)})`;
    case 'le':
      return `(${endIs('<=', b.end)})`;
    case 'gt':
      return `(${a.begin} > ${b.end})`;
    case 'ge':
      return `(${a.begin} >= ${b.begin})`;
    case 'eq':
      return `(${a.begin} = ${b.begin} and ${a.end} = ${b.end})`;
    case 'ne':
      return `(${a.begin} <> ${b.begin} or ${a.end} <> ${b.end})`;
  }
}
