/** Accounts as rows. Every change goes through here, so that the checks cannot be walked around. */
import { CityError, conflict, invalid, notFound } from '#kernel/errors.ts';
import type { Queryable } from '#kernel/ports.ts';
import { ROLES, type Role } from '#kernel/roles.ts';
import type { Account, AccountChange } from './people.types.ts';

export interface AccountRow {
  id: string;
  name: string;
  display_name: string;
  password_hash: string;
  roles: Role[];
  party: string | null;
  areas: string[];
  disabled: boolean;
  must_change_password: boolean;
  last_sign_in_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export const toAccount = (row: AccountRow): Account => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  roles: row.roles,
  party: row.party ?? undefined,
  areas: row.areas,
  disabled: row.disabled,
  mustChangePassword: row.must_change_password,
  lastSignInAt: row.last_sign_in_at?.getTime(),
  createdAt: row.created_at.getTime(),
  updatedAt: row.updated_at.getTime(),
});

const SIGN_IN_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u;

/** Errors: `account.name_invalid`, naming the rule. */
export function checkName(name: string, field: string): void {
  if (!SIGN_IN_NAME.test(name))
    throw invalid(
      'account.name_invalid',
      'A sign-in name has 2 to 64 letters, digits, dots, dashes, underscores or @, and begins with a letter or digit.',
      field,
    );
}

/** Errors: `role.unknown`, listing the roles there are. */
export function checkRoles(roles: readonly string[], field: string): asserts roles is readonly Role[] {
  if (roles.length === 0) throw invalid('role.missing', `Give at least one role of: ${ROLES.join(', ')}.`, field);
  const stranger = roles.find((role) => !(ROLES as readonly string[]).includes(role));
  if (stranger !== undefined)
    throw invalid('role.unknown', `There is no role "${stranger}"; the roles are ${ROLES.join(', ')}.`, field);
}

export async function findAccountRow(db: Queryable, idOrName: string): Promise<AccountRow | undefined> {
  const [row] = await db.query<AccountRow>('select * from accounts where id = $1 or lower(name) = lower($1)', [
    idOrName,
  ]);
  return row;
}

export async function getAccountRow(db: Queryable, idOrName: string): Promise<AccountRow> {
  const row = await findAccountRow(db, idOrName);
  if (!row) throw notFound('account.unknown', `There is no account "${idOrName}".`, 'account');
  return row;
}

export async function insertAccount(db: Queryable, row: AccountRow): Promise<AccountRow> {
  const [stored] = await db.query<AccountRow>(
    `insert into accounts (id, name, display_name, password_hash, roles, party, areas, disabled, must_change_password, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (lower(name)) do nothing returning *`,
    [
      row.id,
      row.name,
      row.display_name,
      row.password_hash,
      row.roles,
      row.party,
      row.areas,
      row.disabled,
      row.must_change_password,
      row.created_at,
      row.updated_at,
    ],
  );
  if (!stored) throw conflict('account.name_taken', `There already is an account "${row.name}".`, 'name');
  return stored;
}

/** The row after the change; the password is hashed by the caller. */
export function changedRow(
  row: AccountRow,
  change: AccountChange,
  passwordHash: string | undefined,
  now: Date,
): AccountRow {
  return {
    ...row,
    display_name: change.displayName ?? row.display_name,
    roles: change.roles ? [...change.roles] : row.roles,
    party: change.party === undefined ? row.party : change.party,
    areas: change.areas ? [...change.areas] : row.areas,
    disabled: change.disabled ?? row.disabled,
    password_hash: passwordHash ?? row.password_hash,
    must_change_password: change.mustChangePassword ?? row.must_change_password,
    updated_at: now,
  };
}

export async function updateAccount(db: Queryable, row: AccountRow): Promise<void> {
  await db.query(
    `update accounts set display_name = $2, roles = $3, party = $4, areas = $5, disabled = $6, password_hash = $7,
       must_change_password = $8, updated_at = $9 where id = $1`,
    [
      row.id,
      row.display_name,
      row.roles,
      row.party,
      row.areas,
      row.disabled,
      row.password_hash,
      row.must_change_password,
      row.updated_at,
    ],
  );
}

/**
 * Locks every account so that two administrators cannot disable each other at the same moment, and refuses a change after which
 * nobody could let anyone in again (`account.last_administrator`).
 */
export async function keepAnAdministrator(db: Queryable, after: AccountRow): Promise<void> {
  const rows = await db.query<AccountRow>('select * from accounts for update');
  const governs = (row: AccountRow) => !row.disabled && row.roles.includes('administrator');
  const before = rows.some(governs);
  const remains = rows.some((row) => governs(row.id === after.id ? after : row));
  if (before && !remains)
    throw new CityError(
      'conflict',
      'account.last_administrator',
      'This is the last administrator; make someone else administrator first.',
      'roles',
    );
}
