/**
 * The waterworks of the city as assets and as a hydraulic network: works up-river, transmission lines to service tanks on the hills,
 * looped mains per pressure zone, valves where a crew would want them, and the instruments that watch.
 */
import { Assets, type Feature, pointOf, round } from './features.ts';
import { elevation, inTerritory, shore } from './land.ts';
import { type CityPlan, nameOfStretch, stretchesAt } from './plan.ts';
import { along, distance, type Line, lineLength, offsetLine, type Point, slice } from './plane.ts';
import { type Random, seededRandom } from './random.ts';
import { boreFor, type Demand, demandsOf, type Main, planZones, sizeZone, type ZonePlan } from './water-mains.ts';
import { headOfBand, type Zone } from './water-zones.ts';
import type { Name } from './words.ts';

interface Node {
  readonly id: string;
  readonly kind: 'junction' | 'valve' | 'source' | 'tank' | 'pump';
  readonly point: Point;
  readonly elevation: number;
  readonly zone: string;
  asset?: string;
  extra: Record<string, unknown>;
}

interface Laid {
  readonly id: string;
  readonly line: Line;
  readonly boreMm: number;
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly name: Name;
}

const ROUGHNESS: Readonly<Record<string, number>> = { 'ductile-iron': 130, steel: 125, pe: 145, 'cast-iron': 105 };
const WORKS: Point = [430, 2545];
const SOURCE_HEAD = 191;

const zoneId = (zone: Zone, north: boolean): string => `${north ? 'north' : 'south'}-${zone.band + 1}-${zone.id}`;

export class Waterworks {
  readonly assets = new Assets();
  readonly nodes = new Map<string, Node>();
  readonly laid: Laid[] = [];
  private readonly plan: CityPlan;
  private readonly random: Random = seededRandom('water');
  private nodeCount = 0;

  constructor(plan: CityPlan) {
    this.plan = plan;
  }

  owner(p: Point): string {
    return this.plan.quadAt(p)?.north === false ? 'waterworks-south' : 'waterworks-north';
  }

  node(
    kind: Node['kind'],
    point: Point,
    zone: string,
    extra: Record<string, unknown> = {},
    height = elevation(point),
  ): Node {
    this.nodeCount += 1;
    const node: Node = {
      id: `wn-${String(this.nodeCount).padStart(4, '0')}`,
      kind,
      point,
      elevation: round(height, 1),
      zone,
      extra,
    };
    this.nodes.set(node.id, node);
    return node;
  }

  main(from: Node, to: Node, line: Line, boreMm: number, role: string, name: Name): void {
    const year = this.random.integer(0, 9) < 3 ? this.random.integer(1978, 1996) : this.random.integer(1997, 2023);
    const material =
      boreMm >= 600 ? 'steel' : year < 1990 ? 'cast-iron' : boreMm <= 150 && year > 2005 ? 'pe' : 'ductile-iron';
    const id = this.assets.line(
      'WM',
      'main',
      { zh: `${name.zh}${boreMm}毫米供水管`, en: `${boreMm} mm main, ${name.en}` },
      this.owner(line[0]!),
      line,
      {
        from: from.id,
        to: to.id,
        length_m: round(Math.max(1, lineLength(line)), 1),
        bore_mm: boreMm,
        roughness: ROUGHNESS[material],
        material,
        zone: to.zone,
        role,
        laid_year: year,
      },
    );
    this.laid.push({ id, line, boreMm, from: from.id, to: to.id, zone: to.zone, name });
  }

  valve(point: Point, zone: string, boreMm: number, name: Name): Node {
    const node = this.node('valve', point, zone);
    node.asset = this.assets.point(
      'WV',
      'isolation-valve',
      { zh: `${name.zh}阀门`, en: `Valve, ${name.en}` },
      this.owner(point),
      point,
      {
        node: node.id,
        bore_mm: boreMm,
      },
    );
    return node;
  }

  /** Lays a line as mains with a valve at the wanted ends, eight metres from the junction. */
  layMain(
    from: Node,
    to: Node,
    line: Line,
    boreMm: number,
    name: Name,
    valves: { start: boolean; end: boolean },
  ): void {
    const total = lineLength(line);
    const set = Math.min(8, total / 4);
    const role = boreMm >= 400 ? 'trunk' : 'distribution';
    let [node, at] = [from, 0];
    const cut = (distanceAlong: number) => {
      const valve = this.valve(along(line, distanceAlong).point, to.zone, boreMm, name);
      this.main(node, valve, slice(line, at, distanceAlong), boreMm, role, name);
      [node, at] = [valve, distanceAlong];
    };
    if (valves.start) cut(set);
    if (valves.end) cut(total - set);
    this.main(node, to, slice(line, at, total), boreMm, role, name);
  }
}

