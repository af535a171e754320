/** Response plans: which one fits the facts, which orders it asks for here, and what changes when the place or the facts change. */
import type { Actor } from '#kernel/case.ts';
import type { CaseClass, Clock, Party, PlanOrder, ResponsePlan } from '#kernel/rules.ts';
import type { Localized, PartyId } from '#kernel/words.ts';
import { acceptClock, dropClocks, finishClock, orderClocks, startClock, stopClocks } from './clocks.ts';
import type { Ground } from './ground.ts';
import { findObstacle } from './library.ts';
import { isOrderOpen } from './lifecycle.ts';
import type { Pen } from './pen.ts';
import type { CaseRecord, ClockChange, Facts, OrderRecord } from './record.ts';

/** The key of the one order of a case whose class has no plan. */
export const ONLY_ORDER = 'handle';

/** The fact that plans of pipes are chosen by: inner diameter in millimetres. */
const BORE_FACT = 'bore_mm';

/** One order that is asked for here, with the party that answers for it. */
export interface Needed {
  readonly key: string;
  readonly role: string;
  readonly lead: boolean;
  readonly task: Localized;
  readonly accept: Clock;
  readonly finish: Clock;
  readonly needsPhoto: boolean;
  readonly party: PartyId;
  readonly partyName: Localized;
  readonly crew: PartyId | undefined;
}

/** The first plan of the class whose conditions the facts meet. A condition on a fact nobody knows yet is not met. */
export function choosePlan(plans: readonly ResponsePlan[], facts: Facts): ResponsePlan | undefined {
  const bore = facts[BORE_FACT];
  return plans.find(({ when: { boreBelowMm, boreAtLeastMm } }) => {
    if (boreBelowMm === undefined && boreAtLeastMm === undefined) return true;
    if (typeof bore !== 'number') return false;
    return bore < (boreBelowMm ?? Infinity) && bore >= (boreAtLeastMm ?? -Infinity);
  });
}

/** The plan for a case as it stands: by its facts, else the one its class falls back on. */
export function planFor(ground: Ground, record: CaseRecord): ResponsePlan | undefined {
  const { book } = ground;
  const fallback = book.findClass(record.caseClass)?.plan;
  return (
    choosePlan(book.plansOf(record.caseClass), record.facts) ??
    (fallback === undefined ? undefined : book.findPlan(fallback))
  );
}

/** What is needed, without the orders nobody answers for here. */
export function neededOrders(ground: Ground, record: CaseRecord, plan: ResponsePlan | undefined): Needed[] {
  const caseClass = ground.book.getClass(record.caseClass);
  const wanted: readonly PlanOrder[] = plan?.orders ?? [
    {
      key: ONLY_ORDER,
      role: caseClass.handledBy[0] ?? '',
      lead: true,
      task: caseClass.name,
      accept: caseClass.accept,
      finish: caseClass.handle,
      needsPhoto: false,
    },
  ];
  return wanted.flatMap((order) => {
    if (order.forEach !== undefined) return namedOrders(ground, record, { ...order, forEach: order.forEach });
    const candidates = order.lead
      ? [order.role, ...caseClass.handledBy.filter((role) => role !== order.role)]
      : [order.role];
    for (const role of candidates) {
      const found = findAssigned(ground, record, role, []);
      if (found !== undefined && (!order.lead || findObstacle(caseClass, found.party) === undefined)) {
        return [{ ...order, role, party: found.party.id, partyName: found.party.name, crew: found.crew }];
      }
    }
    return [];
  });
}

/** One order for each party that the facts name, the one with the most to do first: that one leads where the plan says so. */
function namedOrders(ground: Ground, record: CaseRecord, order: PlanOrder & { readonly forEach: string }): Needed[] {
  const caseClass = ground.book.getClass(record.caseClass);
  const prefix = `${order.forEach}.`;
  const named = Object.entries(record.facts).flatMap(([fact, count]) => {
    const party = fact.startsWith(prefix) ? ground.book.findParty(fact.slice(prefix.length)) : undefined;
    if (party === undefined || typeof count !== 'number' || count <= 0) return [];
    return findObstacle(caseClass, party) === undefined ? [{ party, count }] : [];
  });
  named.sort((a, b) => b.count - a.count || (a.party.id < b.party.id ? -1 : 1));
  const { key, role, accept, finish, needsPhoto } = order;
  return named.map(({ party, count }, index) => ({
    ...{ role, accept, finish, needsPhoto },
    key: `${key}:${party.id}`,
    lead: order.lead && index === 0,
    task: Object.fromEntries(
      Object.entries(order.task).map(([language, text]) => [language, text.replaceAll('{count}', String(count))]),
    ),
    party: party.id,
    partyName: party.name,
    crew: undefined,
  }));
}

export function findAssigned(
  ground: Ground,
  record: CaseRecord,
  role: string,
  except: readonly PartyId[],
): { party: Party; crew: PartyId | undefined } | undefined {
  const { place } = record;
  const { book, busyCrews } = ground;
  const responsibility = ground.responsibilityAt(place);
  const assigned = ground.assign({ role, place, responsibility, parties: book.rules.parties, busyCrews, except });
  const party = assigned && book.findParty(assigned.party);
  return party && { party, crew: assigned.crew };
}

/** Writes which plan was chosen and what the failure takes with it. */
export function writePlan(
  pen: Pen,
  ground: Ground,
  record: CaseRecord,
  plan: ResponsePlan | undefined,
  actor: Actor,
): void {
  if (plan === undefined) return;
  const { domain, caseClass, place, assetId, facts } = record;
  const { impactMetres, proposesIsolation } = plan;
  const impact = ground.impactOf({ domain, caseClass, place, assetId, facts, impactMetres, proposesIsolation });
  pen.write(record.id, 'plan.chosen', { plan: { id: plan.id, name: plan.name }, impact }, actor);
}

