/** Sessions as rows: the token's SHA-256, never the token. */
import type { Queryable } from '#kernel/ports.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import type { AccountRow } from './accounts.ts';

/** A session ends when nobody used it for twelve hours, and after a week in any case. */
export const IDLE_MS = 12 * HOUR;
export const LONGEST_MS = 7 * DAY;
const SEEN_EVERY_MS = MINUTE;

export interface SessionRow extends AccountRow {
  session_last_seen_at: Date;
  session_expires_at: Date;
}

/**
 * Opens a session for the account as it was when its password was proven. False when the account was disabled or given another
 * password in the meantime: a change that ends every session must not miss one that is just beginning.
 */
export async function openSession(
  db: Queryable,
  tokenSha256: Uint8Array,
  { id, password_hash }: Pick<AccountRow, 'id' | 'password_hash'>,
  now: Instant,
): Promise<boolean> {
  const opened = await db.query(
    `with proven as (select id from accounts where id = $2 and password_hash = $5 and not disabled for share)
     insert into sessions (token_sha256, account_id, created_at, last_seen_at, expires_at)
     select $1, id, $3, $3, $4 from proven returning 1`,
    [tokenSha256, id, new Date(now), new Date(now + LONGEST_MS), password_hash],
  );
  return opened.length > 0;
}

/** When the session ends if nobody uses it again. */
export const endOf = (row: SessionRow): Instant =>
  Math.min(row.session_expires_at.getTime(), row.session_last_seen_at.getTime() + IDLE_MS);

/** The session's account while the session lives; notes that it was used. */
export async function findSessionRow(
  db: Queryable,
  tokenSha256: Uint8Array,
  now: Instant,
): Promise<SessionRow | undefined> {
  const [row] = await db.query<SessionRow>(
    `select a.*, s.last_seen_at as session_last_seen_at, s.expires_at as session_expires_at
     from sessions s join accounts a on a.id = s.account_id
     where s.token_sha256 = $1 and not a.disabled`,
    [tokenSha256],
  );
  if (!row || now >= endOf(row)) return undefined;
  if (now - row.session_last_seen_at.getTime() < SEEN_EVERY_MS) return row;
  await db.query('update sessions set last_seen_at = $2 where token_sha256 = $1', [tokenSha256, new Date(now)]);
  return { ...row, session_last_seen_at: new Date(now) };
}

export const endSession = (db: Queryable, tokenSha256: Uint8Array) =>
  db.query('delete from sessions where token_sha256 = $1', [tokenSha256]);

export const endSessionsOf = (db: Queryable, accountId: string) =>
  db.query('delete from sessions where account_id = $1', [accountId]);

export const deleteEndedSessions = (db: Queryable, now: Instant) =>
  db.query('delete from sessions where expires_at <= $1 or last_seen_at <= $2', [
    new Date(now),
    new Date(now - IDLE_MS),
  ]);