/** Shortest way along the streets, bridges included; the tunnels are for cars. */
function wayBetween(plan: CityPlan, start: number, goal: number): Point[] {
  const cost = new Map([[start, 0]]);
  const came = new Map<number, number>();
  const open = [start];
  const done = new Set<number>();
  while (open.length > 0) {
    open.sort((a, b) => cost.get(b)! - cost.get(a)!);
    const here = open.pop()!;
    if (here === goal) break;
    if (done.has(here)) continue;
    done.add(here);
    for (const id of plan.graph.junctions[here]!.stretches) {
      const stretch = plan.graph.stretches[id]!;
      if (stretch.kind === 'tunnel') continue;
      const next = stretch.from === here ? stretch.to : stretch.from;
      const price = cost.get(here)! + stretch.length * (stretch.rank === 'residential' ? 1.3 : 1);
      if (price < (cost.get(next) ?? Infinity)) {
        cost.set(next, price);
        came.set(next, id);
        open.push(next);
      }
    }
  }
  const parts: Point[][] = [];
  for (let here = goal; here !== start; ) {
    const stretch = plan.graph.stretches[came.get(here)!]!;
    const forward = stretch.to === here;
    parts.unshift(forward ? [...stretch.line] : stretch.line.toReversed());
    here = forward ? stretch.from : stretch.to;
  }
  return parts.flatMap((part, i) => (i === 0 ? part : part.slice(1)));
}

/** Junction for a tank in the western or eastern half of a zone: high, on a wide road. */
function tankJunction(plan: CityPlan, zone: Zone, half: 'west' | 'east'): number {
  const xs = [...zone.junctions].map((id) => plan.graph.junctions[id]!.point[0]).sort((a, b) => a - b);
  const [low, high] =
    half === 'west'
      ? [xs[Math.floor(xs.length * 0.12)]!, xs[Math.floor(xs.length * 0.42)]!]
      : [xs[Math.floor(xs.length * 0.58)]!, xs[Math.floor(xs.length * 0.88)]!];
  let best = -1;
  let most = -Infinity;
  for (const id of zone.junctions) {
    const junction = plan.graph.junctions[id]!;
    if (junction.point[0] < low || junction.point[0] > high || junction.stretches.length < 3) continue;
    const wide = stretchesAt(plan, junction)[0]!.rank;
    const score = junction.elevation + (wide === 'residential' ? 0 : wide === 'secondary' ? 5 : 8);
    if (score > most) [most, best] = [score, id];
  }
  return best;
}

/** The place within 450 m whose ground comes nearest to the wanted height. */
function siteNear(from: Point, wanted: number): Point {
  let best = from;
  let least = Infinity;
  for (let r = 60; r <= 450; r += 30) {
    for (let k = 0; k < 24; k++) {
      const p: Point = [from[0] + r * Math.cos((k * Math.PI) / 12), from[1] + r * Math.sin((k * Math.PI) / 12)];
      const miss = Math.abs(elevation(p) - wanted) + r * 0.025;
      if (shore(p) > 60 && inTerritory(p, 90) && miss < least) [least, best] = [miss, p];
    }
  }
  return best;
}

const TANK_NAMES: readonly Name[] = [
  { zh: '北岭西高位水池', en: 'North Ridge West Service Tank' },
  { zh: '翠屏高位水池', en: 'Green Screen Service Tank' },
  { zh: '老鹰岩高位水池', en: 'Eagle Rock Service Tank' },
  { zh: '南岭东高位水池', en: 'South Ridge East Service Tank' },
];
const BOOSTER_NAMES: readonly Name[] = [
  { zh: '云坪加压站', en: 'Cloud Flat Booster Station' },
  { zh: '松岭加压站', en: 'Pine Ridge Booster Station' },
  { zh: '梨园加压站', en: 'Pear Orchard Booster Station' },
  { zh: '鹰嘴加压站', en: 'Eagle Beak Booster Station' },
  { zh: '垭口加压站', en: 'Mountain Pass Booster Station' },
  { zh: '坪上加压站', en: 'Upper Flat Booster Station' },
  { zh: '云顶加压站', en: 'Cloud Top Booster Station' },
  { zh: '岩口加压站', en: 'Rock Mouth Booster Station' },
  { zh: '柏树加压站', en: 'Cypress Booster Station' },
];

