/** Who answers for what: centres, departments, companies with their crews, and a grid party for every community. */
import { stringify } from 'yaml';
import { type CityPlan, communityId, districtId, streetAreaId } from './plan.ts';
import { type Point, toPosition } from './plane.ts';
import type { Name } from './words.ts';

interface PartyYaml {
  id: string;
  name: Name;
  kind: string;
  level: string;
  parent?: string;
  roles: string[];
  areas?: string[];
  base?: readonly number[];
  phone?: string;
}

const NORTH = ['district-1', 'district-2'];
const SOUTH = ['district-3'];

interface Company {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly role: string;
  readonly kind: 'enterprise' | 'department';
  readonly crews: number;
}

/** Companies with one house north and one south of the river; each has crews with a base. */
const COMPANIES: readonly Company[] = [
  { id: 'waterworks', zh: '自来水公司', en: 'Waterworks', role: 'waterworks', kind: 'enterprise', crews: 3 },
  { id: 'power', zh: '供电公司', en: 'Power Company', role: 'power-company', kind: 'enterprise', crews: 3 },
  { id: 'gas', zh: '燃气公司', en: 'Gas Company', role: 'gas-company', kind: 'enterprise', crews: 2 },
  { id: 'telecom', zh: '通信公司', en: 'Telecom Company', role: 'telecom', kind: 'enterprise', crews: 2 },
  { id: 'drainage', zh: '排水管理处', en: 'Drainage Office', role: 'drainage', kind: 'department', crews: 2 },
];
/** Departments with one house per district. */
const DEPARTMENTS: readonly Company[] = [
  {
    id: 'traffic-police',
    zh: '交巡警大队',
    en: 'Traffic Police',
    role: 'traffic-police',
    kind: 'department',
    crews: 2,
  },
  { id: 'fire-brigade', zh: '消防救援大队', en: 'Fire Brigade', role: 'fire-brigade', kind: 'department', crews: 2 },
  {
    id: 'city-appearance',
    zh: '城市管理局',
    en: 'City Appearance Bureau',
    role: 'city-appearance',
    kind: 'department',
    crews: 2,
  },
  { id: 'parks', zh: '园林管理所', en: 'Parks Office', role: 'parks', kind: 'department', crews: 1 },
  { id: 'housing', zh: '住房建设局', en: 'Housing Bureau', role: 'housing', kind: 'department', crews: 1 },
];
const WHOLE_CITY: readonly Company[] = [
  { id: 'bridge-office', zh: '桥梁管理处', en: 'Bridge Office', role: 'bridge-office', kind: 'department', crews: 2 },
  { id: 'tunnel-office', zh: '隧道管理处', en: 'Tunnel Office', role: 'tunnel-office', kind: 'department', crews: 2 },
  { id: 'metro-company', zh: '轨道交通公司', en: 'Metro Company', role: 'metro', kind: 'enterprise', crews: 2 },
  {
    id: 'emergency-office',
    zh: '应急管理局',
    en: 'Emergency Office',
    role: 'emergency-office',
    kind: 'department',
    crews: 0,
  },
  { id: 'road-office', zh: '道路管理处', en: 'Road Office', role: 'road-office', kind: 'department', crews: 2 },
  { id: 'swift-bike', zh: '迅骑单车', en: 'Swift Bike', role: 'bike-operator', kind: 'enterprise', crews: 2 },
  { id: 'meadow-bike', zh: '青禾单车', en: 'Meadow Bike', role: 'bike-operator', kind: 'enterprise', crews: 2 },
  { id: 'lantern-bike', zh: '灯笼单车', en: 'Lantern Bike', role: 'bike-operator', kind: 'enterprise', crews: 2 },
];

const BASES: Readonly<Record<string, readonly Point[]>> = {
  north: [
    [1500, 4700],
    [4700, 4750],
    [3000, 4200],
    [5900, 3200],
  ],
  south: [
    [3200, 2050],
    [4700, 1150],
    [1000, 1700],
    [6000, 1550],
  ],
  'district-1': [
    [1600, 3900],
    [2300, 4900],
    [800, 3500],
  ],
  'district-2': [
    [4300, 4500],
    [5700, 3200],
    [6200, 4700],
  ],
  'district-3': [
    [3300, 2150],
    [5100, 1250],
    [1900, 1800],
  ],
};

let phoneNumber = 1000;
const nextPhone = (): string => `000-5550-${String(++phoneNumber)}`;

