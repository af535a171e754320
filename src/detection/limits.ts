/**
 * Limits with hysteresis and duration, over the columns of one slot.
 *
 * Time here is phenomenonTime and moves only when an Observation brings it: a limit is passed or left by what was measured, never by
 * nobody measuring. So the verdict is the same however often, in however large batches and however late we look. Where nothing was
 * reported for longer than the Datastream's allowance, "without a break" cannot be claimed for either side, and the timers begin
 * anew: we may act late, we never accuse early.
 */
import type { Columns } from './columns.ts';

/** Looks at one report, in order of time. Returns the rank of the worst active limit, 0 when none is. */
export function stepLimits(c: Columns, slot: number, t: number, value: number): number {
  const from = slot * c.width;
  const to = from + c.limitCount[slot]!;
  let worst = 0;
  let busy = 0;
  for (let n = from; n < to; n++) {
    if (c.isActive[n] === 1) leaveLimit(c, slot, n, t, value);
    else enterLimit(c, slot, n, t, value);
    if (c.isActive[n] === 1) {
      busy = 1;
      if (c.rank[n]! > worst) worst = c.rank[n]!;
    } else if (!Number.isNaN(c.enteredAt[n]!)) busy = 1;
  }
  c.busy[slot] = busy;
  return worst;
}

const isBeyond = (c: Columns, n: number, value: number): boolean =>
  c.side[n]! > 0 ? value > c.at[n]! : value < c.at[n]!;

const isCalm = (c: Columns, n: number, value: number): boolean =>
  c.side[n]! > 0 ? value <= c.clearAt[n]! : value >= c.clearAt[n]!;

function enterLimit(c: Columns, slot: number, n: number, t: number, value: number): void {
  if (!isBeyond(c, n, value)) {
    c.enteredAt[n] = Number.NaN;
    return;
  }
  if (Number.isNaN(c.enteredAt[n]!)) c.enteredAt[n] = t;
  if (t - c.enteredAt[n]! < c.forMs[n]!) return;
  c.isActive[n] = 1;
  c.calmSince[n] = Number.NaN;
  c.beyondAt[slot] = t;
}

function leaveLimit(c: Columns, slot: number, n: number, t: number, value: number): void {
  if (isBeyond(c, n, value)) c.beyondAt[slot] = t;
  if (!isCalm(c, n, value)) {
    c.calmSince[n] = Number.NaN;
    return;
  }
  if (Number.isNaN(c.calmSince[n]!)) c.calmSince[n] = t;
  if (t - c.calmSince[n]! < c.clearForMs[n]!) return;
  c.isActive[n] = 0;
  c.enteredAt[n] = Number.NaN;
}

/** After a gap in the reports nothing is known to have lasted: what was not yet raised or cleared begins anew. */
export function breakTimers(c: Columns, slot: number): void {
  const from = slot * c.width;
  for (let n = from; n < from + c.limitCount[slot]!; n++) {
    c.calmSince[n] = Number.NaN;
    if (c.isActive[n] === 0) c.enteredAt[n] = Number.NaN;
  }
}

/**
 * A report that speaks of an earlier time than the newest. It can only show that something was not "without a break": that timer
 * then starts at the newest report. It raises nothing and ends nothing.
 */
export function stepLate(c: Columns, slot: number, t: number, value: number): void {
  const from = slot * c.width;
  for (let n = from; n < from + c.limitCount[slot]!; n++) {
    if (c.isActive[n] === 1) {
      if (t > c.calmSince[n]! && !isCalm(c, n, value)) c.calmSince[n] = c.lastAt[slot]!;
    } else if (t > c.enteredAt[n]! && !isBeyond(c, n, value)) c.enteredAt[n] = c.lastAt[slot]!;
  }
}

/** Index of the limit that speaks for the slot: the worst active one, the furthest out among equals; −1 when none is active. */
export function governingLimit(c: Columns, slot: number): number {
  let best = -1;
  const from = slot * c.width;
  for (let n = from; n < from + c.limitCount[slot]!; n++) {
    if (c.isActive[n] === 1 && (best < 0 || c.rank[n]! > c.rank[best]!)) best = n;
  }
  return best < 0 ? -1 : best - from;
}

/** When the limits raised at `t` were first passed: the start of what lasted long enough. */
export function passedSince(c: Columns, slot: number, t: number): number {
  let since = t;
  const from = slot * c.width;
  for (let n = from; n < from + c.limitCount[slot]!; n++) {
    if (c.isActive[n] === 1 && c.enteredAt[n]! < since) since = c.enteredAt[n]!;
  }
  return since;
}

/** Start of the calm that ended the last limit at `t`: from when on the value has been back, without a break, until now. */
export function calmSince(c: Columns, slot: number, t: number): number {
  let since = Number.NaN;
  const from = slot * c.width;
  for (let n = from; n < from + c.limitCount[slot]!; n++) {
    if (c.calmSince[n]! <= t && !(c.calmSince[n]! <= since)) since = c.calmSince[n]!;
  }
  return Number.isNaN(since) ? t : since;
}
