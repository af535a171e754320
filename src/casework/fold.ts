/** From events to the case: each event changes the record it is given, and nothing else does. Deterministic, without rules or clock. */
import type { CaseEvent } from '#kernel/case.ts';
import type { Draft, EventDetails, EventType } from './events.ts';
import { orderTransitions } from './lifecycle.ts';
import type { Beginning, CaseRecord, Child, ClockChange, FindingChild, OrderRecord } from './record.ts';

type Folds = { [T in EventType]: (record: CaseRecord, details: EventDetails[T], event: Draft) => void };

const folds: Folds = {
  collect: () => undefined,
  'report.added': (record, { report }) => {
    record.children.push(report);
  },
  'report.answered': (record, { reportId, outcome, sentence }, { at }) => {
    record.children = record.children.map((child) =>
      child.kind === 'report' && child.id === reportId
        ? { ...child, answeredAt: at, answer: { outcome, sentence } }
        : child,
    );
  },
  'report.rated': (record, { reportId, solved, satisfied }, { at }) => {
    record.children = record.children.map((child) =>
      child.kind === 'report' && child.id === reportId ? { ...child, rating: { at, solved, satisfied } } : child,
    );
  },
  'finding.changed': (record, { finding, leads, change }) => {
    putFinding(record, finding);
    if (leads && change !== 'cleared') record.sentence = finding.sentence;
  },
  'case.absorbed': (record, { children }) => {
    for (const child of children) {
      if (child.kind === 'finding') putFinding(record, child);
      else record.children.push(child);
    }
  },
  reclass: (record, { caseClass, domain, name, level, awaitsConfirmation, facts, assetId, sentence }) => {
    Object.assign(record, { caseClass, domain, name, awaitsConfirmation, sentence });
    if (record.escalations === 0) record.level = level;
    record.plan = undefined;
    record.impact = undefined;
    record.facts = { ...record.facts, ...facts };
    record.assetId = assetId ?? record.assetId;
  },
  'plan.chosen': (record, { plan, impact }) => {
    record.plan = plan;
    record.impact = impact;
  },

  acknowledge: (record, _, { at }) => acknowledged(record, at),
  confirm: (record, _, { at, actor }) => {
    if (actor.kind !== 'system') acknowledged(record, at);
    record.awaitsConfirmation = false;
  },
  dismiss: (record, _, { at }) => {
    acknowledged(record, at);
    record.closedAt = at;
    record.deferral = undefined;
    record.pausedSince = undefined;
  },
  dispatch: (record, { party, partyName }, { at, actor }) => {
    if (actor.kind !== 'system') acknowledged(record, at);
    record.dispatchedAt ??= at;
    record.firstReceiver ??= party;
    record.party = party;
    record.partyName = partyName;
    record.awaitsConfirmation = false;
  },
  accept: (record, _, { at }) => acknowledged(record, at),
  return: (record, { bounces }) => {
    record.bounces = bounces;
    record.party = undefined;
    record.partyName = undefined;
    record.deferral = undefined;
  },
  finish: (record, _, { at }) => {
    record.handledAt = at;
    record.pausedSince = undefined;
    record.onTime = record.clocks.handle?.onTime;
    record.deferral = undefined;
  },
  verify_pass: (record, { by, photos = [] }, { at }) => {
    record.closedAt = at;
    record.verified = { at, by, photos };
  },
  verify_fail: (record) => {
    record.verifyFailures += 1;
    record.handledAt = undefined;
    record.onTime = undefined;
  },
  evaluate: (record, details) => {
    record.evaluation = details;
  },
  reopen: (record) => {
    record.reopened += 1;
    Object.assign(record, { closedAt: undefined, handledAt: undefined, verified: undefined });
    Object.assign(record, { onTime: undefined, evaluation: undefined });
  },
  pause: (record, _, { at }) => {
    record.pausedSince = at;
  },
  resume: (record) => {
    record.pausedSince = undefined;
  },
  request_deferral: (record, { until, reason }, { actor }) => {
    record.deferral = { requestedUntil: until, reason, by: actor.name, byId: actor.id };
  },
  approve_deferral: (record) => {
    record.deferral = undefined;
    record.deferred = true;
  },
  refuse_deferral: (record) => {
    record.deferral = undefined;
  },
  escalate: (record, { deadline, step, level, order }) => {
    record.escalations += 1;
    const clock = record.clocks[deadline];
    if (clock !== undefined) clock.escalated = step;
    if (order === undefined) record.level = level;
  },
  merge: (record, { into }, { at }) => {
    record.mergedInto = into;
    record.closedAt = at;
    record.deferral = undefined;
  },
  regrade: (record, { grade, held }) => {
    record.grade = grade;
    record.gradeHeld = held;
  },
  locate: (record, { place, address, cell, community, street, district, assetId, facts }, { actor }) => {
    Object.assign(record, { place, address, cell, community, street, district });
    // What was known of another asset does not hold for this one.
    const isAnother = actor.kind !== 'system' && assetId !== undefined && assetId !== record.assetId;
    record.facts = isAnother ? facts : { ...record.facts, ...facts };
    record.assetId = assetId ?? record.assetId;
    if (actor.kind !== 'system') record.located = true;
  },
  note: () => undefined,

  'order.issue': (record, { order }, { at }) => {
    const { replaces, ...rest } = order;
    if (replaces !== undefined) orderOf(record, replaces).replacedBy = order.id;
    record.orders.push({ ...rest, state: 'issued', issuedAt: at, photos: [] });
  },
  'order.accept': (record, details, event) => {
    const order = moveOrder(record, details.order, 'accept');
    order.acceptedAt = event.at;
    tookPart(record, event, order);
  },
  'order.set_out': (record, details, event) => tookPart(record, event, moveOrder(record, details.order, 'set_out')),
  'order.arrive': (record, details, event) => {
    const order = moveOrder(record, details.order, 'arrive');
    order.arrivedAt = event.at;
    tookPart(record, event, order);
  },
  'order.finish': (record, details, event) => {
    const order = moveOrder(record, details.order, 'finish');
    order.finishedAt = event.at;
    order.feedback = details.feedback;
    order.photos = details.photos;
    tookPart(record, event, order);
  },
  'order.refuse': (record, details) => {
    moveOrder(record, details.order, 'refuse').reason = details.reason;
  },
  'order.cancel': (record, details) => {
    moveOrder(record, details.order, 'cancel').reason = details.reason;
  },
};

