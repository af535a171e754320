/** The judgement of a closed case, computed from its own history and nothing else. */
import { type Instant, MINUTE } from '#kernel/time.ts';
import type { CaseRecord, ClockState } from './record.ts';

/** What a clock came to: undefined when it never ran. */
interface Kept {
  readonly dueAt: Instant;
  readonly onTime: boolean;
}

/** `response`: from the Observation (or report) to somebody acknowledging it, in seconds. */
export interface Evaluation {
  readonly acknowledge: Kept | null;
  /** Every acceptance counts: one late party makes it late. */
  readonly accept: Kept | null;
  readonly handle: Kept | null;
  readonly orders: { readonly onTime: number; readonly late: number };
  readonly onTime: boolean;
  readonly deferred: boolean;
  readonly responseSeconds: number | null;
  readonly handlingMinutes: number | null;
  readonly bounces: number;
  readonly escalations: number;
  readonly verifyFailures: number;
  readonly reopened: number;
  readonly resolved: boolean;
}

const kept = (clock: ClockState | undefined, onTime = clock?.onTime): Kept | null =>
  clock === undefined || onTime === undefined ? null : { dueAt: clock.dueAt, onTime };

export function evaluate(record: CaseRecord): Evaluation {
  const { clocks, raisedAt, acknowledgedAt, dispatchedAt, handledAt } = record;
  const finished = record.orders
    .filter(({ state }) => state === 'finished')
    .map(({ id }) => clocks[`order:${id}:finish`]?.onTime ?? true);
  return {
    acknowledge: kept(clocks.acknowledge),
    accept: kept(clocks.accept, clocks.accept?.onTime === undefined ? undefined : !record.acceptLate),
    handle: kept(clocks.handle),
    orders: { onTime: finished.filter(Boolean).length, late: finished.filter((onTime) => !onTime).length },
    onTime: clocks.handle?.onTime ?? false,
    deferred: record.deferred,
    responseSeconds: acknowledgedAt === undefined ? null : Math.round((acknowledgedAt - raisedAt) / 1_000),
    handlingMinutes:
      dispatchedAt === undefined || handledAt === undefined ? null : Math.round((handledAt - dispatchedAt) / MINUTE),
    bounces: record.bounces,
    escalations: record.escalations,
    verifyFailures: record.verifyFailures,
    reopened: record.reopened,
    resolved: record.state === 'closed' || record.state === 'evaluated',
  };
}

/** The city's promise as one figure: handled on time / (due − deferred). A case is due once handled or once its clock has run out. */
export interface OnTimeFigure {
  readonly due: number;
  readonly deferred: number;
  readonly onTime: number;
  readonly ratio: number | null;
}

export function onTimeFigure(
  records: Iterable<Pick<CaseRecord, 'state' | 'deferred' | 'clocks'>>,
  at: Instant,
): OnTimeFigure {
  let [due, deferred, onTime] = [0, 0, 0];
  for (const record of records) {
    const { handle } = record.clocks;
    const isOut = record.state === 'dismissed' || record.state === 'merged';
    if (handle === undefined || isOut) continue;
    const isHandled = handle.onTime !== undefined;
    if (!isHandled && (handle.pausedSince !== undefined || at <= handle.dueAt)) continue;
    due += 1;
    if (record.deferred) deferred += 1;
    else if (handle.onTime === true) onTime += 1;
  }
  const counted = due - deferred;
  return { due, deferred, onTime, ratio: counted === 0 ? null : Math.round((onTime / counted) * 10_000) / 10_000 };
}
