/** The city before anything is laid in it: streets with names, houses with addresses, areas. Built once, read by every lifeline. */
import { buildHouses, type House } from './buildings.ts';
import { buildGraph, type Junction, type StreetGraph, type Stretch } from './graph.ts';
import { buildMesh, type Mesh, type Quad, quadFinder } from './mesh.ts';
import { distance, type Line, offsetLine, type Point } from './plane.ts';
import { seededRandom } from './random.ts';
import { MAIN_ROADS } from './skeleton.ts';
import { growStreets, type Street } from './streets.ts';
import { ADMINISTRATIVE_STREETS, DISTRICTS, type Name, streetNamer, WORDS } from './words.ts';

export interface CityPlan {
  readonly streets: readonly (Street & { readonly name: Name })[];
  readonly graph: StreetGraph;
  readonly houses: readonly House[];
  readonly mesh: Mesh;
  readonly quadAt: (p: Point) => Quad | undefined;
  readonly districtNames: readonly Name[];
  /** Index by `quad.street`. */
  readonly streetAreaNames: readonly Name[];
  /** Index by `quad.community`. */
  readonly communityNames: readonly Name[];
}

const BRIDGE_NAMES: readonly { at: Point; name: Name }[] = [
  { at: [1300, 2470], name: { zh: '白鹤大桥', en: 'White Crane Bridge' } },
  { at: [2910, 3590], name: { zh: '石门大桥', en: 'Stone Gate Bridge' } },
  { at: [4790, 2740], name: { zh: '凤栖大桥', en: 'Phoenix Rest Bridge' } },
];
const TUNNEL_NAMES: readonly { at: Point; name: Name }[] = [
  { at: [5450, 4230], name: { zh: '翠屏山隧道', en: 'Green Screen Tunnel' } },
  { at: [1480, 1130], name: { zh: '老鹰岩隧道', en: 'Eagle Rock Tunnel' } },
];

const nearestOf = (list: readonly { at: Point; name: Name }[], p: Point): Name =>
  list.toSorted((a, b) => distance(a.at, p) - distance(b.at, p))[0]!.name;

/** What people call a stretch: its bridge, its tunnel, or its street. */
export function nameOfStretch(plan: CityPlan, stretch: Stretch): Name {
  const middle = stretch.line[Math.floor(stretch.line.length / 2)]!;
  if (stretch.kind === 'bridge') return nearestOf(BRIDGE_NAMES, middle);
  if (stretch.kind === 'tunnel') return nearestOf(TUNNEL_NAMES, middle);
  return plan.streets[stretch.street]!.name;
}

/** The stretches of a junction, widest road first. */
export function stretchesAt(plan: CityPlan, junction: Junction): Stretch[] {
  const ranks = ['trunk', 'primary', 'secondary', 'residential'];
  return junction.stretches
    .map((id) => plan.graph.stretches[id]!)
    .sort((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || a.id - b.id);
}

/** "Ferry Road at Tea Pavilion Lane": the two most important streets that meet there. */
export function nameOfJunction(plan: CityPlan, junction: Junction): Name {
  const names: Name[] = [];
  for (const stretch of stretchesAt(plan, junction)) {
    const name = plan.streets[stretch.street]!.name;
    if (!names.some((known) => known.zh === name.zh)) names.push(name);
  }
  const [first, second] = names;
  return second ? { zh: `${first!.zh}${second.zh}口`, en: `${first!.en} at ${second.en}` } : first!;
}

/** The line of something that lies beside the middle of a road: positive is left of the stretch's direction. */
export const besideRoad = (stretch: { readonly line: Line }, metres: number): Point[] =>
  offsetLine(stretch.line, metres);

function nameStreets(streets: readonly Street[]): (Street & { name: Name })[] {
  const random = seededRandom('street-names');
  const namer = streetNamer(random);
  let small = 0;
  return streets.map((street, i) => {
    const main = MAIN_ROADS[i];
    if (main) return { ...street, name: { zh: main.zh, en: main.en } };
    if (street.kind === 'secondary') return { ...street, name: namer('secondary', 0) };
    small += 1;
    return { ...street, name: namer('residential', small) };
  });
}

const meanOf = (quads: readonly Quad[]): Point => [
  quads.reduce((sum, quad) => sum + quad.centre[0], 0) / quads.length,
  quads.reduce((sum, quad) => sum + quad.centre[1], 0) / quads.length,
];

/** Each administrative street takes the nearest free name of its own side of the river. */
function nameAreas(mesh: Mesh): Pick<CityPlan, 'districtNames' | 'streetAreaNames' | 'communityNames'> {
  const pairs: { street: number; name: Name; gap: number }[] = [];
  for (let street = 0; street < 12; street++) {
    const own = mesh.quads.filter((quad) => quad.street === street);
    for (const { name, at } of ADMINISTRATIVE_STREETS) {
      const sameSide = ADMINISTRATIVE_STREETS.findIndex((entry) => entry.name === name) < 4 === !own[0]!.north;
      if (sameSide) pairs.push({ street, name, gap: distance(meanOf(own), at) });
    }
  }
  const streetAreaNames: Name[] = [];
  const used = new Set<string>();
  for (const { street, name } of pairs.sort((a, b) => a.gap - b.gap)) {
    if (streetAreaNames[street] || used.has(name.zh)) continue;
    streetAreaNames[street] = name;
    used.add(name.zh);
  }
  const random = seededRandom('community-names');
  const words = WORDS.map((word) => ({ word, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ word }) => word);
  const communityNames = Array.from({ length: 60 }, (_, i) => ({
    zh: `${words[i]!.zh}社区`,
    en: `${words[i]!.en} Community`,
  }));
  return { districtNames: DISTRICTS, streetAreaNames, communityNames };
}

export function buildPlan(): CityPlan {
  const grown = growStreets();
  const graph = buildGraph(grown);
  const mesh = buildMesh();
  const quadAt = quadFinder(mesh);
  const houses = buildHouses(graph).filter((house) => quadAt(house.centre));
  return { streets: nameStreets(grown), graph, houses, mesh, quadAt, ...nameAreas(mesh) };
}

export const communityId = (index: number): string => `community-${String(index + 1).padStart(2, '0')}`;
export const streetAreaId = (index: number): string => `street-${String(index + 1).padStart(2, '0')}`;
export const districtId = (index: number): string => `district-${index + 1}`;
export const cellId = (quad: Quad): string => `cell-${String(quad.id + 1).padStart(4, '0')}`;
