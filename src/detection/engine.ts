/**
 * The judge: Observations in, changes of findings out. Pure and synchronous; it reads no clock and knows no database.
 *
 * All times in findings are phenomenonTimes, so the set of findings with their history is the same whether the Observations came in
 * one batch or in a thousand, and whether time was told every second or once at the end. Two things make that so. A limit, a jump or
 * a stuck value is judged by reports alone. A silence begins at the newest phenomenonTime plus its allowance: a tick that finds it
 * running and a later report that finds the gap name the same finding. When a tick announced a silence and the report then shows that
 * it had only been delayed on the way, the finding ends where it began and counts as nothing (`isDelayOnly`).
 *
 * A Datastream that never reported is not silent: it is missing from coverage. NaN and infinities are no reports.
 */
import type { Finding } from '#kernel/finding.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Instant } from '#kernel/time.ts';
import type { DatastreamId } from '#kernel/words.ts';
import { clearSlot, createColumns, resetTimers, setRules, withRoom } from './columns.ts';
import { type CompiledRules, compileRules } from './compile.ts';
import { createCorrelation } from './correlation.ts';
import type { Change, Correlator, Engine, EngineMemory, Subject } from './detection.types.ts';
import { breakTimers, stepLate } from './limits.ts';
import { readColumns, writeColumns } from './memory.ts';
import { judgeLimits, judgeRate, judgeSilence, judgeStuck, noteLateForStuck, type Slots } from './slots.ts';
import { silenceRaised, watchEnded } from './verdicts.ts';

export function createEngine(correlators: readonly Correlator[] = []): Engine {
  const correlation = createCorrelation(correlators);
  const slotOf = new Map<DatastreamId, number>();
  const free: number[] = [];
  /** Changes made by watching and unwatching, handed out with the next judgement. */
  const owed: Change[] = [];
  const slots: Slots = {
    columns: createColumns(64, 4),
    subjects: [],
    rules: [],
    limit: [],
    rate: [],
    stuck: [],
    silence: [],
  };

  function take(subject: Subject, rules: CompiledRules): number {
    const known = slotOf.get(subject.datastreamId);
    const slot = known ?? free.pop() ?? slots.subjects.length;
    slots.columns = withRoom(slots.columns, slot + 1, rules.limits.length);
    if (known === undefined) clearSlot(slots.columns, slot);
    else if (slots.rules[slot]?.signature !== rules.signature) resetTimers(slots.columns, slot);
    slotOf.set(subject.datastreamId, slot);
    slots.subjects[slot] = subject;
    slots.rules[slot] = rules;
    setRules(slots.columns, slot, rules);
    return slot;
  }

  function release(id: DatastreamId): void {
    const slot = slotOf.get(id);
    if (slot === undefined) return;
    const at = slots.columns.lastAt[slot]!;
    for (const finding of findingsOf(slots, slot)) owed.push(watchEnded(slots.subjects[slot], finding, at));
    for (const kind of KINDS) slots[kind][slot] = undefined;
    slots.subjects[slot] = undefined;
    slots.rules[slot] = undefined;
    slotOf.delete(id);
    clearSlot(slots.columns, slot);
    free.push(slot);
  }

  /** Appends what the domains make of the changes from `from` on, each right after its cause. */
  function correlate(changes: Change[], from: number, receivedAt: Instant): void {
    for (const cause of changes.splice(from)) changes.push(cause, ...correlation.follow(cause, receivedAt));
  }

  function settleOwed(now: Instant): Change[] {
    const changes = owed.splice(0);
    correlate(changes, 0, now);
    return changes;
  }

  function judgeOne(slot: number, t: Instant, value: number, receivedAt: Instant, changes: Change[]): void {
    const c = slots.columns;
    const last = c.lastAt[slot]!;
    c.lastReceived[slot] = receivedAt;
    if (t < last) {
      stepLate(c, slot, t, value);
      noteLateForStuck(slots, slot, t, value);
      return;
    }
    const from = changes.length;
    const isGap = t - last > c.allowanceMs[slot]!;
    if (isGap || slots.silence[slot] !== undefined) judgeSilence(slots, slot, { t, value, receivedAt }, isGap, changes);
    if (isGap) breakTimers(c, slot);
    if (t > last && c.ratePerMs[slot]! < Infinity) judgeRate(slots, slot, { t, value, receivedAt }, changes);
    if (c.busy[slot] === 1 || value < c.low[slot]! || value > c.high[slot]!)
      judgeLimits(slots, slot, { t, value, receivedAt }, changes);
    if (slots.subjects[slot]!.rule.stuck !== undefined) judgeStuck(slots, slot, { t, value, receivedAt }, changes);
    c.lastAt[slot] = t;
    c.lastValue[slot] = value;
    if (changes.length > from) correlate(changes, from, receivedAt);
  }

  return {
    watch(subjects) {
      for (const subject of subjects) take(subject, compileRules(subject));
    },
    unwatch(datastreamIds) {
      for (const id of datastreamIds) release(id);
    },
    judge({ datastreamIds, phenomenonTimes, results, receivedAt }: ObservationBatch) {
      const changes = settleOwed(receivedAt);
      for (let i = 0; i < datastreamIds.length; i++) {
        const slot = slotOf.get(datastreamIds[i]!);
        const [t, value] = [phenomenonTimes[i]!, results[i]!];
        if (slot === undefined || !Number.isFinite(value) || !Number.isFinite(t)) continue;
        judgeOne(slot, t, value, receivedAt, changes);
      }
      return changes;
    },
    tick(now) {
      const changes = settleOwed(now);
      const from = changes.length;
      for (const slot of slotOf.values()) announceSilence(slots, slot, now, changes);
      changes.push(...changes.splice(from).sort((a, b) => a.at - b.at || order(a) - order(b)));
      correlate(changes, from, now);
      return changes;
    },
    *active() {
      for (const slot of slotOf.values()) yield* findingsOf(slots, slot);
      yield* correlation.standing();
    },
    save: () => ({
      findings: [...[...slotOf.values()].flatMap((slot) => findingsOf(slots, slot)), ...correlation.standing()],
      recent: correlation.recent(),
      columns: writeColumns(slots, slotOf),
    }),
    restore: (memory) => restore(memory, slots, slotOf, owed, correlation),
  };
}

