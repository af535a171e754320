/**
 * How much one address or device may ask. Counts are kept in memory only, under a keyed hash whose key is made anew at every start:
 * nothing here says who somebody is, and nothing outlives the process.
 */
import { hash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { CityError } from '#kernel/errors.ts';
import type { Clock } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';

export interface Limit {
  /** Names the count: an address has one of each. */
  readonly name: string;
  readonly most: number;
  readonly withinMs: number;
}

interface Count {
  /** Start of the window that `current` counts. */
  begin: Instant;
  before: number;
  current: number;
}

/** More than this are not remembered; the ones untouched for longest go first. */
const MOST_KEPT = 200_000;

/**
 * A sliding window in two counts: the last whole window weighs as much of itself as still reaches into the present one. At most a
 * little stricter than counting every single one, and two numbers instead of sixty.
 */
export function createRateLimits(clock: Clock, secret: Uint8Array) {
  const counts = new Map<string, Count>();
  // The key on both sides keeps the hash from being lengthened; one call, as this is asked several times a request.
  const key = Buffer.from(secret).toString('base64');
  const keyOf = (limit: Limit, who: string): string =>
    `${limit.name}:${hash('sha256', `${key}|${who}|${key}`, 'base64url').slice(0, 16)}`;

  function countOf(limit: Limit, key: string, now: Instant): Count {
    const known = counts.get(key) ?? { begin: now, before: 0, current: 0 };
    const passed = Math.floor((now - known.begin) / limit.withinMs);
    if (passed >= 1) {
      known.before = passed === 1 ? known.current : 0;
      known.current = 0;
      known.begin += passed * limit.withinMs;
    }
    counts.delete(key);
    counts.set(key, known);
    return known;
  }

  /** Milliseconds until one more is allowed; 0: now. */
  function waitFor(limit: Limit, count: Count, now: Instant): number {
    const into = now - count.begin;
    const weighed = count.before * (1 - into / limit.withinMs) + count.current;
    if (weighed + 1 <= limit.most) return 0;
    if (count.current + 1 > limit.most || count.before === 0) return limit.withinMs - into;
    return Math.ceil(limit.withinMs * (1 - (limit.most - count.current - 1) / count.before)) - into;
  }

  function forgetOldest(): void {
    for (const key of counts.keys()) {
      if (counts.size <= MOST_KEPT) return;
      counts.delete(key);
    }
  }

  return {
    /** Counts one, or refuses: `request.too_many` (429), saying in `retryAfterSeconds` when to come back. A refused one is not counted. */
    take(limit: Limit, who: string): void {
      const wait = this.waitMs(limit, who);
      if (wait > 0) throw tooMany(wait);
      this.note(limit, who);
    },
    /** Counts one without asking. */
    note(limit: Limit, who: string): void {
      countOf(limit, keyOf(limit, who), clock.now()).current += 1;
      forgetOldest();
    },
    waitMs(limit: Limit, who: string): number {
      const now = clock.now();
      return waitFor(limit, countOf(limit, keyOf(limit, who), now), now);
    },
  };
}

export function tooMany(waitMs: number): CityError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const when = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new CityError(
    'too_many',
    'request.too_many',
    `That was more than one sender may ask of the city in a short time. Try again in ${when}; nothing was stored.`,
    undefined,
    { retryAfterSeconds: seconds },
  );
}

/** One household has a whole /64 of IPv6; counting its addresses one by one would count nothing. */
export function addressOf(ip: string): string {
  const plain = ip.startsWith('::ffff:') && ip.includes('.') ? ip.slice(7) : ip;
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const whole = tail === undefined ? groups : [...groups, ...Array(8 - groups.length - rest.length).fill('0'), ...rest];
  return `${whole.slice(0, 4).join(':')}::/64`;
}