interface TankPlan {
  readonly zone: number;
  readonly junction: number;
  readonly name: Name;
}

function buildTank(works: Waterworks, name: Name, junction: Node, head: number, averageLps: number): Node {
  const bottom = head - 3.5;
  const site = siteNear(junction.point, bottom);
  const volume = averageLps * 3.6 * 5.5;
  const tank = works.node(
    'tank',
    site,
    junction.zone,
    {
      init_level_m: 3.4,
      min_level_m: 0.5,
      max_level_m: 5,
      diameter_m: round(Math.max(6, Math.sqrt((4 * volume) / (Math.PI * 4.5))), 1),
    },
    bottom,
  );
  tank.asset = works.assets.point('WT', 'service-tank', name, works.owner(site), site, {
    node: tank.id,
    volume_m3: Math.round(volume),
    zone: junction.zone,
  });
  const bore = Math.max(200, boreFor(averageLps * 1.9));
  works.main(tank, junction, [site, junction.point], bore, 'trunk', { zh: `${name.zh}出水`, en: `${name.en} outlet` });
  return tank;
}

const hazenWilliams = (lps: number, boreMm: number, metres: number): number =>
  (10.67 * metres * (lps / 1000) ** 1.852) / (130 ** 1.852 * (boreMm / 1000) ** 4.87);

function addPump(
  works: Waterworks,
  name: Name,
  index: number,
  from: Node,
  to: Node,
  tank: Node,
  flowLps: number,
  headM: number,
): void {
  const at: Point = [from.point[0] + 4 + index * 9, from.point[1] + 6];
  works.assets.point(
    'WP',
    'pump',
    { zh: `${name.zh}${index + 1}号泵`, en: `${name.en}, pump ${index + 1}` },
    works.owner(at),
    at,
    {
      from: from.id,
      to: to.id,
      bore_mm: boreFor(flowLps),
      curve_flow_lps: round(flowLps, 1),
      curve_head_m: round(headM, 1),
      tank: tank.id,
      start_level_m: round(3.3 - index * 0.9, 1),
      stop_level_m: round(4.6 - index * 0.4, 1),
    },
  );
}

/** From the works to a tank: two pumps and a line of its own along the streets, valves every second stretch of 650 m. */
function buildTransmission(
  works: Waterworks,
  plan: CityPlan,
  source: Node,
  tank: Node,
  tankJunctionId: number,
  index: number,
  averageLps: number,
): void {
  const start = plan.graph.junctions.toSorted((a, b) => distance(a.point, WORKS) - distance(b.point, WORKS))[0]!;
  const way = wayBetween(plan, start.id, tankJunctionId);
  const side = [2.4, -2.4, 4.4, -4.4][index]!;
  const line: Point[] = [[WORKS[0] + index * 6, WORKS[1] - 12], ...offsetLine(way, side), tank.point];
  const bore = Math.max(400, boreFor(averageLps * 1.35));
  const total = lineLength(line);
  const parts = Math.max(2, Math.round(total / 650));
  const name = { zh: `输水${index + 1}线`, en: `Transmission Line ${index + 1}` };
  const outlet = works.node('pump', line[0]!, `transmission-${index + 1}`, {}, elevation(WORKS));
  const lift = tank.elevation + 4 - SOURCE_HEAD + hazenWilliams(averageLps * 1.3, bore, total);
  const station = { zh: '望江水厂', en: 'River View Waterworks' };
  for (let k = 0; k < 2; k++)
    addPump(
      works,
      { zh: `${station.zh}${name.zh}`, en: `${station.en}, ${name.en}` },
      k,
      source,
      outlet,
      tank,
      averageLps * 0.68,
      lift,
    );
  let before = outlet;
  for (let k = 1; k <= parts; k++) {
    const [a, b] = [((k - 1) * total) / parts, (k * total) / parts];
    const end = along(line, b).point;
    const height = Math.min(elevation(end), tank.elevation - 15);
    const node =
      k === parts
        ? tank
        : k % 2 === 1
          ? works.valve(end, outlet.zone, bore, name)
          : works.node('junction', end, outlet.zone, {}, height);
    works.main(before, node, slice(line, a, b), bore, 'transmission', name);
    before = node;
  }
}

