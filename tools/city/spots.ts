/** Places along the streets for the things that stand there: evenly spread, at the kerb, seeded. */
import { ROAD_HALF_WIDTH } from './buildings.ts';
import type { Stretch } from './graph.ts';
import { shore } from './land.ts';
import type { CityPlan } from './plan.ts';
import { along, distance, type Point } from './plane.ts';
import { type Random, seededRandom } from './random.ts';
import type { Name } from './words.ts';

export interface Spot {
  readonly point: Point;
  readonly stretch: Stretch;
  readonly street: Name;
  /** Running number on its street, for names. */
  readonly number: number;
}

export interface SpotWish {
  readonly seed: string;
  readonly count: number;
  /** Metres from the kerb, outward; negative: in the road. */
  readonly fromKerb: number;
  readonly side?: 1 | -1;
  readonly where?: (stretch: Stretch) => boolean;
  /** How strongly a place wants one; 1 is ordinary. */
  readonly weight?: (p: Point) => number;
}

const onGround = (stretch: Stretch): boolean =>
  stretch.kind !== 'bridge' && stretch.kind !== 'tunnel' && stretch.kind !== 'path';

/** About `count` spots, spaced evenly by weighted street length. */
export function spotsAlong(plan: CityPlan, wish: SpotWish): Spot[] {
  const random = seededRandom(wish.seed);
  const stretches = plan.graph.stretches.filter((s) => onGround(s) && (wish.where?.(s) ?? true));
  const weightOf = (s: Stretch) => s.length * (wish.weight?.(s.line[Math.floor(s.line.length / 2)]!) ?? 1);
  const total = stretches.reduce((sum, s) => sum + weightOf(s), 0);
  const every = total / wish.count;
  const numbers = new Map<number, number>();
  const spots: Spot[] = [];
  let due = every * random.next();
  for (const stretch of stretches) {
    const weight = weightOf(stretch);
    for (; due < weight; due += every) {
      const { point, direction } = along(
        stretch.line,
        Math.max(10, Math.min(stretch.length - 10, (due / weight) * stretch.length)),
      );
      const side = wish.side ?? (random.chance(0.5) ? 1 : -1);
      const out = side * (ROAD_HALF_WIDTH[stretch.kind]! + wish.fromKerb);
      const spot: Point = [point[0] - direction[1] * out, point[1] + direction[0] * out];
      if (shore(spot) < 6) continue;
      const number = (numbers.get(stretch.street) ?? 0) + 1;
      numbers.set(stretch.street, number);
      spots.push({ point: spot, stretch, street: plan.streets[stretch.street]!.name, number });
    }
    due -= weight;
  }
  return spots;
}

/** The company that serves a place: each utility has one house north and one south of the river. */
export const companyAt = (plan: CityPlan, company: string, p: Point): string =>
  `${company}-${plan.quadAt(p)?.north === false ? 'south' : 'north'}`;

/** Number of the administrative street a place lies in: what a gas zone and a catchment follow here. */
export const quarterAt = (plan: CityPlan, p: Point): string =>
  String((plan.quadAt(p)?.street ?? 0) + 1).padStart(2, '0');

/** Takes places from a shuffled list, none nearer to another than `apart`. */
export function spaced<T>(
  items: readonly T[],
  placeOf: (item: T) => Point,
  apart: number,
  most: number,
  random: Random,
): T[] {
  const shuffled = items.map((item) => ({ item, key: random.next() })).sort((a, b) => a.key - b.key);
  const taken: T[] = [];
  for (const { item } of shuffled) {
    if (taken.length === most) break;
    if (taken.every((other) => distance(placeOf(other), placeOf(item)) >= apart)) taken.push(item);
  }
  return taken;
}

export const numbered = (spot: Spot, zh: string, en: string): Name => ({
  zh: `${spot.street.zh}${spot.number}号${zh}`,
  en: `${en} ${spot.number}, ${spot.street.en}`,
});
