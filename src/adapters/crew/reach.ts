/**
 * How far a crew's grant reaches. Pure.
 *
 * A grid worker is a handler and a verifier at once, which the console would never let be one person for one case; what keeps the two
 * apart is casework itself: whoever's party was asked to handle a case does not verify it. In addition a party of kind `grid` may
 * confirm and dismiss what residents have told, because that check on site is theirs by its nature: only in the caller's own areas,
 * only while the case is not yet filed, and only when somebody has told it. What sensors say stays the analyst's.
 */
import type { CaseDetail, CaseSummary, WorkOrder } from '#casework/casework.types.ts';
import type { Area, CityPack } from '#kernel/city.ts';
import { type Caller, may } from '#kernel/roles.ts';
import type { Scope } from '#people/scope.ts';

/** Told by somebody who was not sent by the city. */
const NEEDS_CHECK = new Set(['resident', 'hotline', 'integrator']);

export interface Reach {
  /** Cells inside the caller's areas; empty when the grant is not bound to any. */
  cellsOf(caller: Caller): readonly Area[];
  covers(caller: Caller, cell: string): boolean;
  /** In the caller's areas, and not kept from the caller's party. */
  lies(caller: Caller, summary: CaseSummary): boolean;
  mayCheckOnSite(caller: Caller): boolean;
  isMine(caller: Caller, order: WorkOrder): boolean;
}

export function createReach(pack: CityPack, scope: Scope): Reach {
  const areas = new Map(pack.areas.map((area) => [area.id, area]));
  const grid = new Set(pack.parties.filter(({ kind }) => kind === 'grid').map(({ id }) => id));
  const crews = new Set(pack.parties.filter(({ kind }) => kind === 'crew').map(({ id }) => id));

  function covers(caller: Caller, cell: string): boolean {
    for (let at = areas.get(cell); at !== undefined; at = at.parent === undefined ? undefined : areas.get(at.parent))
      if (caller.areas.includes(at.id)) return true;
    return false;
  }

  return {
    covers,
    cellsOf: (caller) =>
      caller.areas.length === 0 ? [] : pack.areas.filter(({ id, level }) => level === 'cell' && covers(caller, id)),
    lies: (caller, { cell, community, street, district, visibleTo }) =>
      (visibleTo === undefined || scope.partiesOf(caller).some((party) => visibleTo.includes(party))) &&
      (caller.areas.length === 0 || [cell, community, street, district].some((id) => caller.areas.includes(id))),
    mayCheckOnSite: (caller) =>
      caller.areas.length > 0 && caller.party !== undefined && grid.has(caller.party) && may(caller, 'case.handle'),
    isMine(caller, { party, crew }) {
      if (!may(caller, 'case.handle') || !scope.actsFor(caller, party)) return false;
      return caller.party === undefined || !crews.has(caller.party) || crew === undefined || crew === caller.party;
    },
  };
}

/** Told by residents and not yet looked at: somebody must go and see before it is filed. */
export const awaitsCheck = (detail: CaseDetail): boolean =>
  detail.state === 'collected' &&
  detail.children.some(({ kind, source }) => kind === 'report' && NEEDS_CHECK.has(source ?? ''));

const HANDLING = new Set(['accept', 'finish', 'order.accept', 'order.set_out', 'order.arrive', 'order.finish']);

/** Whether somebody else has handled it, so that this caller may look at what was done. Casework decides again. */
export function isOthersWork(scope: Scope, caller: Caller, detail: CaseDetail): boolean {
  const mine = new Set(scope.partiesOf(caller));
  const isMyParty = detail.workOrders.some(({ party, state }) => mine.has(party) && state !== 'cancelled');
  return !isMyParty && !detail.events.some(({ type, actor }) => HANDLING.has(type) && actor.id === caller.id);
}
