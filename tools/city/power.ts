/** Electricity: substations, cables along the left side of the streets, transformers by the houses, pillars at the kerb. */

import { ROAD_HALF_WIDTH } from './buildings.ts';
import { Assets } from './features.ts';
import { centrality } from './land.ts';
import { besideRoad, type CityPlan, nameOfStretch } from './plan.ts';
import { distance, type Point } from './plane.ts';
import { companyAt, numbered, spotsAlong } from './spots.ts';

export const SUBSTATIONS: readonly { zh: string; en: string; at: Point }[] = [
  { zh: '北岭变电站', en: 'North Ridge Substation', at: [1700, 5360] },
  { zh: '石门变电站', en: 'Stone Gate Substation', at: [2560, 4560] },
  { zh: '翠屏变电站', en: 'Green Screen Substation', at: [4860, 4960] },
  { zh: '凤栖变电站', en: 'Phoenix Rest Substation', at: [5760, 3140] },
  { zh: '亭子山变电站', en: 'Pavilion Hill Substation', at: [3260, 1760] },
  { zh: '老鹰岩变电站', en: 'Eagle Rock Substation', at: [740, 900] },
  { zh: '南坪变电站', en: 'South Market Substation', at: [5320, 900] },
  { zh: '渡口变电站', en: 'Old Ferry Substation', at: [700, 3750] },
];

export const substationNear = (p: Point): number =>
  SUBSTATIONS.map((s, i) => ({ i, d: distance(s.at, p) })).sort((a, b) => a.d - b.d)[0]!.i;

/** Outgoing feeders of a substation; each serves one sector of the streets around it. */
const FEEDERS = 7;

function buildFeeders(
  assets: Assets,
  station: (typeof SUBSTATIONS)[number],
  substation: string,
  owner: string,
): string[] {
  return Array.from({ length: FEEDERS }, (_, k) => {
    const angle = ((k + 0.5) / FEEDERS) * 2 * Math.PI - Math.PI;
    const at: Point = [station.at[0] + 16 * Math.cos(angle), station.at[1] + 16 * Math.sin(angle)];
    const name = { zh: `${station.zh}${k + 1}号出线`, en: `Feeder ${k + 1}, ${station.en}` };
    return assets.point('PF', 'feeder', name, owner, at, { substation, voltage_kv: 10 });
  });
}

export function buildPower(plan: CityPlan): Assets {
  const assets = new Assets();
  const owner = (p: Point) => companyAt(plan, 'power', p);
  const stations = SUBSTATIONS.map((s) =>
    assets.point('PS', 'substation', s, owner(s.at), s.at, { voltage_kv: 110, capacity_mva: 100 }),
  );
  const feeders = SUBSTATIONS.map((station, i) => buildFeeders(assets, station, stations[i]!, owner(station.at)));
  const fedFrom = (p: Point) => {
    const i = substationNear(p);
    const angle = Math.atan2(p[1] - SUBSTATIONS[i]!.at[1], p[0] - SUBSTATIONS[i]!.at[0]);
    return {
      substation: stations[i]!,
      feeder: feeders[i]![Math.floor(((angle + Math.PI) / (2 * Math.PI)) * FEEDERS) % FEEDERS]!,
    };
  };
  for (const stretch of plan.graph.stretches) {
    if (stretch.rank === 'residential' || stretch.kind === 'tunnel') continue;
    const line = besideRoad(stretch, ROAD_HALF_WIDTH[stretch.kind]! - 2);
    const middle = line[Math.floor(line.length / 2)]!;
    if (stretch.rank === 'secondary' && stretch.id % 2 === 1) continue;
    const name = nameOfStretch(plan, stretch);
    assets.line('PC', 'cable', { zh: `${name.zh}10千伏电缆`, en: `10 kV cable, ${name.en}` }, owner(middle), line, {
      voltage_kv: 10,
      length_m: Math.round(stretch.length),
      ...fedFrom(middle),
    });
  }
  const weight = (p: Point) => 0.6 + centrality(p);
  for (const spot of spotsAlong(plan, { seed: 'transformers', count: 640, fromKerb: 3, weight })) {
    const kva = [400, 630, 800, 1000][spot.number % 4]!;
    const rated = Math.round((kva * 1000) / (Math.sqrt(3) * 400));
    assets.point('PT', 'transformer', numbered(spot, '箱式变电站', 'Transformer'), owner(spot.point), spot.point, {
      rated_kva: kva,
      normal: { current: [0, Math.round(rated * 0.85)], power: [0, Math.round(kva * 0.8)] },
      ...fedFrom(spot.point),
    });
  }
  for (const spot of spotsAlong(plan, { seed: 'pillars', count: 600, fromKerb: 1.6, weight })) {
    assets.point(
      'PP',
      'feeder-pillar',
      numbered(spot, '电缆分支箱', 'Feeder pillar'),
      owner(spot.point),
      spot.point,
      fedFrom(spot.point),
    );
  }
  return assets;
}
