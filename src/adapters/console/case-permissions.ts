/** Which permission each move of a case needs, and who is out of it whatever their permissions. Pure. */
import type { CaseSummary, WorkOrder } from '#casework/casework.types.ts';
import type { Actor, CaseAction, WorkOrderAction } from '#kernel/case.ts';
import { CityError } from '#kernel/errors.ts';
import { type Caller, may, type Permission } from '#kernel/roles.ts';
import { actsFor, type Concern, inScope } from '#people/scope.ts';

/** `undefined`: only the system does it. */
const NEEDS: Readonly<Record<CaseAction, Permission | undefined>> = {
  collect: undefined,
  acknowledge: 'case.acknowledge',
  confirm: 'case.confirm',
  dismiss: 'case.confirm',
  merge: 'case.confirm',
  regrade: 'case.confirm',
  locate: 'case.confirm',
  dispatch: 'case.dispatch',
  pause: 'case.dispatch',
  resume: 'case.dispatch',
  approve_deferral: 'case.dispatch',
  refuse_deferral: 'case.dispatch',
  escalate: 'case.dispatch',
  accept: 'case.handle',
  return: 'case.handle',
  finish: 'case.handle',
  request_deferral: 'case.handle',
  verify_pass: 'case.verify',
  verify_fail: 'case.verify',
  evaluate: 'case.verify',
  reopen: 'case.reopen',
  note: 'case.note',
};
const ORDER_NEEDS: Readonly<Record<WorkOrderAction, Permission>> = {
  accept: 'case.handle',
  set_out: 'case.handle',
  arrive: 'case.handle',
  finish: 'case.handle',
  refuse: 'case.handle',
  cancel: 'case.dispatch',
};
export const CASE_ACTIONS = Object.keys(NEEDS) as CaseAction[];
export const ORDER_ACTIONS = Object.keys(ORDER_NEEDS) as WorkOrderAction[];

/** What a decision about a case needs to know of it. `handledBy`: accounts that accepted or finished it, when known. */
export interface CaseFacts {
  readonly summary: CaseSummary;
  readonly orderParties: readonly string[];
  readonly handledBy?: ReadonlySet<string> | undefined;
}

export const concernOf = ({ summary, orderParties }: CaseFacts): Concern => ({
  parties: [summary.party, ...orderParties],
  areas: [summary.cell, summary.community, summary.street, summary.district],
});

export const sees = (caller: Caller, facts: CaseFacts): boolean =>
  may(caller, 'city.read') && inScope(caller, concernOf(facts));

/** Why not, as the error a refused attempt answers; undefined when the caller may. The state of the case is not looked at. */
export function refusalOf(caller: Caller, action: CaseAction, facts: CaseFacts): CityError | undefined {
  const { summary, handledBy } = facts;
  const needed = NEEDS[action];
  if (needed === undefined || !may(caller, needed))
    return new CityError('forbidden', 'caller.not_permitted', `${caller.name} may not ${action} a case.`, 'action');
  if (!inScope(caller, concernOf(facts)))
    return new CityError('forbidden', 'caller.out_of_scope', `The case is outside the areas of ${caller.name}.`);
  if (needed === 'case.handle' && !actsFor(caller, summary.party))
    return new CityError(
      'forbidden',
      'case.other_party',
      `The case is with ${summary.party ?? 'nobody'}, not with ${caller.party}.`,
    );
  const handles = handledBy?.has(caller.id) === true || (caller.party !== undefined && caller.party === summary.party);
  if (needed === 'case.verify' && handles)
    return new CityError('forbidden', 'case.handler_verifies', 'Who handled a case does not verify it.', 'action');
  return undefined;
}

export function orderRefusalOf(caller: Caller, action: WorkOrderAction, order: WorkOrder): CityError | undefined {
  const needed = ORDER_NEEDS[action];
  if (!may(caller, needed))
    return new CityError(
      'forbidden',
      'caller.not_permitted',
      `${caller.name} may not ${action} a work order.`,
      'action',
    );
  if (needed === 'case.handle' && !actsFor(caller, order.party))
    return new CityError(
      'forbidden',
      'case.other_party',
      `The work order is for ${order.party}, not for ${caller.party}.`,
    );
  return undefined;
}

/** The caller as the ledger writes it. */
export const toActor = (caller: Caller): Actor => ({
  kind: caller.kind === 'key' ? 'key' : 'account',
  id: caller.id,
  name: caller.name,
  party: caller.party,
});
