/** The people who live there: near a real fault some of them ring the hotline, a little later, not quite at the right spot. */
import type { Position } from '#kernel/geo.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { Fault } from '../faults/faults.ts';
import { type Random, seeded } from '../random.ts';
import type { ClassSeen, Person } from './console.ts';
import { EVERYDAY, RUMOURS, SAYINGS, type Saying } from './words.ts';

interface Call {
  readonly at: Instant;
  readonly caseClass: string;
  readonly place: Position;
  readonly description: string;
}

export interface Residents {
  notice(fault: Fault): void;
  /** Rings up what is due. */
  tick(at: Instant): Promise<void>;
}

export interface ResidentsOptions {
  readonly hotline: Person;
  readonly classes: readonly ClassSeen[];
  readonly seed: string;
  readonly speed: number;
  /** Somewhere people live. */
  readonly anywhere: () => Position | undefined;
}

const METRE_DEGREES = 1 / 111_195;
/** On average, besides what faults give reason for. */
const EVERYDAY_EVERY = 9 * MINUTE;
const RUMOUR_SHARE = 0.2;

export function createResidents({ hotline, classes, seed, speed, anywhere }: ResidentsOptions): Residents {
  const random = seeded(seed, 'residents');
  const known = new Set(classes.map(({ code }) => code));
  let calls: Call[] = [];
  let nextEveryday: Instant | undefined;

  function plan({ caseClass, words }: Saying, place: Position, at: Instant): void {
    if (known.has(caseClass))
      calls.push({ at, caseClass, place: nearby(place, random), description: random.pick(words) });
  }
  function planEveryday(at: Instant): void {
    nextEveryday ??= at + (random.between(30, 120) * SECOND) / speed;
    if (at < nextEveryday) return;
    nextEveryday = at + (EVERYDAY_EVERY / 3 + random.waiting((EVERYDAY_EVERY * 2) / 3)) / speed;
    const place = anywhere();
    if (place) plan(random.pick(random.next() < RUMOUR_SHARE ? RUMOURS : EVERYDAY), place, at);
  }

  return {
    notice(fault) {
      const sayings = SAYINGS[fault.kind.id];
      if (!sayings) return;
      let at = fault.since;
      for (let ring = 0; ring < (fault.kind.id === 'burst' ? 3 : 1); ring++) {
        at += (random.between(30, 110) * SECOND) / speed;
        plan(random.pick(sayings), fault.place, at);
      }
    },
    async tick(at) {
      planEveryday(at);
      const due = calls.filter((call) => call.at <= at);
      calls = calls.filter((call) => call.at > at);
      for (const { caseClass, place, description } of due)
        await hotline.report({ caseClass, place, description, source: 'hotline' });
    },
  };
}

/** Within some sixty metres. */
function nearby([lon, lat]: Position, random: Random): Position {
  const east = random.normal(30) * METRE_DEGREES;
  const north = random.normal(30) * METRE_DEGREES;
  return [Number((lon + east / Math.cos((lat * Math.PI) / 180)).toFixed(6)), Number((lat + north).toFixed(6))];
}
