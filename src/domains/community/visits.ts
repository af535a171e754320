/** Which homes are to be looked in on. Pure. */
import { DAY } from '#kernel/time.ts';
import type { EnrolledHome, Visit } from './community.types.ts';

export interface VisitPlan {
  readonly plan: readonly { readonly home: EnrolledHome; readonly dueAt: number }[];
  /** Visits of homes that are not enrolled any more. */
  readonly cancel: readonly Visit[];
}

/**
 * The next visit of each home: so many days after the last one, done or missed, or after enrolment. A home that is on the list stays
 * there with its day; nobody gets later by being planned again.
 */
export function planVisits(
  homes: readonly EnrolledHome[],
  due: readonly Visit[],
  lastSettled: ReadonlyMap<string, number>,
  everyDays: number,
): VisitPlan {
  const enrolled = new Set(homes.map(({ pseudonym }) => pseudonym));
  const onList = new Set(due.map(({ pseudonym }) => pseudonym));
  return {
    plan: homes
      .filter(({ pseudonym }) => !onList.has(pseudonym))
      .map((home) => ({
        home,
        dueAt: Math.max(lastSettled.get(home.pseudonym) ?? -Infinity, home.since) + everyDays * DAY,
      })),
    cancel: due.filter(({ pseudonym }) => !enrolled.has(pseudonym)),
  };
}
