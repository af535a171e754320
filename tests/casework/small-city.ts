/** A small city with a desk: rules that a test may bend, a clock that a test sets, and people to act. Everything else is real. */
import type { TestContext } from 'node:test';
import { type CaseworkDeps, type CaseworkRules, createCasework } from '#casework/casework.ts';
import type { CaseChange, CaseDetail, Casework, Impact } from '#casework/casework.types.ts';
import { assign } from '#dispatch/assign.ts';
import type { Actor, CaseAction, WorkOrderAction } from '#kernel/case.ts';
import type { Finding } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import type { CaseClass, Party, ResponsePlan, WorkingCalendar } from '#kernel/rules.ts';
import { type Instant, MINUTE, plusMinutes } from '#kernel/time.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

/** Sunday, 1 March 2026, 14:00 in the city. */
export const NOON: Instant = Date.parse('2026-03-01T06:00:00Z');
export const PLACE: Position = [106.55, 29.56];
export const PHOTO = 'a'.repeat(64);

/** A position so many metres east of the place of the trouble. */
export const metresEast = (metres: number, [lon, lat]: Position = PLACE): Position => [
  lon + metres / (111_195.08 * Math.cos((lat * Math.PI) / 180)),
  lat,
];

const named = (en: string, zh: string) => ({ zh, en });
const calendarClock = (minutes: number) => ({ basis: 'calendar' as const, minutes });

export const BURST: CaseClass = {
  code: 'water.main-burst',
  domain: 'water',
  name: named('Water-main burst', '供水主管爆管'),
  kind: 'event',
  grade: 'orange',
  level: 'district',
  handledBy: ['waterworks'],
  needsConfirmation: true,
  acknowledge: calendarClock(5),
  accept: calendarClock(10),
  handle: calendarClock(180),
  mergeWithinMetres: 500,
  mergeWithinMinutes: 30,
  mergesInto: [],
  verifyBy: 'either',
  normalForMinutes: 15,
  bounceLimit: 2,
};

export const LOW_PRESSURE: CaseClass = {
  ...BURST,
  code: 'water.low-pressure',
  name: named('Low water pressure', '供水压力偏低'),
  grade: 'yellow',
  acknowledge: calendarClock(30),
  mergesInto: [BURST.code],
};

/** A lamp is out: nobody has to confirm it, the street's crew mends it in working hours, a person looks at it afterwards. */
export const LAMP: CaseClass = {
  ...BURST,
  code: 'power.lamp-out',
  domain: 'power',
  name: named('Street lamp out', '路灯不亮'),
  kind: 'component',
  grade: 'blue',
  level: 'street',
  handledBy: ['street-office', 'power'],
  needsConfirmation: false,
  acknowledge: { basis: 'working', minutes: 60 },
  accept: { basis: 'working', minutes: 60 },
  handle: { basis: 'working', minutes: 240 },
  mergeWithinMetres: 50,
  mergeWithinMinutes: 60,
  verifyBy: 'person',
};

const task = (en: string, zh: string) => ({ zh, en });
const planned = (key: string, role: string, en: string, zh: string, acceptMinutes: number, finishMinutes: number) => ({
  key,
  role,
  lead: false,
  task: task(en, zh),
  accept: calendarClock(acceptMinutes),
  finish: calendarClock(finishMinutes),
  needsPhoto: false,
});

export const SMALL_BORE: ResponsePlan = {
  id: 'burst-below-500',
  caseClass: BURST.code,
  name: named('Burst main below 500 mm', '500毫米以下主管爆管处置'),
  when: { boreBelowMm: 500 },
  impactMetres: 300,
  proposesIsolation: true,
  orders: [
    {
      ...planned('repair', 'waterworks', 'Close the valves and repair the main', '关阀并抢修管道', 10, 180),
      lead: true,
      needsPhoto: true,
    },
    planned('traffic', 'traffic-police', 'Close the lane and divert traffic', '封闭车道并疏导交通', 5, 30),
    planned('power', 'power', 'Check cables near the burst', '检查爆管点附近电缆', 15, 60),
    planned('gas', 'gas-company', 'Check the gas main beside it', '检查相邻燃气管道', 15, 60),
    planned('telecom', 'telecom', 'Check ducts near the burst', '检查附近通信管井', 30, 120),
    planned('water', 'fire', 'Bring emergency water', '运送应急供水', 15, 60),
    planned('residents', 'grid-worker', 'Tell the residents', '通知受影响居民', 10, 30),
  ],
};

