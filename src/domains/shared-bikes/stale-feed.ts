/** A feed that stands still: nothing heard, or the same moment told again and again. A frozen feed says all is well for ever. */
import type { Finding, FindingChange } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import { phrase } from '#kernel/phrase.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { FeedState, Operator } from './shared-bikes.types.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

export const STALE = 'stale-feed';
/** As many times its own interval may a feed stand still, and never less than five minutes. */
const INTERVALS = 5;
const LEAST_MS = 5 * MINUTE;

/** Since when the feed stands still; undefined: it does not. */
export function staleSince({ lastUpdated, heardAt, ttlSeconds }: FeedState, now: Instant): Instant | undefined {
  const newest = Math.min(lastUpdated ?? Number.POSITIVE_INFINITY, heardAt ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(newest)) return undefined;
  const patience = Math.max(LEAST_MS, INTERVALS * ttlSeconds * SECOND);
  return now - newest > patience ? newest : undefined;
}

export function staleFeeds(
  feeds: readonly FeedState[],
  standing: ReadonlyMap<string, Finding>,
  now: Instant,
  place: Position,
  operators: readonly Operator[],
  opens: string | undefined,
  toLocalTime: (at: Instant) => string,
): { changes: FindingChange[]; standing: Map<string, Finding> } {
  const changes: FindingChange[] = [];
  const after = new Map<string, Finding>();
  for (const feed of feeds) {
    const name = `${STALE}:${feed.operator}`;
    const before = standing.get(name);
    const since = staleSince(feed, now);
    if (since === undefined) {
      if (before !== undefined)
        changes.push({ change: 'cleared', at: now, finding: { ...before, lastAt: now, clearedAt: now } });
      continue;
    }
    const finding: Finding = before ?? {
      key: `shared-bikes:${STALE}:${feed.operator}:${since}`,
      kind: 'domain',
      domain: 'shared-bikes',
      grade: 'blue',
      worstGrade: 'blue',
      thingId: undefined,
      assetId: undefined,
      datastreamId: undefined,
      indicator: undefined,
      place,
      since,
      lastAt: now,
      clearedAt: undefined,
      raisedAt: now,
      value: undefined,
      limit: undefined,
      opens,
      basis: [],
      sentence: phrase({ zh, en }, STALE, {
        operator: operators.find(({ id }) => id === feed.operator)?.name ?? feed.operator,
        since: toLocalTime(since),
      }),
      facts: { kind: STALE, scope: feed.operator, watched: true },
    };
    after.set(name, finding);
    if (before === undefined) changes.push({ change: 'raised', at: now, finding });
  }
  return { changes, standing: after };
}
