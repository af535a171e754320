/** What watches the water: loggers, meters, quality stations, hydrants, meters in houses. Normal ranges come from the simulated day. */
import { houseId } from './city-files.ts';
import { type Feature, round } from './features.ts';
import type { DayOfWater } from './hydraulics.ts';
import { type CityPlan, nameOfJunction } from './plan.ts';
import { along, distance, type Point } from './plane.ts';
import { seededRandom } from './random.ts';
import { spaced } from './spots.ts';
import type { Waterworks } from './water.ts';
import type { Name } from './words.ts';

type WaterNode = Waterworks['nodes'] extends ReadonlyMap<string, infer N> ? N : never;

/** Junctions of the distribution zones, with the name people would give the place. */
function placesOf(works: Waterworks, plan: CityPlan): { node: WaterNode; name: Name }[] {
  const byPlace = new Map(
    plan.graph.junctions.map((junction) => [`${junction.point[0]},${junction.point[1]}`, junction]),
  );
  return [...works.nodes.values()].flatMap((node) => {
    const junction = byPlace.get(`${node.point[0]},${node.point[1]}`);
    return node.kind === 'junction' && junction ? [{ node, name: nameOfJunction(plan, junction) }] : [];
  });
}

const beside = ([x, y]: Point, dx: number, dy: number): Point => [x + dx, y + dy];

export function addInstruments(works: Waterworks, plan: CityPlan): void {
  const random = seededRandom('water-instruments');
  const places = placesOf(works, plan);
  const at = ({ node }: { node: WaterNode }) => node.point;
  for (const { node, name } of spaced(places, at, 185, 290, random)) {
    const id = works.assets.point(
      'WL',
      'pressure-logger',
      { zh: `${name.zh}测压点`, en: `Pressure logger, ${name.en}` },
      works.owner(node.point),
      beside(node.point, 3, 3),
      { node: node.id, zone: node.zone },
    );
    node.asset ??= id;
  }
  for (const { node, name } of spaced(places, at, 170, 320, random)) {
    works.assets.point(
      'WH',
      'hydrant',
      { zh: `${name.zh}消火栓`, en: `Hydrant, ${name.en}` },
      works.owner(node.point),
      beside(node.point, -7, 7),
      { node: node.id, bore_mm: 150 },
    );
  }
  for (const { node, name } of spaced(places, at, 900, 22, random)) {
    works.assets.point(
      'WQ',
      'quality-station',
      { zh: `${name.zh}水质监测站`, en: `Water quality station, ${name.en}` },
      works.owner(node.point),
      beside(node.point, 8, -6),
      { node: node.id },
    );
  }
  addMeters(works, random);
  addHouseMeters(works, plan, places, random);
}

function addMeters(works: Waterworks, random: ReturnType<typeof seededRandom>): void {
  const large = works.laid.filter(
    (main) => main.boreMm >= 400 && main.line.length > 1 && distance(main.line[0]!, main.line.at(-1)!) > 60,
  );
  for (const main of spaced(large, (m) => m.line[0]!, 260, 64, random)) {
    const { point } = along(main.line, 20);
    works.assets.point(
      'WF',
      'flow-meter',
      { zh: `${main.name.zh}流量计`, en: `Flow meter, ${main.name.en}` },
      works.owner(point),
      point,
      { link: main.id, bore_mm: main.boreMm },
    );
  }
  const inlets = new Set(
    works.assets.features.filter((f) => f.properties.class === 'pressure-reducing-valve').map((f) => f.properties.to),
  );
  const outlets = new Set([...works.nodes.values()].filter((node) => node.kind === 'tank').map((node) => node.id));
  for (const main of works.laid) {
    if (!inlets.has(main.from) && !outlets.has(main.from)) continue;
    const { point } = along(main.line, 12);
    const name = { zh: `${main.name.zh}分区计量表`, en: `District meter, ${main.name.en}` };
    works.assets.point('WD', 'district-meter', name, works.owner(point), point, {
      link: main.id,
      node: main.to,
      zone: main.zone,
      bore_mm: main.boreMm,
    });
  }
}

function addHouseMeters(
  works: Waterworks,
  plan: CityPlan,
  places: readonly { node: WaterNode }[],
  random: ReturnType<typeof seededRandom>,
): void {
  const homes = plan.houses
    .map((house, index) => ({ house, index }))
    .filter(({ house }) => house.use === 'residential' && house.residents > 20);
  for (const { house, index } of spaced(homes, ({ house }) => house.centre, 120, 240, random)) {
    let nearest = places[0]!.node;
    for (const { node } of places)
      if (distance(node.point, house.centre) < distance(nearest.point, house.centre)) nearest = node;
    const street = plan.streets[plan.graph.stretches[house.stretch]!.street]!.name;
    const name = { zh: `${street.zh}${house.number}号楼栋水表`, en: `Building meter, ${house.number} ${street.en}` };
    works.assets.point('WB', 'building-meter', name, works.owner(house.centre), house.centre, {
      node: nearest.id,
      building: houseId(index),
      residents: house.residents,
    });
  }
}

const roundTo = (value: number, step: number, way: (n: number) => number): number => round(way(value / step) * step, 3);
/** The simulated day with a margin for days that are not average, on round figures. */
const range = ([low, high]: readonly [number, number], margin: number, step: number): [number, number] => {
  const slack = Math.max(Math.abs(low), Math.abs(high)) * margin;
  return [roundTo(low - slack, step, Math.floor), roundTo(high + slack, step, Math.ceil)];
};

/** Writes `normal` into every instrument that the simulation knows. */
export function setNormals(features: readonly Feature[], day: DayOfWater): void {
  for (const { id, properties } of features) {
    const pressure = (key: string) => day.pressure.get(String(properties[key]));
    const flow = day.flow.get(String(properties.link ?? id));
    const normal: Record<string, [number, number]> = {};
    const assetClass = properties.class;
    if (assetClass === 'pressure-logger') normal.pressure = range(pressure('node')!, 0.055, 5);
    if (assetClass === 'district-meter') normal.pressure = range(pressure('node')!, 0.055, 5);
    if ((assetClass === 'flow-meter' || assetClass === 'district-meter') && flow) normal.flow = range(flow, 0.15, 1);
    if (assetClass === 'pressure-reducing-valve') {
      normal['inlet-pressure'] = range(pressure('from')!, 0.055, 5);
      normal['outlet-pressure'] = range(pressure('to')!, 0.055, 5);
    }
    if (assetClass === 'pump') {
      normal['outlet-pressure'] = range(pressure('to')!, 0.06, 10);
      normal.flow = [0, Math.ceil(flow![1] * 1.15)];
    }
    if (Object.keys(normal).length > 0) properties.normal = normal;
  }
}
