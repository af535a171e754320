/** What a database holds, as PostgreSQL's catalogue tells it: tables, sequences and foreign keys of every schema that is ours. */
import type { Queryable } from '#kernel/ports.ts';
import type { SequenceState, TableStart } from './format.ts';

/** PostgreSQL's own schemas, and the job queue's: jobs are made anew at every start from what the rooms know. */
const OURS = `n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'pgboss')`;

/** Generated columns are left out: PostgreSQL computes them again. */
export const listTables = (db: Queryable): Promise<TableStart[]> =>
  db.query<TableStart>(
    `select n.nspname as schema, c.relname as name,
            array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind = 'r' and c.relpersistence = 'p' and ${OURS}
     group by n.nspname, c.relname order by n.nspname, c.relname`,
  );

export async function listSequences(db: Queryable): Promise<SequenceState[]> {
  const sequences = await db.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and ${OURS} order by n.nspname, c.relname`,
  );
  const states: SequenceState[] = [];
  for (const { schema, name } of sequences) {
    const [state] = await db.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${quoted(schema, name)}`,
    );
    states.push({ schema, name, lastValue: state!.last, isCalled: state!.called });
  }
  return states;
}

export interface ForeignKey {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

export const listForeignKeys = (db: Queryable): Promise<ForeignKey[]> =>
  db.query<ForeignKey>(
    `select n.nspname as schema, c.relname as "table", k.conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     where k.contype = 'f' and ${OURS} order by 1, 2, 3`,
  );

export const listSchemas = async (db: Queryable): Promise<string[]> =>
  (
    await db.query<{ name: string }>(
      `select n.nspname as name from pg_namespace n where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`,
    )
  ).map(({ name }) => name);

/** Who else is connected to this database right now. */
export async function countOthers(db: Queryable): Promise<number> {
  const [row] = await db.query<{ others: number }>(
    `select count(*)::int as others from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  return row!.others;
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const quoted = (...names: readonly string[]): string => names.map(identifier).join('.');
