/** Answers a resource path: which rows it means, and whether what stands on the way exists. */
import { notFound } from '#kernel/errors.ts';
import type { ResourcePath, Step } from '../query/resource-path.ts';
import { belongsTo, keyOf } from '../sql/links.ts';
import { ROW } from '../sql/select.ts';
import { createStatement, type Statement } from '../sql/statement.ts';
import type { ReadContext, Restrict } from './reader.ts';

/** The key of the entity that the steps lead to, as an SQL expression; null when one on the way does not fit. */
function keySql(statement: Statement, steps: readonly Step[]): string {
  const last = steps[steps.length - 1]!;
  const key = last.key === undefined ? undefined : statement.bind(last.key, 'bigint');
  if (steps.length === 1) return key!;
  const before = steps.slice(0, -1);
  const owner = before[before.length - 1]!;
  const ownerKey = keySql(statement, before);
  if (key === undefined)
    return `(select ${keyOf(last.relation!, 'own')} from ${owner.type.table} own where own.id = ${ownerKey})`;
  const row = statement.alias('s');
  return `(select ${row}.id from ${last.type.table} ${row} where ${row}.id = ${key} and ${belongsTo(owner.type, last.relation!, ownerKey, row)})`;
}

/** The rows of the path's last step. */
export function restrictTo(path: ResourcePath): Restrict {
  return (statement) => {
    if (path.isSingle) return `${ROW}.id = ${keySql(statement, path.steps)}`;
    if (path.steps.length === 1) return undefined;
    const last = path.steps[path.steps.length - 1]!;
    const owner = path.steps[path.steps.length - 2]!;
    return belongsTo(owner.type, last.relation!, keySql(statement, path.steps.slice(0, -1)), ROW);
  };
}

export const nothingThere = () => notFound('entity.not_found', 'There is no such entity', 'path');

/** An empty set may mean that its owner does not exist: that is 404, not an empty list. */
export async function requireOwner(context: ReadContext, path: ResourcePath): Promise<void> {
  if (path.isSingle || path.steps.length === 1) return;
  await findKey(context, path.steps.slice(0, -1));
}

/** The id of the single entity the steps lead to. Error: `entity.not_found`. */
export async function findKey(context: ReadContext, steps: readonly Step[]): Promise<number> {
  const statement = createStatement();
  const last = steps[steps.length - 1]!;
  const rows = await statement.run<{ id: number }>(
    context.on,
    `select x.id from ${last.type.table} x where x.id = ${keySql(statement, steps)}`,
  );
  if (rows.length === 0) throw nothingThere();
  return rows[0]!.id;
}
