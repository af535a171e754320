/**
 * When what goes wrong: fixed by the seed alone. Each kind happens once early, so that a newcomer sees it, and then again and again
 * with believable waiting times. The schedule says nothing about where; that is drawn by the fault's own lot among its candidates.
 */
import { seeded } from '../random.ts';
import type { FaultKind } from './kinds.ts';

export interface Occurrence {
  readonly kind: FaultKind;
  readonly afterSeconds: number;
  /** Number of this occurrence of its kind, from 1: with the seed it decides where. */
  readonly number: number;
}

/** Occurrences without end, in order of time. `speed` makes the city live faster. */
export function* schedule(seed: string, kinds: readonly FaultKind[], speed = 1): Generator<Occurrence, never> {
  const next = kinds.map((kind) => ({
    kind,
    random: seeded(seed, `schedule/${kind.id}`),
    afterSeconds: kind.firstAfterSeconds / Math.min(speed, 4),
    number: 1,
  }));
  for (;;) {
    const first = next.reduce((a, b) => (b.afterSeconds < a.afterSeconds ? b : a));
    yield { kind: first.kind, afterSeconds: first.afterSeconds, number: first.number };
    // Never twice within a third of the mean: chance would allow it, an operator would not believe it.
    const mean = (first.kind.meanMinutes * 60) / speed;
    first.afterSeconds += mean / 3 + first.random.waiting((mean * 2) / 3);
    first.number++;
  }
}
