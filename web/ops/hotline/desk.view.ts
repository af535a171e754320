/** What the desk's form decides, apart from how it is drawn. Pure. */
import type { HotlineRulesView } from '#adapters/console/hotline-api.types.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';

export interface Draft {
  readonly phone: string;
  readonly name: string;
  readonly description: string;
  readonly place: readonly [number, number] | undefined;
  readonly placeName: string;
  readonly address: string;
  readonly category: string | undefined;
  /** Undefined: the category's own. */
  readonly classId: string | undefined;
  readonly classReason: string;
  readonly answers: Readonly<Record<string, string>>;
  readonly joins: string | undefined;
}

export const EMPTY_DRAFT: Draft = {
  phone: '',
  name: '',
  description: '',
  place: undefined,
  placeName: '',
  address: '',
  category: undefined,
  classId: undefined,
  classReason: '',
  answers: {},
  joins: undefined,
};

export type Missing = 'description' | 'where' | 'category' | 'classReason' | 'questions';

const categoryOf = (draft: Draft, rules: HotlineRulesView) =>
  rules.categories.find(({ code }) => code === draft.category);

/** The class whose clock runs: chosen, or the category's own. */
export function classOf(draft: Draft, rules: HotlineRulesView): HotlineRulesView['classes'][number] | undefined {
  const wanted = draft.classId ?? categoryOf(draft, rules)?.hotlineClass;
  return rules.classes.find(({ id }) => id === wanted);
}

export const needsReason = (draft: Draft, rules: HotlineRulesView): boolean =>
  draft.classId !== undefined && draft.classId !== categoryOf(draft, rules)?.hotlineClass;

/** What the caller must still be asked before it can be filed, in the order of the form. */
export function missingOf(draft: Draft, rules: HotlineRulesView): Missing[] {
  const category = categoryOf(draft, rules);
  const missing: Missing[] = [];
  if (draft.description.trim() === '') missing.push('description');
  if (draft.place === undefined) missing.push('where');
  if (category === undefined) missing.push('category');
  if (needsReason(draft, rules) && draft.classReason.trim() === '') missing.push('classReason');
  const unanswered = category?.questions.some(({ code, required }) => required && !draft.answers[code]?.trim());
  if (unanswered) missing.push('questions');
  return missing;
}

/** When the answer is due if it is filed as it stands; a class in working time is worked out by the city when it is filed. */
export function promiseOf(draft: Draft, rules: HotlineRulesView, rangAt: Instant): Instant | undefined {
  const found = classOf(draft, rules);
  return found?.basis === 'calendar' ? rangAt + found.minutes * MINUTE : undefined;
}

/** Answers as the API takes them: a list for questions that may have several, without what was left empty. */
export function answersOf(draft: Draft, rules: HotlineRulesView): Record<string, string | readonly string[]> {
  const questions = categoryOf(draft, rules)?.questions ?? [];
  return Object.fromEntries(
    questions.flatMap(({ code, datatype }) => {
      const answer = draft.answers[code]?.trim();
      if (!answer) return [];
      return [[code, datatype === 'multivaluelist' ? [answer] : answer]];
    }),
  );
}
