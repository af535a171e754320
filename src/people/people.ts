/**
 * The people room: accounts, sessions, keys. It answers one question for every request, `authenticate`, and keeps the few tables
 * behind it. What a role permits is the kernel's table; which cases a caller sees is `scope.ts`.
 */
import { CityError, conflict } from '#kernel/errors.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { type Caller, may, PERMISSIONS, type Role } from '#kernel/roles.ts';
import { HOUR, MINUTE } from '#kernel/time.ts';
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
import {
  checkNewKey,
  findKeyBySecret,
  insertKey,
  type KeyRow,
  listKeyRows,
  revokeKeyRow,
  toKey,
  toKeyCaller,
} from './keys.ts';
import { createKnownCallers } from './known-callers.ts';
import {
  COST,
  type Cost,
  checkPassword,
  createTurnstile,
  hashPassword,
  isOutdated,
  verifyPassword,
} from './passwords.ts';
import type { Account, AccountChange, NewAccount, NewKey, People, Session } from './people.types.ts';
import { fingerprint, fingerprintBytes, newKeySecret, newOneTimePassword, newSessionToken } from './secrets.ts';
import {
  deleteEndedSessions,
  endOf,
  endSession,
  endSessionsOf,
  findSessionRow,
  openSession,
  type SessionRow,
} from './sessions.ts';
import { forgetOldFailures, forgiveAttempt, reserveAttempt } from './sign-in-failures.ts';

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

/** How long a verified caller is trusted before the database is asked whether anything changed. */
const TRUST_MS = 2_000;
const KNOWN_CALLERS = 50_000;
const HASHING_AT_ONCE = 2;
const HASHING_IN_LINE = 64;
const KEY_USED_EVERY_MS = MINUTE;
const TIDY_EVERY_MS = HOUR;

