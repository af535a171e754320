/** Which streets carry a main, and how wide it must be: the street graph thinned to a looped network, sized for the evening peak. */
import type { CityPlan } from './plan.ts';
import { distance, type Point } from './plane.ts';
import { seededRandom } from './random.ts';
import { type Feed, findFeeds, findZones, type Zone } from './water-zones.ts';

/** A main between two junctions of the thinned network; its line follows the streets. */
export interface Main {
  from: number;
  to: number;
  line: Point[];
  length: number;
  rank: 'trunk' | 'primary' | 'secondary' | 'residential';
  street: number;
  boreMm: number;
}

export interface ZonePlan {
  readonly zone: Zone;
  readonly feed: Feed;
  mains: Main[];
}

export const BORES = [100, 150, 200, 300, 400, 500, 600, 800];
const LEAST_BORE: Readonly<Record<Main['rank'], number>> = {
  trunk: 300,
  primary: 200,
  secondary: 150,
  residential: 100,
};
const RANKS = ['trunk', 'primary', 'secondary', 'residential'] as const;

/** Keeps a spanning tree and the wider streets, drops part of the small loops. */
function thin(mains: readonly Main[], random: () => number): Main[] {
  const parent = new Map<number, number>();
  const rootOf = (id: number): number => {
    let here = id;
    while ((parent.get(here) ?? here) !== here) here = parent.get(here)!;
    return here;
  };
  const kept: Main[] = [];
  const spare: Main[] = [];
  for (const main of mains.toSorted((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) || a.length - b.length)) {
    const [a, b] = [rootOf(main.from), rootOf(main.to)];
    if (a !== b) {
      parent.set(a, b);
      kept.push(main);
    } else spare.push(main);
  }
  return [...kept, ...spare.filter((main) => main.rank !== 'residential' || random() < 0.45)];
}

const degrees = (mains: readonly Main[]): Map<number, Main[]> => {
  const at = new Map<number, Main[]>();
  for (const main of mains) for (const end of [main.from, main.to]) at.set(end, [...(at.get(end) ?? []), main]);
  return at;
};

/** Joins mains end to end where nothing branches off, up to a length a crew can still work on; cuts short dead ends off. */
function join(mains: readonly Main[], fixed: ReadonlySet<number>): Main[] {
  let list = [...mains];
  for (let round = 0; round < 2; round++) {
    const at = degrees(list);
    list = list.filter(
      (m) =>
        ![m.from, m.to].some(
          (end) => at.get(end)!.length === 1 && !fixed.has(end) && m.rank === 'residential' && m.length < 170,
        ),
    );
  }
  const at = degrees(list);
  const gone = new Set<Main>();
  for (const [id, [a, b, more]] of at) {
    if (fixed.has(id) || more || !a || !b || a === b || gone.has(a) || gone.has(b) || a.length + b.length > 360)
      continue;
    const start = a.to === id ? a : reversed(a);
    const end = b.from === id ? b : reversed(b);
    if (start.from === end.to) continue;
    const wide = RANKS.indexOf(a.rank) <= RANKS.indexOf(b.rank) ? a : b;
    const joined: Main = {
      from: start.from,
      to: end.to,
      line: [...start.line, ...end.line.slice(1)],
      length: a.length + b.length,
      rank: wide.rank,
      street: wide.street,
      boreMm: 0,
    };
    gone.add(a).add(b);
    list.push(joined);
    for (const end2 of [joined.from, joined.to])
      at.set(
        end2,
        at.get(end2)!.map((m) => (m === a || m === b ? joined : m)),
      );
  }
  return list.filter((main) => !gone.has(main));
}

const reversed = (main: Main): Main => ({ ...main, from: main.to, to: main.from, line: main.line.toReversed() });

export interface Demand {
  lps: number;
  pattern: string;
}

const LITRES_PER_PERSON_DAY = 185;
const USE_LITRES_PER_SQUARE_METRE_DAY: Readonly<Record<string, number>> = {
  commercial: 3.2,
  office: 1.4,
  public: 2,
  industrial: 5,
  warehouse: 0.4,
  hospital: 9,
  school: 2,
  kindergarten: 2,
  care_home: 3,
  fire_station: 2,
};
const PATTERN_OF: Readonly<Record<string, string>> = {
  residential: 'residential',
  care_home: 'residential',
  hospital: 'hospital',
  industrial: 'industrial',
  warehouse: 'industrial',
};