/** Joins an upper zone to a lower one through a pressure-reducing valve in the middle of a street. */
function buildReducer(
  works: Waterworks,
  upper: Node,
  lower: Node,
  line: Line,
  boreMm: number,
  head: number,
  name: Name,
  zones: { upper: string; lower: string },
): void {
  const total = lineLength(line);
  const [a, b] = [along(line, total / 2 - 2).point, along(line, total / 2 + 2).point];
  const inlet = works.node('valve', a, zones.upper);
  const outlet = works.node('junction', b, zones.lower);
  const title = { zh: `${name.zh}减压阀`, en: `Pressure-reducing valve, ${name.en}` };
  inlet.asset = works.assets.point('WR', 'pressure-reducing-valve', title, works.owner(a), a, {
    from: inlet.id,
    to: outlet.id,
    bore_mm: boreMm,
    setting_m: round(head - outlet.elevation, 1),
  });
  works.main(upper, inlet, slice(line, 0, total / 2 - 2), boreMm, 'trunk', name);
  works.main(outlet, lower, slice(line, total / 2 + 2, total), boreMm, 'trunk', name);
}

const cutsOf = (mains: readonly Main[], junction: number, boreMm: number, random: Random): boolean => {
  const degree = mains.filter((m) => m.from === junction || m.to === junction).length;
  return degree >= 3 && (boreMm >= 300 ? random.chance(0.9) : random.chance(0.3));
};

export function buildWater(plan: CityPlan): Waterworks {
  const works = new Waterworks(plan);
  const random = seededRandom('water-valves');
  const tankPlans: TankPlan[] = [];
  const zones = planZones(plan, (zone) => {
    if (zone.band !== 2 || zone.junctions.size <= 130) return [];
    const north = plan.quadAt(plan.graph.junctions[[...zone.junctions][0]!]!.point)!.north;
    const ids = (['west', 'east'] as const).map((half) => tankJunction(plan, zone, half));
    ids.forEach((junction, k) => {
      tankPlans.push({ zone: zone.id, junction, name: TANK_NAMES[(north ? 0 : 2) + k]! });
    });
    return ids;
  });
  const nodes = layNodes(works, plan, zones);
  const deliver = size(plan, zones, nodes, tankPlans);
  layZones(works, plan, zones, nodes, random);
  const head = (id: number) => headOfBand(zones.find((entry) => entry.zone.id === id)!.zone.band);
  const source = works.node('source', WORKS, 'works', { head_m: SOURCE_HEAD });
  source.asset = works.assets.point(
    'WW',
    'treatment-works',
    { zh: '望江水厂', en: 'River View Waterworks' },
    'waterworks-north',
    WORKS,
    { node: source.id },
  );
  tankPlans.forEach((tank, i) => {
    const average = Math.max(30, deliver.get(tank.junction) ?? 0);
    const node = buildTank(works, tank.name, nodes.get(tank.junction)!, head(tank.zone), average);
    buildTransmission(works, plan, source, node, tank.junction, i, average);
  });
  let boosters = 0;
  for (const { zone, feed } of zones) {
    for (const stretch of feed.through) {
      const inZone = zone.junctions.has(stretch.to);
      const line = inZone ? stretch.line : stretch.line.toReversed();
      const [from, to] = inZone ? [stretch.from, stretch.to] : [stretch.to, stretch.from];
      const average = deliver.get(to) ?? 5;
      const name = nameOfStretch(plan, stretch);
      if (feed.kind === 'down') {
        buildReducer(
          works,
          nodes.get(from)!,
          nodes.get(to)!,
          line,
          Math.max(200, boreFor(average * 1.9)),
          headOfBand(zone.band),
          name,
          { upper: nodes.get(from)!.zone, lower: nodes.get(to)!.zone },
        );
      } else {
        buildBooster(
          works,
          nodes.get(from)!,
          nodes.get(to)!,
          line,
          { head: headOfBand(zone.band), lift: headOfBand(zone.band) - head(feed.from!) + 5 },
          average,
          BOOSTER_NAMES[boosters++ % BOOSTER_NAMES.length]!,
        );
      }
    }
  }
  return works;
}

