/** Single rows: insert, update, and what a broken reference means. */
import { invalid, notFound } from '#kernel/errors.ts';
import type { Queryable, SqlValue } from '#kernel/ports.ts';
import type { EntityType } from '../model.ts';

export async function insertRow(tx: Queryable, table: string, columns: ReadonlyMap<string, SqlValue>): Promise<number> {
  const names = [...columns.keys()];
  const placeholders = names.map((_, index) => `$${index + 1}`);
  const rows = await tx.query<{ id: number }>(
    `insert into ${table} (${names.join(', ')}) values (${placeholders.join(', ')}) returning id`,
    [...columns.values()],
  );
  return rows[0]!.id;
}

/** Error: `entity.not_found` (404). */
export async function updateRow(
  tx: Queryable,
  type: EntityType,
  id: number,
  columns: ReadonlyMap<string, SqlValue>,
): Promise<void> {
  const sets = [...columns.keys()].map((name, index) => `${name} = $${index + 2}`);
  const rows = await tx.query(
    sets.length > 0
      ? `update ${type.table} set ${sets.join(', ')} where id = $1 returning id`
      : `select id from ${type.table} where id = $1 for update`,
    [id, ...columns.values()],
  );
  if (rows.length === 0) throw entityNotFound(type, id);
}

export const entityNotFound = (type: EntityType, id: number) =>
  notFound('entity.not_found', `There is no ${type.name} ${id}`);

/** A link in a body must lead to an entity that exists: 400, naming the field. */
export async function requireEntity(tx: Queryable, type: EntityType, id: number, field: string): Promise<void> {
  const rows = await tx.query(`select 1 from ${type.table} where id = $1 for key share`, [id]);
  if (rows.length === 0) throw invalid('entity.unknown', `'${field}': there is no ${type.name} ${id}`, field);
}
