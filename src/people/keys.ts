/** Keys of devices and integrations as rows. */
import { CityError, conflict, invalid, notFound } from '#kernel/errors.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { Caller, Role } from '#kernel/roles.ts';
import { checkRoles } from './accounts.ts';
import type { ApiKey, NewKey } from './people.types.ts';

export interface KeyRow {
  id: string;
  name: string;
  hint: string;
  roles: Role[];
  party: string | null;
  areas: string[];
  thing_ids: (string | number)[] | null;
  created_by: string | null;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

const COLUMNS = 'id, name, hint, roles, party, areas, thing_ids, created_by, created_at, last_used_at, revoked_at';

export const toKey = (row: KeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  hint: row.hint,
  roles: row.roles,
  party: row.party ?? undefined,
  areas: row.areas,
  thingIds: row.thing_ids?.map(Number),
  createdBy: row.created_by ?? undefined,
  createdAt: row.created_at.getTime(),
  lastUsedAt: row.last_used_at?.getTime(),
  revokedAt: row.revoked_at?.getTime(),
});

export const toKeyCaller = (row: KeyRow): Caller => ({
  kind: 'key',
  id: row.id,
  name: row.name,
  roles: row.roles,
  party: row.party ?? undefined,
  areas: row.areas,
  thingIds: row.thing_ids?.map(Number),
});

/**
 * A device key names its Things: without them it could write for any device of the city. A key is never an administrator over
 * people by accident: who wants that says so with the role.
 */
export function checkNewKey(key: NewKey): void {
  if (!/^\S.{0,99}$/.test(key.name))
    throw invalid('key.name_invalid', 'A key has a name of 1 to 100 characters.', 'name');
  checkRoles(key.roles, 'roles');
  const things = key.thingIds;
  if (things?.some((id) => !Number.isSafeInteger(id) || id < 1))
    throw invalid('key.thing_invalid', 'Thing ids are whole numbers from 1.', 'thingIds');
  if (key.roles.includes('device') && (things === undefined || things.length === 0))
    throw invalid('key.things_missing', 'A device key names the Things it may write Observations of.', 'thingIds');
}

export async function insertKey(
  db: Queryable,
  row: { id: string; secretSha256: Uint8Array; hint: string; key: NewKey; createdAt: Date },
): Promise<KeyRow> {
  const { key } = row;
  const [stored] = await db.query<KeyRow>(
    `insert into api_keys (id, name, secret_sha256, hint, roles, party, areas, thing_ids, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${COLUMNS}`,
    [
      row.id,
      key.name,
      row.secretSha256,
      row.hint,
      [...key.roles],
      key.party ?? null,
      [...(key.areas ?? [])],
      key.thingIds ? [...key.thingIds] : null,
      key.createdBy ?? null,
      row.createdAt,
    ],
  );
  return stored!;
}

export async function findKeyBySecret(db: Queryable, secretSha256: Uint8Array): Promise<KeyRow | undefined> {
  const [row] = await db.query<KeyRow>(
    `select ${COLUMNS} from api_keys where secret_sha256 = $1 and revoked_at is null`,
    [secretSha256],
  );
  return row;
}

export const listKeyRows = (db: Queryable): Promise<KeyRow[]> =>
  db.query<KeyRow>(`select ${COLUMNS} from api_keys order by created_at, id`);

export async function revokeKeyRow(db: Queryable, idOrName: string, now: Date): Promise<KeyRow> {
  const rows = await db.query<KeyRow>(
    `select ${COLUMNS} from api_keys where id = $1 or (name = $1 and revoked_at is null) for update`,
    [idOrName],
  );
  const [row] = rows;
  if (!row) throw notFound('key.unknown', `There is no valid key "${idOrName}".`, 'key');
  if (rows.length > 1)
    throw new CityError(
      'conflict',
      'key.ambiguous',
      `${rows.length} keys are named "${idOrName}"; give the id.`,
      'key',
      {
        ids: rows.map((each) => each.id),
      },
    );
  if (row.revoked_at) throw conflict('key.revoked', `The key "${idOrName}" is revoked already.`, 'key');
  const [revoked] = await db.query<KeyRow>(`update api_keys set revoked_at = $2 where id = $1 returning ${COLUMNS}`, [
    row.id,
    now,
  ]);
  return revoked!;
}
