/** SQL expressions that know what they are, and how one kind is read as another. All of it pure text; values are bound elsewhere. */
export type ScalarType = 'number' | 'text' | 'boolean' | 'instant' | 'date' | 'timeOfDay' | 'duration';

export type Value =
  | { readonly type: 'number'; readonly sql: string; readonly isInteger: boolean }
  | { readonly type: Exclude<ScalarType, 'number'>; readonly sql: string }
  /** `end` null in a row means the same as `begin`. */
  | { readonly type: 'interval'; readonly begin: string; readonly end: string; readonly isEndNullable: boolean }
  | Dynamic
  | Shape
  | { readonly type: 'null' };

/** A JSON value of unknown type: a result, or something inside `properties`. Reads as null where the JSON type is another. */
export interface Dynamic {
  readonly type: 'dynamic';
  readonly number: string;
  readonly text: string;
  readonly boolean: string;
  readonly json: string;
  readonly isNull: string;
  /** What to order by, most telling first. */
  readonly order: readonly string[];
}

/** GeoJSON in a column, or a literal of the query as GeoJSON. */
export type Shape =
  | {
      readonly type: 'geometry';
      readonly kind: 'column';
      readonly table: string;
      readonly column: string;
      readonly alias: string;
    }
  | { readonly type: 'geometry'; readonly kind: 'literal'; readonly geometry: GeoJSON.Geometry };

export const number = (sql: string, isInteger = false): Value => ({ type: 'number', sql, isInteger });
export const text = (sql: string): Value => ({ type: 'text', sql });
export const boolean = (sql: string): Value => ({ type: 'boolean', sql });
export const instant = (sql: string): Value => ({ type: 'instant', sql });

export const jsonValue = (json: string, asText: string): Dynamic => ({
  type: 'dynamic',
  number: `case when jsonb_typeof(${json}) = 'number' then (${asText})::float8 end`,
  text: asText,
  boolean: `case when jsonb_typeof(${json}) = 'boolean' then (${asText})::boolean end`,
  json,
  isNull: `(${asText}) is null`,
  order: [json],
});

/** The result of the Observation `o`: a number has a column of its own. */
export const resultValue = (o: string): Dynamic => ({
  type: 'dynamic',
  number: `${o}.result`,
  text: `coalesce(${o}.result::text, ${o}.result_json #>> '{}')`,
  boolean: `case when jsonb_typeof(${o}.result_json) = 'boolean' then ${o}.result_json::text::boolean end`,
  json: `coalesce(to_jsonb(${o}.result), ${o}.result_json)`,
  isNull: `(${o}.result is null and (${o}.result_json #>> '{}') is null)`,
  order: [`${o}.result`, `${o}.result_json`],
});

const LOOKS_LIKE_INSTANT = String.raw`'^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?)?$'`;

/** Reads a dynamic value as one type; null in the rows where it is another. */
export function readDynamic(value: Dynamic, type: ScalarType): string {
  switch (type) {
    case 'number':
    case 'text':
    case 'boolean':
      return value[type];
    case 'instant':
      return `case when (${value.text}) ~ ${LOOKS_LIKE_INSTANT} then (${value.text})::timestamptz end`;
    case 'date':
      return `case when (${value.text}) ~ '^\\d{4}-\\d{2}-\\d{2}$' then (${value.text})::date end`;
    case 'timeOfDay':
      return `case when (${value.text}) ~ '^\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?$' then (${value.text})::time end`;
    case 'duration':
      return `case when (${value.text}) ~ '^P[0-9.DTHMS]+$' then (${value.text})::interval end`;
  }
}

/** The two ends of an instant or interval; undefined for anything else. */
export function endsOf(value: Value): { begin: string; end: string; nullableEnd: string | undefined } | undefined {
  if (value.type === 'interval') {
    return {
      begin: value.begin,
      end: value.isEndNullable ? `coalesce(${value.end}, ${value.begin})` : value.end,
      nullableEnd: value.isEndNullable ? value.end : undefined,
    };
  }
  if (value.type === 'instant') return { begin: value.sql, end: value.sql, nullableEnd: undefined };
  if (value.type === 'date')
    return {
      begin: `((${value.sql})::timestamp at time zone 'UTC')`,
      end: `((${value.sql})::timestamp at time zone 'UTC')`,
      nullableEnd: undefined,
    };
  return undefined;
}

/** The condition that a value is null. */
export function isNullSql(value: Value): string {
  switch (value.type) {
    case 'dynamic':
      return value.isNull;
    case 'interval':
      return `${value.begin} is null`;
    case 'geometry':
      return value.kind === 'column' ? `${value.alias}.${value.column} is null` : 'false';
    case 'null':
      return 'true';
    default:
      return `(${value.sql}) is null`;
  }
}

const NAMES: Readonly<Record<Value['type'], string>> = {
  number: 'a number',
  text: 'a text',
  boolean: 'a condition',
  instant: 'an instant',
  date: 'a date',
  timeOfDay: 'a time of day',
  duration: 'a duration',
  interval: 'a time',
  dynamic: 'a JSON value',
  geometry: 'a geometry',
  null: 'null',
};
/** How an error calls a value. */
export const nameOf = (value: Value): string => NAMES[value.type];
