/** Houses along the streets: a row that fronts the road, a row behind it where the block is deep, and the ones that matter in a crisis. */
import type { StreetGraph, Stretch } from './graph.ts';
import { BUILT_UP_BELOW, centrality, elevation, inTerritory, LAKES, PARKS, shore, slope } from './land.ts';
import { along, distance, type Point } from './plane.ts';
import { noise, type Random, seededRandom } from './random.ts';
import { Marks } from './streets.ts';
import type { Name } from './words.ts';

export interface House {
  readonly ring: Point[];
  readonly centre: Point;
  readonly stretch: number;
  readonly number: number;
  readonly area: number;
  use: string;
  levels: number;
  residents: number;
  name: Name | undefined;
  critical: boolean;
}

export const ROAD_HALF_WIDTH: Readonly<Record<string, number>> = {
  trunk: 15,
  primary: 12,
  secondary: 9,
  residential: 6,
  path: 3,
  bridge: 13,
  tunnel: 10,
};

interface Box {
  readonly centre: Point;
  readonly u: Point;
  readonly half: readonly [number, number];
}

const cornersOf = ({ centre, u, half }: Box): Point[] => {
  const v: Point = [-u[1], u[0]];
  const at = (a: number, b: number): Point => [
    centre[0] + u[0] * a * half[0] + v[0] * b * half[1],
    centre[1] + u[1] * a * half[0] + v[1] * b * half[1],
  ];
  return [at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)];
};

/** Separating axes for two turned boxes, with a gap kept between them. */
function overlap(a: Box, b: Box, gap: number): boolean {
  const d: Point = [b.centre[0] - a.centre[0], b.centre[1] - a.centre[1]];
  for (const [axis, own, other] of [
    [a.u, a, b],
    [[-a.u[1], a.u[0]] as Point, a, b],
    [b.u, b, a],
    [[-b.u[1], b.u[0]] as Point, b, a],
  ] as const) {
    const reach = (box: Box) =>
      Math.abs(axis[0] * box.u[0] + axis[1] * box.u[1]) * box.half[0] +
      Math.abs(-axis[0] * box.u[1] + axis[1] * box.u[0]) * box.half[1];
    if (Math.abs(d[0] * axis[0] + d[1] * axis[1]) > reach(own) + reach(other) + gap) return false;
  }
  return true;
}

class Ground {
  private readonly boxes = new Map<string, Box[]>();
  private readonly roads = new Map<string, Marks>();

  constructor(graph: StreetGraph) {
    for (const kind of Object.keys(ROAD_HALF_WIDTH)) this.roads.set(kind, new Marks());
    for (const stretch of graph.stretches)
      if (stretch.kind !== 'tunnel') this.roads.get(stretch.kind)!.add(stretch.line, stretch.id);
  }

  isFree(box: Box): boolean {
    const corners = cornersOf(box);
    const probes = [
      ...corners,
      box.centre,
      ...corners.map((c, i): Point => [(c[0] + corners[(i + 1) % 4]![0]) / 2, (c[1] + corners[(i + 1) % 4]![1]) / 2]),
    ];
    for (const p of probes) {
      if (shore(p) < 50 || elevation(p) > BUILT_UP_BELOW + 6 || !inTerritory(p, 40)) return false;
      if (
        PARKS.some((park) => distance(park.at, p) < park.radius * 1.04) ||
        LAKES.some((lake) => distance(lake.at, p) < lake.radius * 1.3)
      )
        return false;
      for (const [kind, marks] of this.roads) if (marks.hasAny(p, ROAD_HALF_WIDTH[kind]! + 4.5)) return false;
    }
    const [u, v] = [Math.floor(box.centre[0] / 80), Math.floor(box.centre[1] / 80)];
    for (let i = u - 1; i <= u + 1; i++) {
      for (let j = v - 1; j <= v + 1; j++)
        if ((this.boxes.get(`${i},${j}`) ?? []).some((other) => overlap(box, other, 5))) return false;
    }
    return true;
  }

  take(box: Box): void {
    const key = `${Math.floor(box.centre[0] / 80)},${Math.floor(box.centre[1] / 80)}`;
    this.boxes.set(key, [...(this.boxes.get(key) ?? []), box]);
  }
}

