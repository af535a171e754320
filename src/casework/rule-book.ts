/** The rules a case is judged by, ready to ask. Built from the plain snapshot that the ledger keeps and an export carries. */
import { type WorkingTime, workingTime } from '#kernel/calendar.ts';
import { invalid } from '#kernel/errors.ts';
import type { CaseClass, Party, ResponsePlan, WorkingCalendar } from '#kernel/rules.ts';
import type { PartyId } from '#kernel/words.ts';

/** What the pack says about casework; plain JSON, hashed and adopted into the ledger whenever it changes. */
export interface CaseworkRules {
  readonly city: { readonly id: string; readonly timeZone: string; readonly referencePrefix: string };
  readonly classes: readonly CaseClass[];
  readonly plans: readonly ResponsePlan[];
  readonly parties: readonly Party[];
  readonly calendars: readonly WorkingCalendar[];
  readonly defaultCalendar: string;
  /** How long after its closure a case may be reopened; 30 when the pack says nothing. */
  readonly reopenWithinDays?: number | undefined;
}

export const DEFAULT_REOPEN_WITHIN_DAYS = 30;

export interface RuleBook {
  readonly rules: CaseworkRules;
  readonly working: WorkingTime;
  readonly reopenWithinDays: number;
  /** Error: `case_class.unknown`. */
  getClass(code: string): CaseClass;
  findClass(code: string): CaseClass | undefined;
  findPlan(id: string): ResponsePlan | undefined;
  plansOf(caseClass: string): readonly ResponsePlan[];
  findParty(id: PartyId): Party | undefined;
  /** True when the one party is the other, or works for it (a crew for its waterworks). */
  worksFor(party: PartyId | undefined, employer: PartyId): boolean;
}

/** Error: `calendar.unknown` when the default calendar is not among the calendars. */
export function openRuleBook(rules: CaseworkRules): RuleBook {
  const classes = new Map(rules.classes.map((caseClass) => [caseClass.code, caseClass]));
  const plans = new Map(rules.plans.map((plan) => [plan.id, plan]));
  const parties = new Map(rules.parties.map((party) => [party.id, party]));
  const calendar = rules.calendars.find(({ id }) => id === rules.defaultCalendar);
  if (calendar === undefined) {
    throw invalid('calendar.unknown', `There is no working calendar ${rules.defaultCalendar}.`, 'defaultCalendar');
  }
  return {
    rules,
    working: workingTime(calendar),
    reopenWithinDays: rules.reopenWithinDays ?? DEFAULT_REOPEN_WITHIN_DAYS,
    getClass(code) {
      const found = classes.get(code);
      if (found === undefined) throw invalid('case_class.unknown', `There is no case class ${code}.`, 'caseClass');
      return found;
    },
    findClass: (code) => classes.get(code),
    findPlan: (id) => plans.get(id),
    plansOf: (caseClass) => rules.plans.filter((plan) => plan.caseClass === caseClass),
    findParty: (id) => parties.get(id),
    worksFor(party, employer) {
      for (let at = party, hops = 0; at !== undefined && hops < 10; at = parties.get(at)?.parent, hops++) {
        if (at === employer) return true;
      }
      return false;
    },
  };
}
