/**
 * Keeps the domains' own findings: which findings of single Datastreams hold in each scope, and what a domain makes of them.
 *
 * A domain is asked after every single change, in the order of the changes, never after a batch of them: so what it concludes does
 * not depend on how the Observations were cut into batches. It is asked about one scope (a feeder, a bridge, the water network), so
 * that a whole network falling silent costs each scope only its own size. What it concluded is over with the last active finding it
 * rests on.
 */
import type { Finding } from '#kernel/finding.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import { gradeRank, worstGrade } from '#kernel/words.ts';
import type { Change, Correlator } from './detection.types.ts';

/** How long a cleared finding still counts as recent; kept for longer, since Datastreams do not all tell the same time. */
const RECENT_MS = 15 * MINUTE;

interface Room {
  readonly active: Map<string, Finding>;
  readonly recent: Map<string, Finding>;
  readonly standing: Map<string, Finding>;
}

export interface Correlation {
  /** What the domain of this change makes of it. */
  follow(change: Change, receivedAt: Instant): Change[];
  /** The domains' own findings. */
  standing(): Finding[];
  recent(): Finding[];
  restore(active: Iterable<Finding>, recent: Iterable<Finding>): void;
}

export function createCorrelation(correlators: readonly Correlator[]): Correlation {
  const byDomain = new Map(correlators.map((correlator) => [correlator.domain, correlator]));
  const rooms = new Map<string, Room>();
  const scopeKeyOf = (finding: Finding): [Correlator, string] | undefined => {
    const correlator = byDomain.get(finding.domain);
    const scope = correlator?.scopeOf(finding);
    return correlator === undefined || scope === undefined ? undefined : [correlator, scope];
  };
  const roomOf = (correlator: Correlator, scope: string): Room => {
    const id = `${correlator.domain} ${scope}`;
    let room = rooms.get(id);
    if (room === undefined) {
      room = { active: new Map(), recent: new Map(), standing: new Map() };
      rooms.set(id, room);
    }
    return room;
  };

  function look(correlator: Correlator, scope: string, room: Room, now: Instant, receivedAt: Instant): Change[] {
    for (const [key, finding] of room.recent) {
      if (now - (finding.clearedAt ?? now) >= 4 * RECENT_MS) room.recent.delete(key);
    }
    const isRecent = (finding: Finding) => now - (finding.clearedAt ?? now) < RECENT_MS;
    const seen = correlator.detect({
      id: scope,
      now,
      receivedAt,
      active: [...room.active.values()].sort(byAge),
      recent: [...room.recent.values()].filter(isRecent).sort(byAge),
      standing: [...room.standing.values()],
    });
    return compare(room, scope, seen, now);
  }

  return {
    follow(change, receivedAt) {
      const { finding } = change;
      const found = scopeKeyOf(finding);
      if (finding.kind === 'domain' || found === undefined) return [];
      const room = roomOf(...found);
      if (change.change === 'cleared') {
        room.active.delete(finding.key);
        if (finding.clearedAt !== finding.since) room.recent.set(finding.key, finding);
      } else room.active.set(finding.key, finding);
      return look(...found, room, change.at, receivedAt);
    },
    standing: () => [...rooms.values()].flatMap((room) => [...room.standing.values()]),
    recent: () => [...rooms.values()].flatMap((room) => [...room.recent.values()]),
    restore(active, recent) {
      for (const finding of active) {
        if (finding.kind === 'domain') continue;
        const found = scopeKeyOf(finding);
        if (found) roomOf(...found).active.set(finding.key, finding);
      }
      for (const finding of recent) {
        const found = scopeKeyOf(finding);
        if (found) roomOf(...found).recent.set(finding.key, finding);
      }
      for (const finding of active) {
        const correlator = byDomain.get(finding.domain);
        const scope = finding.facts.scope;
        if (finding.kind !== 'domain' || !correlator || typeof scope !== 'string') continue;
        roomOf(correlator, scope).standing.set(finding.key, finding);
      }
    },
  };
}

const byAge = (a: Finding, b: Finding): number => a.since - b.since || (a.key < b.key ? -1 : 1);

/** What changed between the domain's standing findings and what it sees now; `room.standing` becomes the latter. */
function compare(room: Room, scope: string, seen: readonly Finding[], now: Instant): Change[] {
  const changes: Change[] = [];
  const keys = new Set(seen.map((finding) => finding.key));
  for (const [key, before] of room.standing) {
    if (keys.has(key)) continue;
    room.standing.delete(key);
    const clearedAt = Math.max(before.since, lastOf(before, room) ?? now);
    changes.push({ change: 'cleared', at: clearedAt, finding: { ...before, clearedAt } });
  }
  for (const next of seen) {
    const before = room.standing.get(next.key);
    const finding = { ...(before ? continued(before, next) : next), facts: { ...next.facts, scope } };
    room.standing.set(next.key, finding);
    const change = before ? changeOf(before, finding) : 'raised';
    if (change) changes.push({ change, at: now, finding });
  }
  return changes;
}

const continued = (before: Finding, next: Finding): Finding => ({
  ...next,
  since: before.since,
  raisedAt: before.raisedAt,
  worstGrade: worstGrade(before.worstGrade, next.grade) ?? next.grade,
});

/** More evidence is a change even at the same grade: what the finding says of it (a better candidate pipe) is taken anew. */
function changeOf(before: Finding, next: Finding): Change['change'] | undefined {
  const step = gradeRank(next.grade) - gradeRank(before.grade);
  if (step > 0) return 'escalated';
  if (step < 0) return 'eased';
  return next.basis.some((key) => !before.basis.includes(key)) ? 'escalated' : undefined;
}

/** When the last of what a domain finding stood on was over. */
function lastOf(finding: Finding, room: Room): Instant | undefined {
  const ends = finding.basis.map((key) => room.recent.get(key)?.clearedAt).filter((end) => end !== undefined);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}
