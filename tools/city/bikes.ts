/** Where bikes may stand: painted bays at the kerb, many near the metro; and where they may not, or not so many. */

import type { CityPlan } from './plan.ts';
import { along, distance, type Point, toPosition } from './plane.ts';
import { buildRail } from './rail.ts';
import { seededRandom } from './random.ts';
import { type Spot, spotsAlong } from './spots.ts';
import type { Name } from './words.ts';

const BAYS = 420;
/** A bike stands slantwise and takes this much of the kerb. */
const KERB_METRES_PER_BIKE = 0.6;
const BAY_DEPTH_METRES = 1.8;
const EXIT_METRES = 10;
const STATION_SQUARE_METRES = 130;

interface Station {
  readonly id: string;
  readonly name: Name;
  readonly at: Point;
}

/** The stations, in metres: their features carry positions, so the way back is taken here. */
function stationsOf(plan: CityPlan): Station[] {
  const corner = toPosition([0, 0]);
  const far = toPosition([1_000, 1_000]);
  const { features } = buildRail();
  return features
    .filter(({ properties }) => properties.class === 'station')
    .map(({ id, properties, geometry }) => {
      const [lon, lat] = (geometry as GeoJSON.Point).coordinates as [number, number];
      const at: Point = [
        ((lon - corner[0]) / (far[0] - corner[0])) * 1_000,
        ((lat - corner[1]) / (far[1] - corner[1])) * 1_000,
      ];
      return { id, name: { zh: String(properties.name_zh), en: String(properties.name_en) }, at };
    })
    .filter(({ at }) => plan.quadAt(at) !== undefined);
}

const ringOf = (points: readonly Point[]) => [...points, points[0]!].map(toPosition);

const rectangle = (middle: Point, [dx, dy]: Point, length: number, depth: number): Point[] => {
  const corner = (a: number, b: number): Point => [
    middle[0] + dx * a * length - dy * b * depth,
    middle[1] + dy * a * length + dx * b * depth,
  ];
  return [corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)];
};

const circle = ([x, y]: Point, radius: number): Point[] =>
  Array.from({ length: 16 }, (_, i) => {
    const angle = (i * Math.PI) / 8;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });

/** Direction of the street beside a spot. */
function directionAt({ point, stretch }: Spot): Point {
  let best = { metres: Infinity, direction: [1, 0] as Point };
  for (let metres = 0; metres <= stretch.length; metres += 10) {
    const here = along(stretch.line, metres);
    const apart = distance(here.point, point);
    if (apart < best.metres) best = { metres: apart, direction: here.direction };
  }
  return best.direction;
}

const feature = (ring: readonly (readonly number[])[], properties: Record<string, unknown>) => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Polygon', coordinates: [ring] },
});

const collection = (features: readonly object[]): string =>
  `{"type":"FeatureCollection","features":[\n${features.map((each) => JSON.stringify(each)).join(',\n')}\n]}\n`;

export function baysFile(plan: CityPlan): string {
  const random = seededRandom('bike bays');
  const stations = stationsOf(plan);
  const nearStation = (p: Point) => stations.some(({ at }) => distance(at, p) < 250);
  const spots = spotsAlong(plan, {
    seed: 'bike bays',
    count: BAYS,
    fromKerb: 1.2,
    weight: (p) => (nearStation(p) ? 5 : 1),
  });
  const bays = spots.map((spot, i) => {
    const busy = nearStation(spot.point);
    const capacity = busy ? random.integer(16, 36) : random.integer(8, 20);
    const length = capacity * KERB_METRES_PER_BIKE;
    return feature(ringOf(rectangle(spot.point, directionAt(spot), length, BAY_DEPTH_METRES)), {
      id: `B-${String(i + 1).padStart(4, '0')}`,
      name: { zh: `${spot.street.zh}${spot.number}号停放点`, en: `${spot.street.en}, bay ${spot.number}` },
      capacity,
      area_class: busy ? 'metro' : 'ordinary',
    });
  });
  return collection(bays);
}

export function bikeZonesFile(plan: CityPlan): string {
  const zones = stationsOf(plan).flatMap(({ id, name, at }) => [
    feature(ringOf(circle(at, EXIT_METRES)), {
      id: `exit-${id.toLowerCase()}`,
      kind: 'exit-buffer',
      name: { zh: `${name.zh}出入口`, en: `exits of ${name.en}` },
    }),
    feature(ringOf(circle(at, STATION_SQUARE_METRES)), {
      id: `square-${id.toLowerCase()}`,
      kind: 'quota',
      name: { zh: `${name.zh}周边`, en: `the surroundings of ${name.en}` },
      quotas: [
        { from: '00:00', to: '07:00', bikes: 120 },
        { from: '07:00', to: '10:00', bikes: 220 },
        { from: '10:00', to: '17:00', bikes: 160 },
        { from: '17:00', to: '20:00', bikes: 220 },
        { from: '20:00', to: '24:00', bikes: 140 },
      ],
    }),
  ]);
  const bridges = plan.graph.stretches
    .filter(({ kind, rank }) => kind === 'bridge' && rank !== 'residential')
    .map((stretch, i) => {
      const { point, direction } = along(stretch.line, stretch.length / 2);
      return feature(ringOf(rectangle(point, direction, stretch.length, 30)), {
        id: `bridge-${i + 1}`,
        kind: 'no-parking',
        name: { zh: `桥面${i + 1}`, en: `bridge deck ${i + 1}` },
      });
    });
  return collection([...zones, ...bridges]);
}
