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

export async function openSession(
  db: Queryable,
  tokenSha256: Uint8Array,
  accountId: string,
  now: Instant,
): Promise<void> {
  await db.query(
    'insert into sessions (token_sha256, account_id, created_at, last_seen_at, expires_at) values ($1, $2, $3, $3, $4)',
    [tokenSha256, accountId, new Date(now), new Date(now + LONGEST_MS)],
  );
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