function acknowledged(record: CaseRecord, at: number): void {
  record.acknowledgedAt ??= at;
}

/** The newest word about a finding replaces the older one, in its place. */
function putFinding(record: CaseRecord, finding: FindingChild): void {
  const index = record.children.findIndex((child) => child.kind === 'finding' && child.id === finding.id);
  if (index < 0) record.children.push(finding);
  else record.children[index] = finding;
}

function orderOf(record: CaseRecord, id: string): OrderRecord {
  const order = record.orders.find((candidate) => candidate.id === id);
  if (order === undefined)
    throw new Error(`The history of case ${record.id} names work order ${id}, which it never issued.`);
  return order;
}

function moveOrder(
  record: CaseRecord,
  id: string,
  action: 'accept' | 'set_out' | 'arrive' | 'finish' | 'refuse' | 'cancel',
): OrderRecord {
  const order = orderOf(record, id);
  const to = orderTransitions[order.state][action];
  if (to === undefined)
    throw new Error(`The history of case ${record.id} has order ${id} ${action} while ${order.state}.`);
  order.state = to;
  return order;
}

function tookPart({ handlers }: CaseRecord, { actor }: Draft, order: OrderRecord): void {
  if (actor.kind !== 'system' && !handlers.accounts.includes(actor.id)) handlers.accounts.push(actor.id);
  for (const party of [order.party, actor.party]) {
    if (party !== undefined && !handlers.parties.includes(party)) handlers.parties.push(party);
  }
}

function changeClock(record: CaseRecord, change: ClockChange, at: number): void {
  if (change.change === 'start') {
    const { basis, minutes, dueAt } = change;
    record.clocks[change.clock] = { basis, minutes, startedAt: at, dueAt, escalated: 0 };
    if (change.clock === 'acknowledge') record.acknowledgeBy = dueAt;
    if (change.clock === 'accept') record.acknowledgeBy ??= dueAt;
    return;
  }
  const clock = record.clocks[change.clock];
  if (clock === undefined)
    throw new Error(`The history of case ${record.id} stops clock ${change.clock}, which never ran.`);
  switch (change.change) {
    case 'stop':
      Object.assign(clock, { stoppedAt: at, onTime: change.onTime, remainingMs: change.remainingMs });
      if (change.clock === 'accept' && !change.onTime && record.party !== undefined) record.acceptLate = true;
      return;
    case 'pause':
      Object.assign(clock, { pausedSince: at, remainingMs: change.remainingMs });
      return;
    case 'resume':
      Object.assign(clock, {
        pausedSince: undefined,
        stoppedAt: undefined,
        onTime: undefined,
        remainingMs: undefined,
        dueAt: change.dueAt,
      });
      return;
    case 'move':
      clock.dueAt = change.dueAt;
      return;
    case 'drop':
      delete record.clocks[change.clock];
  }
}

function begin(event: Draft<'collect'>): CaseRecord {
  const { clocks: _, follows: __, children, ...beginning }: Beginning & { clocks?: unknown } = event.details;
  return {
    ...beginning,
    id: event.caseId,
    state: 'collected',
    openedAt: event.at,
    gradeHeld: false,
    located: false,
    clocks: {},
    deferred: false,
    orders: [],
    children: children.map((child): Child => ({ ...child })),
    bounces: 0,
    escalations: 0,
    verifyFailures: 0,
    reopened: 0,
    acceptLate: false,
    handlers: { accounts: [], parties: [] },
    updatedAt: event.at,
    sequence: 0,
  };
}

/** Applies one event. The first one of a case is its `collect`; the record given is changed and returned. */
export function foldDraft(record: CaseRecord | undefined, event: Draft): CaseRecord {
  if (record === undefined && event.type !== 'collect')
    throw new Error(`The history of case ${event.caseId} does not begin with its collection.`);
  const next = record ?? begin(event as Draft<'collect'>);
  const { clocks } = event.details as { clocks?: readonly ClockChange[] };
  for (const change of clocks ?? []) changeClock(next, change, event.at);
  const apply = folds[event.type] as (record: CaseRecord, details: unknown, event: Draft) => void;
  apply(next, event.details, event);
  if (event.to !== undefined) next.state = event.to;
  next.updatedAt = event.at;
  return next;
}

/** Event types that this version can fold; an export may hold events of a newer one. */
export const isKnownType = (type: string): type is EventType => Object.hasOwn(folds, type);

export function fold(record: CaseRecord | undefined, event: CaseEvent): CaseRecord {
  if (!isKnownType(event.type)) throw new Error(`Event ${event.sequence} has the unknown type ${event.type}.`);
  const next = foldDraft(record, event as unknown as Draft);
  next.sequence = event.sequence;
  return next;
}
