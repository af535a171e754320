/** What time alone does to a case: missed deadlines escalate, and sensors that stay normal close it. Decided by `now`, not by how often asked. */
import type { Instant } from '#kernel/time.ts';
import { acceptClock, escalationDue, nextEscalation } from './clocks.ts';
import { type Ground, SYSTEM } from './ground.ts';
import { levelAbove } from './library.ts';
import { isOpen, nextState } from './lifecycle.ts';
import type { Pen } from './pen.ts';
import type { CaseRecord, ClockId } from './record.ts';
import { sensorsDueAt, verifyBySensors } from './verification.ts';

interface Watched {
  readonly id: ClockId;
  /** Set for a supporting order: it escalates for itself, the level of the case stays. */
  readonly order: string | undefined;
}

/** Deadlines at which somebody must say "I have it", and the one by which it must be done. The lead order's are the case's own. */
function watched(record: CaseRecord): Watched[] {
  const orders = record.orders.filter(({ lead, state }) => !lead && state === 'issued');
  return [
    { id: 'acknowledge', order: undefined },
    { id: 'accept', order: undefined },
    { id: 'handle', order: undefined },
    ...orders.map(({ id }) => ({ id: acceptClock(id), order: id })),
  ];
}

/** When time will next change this case; undefined when it never will. */
export function nextDueAt(ground: Ground, record: CaseRecord): Instant | undefined {
  if (!isOpen(record.state)) return undefined;
  const { working } = ground.book;
  const canEscalate = nextState(record.state, 'escalate') !== undefined;
  const times = canEscalate ? watched(record).map(({ id }) => nextEscalation(record.clocks[id], working)) : [];
  const known = [...times, sensorsDueAt(ground, record)].filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Writes every step of every deadline that has been missed by now, each once, in the order in which they were due. */
export function passTime(pen: Pen, ground: Ground, caseId: string): void {
  for (;;) {
    const missed = firstMissed(pen, ground, caseId);
    if (missed === undefined) break;
    const level = missed.order === undefined ? levelAbove(pen.get(caseId).level) : pen.get(caseId).level;
    const { id: deadline, step, dueAt, order } = missed;
    pen.write(caseId, 'escalate', { deadline, step, dueAt, level, order }, SYSTEM);
  }
  verifyBySensors(pen, ground, caseId);
}

function firstMissed(
  pen: Pen,
  ground: Ground,
  caseId: string,
): (Watched & { step: number; dueAt: Instant }) | undefined {
  const record = pen.get(caseId);
  const { working } = ground.book;
  if (nextState(record.state, 'escalate') === undefined) return undefined;
  const missed = watched(record).flatMap((deadline) => {
    const clock = record.clocks[deadline.id];
    const at = nextEscalation(clock, working);
    if (clock === undefined || at === undefined || at > pen.at) return [];
    const step = clock.escalated + 1;
    return [{ ...deadline, step, dueAt: escalationDue(clock, step, working) }];
  });
  return missed.sort((a, b) => a.dueAt - b.dueAt)[0];
}
