/** The clocks of a case: starting, stopping, pausing and moving them, as changes to be written into an event. Pure. */
import { clockTimeBetween, dueAfter, plusClockTime, type WorkingTime } from '#kernel/calendar.ts';
import type { Clock } from '#kernel/rules.ts';
import type { Instant } from '#kernel/time.ts';
import type { RunningClock } from './casework.types.ts';
import type { CaseRecord, ClockChange, ClockId, ClockState } from './record.ts';

export const acceptClock = (orderId: string): ClockId => `order:${orderId}:accept`;
export const finishClock = (orderId: string): ClockId => `order:${orderId}:finish`;

/** A clock runs when it was neither stopped nor paused. */
export const isRunning = (clock: ClockState | undefined): clock is ClockState =>
  clock !== undefined && clock.stoppedAt === undefined && clock.pausedSince === undefined;

export const startClock = (clock: ClockId, rule: Clock, at: Instant, working: WorkingTime): ClockChange => ({
  clock,
  change: 'start',
  basis: rule.basis,
  minutes: rule.minutes,
  dueAt: dueAfter(rule, at, working),
});

/** What was due at 60:00 and is done at 60:00 is on time; a millisecond later it is late. */
export const isOnTime = (clock: Pick<ClockState, 'dueAt'>, at: Instant): boolean => at <= clock.dueAt;

export const remainingOf = (clock: Pick<ClockState, 'basis' | 'dueAt'>, at: Instant, working: WorkingTime): number =>
  clockTimeBetween(clock.basis, at, clock.dueAt, working);

/** The new due time of a clock that goes on. An overdue clock stays due when it was: a pause forgives nothing. */
export const dueAfterResuming = (
  clock: Pick<ClockState, 'basis' | 'dueAt' | 'remainingMs'>,
  at: Instant,
  working: WorkingTime,
): Instant =>
  (clock.remainingMs ?? 0) === 0 ? clock.dueAt : plusClockTime(clock.basis, at, clock.remainingMs ?? 0, working);

/** Stops those of the named clocks that still count; a paused one is stopped with what it had left, and is on time if it had any left. */
export function stopClocks(
  record: Pick<CaseRecord, 'clocks'>,
  ids: readonly ClockId[],
  at: Instant,
  working: WorkingTime,
): ClockChange[] {
  return ids.flatMap((id): ClockChange[] => {
    const clock = record.clocks[id];
    if (clock === undefined || clock.stoppedAt !== undefined) return [];
    if (clock.pausedSince !== undefined) {
      const onTime = isOnTime(clock, clock.pausedSince);
      return [{ clock: id, change: 'stop', onTime, remainingMs: clock.remainingMs ?? 0 }];
    }
    return [{ clock: id, change: 'stop', onTime: isOnTime(clock, at), remainingMs: remainingOf(clock, at, working) }];
  });
}

export const dropClocks = (record: CaseRecord, ids: readonly ClockId[]): ClockChange[] =>
  ids
    .filter((id) => record.clocks[id] !== undefined && record.clocks[id].stoppedAt === undefined)
    .map((clock) => ({ clock, change: 'drop' }));

export const orderClocks = (orderId: string): ClockId[] => [acceptClock(orderId), finishClock(orderId)];

const STAGES = ['acknowledge', 'accept', 'handle'] as const;

/** The clock to show: of the case's clocks that still count, the one that runs out first. None when the case is over. */
export function runningClock(record: CaseRecord): RunningClock | undefined {
  const counting = STAGES.flatMap((stage) => {
    const clock = record.clocks[stage];
    return clock === undefined || clock.stoppedAt !== undefined ? [] : [{ stage, clock }];
  }).sort((a, b) => a.clock.dueAt - b.clock.dueAt);
  const [first] = counting;
  if (first === undefined) return undefined;
  const { stage, clock } = first;
  return { stage, dueAt: clock.dueAt, startedAt: clock.startedAt, basis: clock.basis, pausedSince: clock.pausedSince };
}

// Escalation ------------------------------------------------------------------------------------------------------------------------

/** Five levels, so five steps: the last one tells the city again. */
export const ESCALATION_STEPS = 5;

/**
 * When a missed deadline escalates for the n-th time (from 1): first when it is missed, then with spaces of one, two, four, eight
 * times the deadline's own length. Counted in the clock's own time, so that nobody is woken by a clock that stands still at night.
 */
export function escalationDue(clock: ClockState, step: number, working: WorkingTime): Instant {
  const lengths = 2 ** (step - 1) - 1;
  return plusClockTime(clock.basis, clock.dueAt, lengths * clock.minutes * 60_000, working);
}

/** The next time this clock escalates; undefined when it is met, stands still, or has told everybody. */
export const nextEscalation = (clock: ClockState | undefined, working: WorkingTime): Instant | undefined =>
  isRunning(clock) && clock.escalated < ESCALATION_STEPS
    ? escalationDue(clock, clock.escalated + 1, working)
    : undefined;
