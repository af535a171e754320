/** A city of two streets with three pressure loggers on a main: small enough to know by heart, whole enough for every room. */
import type { Area, Asset, CityPack } from '#kernel/city.ts';
import type { Polygon, Position } from '#kernel/geo.ts';
import { NO_REPORTING } from '#kernel/reporting.ts';
import { BURST, CALENDAR, LOW_PRESSURE, metresEast, PARTIES, PLACE, SMALL_BORE } from '#tests/casework/small-city.ts';
import { PRESSURE } from '#tests/detection/watched.ts';

const named = (en: string, zh: string) => ({ en, zh });

/** A square of 400 m around a place. */
function square([lon, lat]: Position, metres = 400): Polygon {
  const [dLon, dLat] = [metres / 2 / 96_600, metres / 2 / 111_195];
  return [
    [
      [lon - dLon, lat - dLat],
      [lon + dLon, lat - dLat],
      [lon + dLon, lat + dLat],
      [lon - dLon, lat + dLat],
      [lon - dLon, lat - dLat],
    ],
  ];
}

const area = (id: string, level: Area['level'], parent: string | undefined, at: Position, metres = 400): Area => ({
  id,
  level,
  name: named(id, id),
  parent,
  polygon: square(at, metres),
  residents: level === 'cell' ? 120 : undefined,
  worker: level === 'cell' ? { party: 'grid-0412', name: 'Lin An' } : undefined,
});

export const EAST = metresEast(2_000);

const logger = (n: number, place: Position): Asset => ({
  id: `W-LOG-${n}`,
  domain: 'water',
  assetClass: 'pressure-logger',
  name: named(`Lower Terrace ${n}`, `下阶台${n}号测点`),
  owner: 'waterworks',
  geometry: { type: 'Point', coordinates: place },
  place,
  cell: 'cell-1',
  properties: { bore_mm: 300 },
});

const MAIN: Asset = {
  ...logger(9, metresEast(100)),
  id: 'W-MAIN-12',
  assetClass: 'main',
  name: named('Main 12', '12号主管'),
  geometry: { type: 'LineString', coordinates: [PLACE, metresEast(200)] },
};

export const PRESSURE_RULE = {
  ...PRESSURE,
  limits: [
    { grade: 'yellow' as const, belowRatioOfNormal: 0.8, forSeconds: 0, clearForSeconds: 60, opens: LOW_PRESSURE.code },
    { grade: 'red' as const, below: 138, forSeconds: 0, clearForSeconds: 60, opens: LOW_PRESSURE.code },
  ],
};

const ELSEWHERE = ['ferry-street', 'waterworks-east'];

export const PACK: CityPack = {
  id: 'small-city',
  directory: '.',
  name: named('Small City', '小城'),
  fictional: true,
  timeZone: 'Asia/Shanghai',
  languages: ['zh', 'en'],
  defaultLanguage: 'zh',
  referencePrefix: 'SC',
  center: PLACE,
  bounds: [106.5, 29.5, 106.6, 29.6],
  domains: [
    {
      id: 'water',
      name: named('Water', '供水'),
      colour: '#2a78d6',
      icon: 'droplet',
      classes: [
        {
          id: 'pressure-logger',
          domain: 'water',
          name: named('Pressure logger', '压力测点'),
          geometry: 'point',
          indicators: [PRESSURE_RULE],
        },
        { id: 'main', domain: 'water', name: named('Main', '主管'), geometry: 'line', indicators: [] },
      ],
      settings: {},
    },
  ],
  areas: [
    area('D1', 'district', undefined, PLACE, 9_000),
    area('S1', 'street', 'D1', PLACE, 1_000),
    area('S2', 'street', 'D1', EAST, 1_000),
    area('C1', 'community', 'S1', PLACE, 800),
    area('C2', 'community', 'S2', EAST, 800),
    area('cell-1', 'cell', 'C1', PLACE),
    area('cell-2', 'cell', 'C2', EAST),
  ],
  roads: [
    {
      id: 'r1',
      name: named('Ferry Steps Road', '渡口坡路'),
      kind: 'primary',
      line: [metresEast(-300), metresEast(300)],
    },
  ],
  buildings: [],
  ground: [],
  assets: [logger(1, metresEast(20)), logger(2, metresEast(1_990)), logger(3, metresEast(60)), MAIN],
  networks: new Map(),
  // Two that could handle water too, but answer for another part of the city.
  parties: PARTIES.map((party) => (ELSEWHERE.includes(party.id) ? { ...party, areas: ['S2'] } : party)),
  calendars: [CALENDAR],
  defaultCalendar: 'office',
  caseClasses: [BURST, LOW_PRESSURE],
  plans: [SMALL_BORE],
  reporting: NO_REPORTING,
  sections: new Map(),
  accounts: [{ name: 'lin', displayName: '林调度', roles: ['dispatcher'], party: 'centre', areas: [] }],
};
