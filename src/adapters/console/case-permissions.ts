/** Which permission each move of a case needs, and who is out of it whatever their permissions. Pure. */
import type { CaseSummary, WorkOrder } from '#casework/casework.types.ts';
import type { Actor, CaseAction, WorkOrderAction } from '#kernel/case.ts';
import { CityError } from '#kernel/errors.ts';
import { type Caller, may, type Permission } from '#kernel/roles.ts';
import type { Concern, Scope } from '#people/scope.ts';

/** `undefined`: only the system does it. */
export const NEEDS: Readonly<Record<CaseAction, Permission | undefined>> = {
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
  escalate: undefined,
  accept: 'case.handle',
  return: 'case.handle',
  finish: 'case.handle',
  request_deferral: 'case.handle',
  verify_pass: 'case.verify',
  verify_fail: 'case.verify',
  evaluate: undefined,
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

const concernOf = ({ summary, orderParties }: CaseFacts): Concern => ({
  parties: [summary.party, ...orderParties],
  areas: [summary.cell, summary.community, summary.street, summary.district],
  onlyFor: summary.visibleTo,
});

export const sees = (scope: Scope, caller: Caller, facts: CaseFacts): boolean =>
  may(caller, 'city.read') && scope.inScope(caller, concernOf(facts));

const refused = (code: string, message: string) => new CityError('forbidden', code, message, 'action');

/** Why not, as the error a refused attempt answers; undefined when the caller may. The state of the case is not looked at. */
export function refusalOf(scope: Scope, caller: Caller, action: CaseAction, facts: CaseFacts): CityError | undefined {
  const { summary, handledBy } = facts;
  const needed = NEEDS[action];
  if (needed === undefined) return refused('action.system_only', `Only the city itself takes the action ${action}.`);
  if (!may(caller, needed)) return refused('caller.not_permitted', `${caller.name} may not ${action} a case.`);
  if (!scope.inScope(caller, concernOf(facts)))
    return refused('caller.out_of_scope', `The case is outside the areas of ${caller.name}.`);
  const isOurs = scope.actsFor(caller, summary.party);
  const isOurOwn = caller.party !== undefined && isOurs;
  if (needed === 'case.handle' && !isOurs)
    return refused('case.not_yours', `This case is led by ${summary.party ?? 'nobody'}.`);
  if (needed === 'case.verify' && (isOurOwn || handledBy?.has(caller.id)))
    return refused('case.handler_verifies', 'Who handled a case does not verify it.');
  return undefined;
}

export function orderRefusalOf(
  scope: Scope,
  caller: Caller,
  action: WorkOrderAction,
  order: WorkOrder,
): CityError | undefined {
  const needed = ORDER_NEEDS[action];
  if (!may(caller, needed)) return refused('caller.not_permitted', `${caller.name} may not ${action} a work order.`);
  if (needed === 'case.handle' && !scope.actsFor(caller, order.party))
    return refused('order.not_yours', `This work order is ${order.party}'s.`);
  return undefined;
}

/** The caller as the ledger writes it; who stands in for any party acts as the one whose work it is. */
export const toActor = (caller: Caller, actingFor?: string): Actor => ({
  kind: caller.kind === 'key' ? 'key' : 'account',
  id: caller.id,
  name: caller.name,
  party: caller.party ?? actingFor,
});
