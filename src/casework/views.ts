/** A case as adapters see it. */
import type { CaseAction, CaseEvent } from '#kernel/case.ts';
import type { CaseDetail, CaseSummary, WorkOrder } from './casework.types.ts';
import { acceptClock, finishClock, runningClock } from './clocks.ts';
import { confidentialTo } from './confidential.ts';
import { isOpen, SYSTEM_ACTIONS, transitions } from './lifecycle.ts';
import type { CaseRecord, OrderRecord } from './record.ts';

export const toSummary = (record: CaseRecord): CaseSummary => ({
  id: record.id,
  reference: record.reference,
  caseClass: record.caseClass,
  domain: record.domain,
  name: record.name,
  state: record.state,
  grade: record.grade,
  level: record.level,
  place: record.place,
  address: record.address,
  cell: record.cell,
  community: record.community,
  street: record.street,
  district: record.district,
  openedAt: record.openedAt,
  raisedAt: record.raisedAt,
  acknowledgedAt: record.acknowledgedAt,
  acknowledgeBy: record.acknowledgeBy,
  awaitsConfirmation: record.awaitsConfirmation && isOpen(record.state),
  mergedInto: record.mergedInto,
  closedAt: record.closedAt,
  clock: isOpen(record.state) ? runningClock(record) : undefined,
  party: record.party,
  partyName: record.partyName,
  assetId: record.assetId,
  sentence: record.sentence,
  findings: record.children.filter(({ kind }) => kind === 'finding').length,
  reports: record.children.filter(({ kind }) => kind === 'report').length,
  escalations: record.escalations,
  bounces: record.bounces,
  onTime: record.onTime,
  updatedAt: record.updatedAt,
  sequence: record.sequence,
  visibleTo: confidentialTo(record.facts),
});

export function toWorkOrder(record: CaseRecord, order: OrderRecord): WorkOrder {
  const accept = record.clocks[acceptClock(order.id)];
  const finish = record.clocks[finishClock(order.id)];
  return {
    id: order.id,
    caseId: record.id,
    key: order.key,
    party: order.party,
    partyName: order.partyName,
    crew: order.crew,
    role: order.role,
    lead: order.lead,
    task: order.task,
    state: order.state,
    issuedAt: order.issuedAt,
    acceptBy: accept?.dueAt ?? order.issuedAt,
    finishBy: finish?.dueAt ?? order.issuedAt,
    acceptedAt: order.acceptedAt,
    arrivedAt: order.arrivedAt,
    finishedAt: order.finishedAt,
    needsPhoto: order.needsPhoto,
    feedback: order.feedback,
    photos: order.photos,
  };
}

export const toDetail = (record: CaseRecord, events: readonly CaseEvent[]): CaseDetail => ({
  ...toSummary(record),
  facts: record.facts,
  plan: record.plan,
  workOrders: record.orders.map((order) => toWorkOrder(record, order)),
  impact: record.impact,
  children: record.children.map((child) => ({
    kind: child.kind,
    id: child.id,
    at: child.at,
    clearedAt: child.kind === 'finding' ? child.clearedAt : child.answeredAt,
    place: child.place,
    sentence: child.sentence,
    datastreamId: child.kind === 'finding' ? child.datastreamId : undefined,
    source: child.source,
  })),
  events,
  deferral: record.deferral && {
    requestedUntil: record.deferral.requestedUntil,
    reason: record.deferral.reason,
    by: record.deferral.by,
  },
  evaluation: record.evaluation,
});

/**
 * What the state and the story so far allow somebody to do; who may is another question. A detail knows of a requested deferral,
 * a summary does not: for a summary all three deferral moves are listed.
 */
export function allowedActions(summary: CaseSummary & { readonly deferral?: CaseDetail['deferral'] }): CaseAction[] {
  const isPaused = summary.clock?.pausedSince !== undefined;
  const knowsDeferral = 'deferral' in summary;
  const isAsked = summary.deferral !== undefined;
  const without: Partial<Record<CaseAction, boolean>> = {
    acknowledge: summary.acknowledgedAt !== undefined,
    confirm: !summary.awaitsConfirmation,
    pause: isPaused,
    resume: !isPaused,
    return: isPaused,
    request_deferral: isPaused || (knowsDeferral && isAsked),
    approve_deferral: isPaused || (knowsDeferral && !isAsked),
    refuse_deferral: knowsDeferral && !isAsked,
  };
  return (Object.keys(transitions[summary.state]) as CaseAction[]).filter(
    (action) => !SYSTEM_ACTIONS.has(action) && without[action] !== true,
  );
}
