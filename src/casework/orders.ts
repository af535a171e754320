/** What a party does with its work orders, and what that means for the case. */
import type { Actor, WorkOrderAction } from '#kernel/case.ts';
import { CityError, conflict } from '#kernel/errors.ts';
import type { ActionDetails } from './casework.types.ts';
import { acceptClock, dropClocks, orderClocks, startClock, stopClocks } from './clocks.ts';
import { getPhotos, getText, listPhotos } from './details.ts';
import { type Ground, SYSTEM } from './ground.ts';
import { levelAbove } from './library.ts';
import { isOpen, nextOrderState } from './lifecycle.ts';
import type { Pen } from './pen.ts';
import { cancelOrder, findAssigned, reissueOrder, writeDispatch } from './plans.ts';
import type { CaseRecord, OrderRecord } from './record.ts';

/** Only the party that was asked, or a crew of it, acts on an order. */
export function refuseStrangers(ground: Ground, actor: Actor, order: OrderRecord): void {
  if (actor.kind === 'system' || ground.book.worksFor(actor.party, order.party)) return;
  throw new CityError('forbidden', 'order.not_yours', `This work order is ${order.party}'s.`, undefined, {
    party: order.party,
    yours: actor.party ?? null,
  });
}

export function actOnOrder(
  pen: Pen,
  ground: Ground,
  caseId: string,
  orderId: string,
  action: WorkOrderAction,
  details: ActionDetails,
  actor: Actor,
): void {
  const record = pen.get(caseId);
  const order = record.orders.find(({ id }) => id === orderId);
  if (order === undefined) throw new Error(`Work order ${orderId} is not one of case ${caseId}.`);
  if (action !== 'cancel') refuseStrangers(ground, actor, order);
  if (!isOpen(record.state) || nextOrderState(order.state, action) === undefined) {
    throw new CityError(
      'conflict',
      'order.move_not_allowed',
      `This work order is ${order.state} and its case ${record.state}; ${action} is not possible now.`,
      'action',
      { state: order.state, caseState: record.state, action },
    );
  }
  const moves: Record<WorkOrderAction, () => void> = {
    accept: () => acceptOrder(pen, ground, record, order, actor),
    set_out: () => pen.write(caseId, 'order.set_out', { order: orderId }, actor),
    arrive: () => pen.write(caseId, 'order.arrive', { order: orderId }, actor),
    finish: () => finishOrder(pen, ground, record, order, details, actor),
    refuse: () =>
      order.lead
        ? returnCase(pen, ground, record, details, actor)
        : refuseOrder(pen, ground, record, order, details, actor),
    cancel: () => cancel(pen, ground, record, order, details, actor),
  };
  moves[action]();
}

/** Accepting the lead order accepts the case. */
function acceptOrder(pen: Pen, ground: Ground, record: CaseRecord, order: OrderRecord, actor: Actor): void {
  const { working } = ground.book;
  const clocks = stopClocks(record, [acceptClock(order.id)], pen.at, working);
  pen.write(record.id, 'order.accept', { order: order.id, clocks }, actor);
  if (!order.lead || record.state !== 'dispatched') return;
  const details = { party: order.party, order: order.id, clocks: stopClocks(record, ['accept'], pen.at, working) };
  pen.write(record.id, 'accept', details, actor);
}

function finishOrder(
  pen: Pen,
  ground: Ground,
  record: CaseRecord,
  order: OrderRecord,
  details: ActionDetails,
  actor: Actor,
): void {
  const photos = order.needsPhoto
    ? getPhotos(details, 'order.photo_needed', 'This work order is finished with a photo of what was done.')
    : listPhotos(details);
  const feedback = getText(details, 'feedback');
  const clocks = stopClocks(record, orderClocks(order.id), pen.at, ground.book.working);
  pen.write(record.id, 'order.finish', { order: order.id, feedback, photos, clocks }, actor);
  finishCaseWhenAllFedBack(pen, ground, record, actor, feedback);
}

/** The case is handled when its lead and everybody else who was asked, and not let off, has fed back. */
function finishCaseWhenAllFedBack(pen: Pen, ground: Ground, record: CaseRecord, actor: Actor, feedback?: string): void {
  if (record.state !== 'in_progress') return;
  const counting = record.orders.filter(({ state, replacedBy }) => state !== 'cancelled' && replacedBy === undefined);
  const hasLead = counting.some(({ lead }) => lead);
  if (!hasLead || counting.some(({ state }) => state !== 'finished')) return;
  const clocks = stopClocks(record, ['accept', 'handle'], pen.at, ground.book.working);
  pen.write(record.id, 'finish', { feedback, clocks }, actor);
}

