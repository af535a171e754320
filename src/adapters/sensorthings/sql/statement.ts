/** A statement in the making: text is written by the caller, values are bound and never become text. */
import type { Queryable, SqlValue } from '#kernel/ports.ts';

export interface Statement {
  /** Adds a value and gives its placeholder; `cast` is a PostgreSQL type of our own choosing. */
  bind(value: SqlValue, cast?: string): string;
  /** A name no other part of this statement uses. */
  alias(prefix: string): string;
  /**
   * A value that must be asked for before the statement can run: ids of the shapes that lie within a polygon, say.
   * It is bound now and filled by `prepare`.
   */
  later(find: (on: Queryable) => Promise<SqlValue>, cast: string): string;
  run<Row>(on: Queryable, text: string): Promise<Row[]>;
}

export function createStatement(): Statement {
  const values: SqlValue[] = [];
  const pending: { index: number; find: (on: Queryable) => Promise<SqlValue> }[] = [];
  let aliases = 0;
  const bind = (value: SqlValue, cast?: string): string => {
    values.push(value);
    return cast === undefined ? `$${values.length}` : `$${values.length}::${cast}`;
  };
  return {
    bind,
    alias: (prefix) => `${prefix}${++aliases}`,
    later(find, cast) {
      pending.push({ index: values.length, find });
      return bind(null, cast);
    },
    async run<Row>(on: Queryable, text: string): Promise<Row[]> {
      for (const { index, find } of pending.splice(0)) values[index] = await find(on);
      const { sql, used } = onlyUsed(text, values);
      return on.query<Row>(sql, used);
    },
  };
}

/** PostgreSQL wants every value it is given to stand in the text; a part that was bound and then not needed is left out. */
function onlyUsed(text: string, values: readonly SqlValue[]): { sql: string; used: SqlValue[] } {
  const numbers = new Map<string, number>();
  const used: SqlValue[] = [];
  const sql = text.replace(/\$(\d+)/g, (_placeholder, digits: string) => {
    const known = numbers.get(digits);
    if (known !== undefined) return `$${known}`;
    used.push(values[Number(digits) - 1]!);
    numbers.set(digits, used.length);
    return `$${used.length}`;
  });
  return { sql, used };
}