export const LARGE_BORE: ResponsePlan = {
  ...SMALL_BORE,
  id: 'burst-from-500',
  name: named('Burst main from 500 mm', '500毫米及以上主管爆管处置'),
  when: { boreAtLeastMm: 500 },
  orders: [
    ...SMALL_BORE.orders.slice(0, 2),
    planned('rescue', 'fire', 'Pump the flooded underpass', '排除下穿道积水', 10, 120),
  ],
};

const party = (id: string, level: Party['level'], roles: readonly string[], more: Partial<Party> = {}): Party => ({
  id,
  name: named(id, id),
  kind: 'department',
  level,
  roles,
  areas: [],
  ...more,
});

export const PARTIES: readonly Party[] = [
  party('waterworks', 'district', ['waterworks']),
  party('waterworks-east', 'district', ['waterworks']),
  party('waterworks-crew-1', 'street', [], { kind: 'crew', parent: 'waterworks', base: metresEast(900) }),
  party('waterworks-crew-2', 'street', [], { kind: 'crew', parent: 'waterworks', base: metresEast(400) }),
  party('traffic-police', 'district', ['traffic-police']),
  party('power', 'city', ['power']),
  party('gas', 'city', ['gas-company']),
  party('telecom', 'city', ['telecom']),
  party('fire', 'district', ['fire']),
  party('ferry-street', 'street', ['street-office', 'waterworks']),
  party('grid-0412', 'cell', ['grid-worker', 'street-office'], { kind: 'grid' }),
  party('centre', 'city', [], { kind: 'centre' }),
];

const OFFICE: ReadonlyArray<readonly [number, number]> = [
  [9 * 60, 12 * 60],
  [13 * 60, 18 * 60],
];

/** Monday to Friday, nine to six with an hour off; three days of holiday from 1 October, made up on Saturday the 10th. */
export const CALENDAR: WorkingCalendar = {
  id: 'office',
  timeZone: 'Asia/Shanghai',
  week: { 1: OFFICE, 2: OFFICE, 3: OFFICE, 4: OFFICE, 5: OFFICE, 6: [], 7: [] },
  holidays: ['2026-10-01', '2026-10-02', '2026-10-05'],
  makeUpDays: { '2026-10-10': 5 },
};

export const RULES: CaseworkRules = {
  city: { id: 'small-city', timeZone: 'Asia/Shanghai', referencePrefix: 'SC' },
  classes: [BURST, LOW_PRESSURE, LAMP],
  plans: [SMALL_BORE, LARGE_BORE],
  parties: PARTIES,
  calendars: [CALENDAR],
  defaultCalendar: 'office',
};

export const IMPACT: Impact = {
  valves: [{ assetId: 'valve-7', name: 'Valve 7', place: metresEast(60), distanceMetres: 60 }],
  links: ['pipe-12'],
  cells: ['cell-0412'],
  buildings: 14,
  residents: 420,
  criticalSites: [
    {
      id: 'hospital',
      name: named('Lower Terrace Hospital', '下台医院'),
      kind: 'hospital',
      place: metresEast(200),
      distanceMetres: 200,
    },
  ],
};

const account = (id: string, partyId?: string): Actor => ({ kind: 'account', id, name: id, party: partyId });

export const ANALYST = account('analyst', 'centre');
export const DISPATCHER = account('dispatcher', 'centre');
export const VERIFIER = account('verifier', 'centre');
export const worker = (partyId: string, id = `${partyId}-worker`): Actor => account(id, partyId);
export const RESIDENT: Actor = { kind: 'resident', id: 'resident-1', name: 'Resident' };

export function aFinding(more: Partial<Finding> = {}): Finding {
  const since = more.since ?? NOON;
  const grade = more.grade ?? 'orange';
  return {
    key: `limit:17:${since}`,
    kind: 'limit',
    domain: 'water',
    worstGrade: grade,
    thingId: 5,
    assetId: 'logger-3',
    datastreamId: 17,
    indicator: 'pressure',
    place: PLACE,
    since,
    lastAt: since,
    clearedAt: undefined,
    raisedAt: since,
    value: 92,
    limit: 138,
    opens: LOW_PRESSURE.code,
    basis: [],
    sentence: named('Water pressure fell to 92 kPa. Normal is 310–420.', '供水压力降至92千帕，正常为310至420。'),
    facts: {},
    ...more,
    grade,
  };
}

