import type { Grade } from '#kernel/words.ts';

/** The four grades of public warning, worst first: the order in which a person looks at them. */
export const WORST_FIRST: readonly Grade[] = ['red', 'orange', 'yellow', 'blue'];

/** Every grade has a shape as well as a colour, so that it can be told apart without seeing colour: outlines in a 16 × 16 box. The worst is filled: it must be found first with half-closed eyes. */
export const GRADE_PATH: Readonly<Record<Grade, string>> = {
  red: 'M2.5 2.5h11v11h-11z',
  orange: 'M8 1.9 14.7 13.6H1.3z',
  yellow: 'M8 1.2 14.8 8 8 14.8 1.2 8z',
  blue: 'M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2z',
};
