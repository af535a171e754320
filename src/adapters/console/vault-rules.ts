/** Who may look at the contact of who reported, and for what. Pure. */
import { type Caller, may } from '#kernel/roles.ts';
import type { PartyId } from '#kernel/words.ts';
import type { Scope } from '#people/scope.ts';
import type { RevealPurpose } from '#people/vault/vault.types.ts';
import { type CaseFacts, sees } from './case-permissions.ts';

/** How long a screen shows a contact before it covers it again. */
export const SHOWN_SECONDS = 60;

const DESK: readonly RevealPurpose[] = ['answer-report', 'visit', 'urgent-danger', 'check-of-complaint'];
const HANDLING: readonly RevealPurpose[] = ['answer-report', 'visit', 'urgent-danger'];

/**
 * The purposes open to a caller, most usual first; none: the contact is not theirs to see. The desk (analyst, dispatcher) may call back;
 * who handles the case may, for its work; the grid worker of the cell only to stand at the door. Of a confidential case those who may
 * know of it, and only to care. Nobody asks for `own-data`: that is the person. `workerParty`: whose grid worker looks after the cell.
 */
export function purposesFor(
  scope: Scope,
  caller: Caller,
  facts: CaseFacts,
  workerParty: PartyId | undefined,
): readonly RevealPurpose[] {
  if (!may(caller, 'vault.reveal') || !sees(scope, caller, facts)) return [];
  if (facts.summary.visibleTo !== undefined) return ['care'];
  if (caller.roles.includes('analyst') || caller.roles.includes('dispatcher')) return DESK;
  if (caller.party === undefined) return []; // a stand-in for every party in a rehearsal is nobody's handler here
  const ours = [facts.summary.party, ...facts.orderParties].some((party) => scope.actsFor(caller, party));
  if (ours) return HANDLING;
  return workerParty !== undefined && scope.actsFor(caller, workerParty) ? ['visit'] : [];
}