function buildBooster(
  works: Waterworks,
  from: Node,
  to: Node,
  line: Line,
  { head, lift }: { readonly head: number; readonly lift: number },
  average: number,
  name: Name,
): void {
  const total = lineLength(line);
  const [a, b] = [along(line, total / 2 - 3).point, along(line, total / 2 + 3).point];
  const suction = works.node('pump', a, from.zone);
  const outlet = works.node('pump', b, to.zone);
  const bore = Math.max(200, boreFor(average * 2));
  works.main(from, suction, slice(line, 0, total / 2 - 3), bore, 'trunk', name);
  works.main(outlet, to, slice(line, total / 2 + 3, total), bore, 'trunk', name);
  const tank = buildTank(
    works,
    { zh: name.zh.replace('加压站', '水池'), en: name.en.replace('Booster Station', 'Tank') },
    to,
    head,
    average,
  );
  for (let k = 0; k < 2; k++) addPump(works, name, k, suction, outlet, tank, Math.max(6, average * 0.9), lift);
}

function layNodes(works: Waterworks, plan: CityPlan, zones: readonly ZonePlan[]): Map<number, Node> {
  const nodes = new Map<number, Node>();
  for (const { zone, mains, feed } of zones) {
    const ids = new Set(mains.flatMap((m) => [m.from, m.to]));
    for (const stretch of feed.through)
      for (const id of [stretch.from, stretch.to]) if (zone.junctions.has(id)) ids.add(id);
    for (const id of [...ids].sort((a, b) => a - b)) {
      const junction = plan.graph.junctions[id]!;
      const north = plan.quadAt(junction.point)?.north !== false;
      nodes.set(id, works.node('junction', junction.point, zoneId(zone, north)));
    }
  }
  const demands = demandsOf(plan, [...nodes.keys()]);
  for (const [id, demand] of demands) setDemand(nodes.get(id)!, demand);
  return nodes;
}

function setDemand(node: Node, demand: Demand): void {
  node.extra.base_demand_lps = round(demand.lps, 3);
  node.extra.pattern = demand.pattern;
}

/** Sizes every zone, lowest first, so that what a zone takes is known when the zone above is sized. */
function size(
  _plan: CityPlan,
  zones: readonly ZonePlan[],
  nodes: ReadonlyMap<number, Node>,
  tanks: readonly TankPlan[],
): Map<number, number> {
  const drawn = new Map<number, number>();
  for (const [id, node] of nodes) drawn.set(id, (node.extra.base_demand_lps as number | undefined) ?? 0);
  const entering = new Map<number, number>();
  const order = [
    ...zones.filter((z) => z.feed.kind === 'booster'),
    ...zones.filter((z) => z.feed.kind !== 'booster').sort((a, b) => a.zone.band - b.zone.band),
  ];
  for (const { zone, feed, mains } of order) {
    const ends = feed.through.map((s) =>
      zone.junctions.has(s.to) ? { inside: s.to, outside: s.from } : { inside: s.from, outside: s.to },
    );
    const entries =
      feed.kind === 'tank'
        ? tanks.filter((t) => t.zone === zone.id).map((t) => t.junction)
        : ends.map((end) => end.inside);
    const given = sizeZone(mains, entries, drawn);
    for (const [id, lps] of given) entering.set(id, lps);
    for (const { inside, outside } of ends) drawn.set(outside, (drawn.get(outside) ?? 0) + (given.get(inside) ?? 0));
  }
  return entering;
}

function layZones(
  works: Waterworks,
  plan: CityPlan,
  zones: readonly ZonePlan[],
  nodes: ReadonlyMap<number, Node>,
  random: Random,
): void {
  for (const { mains } of zones) {
    for (const main of mains) {
      const name = plan.streets[main.street]!.name;
      const valves = {
        start: cutsOf(mains, main.from, main.boreMm, random),
        end: cutsOf(mains, main.to, main.boreMm, random),
      };
      works.layMain(nodes.get(main.from)!, nodes.get(main.to)!, main.line, main.boreMm, name, valves);
    }
  }
}

export const nodeFeatures = (works: Waterworks): Feature[] =>
  [...works.nodes.values()].map((node) => ({
    id: node.id,
    properties: {
      kind: node.kind,
      elevation_m: node.elevation,
      zone: node.zone,
      ...(node.asset ? { asset: node.asset } : {}),
      ...node.extra,
    },
    geometry: pointOf(node.point),
  }));
