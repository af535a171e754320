/** Drains that follow the slope to the river, manholes, pumping stations, rain and ponding gauges, and the utility tunnel. */
import { Assets, type Feature, pointOf, round } from './features.ts';
import { elevation, halfWidth, RIVER, shore } from './land.ts';
import { besideRoad, type CityPlan, nameOfJunction, nameOfStretch } from './plan.ts';
import { along, distance, lineLength, type Point, slice } from './plane.ts';
import { seededRandom } from './random.ts';
import { MAIN_ROADS } from './skeleton.ts';
import { companyAt, numbered, quarterAt, spaced, spotsAlong } from './spots.ts';

const BORE: Readonly<Record<string, number>> = { trunk: 1500, primary: 1200, secondary: 800, residential: 500 };
const nodeId = (junction: number): string => `dn-${String(junction).padStart(4, '0')}`;

export function buildDrainage(plan: CityPlan): { assets: Assets; nodes: Feature[] } {
  const assets = new Assets();
  const random = seededRandom('drainage');
  const owner = (p: Point) => companyAt(plan, 'drainage', p);
  const used = new Set<number>();
  for (const stretch of plan.graph.stretches) {
    if (stretch.kind === 'bridge' || stretch.kind === 'tunnel') continue;
    if (
      (stretch.rank === 'residential' && !random.chance(0.08)) ||
      (stretch.rank === 'secondary' && random.chance(0.3))
    )
      continue;
    const downhill = plan.graph.junctions[stretch.from]!.elevation >= plan.graph.junctions[stretch.to]!.elevation;
    const beside = besideRoad(stretch, 3.2);
    const line = downhill ? beside : beside.toReversed();
    const [from, to] = downhill ? [stretch.from, stretch.to] : [stretch.to, stretch.from];
    const fall = plan.graph.junctions[from]!.elevation - plan.graph.junctions[to]!.elevation;
    const name = nameOfStretch(plan, stretch);
    used.add(from).add(to);
    assets.line('DD', 'drain', { zh: `${name.zh}雨水管`, en: `Storm drain, ${name.en}` }, owner(line[0]!), line, {
      from: nodeId(from),
      to: nodeId(to),
      bore_mm: BORE[stretch.rank],
      length_m: round(stretch.length, 1),
      slope_permille: round(Math.max(1, (fall / stretch.length) * 1000), 1),
      material: 'concrete',
    });
  }
  const junctions = [...used].sort((a, b) => a - b).map((id) => plan.graph.junctions[id]!);
  const smart = new Set(spaced(junctions, (j) => j.point, 110, 560, random).map((j) => j.id));
  const assetAt = new Map<number, string>();
  for (const junction of junctions) {
    const watched = smart.has(junction.id);
    if (!watched && junction.id % 6 !== 0) continue;
    const name = nameOfJunction(plan, junction);
    const at: Point = [junction.point[0] - 3, junction.point[1] + 3];
    const title = { zh: `${name.zh}雨水井`, en: `Manhole, ${name.en}` };
    assetAt.set(
      junction.id,
      assets.point(watched ? 'DS' : 'DM', watched ? 'smart-manhole' : 'manhole', title, owner(at), at, {
        node: nodeId(junction.id),
        catchment: quarterAt(plan, at),
        depth_m: round(2.2 + random.next() * 2.4, 1),
      }),
    );
  }
  addGauges(plan, assets, owner);
  addUtilityTunnel(assets, owner);
  const nodes = junctions.map((junction): Feature => {
    const asset = assetAt.get(junction.id);
    return {
      id: nodeId(junction.id),
      properties: { kind: 'junction', elevation_m: round(junction.elevation - 3, 1), ...(asset ? { asset } : {}) },
      geometry: pointOf(junction.point),
    };
  });
  return { assets, nodes };
}

function addGauges(plan: CityPlan, assets: Assets, owner: (p: Point) => string): void {
  const random = seededRandom('drainage-gauges');
  const low = plan.graph.junctions.filter((j) => shore(j.point) < 120);
  for (const junction of spaced(low, (j) => j.point, 420, 28, random)) {
    const middle = RIVER.toSorted((a, b) => distance(a, junction.point) - distance(b, junction.point))[0]!;
    const out = halfWidth(middle[0]) + 8;
    const d = distance(middle, junction.point);
    const at: Point = [
      middle[0] + ((junction.point[0] - middle[0]) / d) * out,
      middle[1] + ((junction.point[1] - middle[1]) / d) * out,
    ];
    const name = nameOfJunction(plan, junction);
    assets.point('DO', 'outfall', { zh: `${name.zh}排水口`, en: `Outfall, ${name.en}` }, owner(at), at, {
      catchment: quarterAt(plan, at),
    });
  }
  for (const junction of spaced(low, (j) => j.point, 900, 10, random)) {
    const at: Point = [junction.point[0] + 22, junction.point[1] + 14];
    const name = nameOfJunction(plan, junction);
    assets.point(
      'DP',
      'pumping-station',
      { zh: `${name.zh}排水泵站`, en: `Drainage pumping station, ${name.en}` },
      owner(at),
      at,
      { catchment: quarterAt(plan, at) },
    );
  }
  for (const junction of spaced(plan.graph.junctions, (j) => j.point, 900, 26, random)) {
    const at: Point = [junction.point[0] + 15, junction.point[1] - 15];
    const name = nameOfJunction(plan, junction);
    assets.point('DR', 'rain-gauge', { zh: `${name.zh}雨量站`, en: `Rain gauge, ${name.en}` }, owner(at), at, {
      elevation_m: round(elevation(at), 1),
      catchment: quarterAt(plan, at),
    });
  }
  for (const spot of spotsAlong(plan, {
    seed: 'ponding',
    count: 150,
    fromKerb: -1,
    where: (s) => s.rank !== 'residential',
    weight: (p) => (shore(p) < 350 ? 2 : 0.8),
  })) {
    assets.point('DW', 'ponding-gauge', numbered(spot, '积水监测点', 'Ponding gauge'), owner(spot.point), spot.point, {
      catchment: quarterAt(plan, spot.point),
    });
  }
}

/** One compartment every hundred metres under Stone Gate Avenue north of the river and South Ridge Avenue south of it. */
function addUtilityTunnel(assets: Assets, owner: (p: Point) => string): void {
  const reach: [key: string, inside: (p: Point) => boolean][] = [
    ['stone-gate', (p) => p[1] > 3950 && p[1] < 5500],
    ['south-avenue', (p) => p[0] > 2100 && p[0] < 6500],
  ];
  for (const [key, inside] of reach) {
    const road = MAIN_ROADS.find((candidate) => candidate.key === key)!;
    const line = road.line.filter(inside);
    const total = lineLength(line);
    const count = Math.round(total / 95);
    for (let k = 0; k < count; k++) {
      const part = slice(line, (k * total) / count, ((k + 1) * total) / count);
      const name = { zh: `${road.zh}综合管廊${k + 1}段`, en: `Utility tunnel, ${road.en}, section ${k + 1}` };
      assets.line('DU', 'utility-tunnel', name, owner(along(part, 10).point), part, {
        length_m: round(total / count, 1),
      });
    }
  }
}
