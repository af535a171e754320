/** The people who live there: near a real fault some of them ring the hotline, a little later, not quite at the right spot. */
import type { Position } from '#kernel/geo.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { Fault } from '../faults/faults.ts';
import { type Random, seeded } from '../random.ts';
import type { ClassSeen, Person } from './console.ts';
import { RUMOURS, SAYINGS, type Saying } from './words.ts';

interface Call {
  readonly at: Instant;
  readonly caseClass: string;
  readonly place: Position;
  readonly description: string;
}

export interface Residents {
  notice(fault: Fault): void;
  /** Rings up what is due. `mayRumour` a place where somebody imagines something. */
  tick(at: Instant, rumourAt: Position | undefined): Promise<void>;
}

const METRE_DEGREES = 1 / 111_195;
const RUMOUR_EVERY = 25 * MINUTE;

export function createResidents(
  hotline: Person,
  classes: readonly ClassSeen[],
  seed: string,
  speed: number,
): Residents {
  const random = seeded(seed, 'residents');
  let calls: Call[] = [];
  let nextRumour = 0;

  const findClass = ({ classes: patterns }: Saying) =>
    patterns.map((pattern) => classes.find(({ code }) => pattern.test(code))?.code).find(Boolean);
  function plan(saying: Saying, place: Position, at: Instant, count: number): void {
    const caseClass = findClass(saying);
    if (caseClass === undefined) return;
    for (let index = 0; index < count; index++) {
      const wait = (random.between(25, 150) * (index + 1) * SECOND) / speed;
      calls.push({ at: at + wait, caseClass, place: nearby(place, random), description: random.pick(saying.words) });
    }
  }

  return {
    notice(fault) {
      const saying = SAYINGS.find(({ kind }) => kind === fault.kind.id);
      if (saying) plan(saying, fault.place, fault.since, fault.kind.id === 'burst' ? 3 : 1);
    },
    async tick(at, rumourAt) {
      if (nextRumour === 0) nextRumour = at + 6 * MINUTE;
      if (rumourAt && at >= nextRumour) {
        nextRumour = at + RUMOUR_EVERY / 2 + random.waiting(RUMOUR_EVERY / 2);
        plan(RUMOURS, rumourAt, at, 1);
      }
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
