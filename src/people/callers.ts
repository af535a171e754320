/** From a key or a session token to the caller it stands for, remembered for as long as it may be trusted. */
import { CityError } from '#kernel/errors.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import type { Caller, Role } from '#kernel/roles.ts';
import { MINUTE } from '#kernel/time.ts';
import { findKeyBySecret, type KeyRow, toKeyCaller } from './keys.ts';
import { createKnownCallers } from './known-callers.ts';
import type { Credentials } from './people.types.ts';
import { fingerprint, fingerprintBytes } from './secrets.ts';
import { endOf, findSessionRow, type SessionRow } from './sessions.ts';

export interface CallersDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly anonymousRole: Role | undefined;
}

/** How long a verified caller is trusted before the database is asked whether anything changed. */
const TRUST_MS = 2_000;
const KNOWN_CALLERS = 50_000;
/** How exactly the last use of a key is known. */
const USED_EVERY_MS = MINUTE;

export function createCallers({ database, clock, log, anonymousRole }: CallersDeps) {
  const known = createKnownCallers({ database, clock, trustMs: TRUST_MS, capacity: KNOWN_CALLERS });
  const anonymous: Caller = {
    kind: 'anonymous',
    id: 'anonymous',
    name: 'anonymous',
    roles: anonymousRole ? [anonymousRole] : [],
    party: undefined,
    areas: [],
    thingIds: undefined,
  };

  async function find(secret: string, look: () => Promise<{ caller: Caller; until: number } | undefined>) {
    await known.settle();
    const print = fingerprint(secret);
    const remembered = known.find(print);
    if (remembered) return remembered;
    const seen = known.revision();
    const entry = await look();
    if (entry) known.keep(print, entry, seen);
    return entry?.caller;
  }

  async function lookForKey(secret: string) {
    const row = await findKeyBySecret(database, fingerprintBytes(secret));
    if (!row) return undefined;
    noteUse(row);
    return { caller: toKeyCaller(row), until: clock.now() + USED_EVERY_MS };
  }

  function noteUse(row: KeyRow): void {
    database
      .query('update api_keys set last_used_at = $2 where id = $1', [row.id, new Date(clock.now())])
      .catch((error: Error) =>
        log.warn({ keyId: row.id, error: error.message }, 'The use of a key could not be noted'),
      );
  }

  async function lookForSession(token: string) {
    const row = await findSessionRow(database, fingerprintBytes(token), clock.now());
    // Half a minute at most, so that a session in use keeps being noted as in use.
    return row && { caller: toSessionCaller(row), until: Math.min(endOf(row), clock.now() + USED_EVERY_MS / 2) };
  }

  async function authenticateKey(secret: string): Promise<Caller> {
    const caller = await find(secret, () => lookForKey(secret));
    if (caller) return caller;
    const message = 'This key is not valid: it never was, or it has been revoked.';
    throw new CityError('unauthenticated', 'key.unknown', message);
  }

  return {
    authenticate({ bearer, cookie }: Credentials): Caller | Promise<Caller> {
      const secret = bearer ?? cookie;
      if (secret === undefined) return anonymous;
      const isTrusted = known.settle() === undefined;
      const caller = isTrusted ? known.find(fingerprint(secret)) : undefined;
      if (caller) return caller;
      if (bearer !== undefined) return authenticateKey(bearer);
      return find(secret, () => lookForSession(secret)).then((found) => found ?? anonymous);
    },
    /** This process has just changed something itself. */
    forget: known.forget,
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
