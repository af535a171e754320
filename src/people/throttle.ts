/** The brake on guessing passwords: after a few free failures each further one doubles the wait. Pure. */
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';

export interface Failures {
  readonly failures: number;
  readonly lastFailureAt: Instant;
}

export interface Brake {
  /** Failures that cost nothing: people do mistype. */
  readonly free: number;
  readonly longestMs: number;
  /** After this long without a failure the slate is clean. */
  readonly forgetMs: number;
}

export const ACCOUNT_BRAKE: Brake = { free: 5, longestMs: 15 * MINUTE, forgetMs: 60 * MINUTE };
/** Wider, because a whole office may share one address. */
export const ADDRESS_BRAKE: Brake = { free: 30, longestMs: 15 * MINUTE, forgetMs: 60 * MINUTE };

/** Milliseconds until the next attempt is heard; 0 when it may be made now. */
export function waitMs(past: Failures | undefined, brake: Brake, now: Instant): number {
  if (!past || past.failures < brake.free || now - past.lastFailureAt >= brake.forgetMs) return 0;
  const pause = Math.min(brake.longestMs, SECOND * 2 ** Math.min(30, past.failures - brake.free));
  return Math.max(0, past.lastFailureAt + pause - now);
}

/** The record after one more failure. */
export const failedOnceMore = (past: Failures | undefined, brake: Brake, now: Instant): Failures => ({
  failures: past && now - past.lastFailureAt < brake.forgetMs ? past.failures + 1 : 1,
  lastFailureAt: now,
});