export function createPeople(deps: PeopleDeps): People {
  const { database, clock, random, log } = deps;
  const cost = deps.cost ?? COST;
  const known = createKnownCallers({ database, clock, trustMs: TRUST_MS, capacity: KNOWN_CALLERS });
  const turnstile = createTurnstile(HASHING_AT_ONCE, HASHING_IN_LINE);
  const anonymous: Caller = {
    kind: 'anonymous',
    id: 'anonymous',
    name: 'anonymous',
    roles: deps.anonymousRole ? [deps.anonymousRole] : [],
    party: undefined,
    areas: [],
    thingIds: undefined,
  };
  const hashed = (password: string) => turnstile(() => hashPassword(password, random, cost));
  /** A hash nobody knows the password of: an unknown name takes exactly as long as a wrong password. */
  let nobodysHash: Promise<string> | undefined;

  async function lookUp(print: string, find: () => Promise<{ caller: Caller; until: number } | undefined>) {
    const seen = known.revision();
    const entry = await find();
    if (entry) known.keep(print, entry, seen);
    return entry?.caller;
  }

  async function findKeyCaller(secret: string) {
    const row = await findKeyBySecret(database, fingerprintBytes(secret));
    if (!row) return undefined;
    noteUse(row);
    return { caller: toKeyCaller(row), until: clock.now() + KEY_USED_EVERY_MS };
  }

  function noteUse(row: KeyRow): void {
    database
      .query('update api_keys set last_used_at = $2 where id = $1', [row.id, new Date(clock.now())])
      .catch((error: Error) =>
        log.warn({ keyId: row.id, error: error.message }, 'The use of a key could not be noted'),
      );
  }

  async function findSessionCaller(token: string) {
    const row = await findSessionRow(database, fingerprintBytes(token), clock.now());
    // Half a minute at most, so that a session in use keeps being noted as in use.
    return row && { caller: toSessionCaller(row), until: Math.min(endOf(row), clock.now() + KEY_USED_EVERY_MS / 2) };
  }

  async function authenticateKey(secret: string): Promise<Caller> {
    await known.settle();
    const print = fingerprint(secret);
    const caller = known.find(print) ?? (await lookUp(print, () => findKeyCaller(secret)));
    if (caller) return caller;
    throw new CityError(
      'unauthenticated',
      'key.unknown',
      'This key is not valid: it never was, or it has been revoked.',
    );
  }

  async function authenticateSession(token: string): Promise<Caller> {
    await known.settle();
    const print = fingerprint(token);
    return known.find(print) ?? (await lookUp(print, () => findSessionCaller(token))) ?? anonymous;
  }

  async function verifyAttempt(name: string, password: string, address: string): Promise<AccountRow> {
    await reserveAttempt(database, name, address, clock.now());
    const row = await findAccountRow(database, name);
    const usable = row && !row.disabled && row.name.toLowerCase() === name.toLowerCase() ? row : undefined;
    nobodysHash ??= hashed(newSessionToken(random));
    const phc = usable?.password_hash ?? (await nobodysHash);
    const right = await turnstile(() => verifyPassword(password, phc));
    if (!usable || !right)
      throw new CityError('unauthenticated', 'sign_in.refused', 'The name or the password is not right.');
    await forgiveAttempt(database, name, address);
    return usable;
  }

  let tidiedAt = Number.NEGATIVE_INFINITY;
  /** Now and then, on the occasion of somebody signing in; whoever signs in does not wait for it. */
  function tidyNowAndThen(): void {
    if (clock.now() - tidiedAt < TIDY_EVERY_MS) return;
    tidiedAt = clock.now();
    tidy().catch((error: Error) => log.warn({ error: error.message }, 'Ended sessions could not be tidied away'));
  }

  async function tidy(): Promise<void> {
    await deleteEndedSessions(database, clock.now());
    await forgetOldFailures(database, clock.now());
  }

  async function begin(row: AccountRow): Promise<{ token: string; session: Session }> {
    const token = newSessionToken(random);
    await openSession(database, fingerprintBytes(token), row.id, clock.now());
    return { token, session: toSession(row) };
  }

  async function store(account: NewAccount): Promise<Account> {
    checkName(account.name, 'name');
    checkRoles(account.roles, 'roles');
    checkPassword(account.password, account.name, 'password');
    const now = new Date(clock.now());
    const row = await insertAccount(database, {
      id: newId('account', clock.now(), random),
      name: account.name,
      display_name: account.displayName,
      password_hash: await hashed(account.password),
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
    const passwordHash = change.password === undefined ? undefined : await hashed(change.password);
    const after = await database.transaction(async (tx) => {
      const row = changedRow(await getAccountRow(tx, before.id), change, passwordHash, new Date(clock.now()));
      await keepAnAdministrator(tx, row);
      await updateAccount(tx, row);
      if (passwordHash !== undefined || row.disabled) await endSessionsOf(tx, row.id);
      return row;
    });
    known.forget();
    return toAccount(after);
  }

  return {
    authenticate({ bearer, cookie }) {
      const secret = bearer ?? cookie;
      if (secret === undefined) return anonymous;
      const waiting = known.settle();
      const caller = waiting ? undefined : known.find(fingerprint(secret));
      return caller ?? (bearer === undefined ? authenticateSession(secret) : authenticateKey(secret));
    },

    async signIn({ name, password, address }) {
      const row = await verifyAttempt(name, password, address);
      if (isOutdated(row.password_hash, cost))
        await database.query('update accounts set password_hash = $2 where id = $1', [row.id, await hashed(password)]);
      await database.query('update accounts set last_sign_in_at = $2 where id = $1', [row.id, new Date(clock.now())]);
      tidyNowAndThen();
      return begin(row);
    },

    async findSession(token) {
      const row = await findSessionRow(database, fingerprintBytes(token), clock.now());
      return row && toSession(row);
    },

    async signOut(token) {
      await endSession(database, fingerprintBytes(token));
      known.forget();
    },

    async changePassword({ token, current, next, address }) {
      const session = await findSessionRow(database, fingerprintBytes(token), clock.now());
      if (!session) throw new CityError('unauthenticated', 'session.ended', 'The session has ended; sign in again.');
      await verifyAttempt(session.name, current, address);
      if (next === current)
        throw conflict('password.unchanged', 'Choose a password that is not the present one.', 'next');
      await changeAccount(session.id, { password: next, mustChangePassword: false });
      return begin(await getAccountRow(database, session.id));
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
      known.forget();
      return toKey(row);
    },

    tidy,
  };
}

/** Without a changed password the account may do nothing yet. */
const toSessionCaller = (row: SessionRow): Caller => ({
  kind: 'account',
  id: row.id,
  name: row.display_name,
  roles: row.must_change_password ? [] : row.roles,
  party: row.party ?? undefined,
  areas: row.areas,
  thingIds: undefined,
});

const toSession = (row: AccountRow): Session => {
  const account = toAccount(row);
  const caller: Caller = {
    ...account,
    kind: 'account',
    thingIds: undefined,
    roles: row.must_change_password ? [] : row.roles,
  };
  return {
    account,
    permissions: PERMISSIONS.filter((permission) => permission !== 'public' && may(caller, permission)),
  };
};