export const aBurst = (more: Partial<Finding> = {}): Finding =>
  aFinding({
    key: `domain:burst:${more.since ?? NOON}`,
    kind: 'domain',
    datastreamId: undefined,
    assetId: 'pipe-12',
    opens: BURST.code,
    grade: 'red',
    facts: { bore_mm: 300 },
    ...more,
  });

export interface City {
  readonly casework: Casework;
  readonly database: Awaited<ReturnType<typeof testDatabase>>;
  readonly changes: CaseChange[];
  /** Newest Observation per Datastream. */
  readonly latest: Map<number, Instant>;
  now(): Instant;
  setTime(at: Instant): void;
  pass(minutes: number): Instant;
  tick(): Promise<void>;
  act(caseId: string, action: CaseAction, details?: Record<string, unknown>, actor?: Actor): Promise<CaseDetail>;
  order(
    detail: CaseDetail,
    key: string,
    action: WorkOrderAction,
    details?: Record<string, unknown>,
    actor?: Actor,
  ): Promise<CaseDetail>;
  cases(): Promise<CaseDetail[]>;
  onlyCase(): Promise<CaseDetail>;
  /** A second process on the same city, with the same or other surroundings. */
  another(more?: Partial<CaseworkDeps>): Casework;
  eventTypes(caseId: string): Promise<string[]>;
}

export async function smallCity(
  t: TestContext,
  bend: Partial<CaseworkRules> = {},
  more: Partial<CaseworkDeps> = {},
): Promise<City> {
  const database = await testDatabase(t, ['casework']);
  let now = NOON;
  let count = 0;
  const latest = new Map<number, Instant>();
  const changes: CaseChange[] = [];
  const deps: CaseworkDeps = {
    database,
    clock: { now: () => now },
    log: quiet,
    random: (bytes) => {
      count += 1;
      return Uint8Array.from({ length: bytes }, (_, index) => (index < 12 ? 0 : count >> (5 * (15 - index))));
    },
    rules: { ...RULES, ...bend },
    responsibilityAt: () => ({
      cell: 'cell-0412',
      community: 'community-04',
      street: 'street-02',
      district: 'district-1',
      address: named('12 Ferry Steps Road', '渡口坡路12号'),
      partyFor: (role) => PARTIES.find(({ roles }) => roles.includes(role))?.id,
      gridWorker: { party: 'grid-0412', name: 'Lin An' },
    }),
    impactOf: () => IMPACT,
    assign,
    latestObservationAt: (id) => latest.get(id),
    onChange: (change) => changes.push(change),
    ...more,
  };
  const casework = createCasework(deps);
  await casework.start();
  const find = async () => (await casework.listCases({ limit: 100 })).cases;
  const city: City = {
    casework,
    database,
    changes,
    latest,
    now: () => now,
    setTime: (at) => {
      now = at;
    },
    pass: (minutes) => {
      now = plusMinutes(now, minutes);
      return now;
    },
    tick: () => casework.tick(now),
    act: (caseId, action, details = {}, actor = ANALYST) => casework.act(caseId, action, details, actor),
    order(detail, key, action, details = {}, actor) {
      const order = detail.workOrders.findLast((candidate) => candidate.key === key);
      return casework.actOnOrder(order!.id, action, details, actor ?? worker(order!.party));
    },
    cases: async () => Promise.all((await find()).map(({ id }) => casework.getCase(id))),
    onlyCase: async () => {
      const [only, ...others] = await find();
      if (only === undefined || others.length > 0)
        throw new Error(`Expected one case, there are ${others.length + (only ? 1 : 0)}.`);
      return casework.getCase(only.id);
    },
    another: (other = {}) => createCasework({ ...deps, ...other }),
    eventTypes: async (caseId) => (await casework.getCase(caseId)).events.map(({ type }) => type),
  };
  return city;
}

/** A burst that has been seen, confirmed and sent out. */
export async function dispatchedBurst(city: City): Promise<CaseDetail> {
  await city.casework.onFinding({ change: 'raised', finding: aBurst({ since: city.now() }) });
  const { id } = await city.onlyCase();
  return city.act(id, 'confirm');
}

const DONE = { feedback: 'Done.', photos: [PHOTO] };

/** Every order accepted and fed back, the lead last. */
export async function handled(city: City, detail: CaseDetail): Promise<CaseDetail> {
  let now = detail;
  const orders = detail.workOrders
    .filter(({ state }) => state === 'issued')
    .sort((a, b) => Number(a.lead) - Number(b.lead));
  for (const { key } of orders) {
    await city.order(now, key, 'accept');
    now = await city.order(now, key, 'finish', DONE);
  }
  return now;
}

export { MINUTE };