/** Litres per second each junction gives on average, and whose day it follows: every house drinks from the nearest junction. */
export function demandsOf(plan: CityPlan, junctions: readonly number[]): Map<number, Demand> {
  const size = 250;
  const buckets = new Map<string, number[]>();
  for (const id of junctions) {
    const [x, y] = plan.graph.junctions[id]!.point;
    const key = `${Math.floor(x / size)},${Math.floor(y / size)}`;
    buckets.set(key, [...(buckets.get(key) ?? []), id]);
  }
  const shares = new Map<number, Map<string, number>>();
  for (const house of plan.houses) {
    const [u, v] = [Math.floor(house.centre[0] / size), Math.floor(house.centre[1] / size)];
    let best: number | undefined;
    let least = 600;
    for (let i = u - 2; i <= u + 2; i++) {
      for (let j = v - 2; j <= v + 2; j++) {
        for (const id of buckets.get(`${i},${j}`) ?? []) {
          const d = distance(plan.graph.junctions[id]!.point, house.centre);
          if (d < least) [least, best] = [d, id];
        }
      }
    }
    if (best === undefined) continue;
    const perDay =
      house.residents * LITRES_PER_PERSON_DAY +
      house.area * Math.min(house.levels, 12) * (USE_LITRES_PER_SQUARE_METRE_DAY[house.use] ?? 0);
    const own = shares.get(best) ?? new Map<string, number>();
    const pattern = PATTERN_OF[house.use] ?? 'commercial';
    own.set(pattern, (own.get(pattern) ?? 0) + perDay / 86_400);
    shares.set(best, own);
  }
  return new Map(
    [...shares].map(([id, own]) => {
      const [main] = [...own].sort((a, b) => b[1] - a[1]);
      return [id, { lps: [...own.values()].reduce((a, b) => a + b, 0), pattern: main![0] }];
    }),
  );
}

export function planZones(plan: CityPlan, fixedOf: (zone: Zone) => readonly number[]): ZonePlan[] {
  const random = seededRandom('water-thin');
  const { zones, zoneOf, mains } = findZones(plan.graph);
  const feeds = findFeeds(plan.graph, zones, zoneOf, mains);
  const fixed = new Set(feeds.flatMap((feed) => feed.through.flatMap((stretch) => [stretch.from, stretch.to])));
  for (const zone of zones) for (const id of fixedOf(zone)) fixed.add(id);
  return feeds.map((feed) => {
    const zone = zones[feed.zone]!;
    const own = mains
      .filter((s) => zoneOf.get(s.from) === zone.id && zoneOf.get(s.to) === zone.id)
      .map(
        (s): Main => ({
          from: s.from,
          to: s.to,
          line: [...s.line],
          length: s.length,
          rank: s.rank,
          street: s.street,
          boreMm: 0,
        }),
      );
    return {
      zone,
      feed,
      mains: join(
        thin(own, () => random.next()),
        fixed,
      ),
    };
  });
}

const PEAK = 1.9;
const SPEED_METRES_PER_SECOND = 1;

export const boreFor = (litresPerSecond: number): number => {
  const needed = Math.sqrt((4 * litresPerSecond) / 1000 / (Math.PI * SPEED_METRES_PER_SECOND)) * 1000;
  return BORES.find((bore) => bore >= needed) ?? BORES.at(-1)!;
};

/**
 * Sizes the mains of one zone: every junction draws by the shortest way from its nearest entry, each main carries what passes.
 * Returns what each entry has to deliver on average.
 */
export function sizeZone(
  mains: readonly Main[],
  entries: readonly number[],
  drawn: ReadonlyMap<number, number>,
): Map<number, number> {
  const at = degrees(mains);
  const cost = new Map(entries.map((id) => [id, 0]));
  const came = new Map<number, Main>();
  const open = [...entries];
  const settled: number[] = [];
  const done = new Set<number>();
  while (open.length > 0) {
    open.sort((a, b) => cost.get(b)! - cost.get(a)!);
    const here = open.pop()!;
    if (done.has(here)) continue;
    done.add(here);
    settled.push(here);
    for (const main of at.get(here) ?? []) {
      const next = main.from === here ? main.to : main.from;
      const price = cost.get(here)! + main.length * [0.55, 0.6, 0.8, 1.25][RANKS.indexOf(main.rank)]!;
      if (price < (cost.get(next) ?? Infinity)) {
        cost.set(next, price);
        came.set(next, main);
        open.push(next);
      }
    }
  }
  const carried = new Map<number, number>();
  const flow = new Map<Main, number>();
  for (const id of settled.toReversed()) {
    const here = (carried.get(id) ?? 0) + (drawn.get(id) ?? 0);
    carried.set(id, here);
    const main = came.get(id);
    if (!main || entries.includes(id)) continue;
    flow.set(main, here);
    const before = main.from === id ? main.to : main.from;
    carried.set(before, (carried.get(before) ?? 0) + here);
  }
  for (const main of mains) main.boreMm = Math.max(LEAST_BORE[main.rank], boreFor((flow.get(main) ?? 0) * PEAK));
  return new Map(entries.map((id) => [id, carried.get(id) ?? 0]));
}
