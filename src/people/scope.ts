/** How far a grant reaches: by area for everyone, by party for those who only handle. Pure. */
import type { Caller } from '#kernel/roles.ts';
import type { PartyId } from '#kernel/words.ts';

/** Where something is and whom it concerns: every area that holds it, every party that has a part in it. */
export interface Concern {
  readonly parties: readonly (PartyId | undefined)[];
  readonly areas: readonly string[];
  /** Confidential: nobody but these parties, whatever the role. */
  readonly onlyFor?: readonly PartyId[] | undefined;
}

export interface Scope {
  /** The caller's party and those it works for: a crew works for its company. */
  partiesOf(caller: Caller): readonly PartyId[];
  inScope(caller: Caller, concern: Concern): boolean;
  /**
   * Nobody acts for a party they do not belong to, an administrator neither. Only a handler who was given no party may act for
   * whichever has the work: a stand-in for all teams, as in a rehearsal.
   */
  actsFor(caller: Caller, party: PartyId | undefined): boolean;
}

const MOST_STEPS_UP = 10;

export function createScope(parties: Iterable<{ readonly id: PartyId; readonly parent?: PartyId | undefined }>): Scope {
  const employers = new Map<PartyId, PartyId | undefined>();
  for (const { id, parent } of parties) employers.set(id, parent);

  function partiesOf({ party }: Caller): PartyId[] {
    const chain: PartyId[] = [];
    for (let at = party; at !== undefined && chain.length < MOST_STEPS_UP; at = employers.get(at)) chain.push(at);
    return chain;
  }

  return {
    partiesOf,
    inScope(caller, concern) {
      if (concern.onlyFor !== undefined && !partiesOf(caller).some((party) => concern.onlyFor?.includes(party)))
        return false;
      if (isBoundToParty(caller) && !partiesOf(caller).some((party) => concern.parties.includes(party))) return false;
      return caller.areas.length === 0 || caller.areas.some((area) => concern.areas.includes(area));
    },
    actsFor(caller, party) {
      if (party === undefined) return false;
      return caller.party === undefined ? caller.roles.includes('handler') : partiesOf(caller).includes(party);
    },
  };
}

/**
 * True for those whose only business with a case is their own party's work. Centre staff carry a party too, but an analyst,
 * dispatcher, verifier or auditor judges other parties' cases: that is the separation of supervision and command.
 */
export const isBoundToParty = (caller: Caller): boolean =>
  caller.party !== undefined && caller.roles.length > 0 && caller.roles.every((role) => role === 'handler');
