/** Gas: medium-pressure mains beside the water, regulators by the houses, methane detectors where gas could gather. */
import { Assets, type Feature, pointOf, round } from './features.ts';
import { centrality, elevation } from './land.ts';
import { besideRoad, type CityPlan, nameOfJunction, nameOfStretch } from './plan.ts';
import type { Point } from './plane.ts';
import { seededRandom } from './random.ts';
import { companyAt, numbered, quarterAt, spaced, spotsAlong } from './spots.ts';

const GATE_STATIONS: readonly { zh: string; en: string; at: Point }[] = [
  { zh: '北环天然气门站', en: 'North Ring Gate Station', at: [600, 5020] },
  { zh: '南岭天然气门站', en: 'South Ridge Gate Station', at: [6420, 1040] },
];

const BORE: Readonly<Record<string, number>> = { trunk: 400, primary: 300, secondary: 200, residential: 110 };

export function buildGas(plan: CityPlan): { assets: Assets; nodes: Feature[] } {
  const assets = new Assets();
  const random = seededRandom('gas');
  const owner = (p: Point) => companyAt(plan, 'gas', p);
  for (const station of GATE_STATIONS) assets.point('GG', 'gate-station', station, owner(station.at), station.at, {});
  const used = new Set<number>();
  for (const stretch of plan.graph.stretches) {
    if (
      stretch.kind === 'tunnel' ||
      (stretch.rank === 'residential' && !random.chance(0.07)) ||
      (stretch.rank === 'secondary' && random.chance(0.35))
    )
      continue;
    const line = besideRoad(stretch, -3.4);
    const name = nameOfStretch(plan, stretch);
    const bore = BORE[stretch.rank]!;
    used.add(stretch.from).add(stretch.to);
    assets.line('GM', 'gas-main', { zh: `${name.zh}中压燃气管`, en: `Gas main, ${name.en}` }, owner(line[0]!), line, {
      from: nodeId(stretch.from),
      to: nodeId(stretch.to),
      bore_mm: bore,
      length_m: round(stretch.length, 1),
      material: bore >= 300 ? 'steel' : 'pe',
      pressure_class: 'medium-a',
    });
  }
  const junctions = [...used].sort((a, b) => a - b).map((id) => plan.graph.junctions[id]!);
  const valveAt = new Map<number, string>();
  for (const junction of spaced(junctions, (j) => j.point, 200, 240, random)) {
    const name = nameOfJunction(plan, junction);
    const at: Point = [junction.point[0] + 4, junction.point[1] - 4];
    valveAt.set(
      junction.id,
      assets.point(
        'GV',
        'gas-valve',
        { zh: `${name.zh}燃气阀井`, en: `Gas valve chamber, ${name.en}` },
        owner(at),
        at,
        { node: nodeId(junction.id), zone: `gas-${quarterAt(plan, at)}` },
      ),
    );
  }
  const weight = (p: Point) => 0.6 + centrality(p);
  for (const spot of spotsAlong(plan, { seed: 'regulators', count: 120, fromKerb: 4, weight })) {
    assets.point('GR', 'regulator', numbered(spot, '调压箱', 'Gas regulator'), owner(spot.point), spot.point, {
      zone: `gas-${quarterAt(plan, spot.point)}`,
    });
  }
  for (const spot of spotsAlong(plan, { seed: 'methane', count: 720, fromKerb: -3, weight, side: -1 })) {
    const place = spot.number % 3 === 0 ? 'sidewalk' : 'confined';
    assets.point(
      'GD',
      'methane-detector',
      numbered(spot, '可燃气体监测点', 'Methane detector'),
      owner(spot.point),
      spot.point,
      { space: place, zone: `gas-${quarterAt(plan, spot.point)}` },
    );
  }
  const nodes = junctions.map((junction): Feature => {
    const valve = valveAt.get(junction.id);
    return {
      id: nodeId(junction.id),
      properties: {
        kind: valve ? 'valve' : 'junction',
        elevation_m: round(elevation(junction.point), 1),
        ...(valve ? { asset: valve } : {}),
      },
      geometry: pointOf(junction.point),
    };
  });
  return { assets, nodes };
}

const nodeId = (junction: number): string => `gn-${String(junction).padStart(4, '0')}`;
