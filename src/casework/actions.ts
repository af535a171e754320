/**
 * What people do to a case. Each action reads its own details:
 *
 *   acknowledge, confirm            {}                              merge     { into: case id, reason? }
 *   dismiss, return, pause, reopen, verify_fail, refuse_deferral    { reason }
 *   dispatch                        { party } or { party, order: key of a supporting order to issue again }
 *   finish                          { feedback, photos? }           accept, resume, approve_deferral   {}
 *   verify_pass                     { photos, comment? }            request_deferral   { until, reason }
 *   regrade                         { grade, reason }               note      { text }
 *   locate                          { assetId?, place?, facts?, reason? }
 *
 * Who may take which action by role is the adapter's business; what depends on the case itself (its party, its handlers, who asked
 * for what) is refused here.
 */
import type { Actor, CaseAction } from '#kernel/case.ts';
import { CityError, conflict, invalid } from '#kernel/errors.ts';
import type { ActionDetails } from './casework.types.ts';
import {
  dropClocks,
  dueAfterResuming,
  finishClock,
  isRunning,
  orderClocks,
  remainingOf,
  startClock,
  stopClocks,
} from './clocks.ts';
import { findFacts, findPosition, findText, getGrade, getInstant, getText } from './details.ts';
import { type Ground, whereabouts } from './ground.ts';
import { getReceiver } from './library.ts';
import { isOrderOpen, nextState, SYSTEM_ACTIONS } from './lifecycle.ts';
import { absorb } from './merging.ts';
import { open } from './opening.ts';
import { actOnOrder, findLead, refuseOthersThanLead, returnCase } from './orders.ts';
import { moveNotAllowed, type Pen } from './pen.ts';
import {
  cancelOrder,
  issueOrder,
  neededOrders,
  planFor,
  reissueOrder,
  reviseOrders,
  writeDispatch,
  writePlan,
} from './plans.ts';
import type { CaseRecord, ClockChange } from './record.ts';
import { answerReports, reopen, verifyFail, verifyPass } from './verification.ts';

interface Move {
  readonly pen: Pen;
  readonly ground: Ground;
  readonly record: CaseRecord;
  readonly details: ActionDetails;
  readonly actor: Actor;
}

const moves: Readonly<Partial<Record<CaseAction, (move: Move) => void>>> = {
  acknowledge,
  confirm,
  dismiss,
  dispatch,
  accept: (move) => onLeadOrder(move, 'accept'),
  finish: (move) => onLeadOrder(move, 'finish'),
  return: ({ pen, ground, record, details, actor }) => returnCase(pen, ground, record, details, actor),
  verify_pass: ({ pen, ground, record, details, actor }) => verifyPass(pen, ground, record, details, actor),
  verify_fail: ({ pen, ground, record, details, actor }) => verifyFail(pen, ground, record, details, actor),
  reopen: ({ pen, ground, record, details, actor }) => reopen(pen, ground, record, details, actor),
  pause,
  resume,
  request_deferral: requestDeferral,
  approve_deferral: approveDeferral,
  refuse_deferral: refuseDeferral,
  merge,
  regrade,
  locate,
  note: ({ pen, record, details, actor }) =>
    void pen.write(record.id, 'note', { text: getText(details, 'text') }, actor),
};

/** Errors: `case.move_not_allowed` (409, names state and action) and those of the action. */
export function act(
  pen: Pen,
  ground: Ground,
  caseId: string,
  action: CaseAction,
  details: ActionDetails,
  actor: Actor,
): void {
  const record = pen.get(caseId);
  const move = moves[action];
  if (move === undefined || SYSTEM_ACTIONS.has(action)) {
    throw new CityError('invalid', 'action.unknown', `There is no action ${action} to take on a case.`, 'action');
  }
  if (nextState(record.state, action) === undefined) throw moveNotAllowed(record, action);
  move({ pen, ground, record, details, actor });
}

function acknowledge({ pen, ground, record, actor }: Move): void {
  if (record.acknowledgedAt !== undefined) {
    throw conflict('case.already_acknowledged', `Case ${record.reference} has been acknowledged already.`, 'action');
  }
  // From here somebody must confirm or dismiss it; until they do, the accepting clock runs, so that it cannot be forgotten.
  const { working } = ground.book;
  const { accept } = ground.book.getClass(record.caseClass);
  const waits = record.state === 'collected' ? [startClock('accept', accept, pen.at, working)] : [];
  pen.write(
    record.id,
    'acknowledge',
    { clocks: [...stopClocks(record, ['acknowledge'], pen.at, working), ...waits] },
    actor,
  );
}

