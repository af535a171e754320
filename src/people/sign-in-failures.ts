/** The brake's memory, shared by every process of the city. */
import { CityError } from '#kernel/errors.ts';
import type { Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { ACCOUNT_BRAKE, ADDRESS_BRAKE, type Brake, type Failures, failedOnceMore, waitMs } from './throttle.ts';

interface Watched {
  readonly subject: string;
  readonly brake: Brake;
}

const watched = (name: string, address: string): Watched[] => [
  { subject: `account:${name.toLowerCase()}`, brake: ACCOUNT_BRAKE },
  { subject: `address:${address}`, brake: ADDRESS_BRAKE },
];

async function failuresOf(tx: Queryable, subject: string): Promise<Failures | undefined> {
  const [row] = await tx.query<{ failures: number; last_failure_at: Date }>(
    'select failures, last_failure_at from sign_in_failures where subject = $1',
    [subject],
  );
  return row && { failures: row.failures, lastFailureAt: row.last_failure_at.getTime() };
}

/**
 * Counts the attempt as failed before the password is looked at, so that a hundred guesses at once do not all pass the brake;
 * `forgiveAttempt` takes it back. Errors: `sign_in.throttled` (429) with `details.retryAfterSeconds`; the attempt is then not counted.
 */
export async function reserveAttempt(db: Database, name: string, address: string, now: Instant): Promise<void> {
  await db.transaction(async (tx) => {
    const subjects = watched(name, address);
    for (const { subject } of subjects)
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [subject]);
    const pasts = await Promise.all(subjects.map(({ subject }) => failuresOf(tx, subject)));
    const wait = Math.max(...subjects.map(({ brake }, i) => waitMs(pasts[i], brake, now)));
    if (wait > 0) throw throttled(wait);
    for (const [i, { subject, brake }] of subjects.entries()) {
      const next = failedOnceMore(pasts[i], brake, now);
      await tx.query(
        `insert into sign_in_failures (subject, failures, last_failure_at) values ($1, $2, $3)
         on conflict (subject) do update set failures = excluded.failures, last_failure_at = excluded.last_failure_at`,
        [subject, next.failures, new Date(next.lastFailureAt)],
      );
    }
  });
}

function throttled(wait: number): CityError {
  const retryAfterSeconds = Math.ceil(wait / 1_000);
  const message = `Too many failed attempts. Try again in ${retryAfterSeconds} seconds.`;
  return new CityError('too_many', 'sign_in.throttled', message, undefined, { retryAfterSeconds });
}

/** The password was right: the account's slate is clean, and the address gets this one attempt back. */
export async function forgiveAttempt(db: Queryable, name: string, address: string): Promise<void> {
  await db.query('delete from sign_in_failures where subject = $1', [`account:${name.toLowerCase()}`]);
  await db.query('update sign_in_failures set failures = greatest(failures - 1, 0) where subject = $1', [
    `address:${address}`,
  ]);
}

export const forgetOldFailures = (db: Queryable, now: Instant) =>
  db.query('delete from sign_in_failures where last_failure_at <= $1', [new Date(now - ADDRESS_BRAKE.forgetMs)]);
