/** Communications: exchanges, ducts on the right side of the streets, cabinets at the kerb, base stations on roofs. */

import { ROAD_HALF_WIDTH } from './buildings.ts';
import { Assets } from './features.ts';
import { centrality } from './land.ts';
import { besideRoad, type CityPlan, nameOfStretch } from './plan.ts';
import { distance, type Point } from './plane.ts';
import { seededRandom } from './random.ts';
import { companyAt, numbered, spaced, spotsAlong } from './spots.ts';

const EXCHANGES: readonly { zh: string; en: string; at: Point }[] = [
  { zh: '石门通信枢纽', en: 'Stone Gate Exchange', at: [3080, 4700] },
  { zh: '下半城通信机房', en: 'Lower Terrace Exchange', at: [3180, 3120] },
  { zh: '南坪通信机房', en: 'South Market Exchange', at: [4860, 1560] },
  { zh: '凤栖通信机房', en: 'Phoenix Rest Exchange', at: [5560, 3300] },
];

/** What a place hangs on: the nearest one. */
const nearestOf = (list: readonly { at: Point; id: string }[], p: Point): string =>
  list.reduce((best, item) => (distance(item.at, p) < distance(best.at, p) ? item : best)).id;

export function buildTelecom(plan: CityPlan): Assets {
  const assets = new Assets();
  const random = seededRandom('telecom');
  const owner = (p: Point) => companyAt(plan, 'telecom', p);
  const exchanges = EXCHANGES.map((exchange) => ({
    at: exchange.at,
    id: assets.point('TE', 'exchange', exchange, owner(exchange.at), exchange.at, {}),
  }));
  const nodes = spotsAlong(plan, {
    seed: 'aggregation',
    count: 36,
    fromKerb: 5,
    weight: (p) => 0.5 + centrality(p),
  }).map((spot) => ({
    at: spot.point,
    id: assets.point(
      'TA',
      'aggregation-node',
      numbered(spot, '汇聚机房', 'Aggregation node'),
      owner(spot.point),
      spot.point,
      { node: nearestOf(exchanges, spot.point) },
    ),
  }));
  for (const stretch of plan.graph.stretches) {
    if (stretch.rank === 'residential' || stretch.kind === 'tunnel') continue;
    if (stretch.rank === 'secondary' && stretch.id % 3 !== 0) continue;
    const name = nameOfStretch(plan, stretch);
    const line = besideRoad(stretch, -(ROAD_HALF_WIDTH[stretch.kind]! - 2));
    assets.line('TD', 'duct', { zh: `${name.zh}通信管道`, en: `Telecom duct, ${name.en}` }, owner(line[0]!), line, {
      ways: [6, 9, 12][stretch.id % 3],
      length_m: Math.round(stretch.length),
    });
  }
  const weight = (p: Point) => 0.5 + 1.2 * centrality(p);
  for (const spot of spotsAlong(plan, { seed: 'cabinets', count: 600, fromKerb: 1.8, weight })) {
    assets.point('TC', 'street-cabinet', numbered(spot, '光交箱', 'Street cabinet'), owner(spot.point), spot.point, {
      node: nearestOf(nodes, spot.point),
    });
  }
  const roofs = plan.houses.filter((house) => house.levels >= 7);
  for (const house of spaced(roofs, (h) => h.centre, 240, 240, random)) {
    const street = plan.streets[plan.graph.stretches[house.stretch]!.street]!.name;
    const name = { zh: `${street.zh}${house.number}号基站`, en: `Base station, ${house.number} ${street.en}` };
    assets.point('TB', 'base-station', name, owner(house.centre), house.centre, {
      node: nearestOf(nodes, house.centre),
      height_m: house.levels * 3,
    });
  }
  return assets;
}