const KINDS = ['limit', 'rate', 'stuck', 'silence'] as const;

const order = (change: Change): number => change.finding.datastreamId ?? 0;

function findingsOf(slots: Slots, slot: number): Finding[] {
  const limit = slots.limit[slot];
  const findings = [slots.rate[slot], slots.stuck[slot], slots.silence[slot]].filter(
    (finding) => finding !== undefined,
  );
  return limit
    ? [{ ...limit, lastAt: Math.max(limit.lastAt, slots.columns.beyondAt[slot] || 0) }, ...findings]
    : findings;
}

/**
 * Announces a silence that is running. A Datastream that was received from less than its allowance ago is behind, not silent: what
 * is still on its way would only take the finding back.
 */
function announceSilence(slots: Slots, slot: number, now: Instant, changes: Change[]): void {
  const c = slots.columns;
  const allowance = c.allowanceMs[slot]!;
  const since = c.lastAt[slot]! + allowance;
  if (!(now > since && now > c.lastReceived[slot]! + allowance) || slots.silence[slot] !== undefined) return;
  const change = silenceRaised(slots.subjects[slot]!, since, allowance, now);
  slots.silence[slot] = change.finding;
  changes.push(change);
}

function restore(
  memory: EngineMemory,
  slots: Slots,
  slotOf: ReadonlyMap<DatastreamId, number>,
  owed: Change[],
  correlation: ReturnType<typeof createCorrelation>,
): void {
  readColumns(memory.columns, slots, slotOf);
  for (const finding of memory.findings) {
    const slot = finding.datastreamId === undefined ? undefined : slotOf.get(finding.datastreamId);
    if (finding.kind === 'domain') continue;
    if (slot === undefined) owed.push(watchEnded(undefined, finding, finding.lastAt));
    else slots[finding.kind][slot] = finding;
  }
  correlation.restore(memory.findings, memory.recent);
}
