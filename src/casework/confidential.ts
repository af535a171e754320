/**
 * Confidential cases: a fact `visibleTo` names the parties that may know of it, separated by blanks. Nobody else sees, counts or finds
 * it, whatever their role. Such a case names its cell, not a house: where exactly is in the identity vault. Pure.
 */
import type { PartyId } from '#kernel/words.ts';
import type { Responsibility } from './casework.types.ts';
import type { Facts, Where } from './record.ts';

const FACT = 'visibleTo';

/** Undefined: the case is like any other. */
export function confidentialTo(facts: Facts): readonly PartyId[] | undefined {
  const parties = facts[FACT];
  return parties === undefined ? undefined : String(parties).split(' ');
}

export const mayKnow = (facts: Facts, parties: readonly PartyId[] | undefined): boolean => {
  const only = confidentialTo(facts);
  return only === undefined || (parties ?? []).some((party) => only.includes(party));
};

/** The nearest address would point at a house that has nothing to do with it. */
export const roughlyWhere = (where: Where, facts: Facts, { cellName }: Responsibility): Where =>
  confidentialTo(facts) === undefined ? where : { ...where, address: cellName ?? {} };