/** Writes one order and starts its two clocks; returns its id. */
export function issueOrder(
  pen: Pen,
  ground: Ground,
  caseId: string,
  needed: Needed,
  actor: Actor,
  replaces?: OrderRecord,
): string {
  const id = ground.newId('order');
  const { key, role, lead, task, needsPhoto, party, partyName, crew } = needed;
  const { working } = ground.book;
  const clocks = [
    startClock(acceptClock(id), needed.accept, pen.at, working),
    startClock(finishClock(id), needed.finish, pen.at, working),
  ];
  const order = { id, key, role, lead, task, needsPhoto, party, partyName, crew, replaces: replaces?.id };
  pen.write(caseId, 'order.issue', { order, clocks }, actor);
  return id;
}

export function cancelOrder(pen: Pen, record: CaseRecord, order: OrderRecord, reason: string, actor: Actor): void {
  if (order.state === 'finished' || order.state === 'cancelled') return;
  const clocks = dropClocks(record, orderClocks(order.id));
  pen.write(record.id, 'order.cancel', { order: order.id, reason, clocks }, actor);
}

/**
 * Gives the case to the party of its lead order and starts its clocks. The handling clock starts with the first dispatch: a bounce
 * does not set it back, and after a failed verification it goes on with what was left of it. After a reopening it starts afresh.
 */
export function writeDispatch(
  pen: Pen,
  ground: Ground,
  record: CaseRecord,
  lead: { order: string; party: PartyId; partyName: Localized },
  actor: Actor,
  options: { readonly firstReceiverLeads?: true; readonly afresh?: boolean } = {},
): void {
  const { working } = ground.book;
  const caseClass = ground.book.getClass(record.caseClass);
  const handle = record.clocks.handle;
  const startsHandle = handle === undefined || options.afresh === true;
  const clocks: ClockChange[] = [
    ...stopClocks(record, ['acknowledge', 'accept'], pen.at, working),
    startClock('accept', caseClass.accept, pen.at, working),
    ...(startsHandle ? [startClock('handle', caseClass.handle, pen.at, working)] : []),
  ];
  const { firstReceiverLeads } = options;
  pen.write(record.id, 'dispatch', { ...lead, ...(firstReceiverLeads && { firstReceiverLeads }), clocks }, actor);
}

/**
 * Chooses the plan and issues its orders, each to the party for its role at the place. Without a party that may lead, nothing is
 * issued: the case stays open for a dispatcher. Returns whether it was dispatched.
 */
export function issuePlan(pen: Pen, ground: Ground, caseId: string, actor: Actor): boolean {
  const record = pen.get(caseId);
  const plan = planFor(ground, record);
  const needed = neededOrders(ground, record, plan);
  const lead = needed.find((order) => order.lead);
  writePlan(pen, ground, record, plan, actor);
  if (lead === undefined) return false;
  const ids = needed.map((order) => issueOrder(pen, ground, caseId, order, actor));
  const order = ids[needed.indexOf(lead)]!;
  writeDispatch(pen, ground, record, { order, party: lead.party, partyName: lead.partyName }, actor);
  return true;
}

/**
 * Makes the orders fit the case again after its place, facts or class changed: an open order whose key and party are still right is
 * kept with its clocks running; another party's is cancelled and issued anew; what the plan no longer asks for is cancelled.
 */
export function reviseOrders(pen: Pen, ground: Ground, caseId: string, reason: string, actor: Actor): void {
  const record = pen.get(caseId);
  const plan = planFor(ground, record);
  writePlan(pen, ground, record, plan, actor);
  const needed = neededOrders(ground, record, plan);
  const standing = record.orders.filter((order) => isOrderOpen(order.state) || order.state === 'finished');
  const isRight = (order: OrderRecord, want: Needed) =>
    order.lead === want.lead && order.party === want.party && (order.key === want.key || order.role === want.role);
  const kept = new Set(needed.flatMap((want) => standing.filter((order) => isRight(order, want)).slice(0, 1)));
  const missing = needed.filter((want) => ![...kept].some((order) => isRight(order, want)));
  if (!needed.some(({ lead }) => lead)) return;
  for (const order of standing) if (!kept.has(order)) cancelOrder(pen, record, order, reason, actor);
  for (const want of missing) {
    const id = issueOrder(pen, ground, caseId, want, actor);
    if (want.lead)
      writeDispatch(pen, ground, record, { order: id, party: want.party, partyName: want.partyName }, actor);
  }
}

/** The rule of an order that is issued again: from the plan it came from, else from the class. */
export function orderRule(ground: Ground, record: CaseRecord, order: OrderRecord): { accept: Clock; finish: Clock } {
  const planned =
    record.plan && ground.book.findPlan(record.plan.id)?.orders.find(({ key }) => key === order.key.split(':')[0]);
  const caseClass: CaseClass = ground.book.getClass(record.caseClass);
  return planned ?? { accept: caseClass.accept, finish: caseClass.handle };
}

/** Issues an order again, to the same or another party, in the place of one that is over. */
export function reissueOrder(
  pen: Pen,
  ground: Ground,
  record: CaseRecord,
  order: OrderRecord,
  party: Party,
  crew: PartyId | undefined,
  actor: Actor,
): string {
  const { accept, finish } = orderRule(ground, record, order);
  const { key, role, lead, task, needsPhoto } = order;
  const needed = { key, role, lead, task, needsPhoto, accept, finish, party: party.id, partyName: party.name, crew };
  return issueOrder(pen, ground, record.id, needed, actor, order);
}
