/**
 * The people room: accounts, sessions, keys. It answers one question for every request, `authenticate`, and keeps the few tables
 * behind it. What a role permits is the kernel's table; which cases a caller sees is `scope.ts`.
 */
import { CityError, conflict } from '#kernel/errors.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import type { Role } from '#kernel/roles.ts';
import {
  type AccountRow,
  changedRow,
  checkName,
  checkRoles,
  findAccountRow,
  getAccountRow,
  insertAccount,
  keepAnAdministrator,
  toAccount,
  updateAccount,
} from './accounts.ts';
import { createCallers } from './callers.ts';
import { checkNewKey, insertKey, listKeyRows, revokeKeyRow, toKey } from './keys.ts';
import { COST, type Cost, checkPassword } from './passwords.ts';
import type { Account, AccountChange, NewAccount, NewKey, People } from './people.types.ts';
import { fingerprintBytes, newKeySecret, newOneTimePassword } from './secrets.ts';
import { endSession, endSessionsOf, findSessionRow } from './sessions.ts';
import { createSignIn, toSession } from './sign-in.ts';

export interface PeopleDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** The role of callers without any credential: only for conformance runs on loopback. */
  readonly anonymousRole?: Role | undefined;
  /** Cost of a password hash; tests use less. */
  readonly cost?: Cost | undefined;
}

export function createPeople(deps: PeopleDeps): People {
  const { database, clock, random, log } = deps;
  const callers = createCallers({ database, clock, log, anonymousRole: deps.anonymousRole });
  const door = createSignIn({ database, clock, random, log, cost: deps.cost ?? COST });

  async function store(account: NewAccount): Promise<Account> {
    checkName(account.name, 'name');
    checkRoles(account.roles, 'roles');
    checkPassword(account.password, account.name, 'password');
    const now = new Date(clock.now());
    const row = await insertAccount(database, {
      id: newId('account', clock.now(), random),
      name: account.name,
      display_name: account.displayName,
      password_hash: await door.hash(account.password),
      roles: [...account.roles],
      party: account.party ?? null,
      areas: [...(account.areas ?? [])],
      disabled: false,
      must_change_password: account.mustChangePassword ?? false,
      last_sign_in_at: null,
      created_at: now,
      updated_at: now,
    });
    return toAccount(row);
  }

  async function changeAccount(idOrName: string, change: AccountChange): Promise<Account> {
    if (change.roles) checkRoles(change.roles, 'roles');
    const before = await getAccountRow(database, idOrName);
    if (change.password !== undefined) checkPassword(change.password, before.name, 'password');
    const passwordHash = change.password === undefined ? undefined : await door.hash(change.password);
    const after = await database.transaction(async (tx) => {
      const row = changedRow(await getAccountRow(tx, before.id), change, passwordHash, new Date(clock.now()));
      await keepAnAdministrator(tx, row);
      await updateAccount(tx, row);
      if (passwordHash !== undefined || row.disabled) await endSessionsOf(tx, row.id);
      return row;
    });
    callers.forget();
    return toAccount(after);
  }

  return {
    authenticate: callers.authenticate,
    signIn: door.signIn,
    tidy: door.tidy,

    async findSession(token) {
      const row = await findSessionRow(database, fingerprintBytes(token), clock.now());
      return row && toSession(row);
    },

    async signOut(token) {
      await endSession(database, fingerprintBytes(token));
      callers.forget();
    },

    async changePassword({ token, current, next, address }) {
      const session = await findSessionRow(database, fingerprintBytes(token), clock.now());
      if (!session) throw new CityError('unauthenticated', 'session.ended', 'The session has ended; sign in again.');
      await door.prove({ name: session.name, password: current, address });
      if (next === current)
        throw conflict('password.unchanged', 'Choose a password that is not the present one.', 'next');
      await changeAccount(session.id, { password: next, mustChangePassword: false });
      return door.begin(await getAccountRow(database, session.id));
    },

    async ensureAdministrator() {
      const found = await database.query(
        "select 1 from accounts where 'administrator' = any(roles) and not disabled limit 1",
      );
      if (found.length > 0) return undefined;
      const password = newOneTimePassword(random);
      if (await findAccountRow(database, 'administrator'))
        await changeAccount('administrator', {
          password,
          roles: ['administrator'],
          disabled: false,
          mustChangePassword: true,
        });
      else
        await store({
          name: 'administrator',
          displayName: 'Administrator',
          password,
          roles: ['administrator'],
          mustChangePassword: true,
        });
      return { name: 'administrator', password };
    },

    async seedAccounts(accounts, { fictional, password }) {
      if (!fictional && accounts.length > 0)
        throw conflict(
          'accounts.not_fictional',
          'Only a fictional city is given accounts with a known password.',
          'accounts',
        );
      const created: string[] = [];
      for (const { name, displayName, roles, party, areas } of accounts) {
        if (await findAccountRow(database, name)) continue;
        checkRoles(roles, `accounts.${name}.roles`);
        await store({ name, displayName, password, roles, party, areas });
        created.push(name);
      }
      return { created };
    },

    async listAccounts() {
      return (await database.query<AccountRow>('select * from accounts order by lower(name)')).map(toAccount);
    },
    createAccount: store,
    changeAccount,

    async listKeys() {
      return (await listKeyRows(database)).map(toKey);
    },
    async createKey(key: NewKey) {
      checkNewKey(key);
      const secret = newKeySecret(random);
      const row = await insertKey(database, {
        id: newId('key', clock.now(), random),
        secretSha256: fingerprintBytes(secret),
        hint: secret.slice(0, 9),
        key,
        createdAt: new Date(clock.now()),
      });
      return { key: toKey(row), secret };
    },
    async revokeKey(idOrName) {
      const row = await database.transaction((tx) => revokeKeyRow(tx, idOrName, new Date(clock.now())));
      callers.forget();
      return toKey(row);
    },
  };
}
