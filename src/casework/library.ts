/** The graded classification library: which party may be given a case of which class. Pure. */
import { CityError, invalid } from '#kernel/errors.ts';
import type { CaseClass, Party } from '#kernel/rules.ts';
import { LEVELS, type Level, type PartyId } from '#kernel/words.ts';
import type { RuleBook } from './rule-book.ts';

/** How far below the city a level lies: city 0 … cell 4. */
export const depthOf = (level: Level): number => LEVELS.indexOf(level);

/** One level up; the city stays the city. */
export const levelAbove = (level: Level): Level => LEVELS[Math.max(0, depthOf(level) - 1)]!;

/**
 * Why a party may not lead a case of a class; undefined when it may.
 *
 * A level that does not own the class is never given it from above. A higher level may always take it, whatever its trade: that is
 * what a centre is for. At the owning level the party must have one of the roles that the class names.
 */
export function findObstacle(caseClass: CaseClass, party: Party): CityError | undefined {
  if (depthOf(party.level) > depthOf(caseClass.level)) {
    return new CityError(
      'conflict',
      'case.pushed_down',
      `${caseClass.code} belongs to the ${caseClass.level}; it may not be pushed down to ${party.id}, which is of the ${party.level}.`,
      'party',
      { owner: caseClass.level, party: party.id, partyLevel: party.level },
    );
  }
  const isAbove = depthOf(party.level) < depthOf(caseClass.level);
  if (isAbove || party.roles.some((role) => caseClass.handledBy.includes(role))) return undefined;
  return new CityError(
    'conflict',
    'case.not_its_work',
    `${party.id} does none of what ${caseClass.code} needs: ${caseClass.handledBy.join(', ')}.`,
    'party',
    { party: party.id, handledBy: caseClass.handledBy },
  );
}

/** Errors: `party.unknown`, `case.pushed_down`, `case.not_its_work`. */
export function getReceiver(book: RuleBook, caseClass: CaseClass, id: PartyId): Party {
  const party = book.findParty(id);
  if (party === undefined) throw invalid('party.unknown', `There is no party ${id}.`, 'party');
  const obstacle = findObstacle(caseClass, party);
  if (obstacle !== undefined) throw obstacle;
  return party;
}