function company(
  item: Company,
  suffix: string,
  label: Name,
  level: string,
  areas: string[] | undefined,
  spread: number,
  parent?: string,
): PartyYaml[] {
  const id = suffix === '' ? item.id : `${item.id}-${suffix}`;
  const places = BASES[suffix === '' ? 'north' : suffix.startsWith('district') ? suffix : suffix]!;
  const name = { zh: `${label.zh}${item.zh}`, en: label.en === '' ? item.en : `${item.en} ${label.en}` };
  const place = (k: number): Point => {
    const base = places[k % places.length]!;
    return [base[0] + ((spread * 97 + k * 41) % 240) - 120, base[1] + ((spread * 61 + k * 83) % 200) - 100];
  };
  const main: PartyYaml = {
    id,
    name,
    kind: item.kind,
    level,
    ...(parent ? { parent } : {}),
    roles: [item.role],
    ...(areas ? { areas } : {}),
    base: toPosition(place(0)),
    phone: nextPhone(),
  };
  const crews = Array.from(
    { length: item.crews },
    (_, k): PartyYaml => ({
      id: `${id}-crew-${k + 1}`,
      name: { zh: `${name.zh}抢修${k + 1}队`, en: `${name.en}, crew ${k + 1}` },
      kind: 'crew',
      level,
      parent: id,
      roles: [`${item.role}-crew`],
      ...(areas ? { areas } : {}),
      base: toPosition(place(k + 1)),
      phone: nextPhone(),
    }),
  );
  return [main, ...crews];
}

export function partiesYaml(plan: CityPlan): string {
  phoneNumber = 1000;
  const parties: PartyYaml[] = [
    {
      id: 'city-centre',
      name: { zh: '山城城市运行和治理中心', en: 'Mountain City Operations Centre' },
      kind: 'centre',
      level: 'city',
      roles: ['city-centre'],
      base: toPosition([3250, 4720]),
      phone: nextPhone(),
    },
  ];
  plan.districtNames.forEach((name, i) => {
    parties.push({
      id: `${districtId(i)}-centre`,
      name: { zh: `${name.zh}治理中心`, en: `${name.en} Centre` },
      kind: 'centre',
      level: 'district',
      parent: 'city-centre',
      roles: ['district-centre'],
      areas: [districtId(i)],
      base: toPosition(BASES[districtId(i)]![0]!),
      phone: nextPhone(),
    });
  });
  COMPANIES.forEach((item, n) => {
    parties.push({
      id: item.id,
      name: { zh: `山城${item.zh}`, en: `Mountain City ${item.en}` },
      kind: item.kind,
      level: 'city',
      roles: [item.role],
      phone: nextPhone(),
    });
    parties.push(...company(item, 'north', { zh: '北岸', en: 'North' }, 'district', NORTH, n, item.id));
    parties.push(...company(item, 'south', { zh: '南岸', en: 'South' }, 'district', SOUTH, n, item.id));
  });
  DEPARTMENTS.forEach((item, n) => {
    plan.districtNames.forEach((name, i) => {
      parties.push(
        ...company(item, districtId(i), { zh: name.zh, en: `of ${name.en}` }, 'district', [districtId(i)], n + 7),
      );
    });
  });
  WHOLE_CITY.forEach((item, n) => {
    parties.push(...company(item, '', { zh: '山城', en: '' }, 'city', undefined, n + 13));
  });
  parties.push(...gridParties(plan));
  const header = '# yaml-language-server: $schema=../schemas/parties.json\n# Generated by tools/city/generate.ts.\n';
  return header + stringify({ parties }, { lineWidth: 0, collectionStyle: 'any' });
}

function gridParties(plan: CityPlan): PartyYaml[] {
  const found: PartyYaml[] = [];
  plan.streetAreaNames.forEach((name, i) => {
    const inside = plan.mesh.quads.find((quad) => quad.street === i)!;
    found.push({
      id: `${streetAreaId(i)}-grid`,
      name: { zh: `${name.zh}网格中心`, en: `${name.en} Grid Centre` },
      kind: 'grid',
      level: 'street',
      parent: `${districtId(inside.district)}-centre`,
      roles: ['street-grid'],
      areas: [streetAreaId(i)],
      phone: nextPhone(),
    });
  });
  plan.communityNames.forEach((name, i) => {
    const own = plan.mesh.quads.filter((quad) => quad.community === i);
    const middle = own[Math.floor(own.length / 2)]!;
    found.push({
      id: `${communityId(i)}-grid`,
      name: { zh: `${name.zh}网格队`, en: `${name.en} Grid Team` },
      kind: 'grid',
      level: 'community',
      parent: `${streetAreaId(middle.street)}-grid`,
      roles: ['grid-worker'],
      areas: [communityId(i)],
      base: toPosition(middle.centre),
      phone: nextPhone(),
    });
  });
  return found;
}
