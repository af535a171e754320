/** One report against the rules of its Datastream: what each kind of rule makes of it. */
import type { Finding } from '#kernel/finding.ts';
import type { Instant } from '#kernel/time.ts';
import { gradeRank } from '#kernel/words.ts';
import type { Columns } from './columns.ts';
import type { CompiledRules } from './compile.ts';
import type { Change, Subject } from './detection.types.ts';
import { calmSince, governingLimit, passedSince, stepLimits } from './limits.ts';
import {
  limitCleared,
  limitRaised,
  limitRegraded,
  rateCleared,
  rateRaised,
  type Seen,
  silenceCleared,
  silenceRaised,
  stuckCleared,
  stuckRaised,
} from './verdicts.ts';

/** Everything known per slot: numbers in columns, and at most one active finding of each kind. */
export interface Slots {
  columns: Columns;
  readonly subjects: (Subject | undefined)[];
  readonly rules: (CompiledRules | undefined)[];
  readonly limit: (Finding | undefined)[];
  readonly rate: (Finding | undefined)[];
  readonly stuck: (Finding | undefined)[];
  readonly silence: (Finding | undefined)[];
}

/** One limit finding at a time: raised with the first limit, regraded while limits come and go, cleared with the last. */
export function judgeLimits(slots: Slots, slot: number, seen: Seen, changes: Change[]): void {
  const c = slots.columns;
  const subject = slots.subjects[slot]!;
  const worst = stepLimits(c, slot, seen.t, seen.value);
  const before = slots.limit[slot];
  if (worst === gradeRank(before?.grade)) return;
  const change = changeOfLimit(slots, slot, subject, seen, worst, before);
  slots.limit[slot] = change.change === 'cleared' ? undefined : change.finding;
  changes.push(change);
}

function changeOfLimit(
  slots: Slots,
  slot: number,
  subject: Subject,
  seen: Seen,
  worst: number,
  before: Finding | undefined,
): Change {
  const c = slots.columns;
  if (worst === 0)
    return limitCleared(subject, seen, before!, calmSince(c, slot, seen.t), lastBeyond(c, slot, before!));
  const limit = slots.rules[slot]!.limits[governingLimit(c, slot)]!;
  if (before === undefined) return limitRaised(subject, seen, passedSince(c, slot, seen.t), limit);
  return limitRegraded(subject, seen, before, limit, lastBeyond(c, slot, before));
}

const lastBeyond = (c: Columns, slot: number, finding: Finding): Instant =>
  Math.max(finding.lastAt, c.beyondAt[slot] || 0);

/** A change between two consecutive reports that is faster than allowed; over with the first that is not. */
export function judgeRate(slots: Slots, slot: number, seen: Seen, changes: Change[]): void {
  const c = slots.columns;
  const last = { t: c.lastAt[slot]!, value: c.lastValue[slot]! };
  const rate = (seen.value - last.value) / Math.max(seen.t - last.t, c.rateFloorMs[slot]!);
  const { direction } = slots.subjects[slot]!.rule.rate!;
  const isTooFast =
    Math.abs(rate) > c.ratePerMs[slot]! && (direction === 'either' || (direction === 'rise') === rate > 0);
  const before = slots.rate[slot];
  if (isTooFast === (before !== undefined)) return;
  const change = before
    ? rateCleared(slots.subjects[slot]!, seen, before)
    : rateRaised(slots.subjects[slot]!, seen, last);
  slots.rate[slot] = before ? undefined : change.finding;
  changes.push(change);
}

/** A value that has not moved from where it was first seen; over with the first that has. */
export function judgeStuck(slots: Slots, slot: number, seen: Seen, changes: Change[]): void {
  const c = slots.columns;
  const subject = slots.subjects[slot]!;
  const rule = subject.rule.stuck!;
  const before = slots.stuck[slot];
  if (!(Math.abs(seen.value - c.anchorValue[slot]!) <= rule.tolerance)) {
    c.anchorValue[slot] = seen.value;
    c.anchorAt[slot] = seen.t;
    c.anchorCount[slot] = 1;
    if (before === undefined) return;
    slots.stuck[slot] = undefined;
    changes.push(stuckCleared(subject, seen, before));
    return;
  }
  c.anchorCount[slot]!++;
  const isStuck = seen.t - c.anchorAt[slot]! >= rule.forSeconds * 1000 && c.anchorCount[slot]! >= rule.minReports;
  if (!isStuck || before !== undefined) return;
  const change = stuckRaised(subject, seen, c.anchorAt[slot]!);
  slots.stuck[slot] = change.finding;
  changes.push(change);
}

/** A late report that shows the value did move: standing still is counted anew from the newest report. */
export function noteLateForStuck(slots: Slots, slot: number, t: Instant, value: number): void {
  const c = slots.columns;
  const rule = slots.subjects[slot]!.rule.stuck;
  if (rule === undefined || slots.stuck[slot] !== undefined || !(t > c.anchorAt[slot]!)) return;
  if (Math.abs(value - c.anchorValue[slot]!) <= rule.tolerance) return;
  c.anchorValue[slot] = c.lastValue[slot]!;
  c.anchorAt[slot] = c.lastAt[slot]!;
  c.anchorCount[slot] = 1;
}

/** The Datastream reports after a gap, or after a tick took it for silent. Both name the silence by when the allowance ran out. Another report of the same time as the newest is no news. */
export function judgeSilence(slots: Slots, slot: number, seen: Seen, isGap: boolean, changes: Change[]): void {
  const c = slots.columns;
  const subject = slots.subjects[slot]!;
  const allowance = c.allowanceMs[slot]!;
  let before = slots.silence[slot];
  if (before === undefined && isGap) {
    const raised = silenceRaised(subject, c.lastAt[slot]! + allowance, allowance, seen.receivedAt);
    changes.push(raised);
    before = raised.finding;
  }
  if (before === undefined || seen.t === c.lastAt[slot]) return;
  slots.silence[slot] = undefined;
  changes.push(silenceCleared(subject, seen, before, allowance));
}