function purposeAt(p: Point, front: boolean, random: Random): string {
  const core = centrality(p);
  const factory = noise(p[0], p[1], 900, 51) > 0.42 && core < 0.25;
  if (factory && random.chance(0.75)) return random.chance(0.7) ? 'industrial' : 'warehouse';
  const roll = random.next();
  if (front && roll < 0.12 + 0.4 * core) return roll < 0.08 + 0.16 * core ? 'office' : 'commercial';
  return roll > 0.975 ? 'public' : 'residential';
}

function levelsOf(use: string, p: Point, random: Random): number {
  const core = centrality(p);
  const old = Math.exp(-((distance(p, [3350, 3100]) / 700) ** 2));
  if (use === 'industrial' || use === 'warehouse') return random.integer(1, 3);
  if (use === 'commercial' || use === 'public') return random.integer(2, 4 + Math.round(3 * core));
  if (use === 'office') return random.integer(6, 9 + Math.round(22 * core * (1 - 0.8 * old)));
  if (random.chance(old * 0.85)) return random.integer(2, 6);
  return random.chance(0.3 + 0.3 * core) ? random.integer(12, 20 + Math.round(12 * core)) : random.integer(5, 8);
}

function ringOf(box: Box, random: Random): Point[] {
  const corners = cornersOf(box);
  if (box.half[0] > 14 && box.half[1] > 8.5 && random.chance(0.35)) {
    // An L: one corner is a yard.
    const v: Point = [-box.u[1], box.u[0]];
    const at = (a: number, b: number): Point => [
      box.centre[0] + box.u[0] * a * box.half[0] + v[0] * b * box.half[1],
      box.centre[1] + box.u[1] * a * box.half[0] + v[1] * b * box.half[1],
    ];
    return [at(-1, -1), at(1, -1), at(1, 1), at(0.15, 1), at(0.15, 0.05), at(-1, 0.05), at(-1, -1)];
  }
  return [...corners, corners[0]!];
}

const RESIDENTS_PER_SQUARE_METRE = 1 / 140;

function row(
  stretch: Stretch,
  side: 1 | -1,
  back: number,
  ground: Ground,
  random: Random,
  houses: House[],
  count: { n: number },
): void {
  const front = back < 20;
  const total = stretch.length;
  let at = random.between(12, 22);
  while (at < total - 12) {
    const core = centrality(along(stretch.line, at).point);
    const width = front ? random.between(20, 46) : random.between(38, 62);
    const depth = front ? random.between(12, 19 + 5 * core) : random.between(12, 15);
    const { point, direction } = along(stretch.line, at + width / 2);
    const out = side * (ROAD_HALF_WIDTH[stretch.kind]! + back + depth / 2);
    const centre: Point = [point[0] - direction[1] * out, point[1] + direction[0] * out];
    const box: Box = { centre, u: direction, half: [width / 2, depth / 2] };
    const sparse = 0.24 + 0.3 * (1 - core) + Math.max(0, slope(centre).steepness - 0.12) * 2;
    if (random.chance(1 - sparse) && ground.isFree(box)) {
      ground.take(box);
      const use = purposeAt(centre, front, random);
      const levels = levelsOf(use, centre, random);
      const area = width * depth;
      count.n += 1;
      const residents =
        use === 'residential' ? Math.round(area * levels * RESIDENTS_PER_SQUARE_METRE * random.between(0.75, 1.2)) : 0;
      houses.push({
        ring: ringOf(box, random),
        centre,
        stretch: stretch.id,
        number: count.n * 2 - (side > 0 ? 1 : 0),
        area,
        use,
        levels,
        residents,
        name: undefined,
        critical: false,
      });
      at += width + random.between(front ? 6 : 14, front ? 14 + 18 * (1 - core) : 30);
    } else at += random.between(9, 16);
  }
}