function confirm({ pen, ground, record, details, actor }: Move): void {
  if (!record.awaitsConfirmation) throw moveNotAllowed(record, 'confirm');
  const wasDispatched = record.state === 'dispatched' || record.state === 'in_progress';
  if (!wasDispatched) {
    open(pen, ground, record.id, actor, findText(details, 'reason'));
    return;
  }
  const clocks = stopClocks(record, ['acknowledge'], pen.at, ground.book.working);
  pen.write(record.id, 'confirm', { reason: findText(details, 'reason'), clocks }, actor);
  reviseOrders(pen, ground, record.id, 'plan_changed', actor);
}

/** Everything that still runs ends with the case. */
function endAll(pen: Pen, ground: Ground, record: CaseRecord, reason: string, actor: Actor): ClockChange[] {
  for (const order of record.orders) if (isOrderOpen(order.state)) cancelOrder(pen, record, order, reason, actor);
  const own = dropClocks(record, ['accept', 'handle']);
  return [...stopClocks(record, ['acknowledge'], pen.at, ground.book.working), ...own];
}

function dismiss({ pen, ground, record, details, actor }: Move): void {
  const reason = getText(details, 'reason');
  const clocks = endAll(pen, ground, record, 'dismissed', actor);
  pen.write(record.id, 'dismiss', { reason, clocks }, actor);
  answerReports(pen, record.id, 'dismissed');
}

function dispatch(move: Move): void {
  const { pen, ground, record, details, actor } = move;
  const key = findText(details, 'order');
  const caseClass = ground.book.getClass(record.caseClass);
  const id = getText(details, 'party');
  if (key !== undefined) {
    reissueSupporting(move, key, id);
    return;
  }
  const party = getReceiver(ground.book, caseClass, id);
  if (record.bounces >= caseClass.bounceLimit && record.bounces > 0 && party.id !== record.firstReceiver) {
    throw conflict(
      'case.first_receiver_leads',
      `This case has bounced ${record.bounces} times; ${record.firstReceiver} leads it.`,
      'party',
    );
  }
  const lead = record.orders.findLast((order) => order.lead);
  const current = findLead(record);
  let order: string;
  if (lead === undefined) order = issueFirstOrders(move, party.id);
  else {
    if (current !== undefined && current.state !== 'finished')
      cancelOrder(pen, record, current, 'dispatched_elsewhere', actor);
    order = reissueOrder(pen, ground, record, lead, party, undefined, actor);
  }
  writeDispatch(pen, ground, record, { order, party: party.id, partyName: party.name }, actor);
}

/** The first dispatch by hand: the plan's orders as planned, but the lead is the party that the dispatcher named. */
function issueFirstOrders({ pen, ground, record, actor }: Move, leadParty: string): string {
  const plan = planFor(ground, record);
  const caseClass = ground.book.getClass(record.caseClass);
  const { name: partyName } = ground.book.findParty(leadParty)!;
  const planned = plan?.orders.find((order) => order.lead);
  const fallback = {
    key: 'handle',
    task: caseClass.name,
    accept: caseClass.accept,
    finish: caseClass.handle,
    needsPhoto: false,
  };
  const role = planned?.role ?? caseClass.handledBy[0] ?? '';
  const lead = { ...(planned ?? fallback), role, lead: true, party: leadParty, partyName, crew: undefined };
  writePlan(pen, ground, record, plan, actor);
  const id = issueOrder(pen, ground, record.id, lead, actor);
  for (const needed of neededOrders(ground, record, plan))
    if (!needed.lead) issueOrder(pen, ground, record.id, needed, actor);
  return id;
}

function reissueSupporting({ pen, ground, record, actor }: Move, key: string, id: string): void {
  const order = record.orders.findLast((candidate) => candidate.key === key && !candidate.lead);
  if (order === undefined) throw invalid('order.unknown', `This case has no supporting order ${key}.`, 'order');
  const party = ground.book.findParty(id);
  if (party === undefined) throw invalid('party.unknown', `There is no party ${id}.`, 'party');
  if (order.state === 'finished') throw conflict('order.finished', `Order ${key} has been fed back already.`, 'order');
  if (order.state !== 'refused') cancelOrder(pen, record, order, 'dispatched_elsewhere', actor);
  reissueOrder(pen, ground, record, order, party, undefined, actor);
}

function onLeadOrder({ pen, ground, record, details, actor }: Move, action: 'accept' | 'finish'): void {
  refuseOthersThanLead(ground, record, actor);
  const order = findLead(record);
  if (order === undefined) throw moveNotAllowed(record, action);
  actOnOrder(pen, ground, record.id, order.id, action, details, actor);
}

const pausable = (record: CaseRecord): string[] => [
  'accept',
  'handle',
  ...record.orders.filter(({ state }) => isOrderOpen(state)).flatMap(({ id }) => orderClocks(id)),
];

