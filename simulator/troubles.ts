/** Brings about what the schedule says, but never floods the city: while enough is wrong, what would come next does not happen. */
import { type Instant, SECOND } from '#kernel/time.ts';
import type { Fault, Faults } from './faults/faults.ts';
import { FAULT_KINDS } from './faults/kinds.ts';
import { type Occurrence, schedule } from './faults/schedule.ts';

const MOST_AT_ONCE = 9;

export interface Troubles {
  tick(at: Instant): Fault[];
}

export function createTroubles(faults: Faults, seed: string, speed: number, startedAt: Instant): Troubles {
  const coming = schedule(seed, FAULT_KINDS, speed);
  let next: Occurrence = coming.next().value;
  return {
    tick(at) {
      const begun: Fault[] = [];
      for (; startedAt + next.afterSeconds * SECOND <= at; next = coming.next().value) {
        if (faults.active().length >= MOST_AT_ONCE) continue;
        const fault = faults.begin(next.kind, at, { number: next.number });
        if (fault) begun.push(fault);
      }
      return begun;
    },
  };
}
