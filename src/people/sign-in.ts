/** Proving who one is with a password, and the session that follows. */
import { CityError } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { type Caller, may, PERMISSIONS } from '#kernel/roles.ts';
import { HOUR } from '#kernel/time.ts';
import { type AccountRow, findAccountRow, toAccount } from './accounts.ts';
import { type Cost, createTurnstile, hashPassword, isOutdated, toPhc, verifyPassword } from './passwords.ts';
import type { Session } from './people.types.ts';
import { fingerprintBytes, newSessionToken } from './secrets.ts';
import { deleteEndedSessions, openSession } from './sessions.ts';
import { forgetOldFailures, forgiveAttempt, reserveAttempt } from './sign-in-failures.ts';

export interface SignInDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly cost: Cost;
}

export interface Attempt {
  readonly name: string;
  readonly password: string;
  readonly address: string;
}

const HASHING_AT_ONCE = 2;
const HASHING_IN_LINE = 64;
const TIDY_EVERY_MS = HOUR;

export function createSignIn({ database, clock, random, log, cost }: SignInDeps) {
  const turnstile = createTurnstile(HASHING_AT_ONCE, HASHING_IN_LINE);
  /** No password leads to these bytes: an unknown name takes as long as a wrong password. */
  const nobodysHash = toPhc(random(16), Buffer.concat([random(16), random(16)]), cost);
  let tidiedAt = Number.NEGATIVE_INFINITY;

  const hash = (password: string): Promise<string> => turnstile(() => hashPassword(password, random, cost));

  /** Errors: `sign_in.refused`, `sign_in.throttled`, `sign_in.busy`. */
  async function prove({ name, password, address }: Attempt): Promise<AccountRow> {
    await reserveAttempt(database, name, address, clock.now());
    const row = await findAccountRow(database, name);
    const usable = row && !row.disabled && row.name.toLowerCase() === name.toLowerCase() ? row : undefined;
    const isRight = await turnstile(() => verifyPassword(password, usable?.password_hash ?? nobodysHash));
    if (!usable || !isRight) throw refused();
    await forgiveAttempt(database, name, address);
    return usable;
  }

  async function begin(row: AccountRow): Promise<{ token: string; session: Session }> {
    const token = newSessionToken(random);
    if (!(await openSession(database, fingerprintBytes(token), row, clock.now()))) throw refused();
    return { token, session: toSession(row) };
  }

  async function tidy(): Promise<void> {
    await deleteEndedSessions(database, clock.now());
    await forgetOldFailures(database, clock.now());
  }

  /** On the occasion of somebody signing in, who does not wait for it. */
  function tidyNowAndThen(): void {
    if (clock.now() - tidiedAt < TIDY_EVERY_MS) return;
    tidiedAt = clock.now();
    tidy().catch((error: Error) => log.warn({ error: error.message }, 'Ended sessions could not be tidied away'));
  }

  return {
    hash,
    prove,
    begin,
    tidy,
    async signIn(attempt: Attempt): Promise<{ token: string; session: Session }> {
      const row = await prove(attempt);
      const password_hash = isOutdated(row.password_hash, cost) ? await hash(attempt.password) : row.password_hash;
      await database.query(
        'update accounts set last_sign_in_at = $2, password_hash = $3 where id = $1 and password_hash = $4',
        [row.id, new Date(clock.now()), password_hash, row.password_hash],
      );
      tidyNowAndThen();
      return begin({ ...row, password_hash });
    },
  };
}

const refused = () => new CityError('unauthenticated', 'sign_in.refused', 'The name or the password is not right.');

export const toSession = (row: AccountRow): Session => {
  const account = toAccount(row);
  const roles = row.must_change_password ? [] : row.roles;
  const caller: Caller = { ...account, kind: 'account', thingIds: undefined, roles };
  return {
    account,
    permissions: PERMISSIONS.filter((permission) => permission !== 'public' && may(caller, permission)),
  };
};
