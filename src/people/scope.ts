/** How far a grant reaches: by area for everyone, by party for those who only handle. Pure. */
import type { Caller } from '#kernel/roles.ts';

/** Where something is and whom it concerns: every area that holds it, every party that has a part in it. */
export interface Concern {
  readonly parties: readonly (string | undefined)[];
  readonly areas: readonly string[];
}

/**
 * True for those whose only business with a case is their own party's work. Centre staff carry a party too, but an analyst,
 * dispatcher, verifier or auditor judges other parties' cases: that is the separation of supervision and command.
 */
export const isBoundToParty = (caller: Caller): boolean =>
  caller.party !== undefined && caller.roles.length > 0 && caller.roles.every((role) => role === 'handler');

export function inScope(caller: Caller, concern: Concern): boolean {
  if (isBoundToParty(caller) && !concern.parties.includes(caller.party)) return false;
  return caller.areas.length === 0 || caller.areas.some((area) => concern.areas.includes(area));
}

/** Acting for a party: only those of that party, or someone whom no party binds at all (the administrator). */
export const actsFor = (caller: Caller, party: string | undefined): boolean =>
  caller.party === undefined || caller.party === party;
