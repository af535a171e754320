/**
 * People need time. The first time somebody sees that something is theirs to do, they take it up after a while of their own; the
 * while is drawn by seed and matter, so the same day goes the same way.
 */
import { type Instant, SECOND } from '#kernel/time.ts';
import { seeded } from '../random.ts';

const FORGET_AFTER = 3_600 * SECOND;

export class Agenda {
  readonly #seed: string;
  readonly #speed: number;
  readonly #due = new Map<string, Instant>();

  constructor(seed: string, speed: number) {
    this.#seed = seed;
    this.#speed = speed;
  }

  /** True once, when the time for this matter has come; from then on it waits again. */
  isTime(matter: string, at: Instant, [least, most]: readonly [number, number]): boolean {
    const due = this.#due.get(matter);
    if (due === undefined) {
      this.#due.set(matter, at + (seeded(this.#seed, `agenda/${matter}`).between(least, most) * SECOND) / this.#speed);
      return false;
    }
    if (at < due) return false;
    this.#due.delete(matter);
    return true;
  }

  forgetOld(at: Instant): void {
    for (const [matter, due] of this.#due) if (at - due > FORGET_AFTER) this.#due.delete(matter);
  }
}