export function buildHouses(graph: StreetGraph): House[] {
  const random = seededRandom('houses');
  const ground = new Ground(graph);
  const houses: House[] = [];
  const counts = new Map<string, { n: number }>();
  const ranks = ['trunk', 'primary', 'secondary', 'residential'];
  const ordered = graph.stretches
    .filter((stretch) => stretch.kind !== 'bridge' && stretch.kind !== 'tunnel')
    .toSorted((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || a.id - b.id);
  for (const back of [5.5, 42]) {
    for (const stretch of ordered) {
      for (const side of [1, -1] as const) {
        const key = `${stretch.street}:${side}`;
        const count = counts.get(key) ?? { n: 0 };
        counts.set(key, count);
        row(stretch, side, back, ground, random, houses, count);
      }
    }
  }
  nameTheCritical(houses, random);
  return houses;
}

const SITES: readonly {
  use: string;
  count: number;
  spacing: number;
  least: number;
  names: readonly [zh: string, en: string][];
}[] = [
  {
    use: 'hospital',
    count: 8,
    spacing: 1100,
    least: 420,
    names: [
      ['市第一人民医院', 'City First Hospital'],
      ['江北中医院', 'North Bank Hospital of Chinese Medicine'],
      ['半岛医院', 'Peninsula Hospital'],
      ['凤栖妇幼保健院', 'Phoenix Rest Maternity Hospital'],
      ['南岭医院', 'South Ridge Hospital'],
      ['白鹤医院', 'White Crane Hospital'],
      ['东滩医院', 'East Shoal Hospital'],
      ['云顶康复医院', 'Cloud Top Rehabilitation Hospital'],
    ],
  },
  {
    use: 'fire_station',
    count: 7,
    spacing: 1500,
    least: 200,
    names: [
      ['石门消防救援站', 'Stone Gate Fire Station'],
      ['下半城消防救援站', 'Lower Terrace Fire Station'],
      ['凤栖消防救援站', 'Phoenix Rest Fire Station'],
      ['北环消防救援站', 'North Ring Fire Station'],
      ['南岭消防救援站', 'South Ridge Fire Station'],
      ['老鹰岩消防救援站', 'Eagle Rock Fire Station'],
      ['云顶消防救援站', 'Cloud Top Fire Station'],
    ],
  },
  { use: 'school', count: 36, spacing: 520, least: 330, names: [] },
  { use: 'care_home', count: 16, spacing: 700, least: 220, names: [] },
  { use: 'kindergarten', count: 30, spacing: 480, least: 180, names: [] },
  { use: 'water_works', count: 0, spacing: 0, least: 0, names: [] },
];
const SITE_WORDS: Readonly<Record<string, readonly Name[]>> = {
  school: [
    { zh: '小学', en: 'Primary School' },
    { zh: '中学', en: 'Middle School' },
  ],
  care_home: [
    { zh: '养老院', en: 'Care Home' },
    { zh: '敬老院', en: 'Home for the Elderly' },
  ],
  kindergarten: [{ zh: '幼儿园', en: 'Kindergarten' }],
};
const SITE_PREFIXES: readonly Name[] =
  '望江 River View|临江 Riverfront|春晖 Spring Light|书院 Academy|文昌 Scholars’|桂花 Osmanthus|银杏 Ginkgo|荷塘 Lotus Pond|松林 Pine Grove|清泉 Clear Spring|白鹤 White Crane|石门 Stone Gate|朝阳 Morning Sun|康宁 Good Health|和风 Gentle Wind|星光 Starlight|玉兰 Magnolia|海棠 Crabapple|彩云 Bright Cloud|梨园 Pear Orchard'
    .split('|')
    .map((pair) => ({ zh: pair.slice(0, pair.indexOf(' ')), en: pair.slice(pair.indexOf(' ') + 1) }));

/** Turns well-spaced larger houses into hospitals, schools, fire stations and homes, each with a name. */
function nameTheCritical(houses: readonly House[], random: Random): void {
  const taken: { use: string; at: Point }[] = [];
  for (const { use, count, spacing, least, names } of SITES) {
    let placed = 0;
    const candidates = houses
      .filter(
        (house) => house.area >= least && !house.critical && house.use !== 'industrial' && house.use !== 'warehouse',
      )
      .map((house) => ({ house, score: random.next() + 0.5 * centrality(house.centre) }))
      .sort((a, b) => b.score - a.score);
    for (const { house } of candidates) {
      if (placed === count) break;
      if (taken.some((other) => distance(other.at, house.centre) < (other.use === use ? spacing : 60))) continue;
      taken.push({ use, at: house.centre });
      const words = SITE_WORDS[use];
      const prefix = SITE_PREFIXES[placed % SITE_PREFIXES.length]!;
      const word = words?.[Math.floor(placed / SITE_PREFIXES.length) % (words.length || 1)];
      house.name = word
        ? { zh: prefix.zh + word.zh, en: `${prefix.en} ${word.en}` }
        : { zh: names[placed]![0], en: names[placed]![1] };
      house.use = use;
      house.critical = true;
      house.residents = use === 'care_home' ? random.integer(60, 180) : 0;
      house.levels = use === 'hospital' ? random.integer(8, 16) : random.integer(3, 5);
      placed += 1;
    }
  }
}