/** A supporting order that is refused goes to whoever else answers for the role; when nobody does, the matter goes a level up. */
function refuseOrder(
  pen: Pen,
  ground: Ground,
  record: CaseRecord,
  order: OrderRecord,
  details: ActionDetails,
  actor: Actor,
): void {
  const reason = getText(details, 'reason');
  const deadline = acceptClock(order.id);
  const clocks = dropClocks(record, orderClocks(order.id));
  pen.write(record.id, 'order.refuse', { order: order.id, reason, clocks }, actor);
  const refusals = record.orders
    .filter(({ key, state }) => key === order.key && state === 'refused')
    .map(({ party }) => party);
  const next = findAssigned(ground, record, order.role, refusals);
  if (next !== undefined) {
    reissueOrder(pen, ground, record, order, next.party, next.crew, SYSTEM);
    return;
  }
  const level = levelAbove(record.level);
  pen.write(record.id, 'escalate', { deadline, step: 1, dueAt: pen.at, level, order: order.id }, SYSTEM);
}

function cancel(
  pen: Pen,
  ground: Ground,
  record: CaseRecord,
  order: OrderRecord,
  details: ActionDetails,
  actor: Actor,
): void {
  if (order.lead) {
    throw conflict(
      'order.leads',
      'The lead order is not cancelled by itself: dispatch the case to another party, or dismiss it.',
      'action',
    );
  }
  cancelOrder(pen, record, order, getText(details, 'reason'), actor);
  finishCaseWhenAllFedBack(pen, ground, record, actor);
}

export const findLead = (record: CaseRecord): OrderRecord | undefined =>
  record.orders.findLast(
    ({ lead, state, replacedBy }) => lead && state !== 'cancelled' && state !== 'refused' && replacedBy === undefined,
  );

/** Error: `case.not_yours` when the actor's party does not lead the case. */
export function refuseOthersThanLead(ground: Ground, record: CaseRecord, actor: Actor): void {
  if (actor.kind === 'system' || (record.party !== undefined && ground.book.worksFor(actor.party, record.party)))
    return;
  throw new CityError('forbidden', 'case.not_yours', `This case is led by ${record.party ?? 'nobody'}.`, undefined, {
    party: record.party ?? null,
    yours: actor.party ?? null,
  });
}

/**
 * The lead gives the case back. Every bounce is counted; with the last one that the class allows, the first receiver leads: the case
 * goes back to it at once, and nobody returns it any more. Errors: `case.first_receiver_leads`, `case.paused`.
 */
export function returnCase(pen: Pen, ground: Ground, record: CaseRecord, details: ActionDetails, actor: Actor): void {
  refuseOthersThanLead(ground, record, actor);
  const { book } = ground;
  const { bounceLimit, accept } = book.getClass(record.caseClass);
  if (record.bounces >= bounceLimit) {
    throw new CityError(
      'conflict',
      'case.first_receiver_leads',
      `This case has bounced ${record.bounces} times; the first receiver, ${record.firstReceiver}, leads it and nobody returns it.`,
      'action',
      { bounces: record.bounces, bounceLimit, firstReceiver: record.firstReceiver ?? null },
    );
  }
  if (record.pausedSince !== undefined)
    throw conflict('case.paused', 'The case is paused; resume it before giving it back.', 'action');
  // While nobody has it, the accepting clock runs again, so that a case that nobody takes escalates.
  const reason = getText(details, 'reason');
  const order = findLead(record);
  const party = record.party!;
  const bounces = record.bounces + 1;
  const clocks = [
    ...stopClocks(record, ['accept'], pen.at, book.working),
    startClock('accept', accept, pen.at, book.working),
  ];
  if (order !== undefined) {
    pen.write(
      record.id,
      'order.refuse',
      { order: order.id, reason, clocks: dropClocks(record, orderClocks(order.id)) },
      actor,
    );
  }
  pen.write(record.id, 'return', { reason, party, bounces, clocks }, actor);
  const first = record.firstReceiver && book.findParty(record.firstReceiver);
  if (bounces < bounceLimit || !first || order === undefined) return;
  const id = reissueOrder(pen, ground, record, order, first, undefined, SYSTEM);
  const lead = { order: id, party: first.id, partyName: first.name };
  writeDispatch(pen, ground, record, lead, SYSTEM, { firstReceiverLeads: true });
}
