/** The questions of a report in their order, and what is still missing on a page. */
import type { CategoryView, NearbyCase } from '#adapters/residents/api.types.ts';
import type { Question } from '#kernel/reporting.ts';

export type Answer = string | number | readonly string[];
export type Answers = Readonly<Record<string, Answer>>;

/** Photo first: it is what somebody standing there does first. Each question of the category is a page of its own. */
export const stepsOf = (category: Pick<CategoryView, 'questions'> | undefined): string[] => [
  'photo',
  'where',
  'what',
  ...(category?.questions ?? []).map(({ code }) => `ask-${code}`),
  'send',
];

/** "What is known already" is part of "what": it comes up only sometimes and must not change the count under somebody's feet. */
export function progressOf(step: string, category: Pick<CategoryView, 'questions'> | undefined) {
  const steps = stepsOf(category);
  const at = steps.indexOf(step === 'known' ? 'what' : step);
  return at < 0 ? undefined : { step: at + 1, of: steps.length };
}

export function stepAfter(step: string, category: Pick<CategoryView, 'questions'> | undefined): string {
  const steps = stepsOf(category);
  return steps[steps.indexOf(step === 'known' ? 'what' : step) + 1] ?? 'send';
}

/** What an answer lacks, as a key of the strings; undefined: nothing. */
export function problemOf(question: Question, answer: Answer | undefined): string | undefined {
  const isEmpty = answer === undefined || answer === '' || (Array.isArray(answer) && answer.length === 0);
  if (isEmpty) return question.required ? 'problem.required' : undefined;
  if (question.datatype === 'number' && !Number.isFinite(Number(answer))) return 'problem.number';
  return undefined;
}

/** As the city wants them: numbers as numbers, nothing for what was left empty. */
export function toAnswers(questions: readonly Question[], answers: Answers): Record<string, Answer> {
  const given: Record<string, Answer> = {};
  for (const { code, datatype } of questions) {
    const answer = answers[code];
    if (answer === undefined || answer === '' || (Array.isArray(answer) && answer.length === 0)) continue;
    given[code] = datatype === 'number' ? Number(answer) : answer;
  }
  return given;
}

const LIKE_ENOUGH = 0.35;
const NEAR_METRES = 150;

/** Only what may well be the same is worth a question: alike by its words, or the same kind close by. */
export const knownAlready = (nearby: readonly NearbyCase[], category: string): NearbyCase[] =>
  nearby
    .filter((each) =>
      each.likeness === undefined
        ? each.category === category && each.distanceMetres <= NEAR_METRES
        : each.likeness >= LIKE_ENOUGH || (each.category === category && each.distanceMetres <= NEAR_METRES / 3),
    )
    .slice(0, 3);