function pause({ pen, ground, record, details, actor }: Move): void {
  if (record.pausedSince !== undefined) throw conflict('case.paused', 'The case is paused already.', 'action');
  const reason = getText(details, 'reason');
  const clocks = pausable(record).flatMap((id): ClockChange[] => {
    const clock = record.clocks[id];
    if (!isRunning(clock)) return [];
    return [{ clock: id, change: 'pause', remainingMs: remainingOf(clock, pen.at, ground.book.working) }];
  });
  pen.write(record.id, 'pause', { reason, clocks }, actor);
}

function resume({ pen, ground, record, actor }: Move): void {
  if (record.pausedSince === undefined) throw conflict('case.not_paused', 'The case is not paused.', 'action');
  const clocks = Object.entries(record.clocks).flatMap(([id, clock]): ClockChange[] => {
    if (clock.pausedSince === undefined || clock.stoppedAt !== undefined) return [];
    return [{ clock: id, change: 'resume', dueAt: dueAfterResuming(clock, pen.at, ground.book.working) }];
  });
  pen.write(record.id, 'resume', { clocks }, actor);
}

function requestDeferral({ pen, ground, record, details, actor }: Move): void {
  refuseOthersThanLead(ground, record, actor);
  if (record.pausedSince !== undefined)
    throw conflict('case.paused', 'The case is paused: its clock stands still.', 'action');
  if (record.deferral !== undefined)
    throw conflict('case.deferral_requested', 'A deferral has been requested already.', 'action');
  const until = getInstant(details, 'until');
  const dueAt = record.clocks.handle?.dueAt ?? pen.at;
  if (until <= Math.max(dueAt, pen.at)) {
    throw invalid('deferral.not_later', 'A deferral must end later than the deadline it defers.', 'until');
  }
  pen.write(record.id, 'request_deferral', { until, reason: getText(details, 'reason') }, actor);
}

/** The deferral asked for, when the actor is somebody else than who asked. */
function getDeferral({ ground, record, actor }: Move): NonNullable<CaseRecord['deferral']> {
  const { deferral, party } = record;
  if (deferral === undefined) throw conflict('case.no_deferral', 'No deferral has been requested.', 'action');
  const isRequester = deferral.byId === actor.id || (party !== undefined && ground.book.worksFor(actor.party, party));
  if (isRequester)
    throw new CityError('forbidden', 'case.requester_decides', 'Who asks for a deferral does not decide on it.');
  return deferral;
}

function approveDeferral(move: Move): void {
  const { pen, record, actor } = move;
  const { requestedUntil: until, byId } = getDeferral(move);
  if (record.pausedSince !== undefined)
    throw conflict('case.paused', 'The case is paused: its clock stands still.', 'action');
  const lead = findLead(record);
  const ids = ['handle', ...(lead === undefined ? [] : [finishClock(lead.id)])];
  const clocks = ids
    .filter((id) => isRunning(record.clocks[id]))
    .map((clock) => ({ clock, change: 'move' as const, dueAt: until }));
  pen.write(record.id, 'approve_deferral', { until, requestedBy: byId, clocks }, actor);
}

function refuseDeferral(move: Move): void {
  const { pen, record, details, actor } = move;
  const { byId } = getDeferral(move);
  pen.write(record.id, 'refuse_deferral', { reason: getText(details, 'reason'), requestedBy: byId }, actor);
}

/** The case goes on inside another one, which takes its findings and reports; its own orders are called off. */
function merge({ pen, ground, record, details, actor }: Move): void {
  const into = pen.get(getText(details, 'into'));
  absorb(pen, ground, into, record, actor, findText(details, 'reason'));
}

function regrade({ pen, record, details, actor }: Move): void {
  const grade = getGrade(details);
  pen.write(record.id, 'regrade', { grade, was: record.grade, reason: getText(details, 'reason'), held: true }, actor);
}

/** Corrects where it is: another pipe, another place, better facts. Plan, impact and orders follow; who was rightly sent stays sent. */
function locate({ pen, ground, record, details, actor }: Move): void {
  const assetId = findText(details, 'assetId');
  const asset = assetId === undefined ? undefined : ground.findAsset(assetId);
  if (assetId !== undefined && asset === undefined)
    throw invalid('asset.unknown', `There is no asset ${assetId}.`, 'assetId');
  const facts = { ...asset?.facts, ...findFacts(details) };
  const place = findPosition(details, 'place') ?? asset?.place ?? record.place;
  if (assetId === undefined && details.place === undefined && Object.keys(facts).length === 0) {
    throw invalid('locate.nothing', 'Say where it is: assetId, place or facts.', 'place');
  }
  const where = whereabouts(place, ground.responsibilityAt(place));
  pen.write(record.id, 'locate', { ...where, assetId, facts, reason: findText(details, 'reason') }, actor);
  const hasOrders = record.state === 'dispatched' || record.state === 'in_progress';
  if (hasOrders) reviseOrders(pen, ground, record.id, 'located', actor);
}
