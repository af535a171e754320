/** A case is filed: it is real, has a class and a cell, and goes to who answers for it. */
import type { Actor } from '#kernel/case.ts';
import { startClock, stopClocks } from './clocks.ts';
import type { Ground } from './ground.ts';
import type { Pen } from './pen.ts';
import { issuePlan, neededOrders, planFor } from './plans.ts';

/**
 * Confirms a collected case and sends it out. When nobody who answers for it here may lead it, it stays open for a dispatcher with
 * its accepting clock running, so that it escalates when nobody takes it.
 */
export function open(pen: Pen, ground: Ground, caseId: string, actor: Actor, reason?: string): void {
  const record = pen.get(caseId);
  const { working } = ground.book;
  const canBeSent = neededOrders(ground, record, planFor(ground, record)).some(({ lead }) => lead);
  const { accept } = ground.book.getClass(record.caseClass);
  const clocks = [
    ...stopClocks(record, actor.kind === 'system' ? [] : ['acknowledge'], pen.at, working),
    ...(canBeSent ? [] : [startClock('accept', accept, pen.at, working)]),
  ];
  pen.write(caseId, 'confirm', { reason, clocks }, actor);
  issuePlan(pen, ground, caseId, actor);
}
