/** The residents of the demonstration, against the real doors: what they send is taken, followed and rated; where none may act, none does. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { distanceMetres } from '#kernel/geo.ts';
import { SECOND } from '#kernel/time.ts';
import { behaviourOf } from '#simulator/models/models.ts';
import { observe, START } from '#simulator/models/physics.ts';
import { Agenda } from '#simulator/people/agenda.ts';
import type { CaseSeen, ClassSeen, Person } from '#simulator/people/console.ts';
import { workInCrews } from '#simulator/people/crews.ts';
import { awaitsGrid, checkOnSite } from '#simulator/people/grid.ts';
import { seeded } from '#simulator/random.ts';
import { openDoors, solveChallenge } from '#simulator/residents/door.ts';
import { homesOf, smallTroubles } from '#simulator/residents/homes.ts';
import { createTownspeople } from '#simulator/residents/townspeople.ts';
import { answersTo, inOwnWords, inventContact } from '#simulator/residents/words.ts';
import { localClock, lookAround } from '#simulator/weather.ts';
import { loadPack } from '#territory/pack/load-pack.ts';

const pack = await loadPack('packs/mountain-city');
const NOON = Date.parse('2026-11-23T04:00:00Z');

interface Asked {
  readonly from: string;
  readonly what: string;
  readonly device: string | undefined;
  readonly body: Record<string, unknown> | undefined;
}

/** A listener that notes who asks for what and answers as it is told: the other end of the wire, not our code. */
async function listen(t: { after(work: () => unknown): void }, answer: (what: string) => [number, unknown]) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    const what = `${request.method} ${request.url?.replace('/api/v1', '')}`;
    asked.push({
      from: request.socket.remoteAddress ?? '',
      what,
      device: request.headers['x-device'] as string | undefined,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : undefined,
    });
    const [status, body] = answer(what);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const WELCOMING = (what: string): [number, unknown] => {
  if (what.endsWith('/challenges')) return [200, { challenge: 'c', bits: 8, expiresAt: 0 }];
  if (what.endsWith('/reports')) return [201, { code: 'CODE', reference: 'R', merged: false }];
  if (what.endsWith('/photos')) return [201, { key: 'k' }];
  if (what.includes('/receipts/')) return [200, { state: 'closed' }];
  if (what.includes('/slots')) return [200, { slots: [{ id: 'slot', free: 1 }] }];
  if (what.endsWith('/services'))
    return [
      200,
      {
        services: [
          {
            id: 's',
            kind: 'at-the-door',
            eligibility: [{ id: 'old', needs: true }],
            asksContact: ['phone'],
            questions: [],
          },
        ],
      },
    ];
  if (what.endsWith('/hotline/calls')) return [201, { id: 'call' }];
  if (what.endsWith('/to-tell')) return [200, { calls: [{ id: 'call' }] }];
  return [200, { cases: [] }];
};

/** So many seconds of the town, one turn each. */
async function live(url: string, seconds: number, more: { hasTroubles?: boolean } = {}): Promise<void> {
  const keys = { line: 'line', desk: 'desk' };
  const town = createTownspeople({
    server: url,
    pack,
    keys,
    seed: '7',
    speed: 1,
    hasTroubles: true,
    say: () => {},
    ...more,
  });
  for (let second = 0; second < seconds; second++) await town.turn(NOON + second * SECOND);
}
const countOf = (asked: readonly Asked[], what: string) => asked.filter((each) => each.what === what).length;

test('a proof begins with as many zero bits as were asked for', () => {
  const digest = createHash('sha256').update(solveChallenge('a-challenge', 12)).digest();
  assert.equal(digest.readUInt32BE(0) >>> 20, 0);
});

test('on the machine of the city each household speaks from an address of its own; elsewhere they share one and know it', async (t) => {
  const { asked, url } = await listen(t, WELCOMING);
  const here = openDoors(url, () => {}, 'linux');
  for (const household of [0, 1, 0]) await here.of(household).get('/services');
  assert.equal(here.isShared, false);
  assert.deepEqual(
    asked.map(({ from }) => from),
    ['127.20.0.1', '127.20.0.2', '127.20.0.1'],
  );
  assert.equal(openDoors('https://city.example', () => {}, 'linux').isShared, true);
  assert.equal(openDoors(url, () => {}, 'darwin').isShared, true);
});

test('a city that has had enough is left in peace, and one that refuses is told about', async (t) => {
  const said: string[] = [];
  const of = async (status: number) =>
    openDoors((await listen(t, () => [status, {}])).url, (message) => void said.push(message))
      .of(0)
      .get('/x');
  assert.equal(await of(429), undefined);
  assert.equal(await of(503), undefined);
  assert.deepEqual(said, []);
  assert.equal(await of(400), undefined);
  assert.equal(said.length, 1);
});

test('in ten minutes a town tells of some twenty small troubles, follows them and says whether they were solved', async (t) => {
  const { asked, url } = await listen(t, WELCOMING);
  await live(url, 600);
  const reports = asked.filter(({ what }) => what === 'POST /residents/reports');
  assert.ok(reports.length >= 14 && reports.length <= 31, `${reports.length} reports`);
  const known = new Set(pack.reporting.categories.map(({ code }) => code));
  for (const { body } of reports) assert.ok(known.has(String(body?.category)) && String(body?.description).length > 4);
  const ratings = asked.filter(({ what }) => what.endsWith('/rating')).map(({ body }) => body);
  assert.ok(ratings.length > 5, `${ratings.length} ratings`);
  assert.ok(ratings.filter((rating) => rating?.solved).length > ratings.length / 2);
  assert.ok(
    ratings.every((rating) => (rating?.solved ? Number(rating?.satisfied) >= 3 : Number(rating?.satisfied) <= 2)),
  );
  assert.ok(asked.some(({ what }) => what === 'POST /residents/photos'));
});

test('nobody tells more in an hour than one address or one device may', async (t) => {
  const { asked, url } = await listen(t, WELCOMING);
  await live(url, 3_600);
  const { reportsPerHourPerAddress, reportsPerHourPerDevice } = pack.reporting.limits;
  const reports = asked.filter(({ what }) => what === 'POST /residents/reports');
  for (const same of Map.groupBy(reports, ({ from }) => from).values())
    assert.ok(same.length < reportsPerHourPerAddress, `${same.length} from one address`);
  for (const same of Map.groupBy(reports, ({ device }) => device).values())
    assert.ok(same.length <= reportsPerHourPerDevice, `${same.length} from one device`);
  const calls = countOf(asked, 'POST /hotline/calls');
  assert.ok(calls >= 4 && calls <= 15, `${calls} calls`);
  assert.ok(countOf(asked, 'POST /hotline/calls/call/told') > 0);
  assert.ok(countOf(asked, 'POST /residents/bookings') >= 2);
});

test('without troubles nobody tells of one and no telephone rings, but services are booked as ever', async (t) => {
  const { asked, url } = await listen(t, WELCOMING);
  await live(url, 900, { hasTroubles: false });
  assert.equal(countOf(asked, 'POST /residents/reports') + countOf(asked, 'POST /hotline/calls'), 0);
  const booking = asked.find(({ what }) => what === 'POST /residents/bookings')?.body;
  assert.deepEqual(booking?.eligibility, { old: true });
  assert.deepEqual(Object.keys(booking?.contact as object), ['phone']);
});

test('what residents tell of is small and seen by people only: no danger, no lifeline', () => {
  const codes = smallTroubles(pack).map(({ code }) => code);
  for (const code of ['rubbish', 'street-light', 'road-damage', 'noise', 'trees'])
    assert.ok(codes.includes(code), code);
  for (const code of ['gas-smell', 'no-water', 'ponding', 'neighbour-help']) assert.ok(!codes.includes(code), code);
});

test('who lives near a cabin speaks up more often', () => {
  const random = seeded('7', 'homes');
  const home = homesOf(pack);
  const cabins = pack.assets.filter(({ domain }) => domain === 'resident-services');
  const isNear = () => {
    const { place: lives } = home(random)!;
    return cabins.some(({ place }) => distanceMetres(place, lives) < 400);
  };
  const near = Array.from({ length: 500 }, isNear).filter(Boolean).length;
  assert.ok(near > 250 && near < 450, `${near} of 500`);
});

test('people are invented: a number that belongs to nobody, every required question answered from its own values', () => {
  const random = seeded('7', 'words');
  assert.match(inventContact(random).phone, /^000-5550-\d{4}$/);
  assert.ok(inOwnWords('路灯坏了', 'zh', random).includes('路灯坏了'));
  for (const { questions } of pack.reporting.categories) {
    const answers = answersTo(questions, NOON, random);
    for (const { code, required, values, datatype } of questions.filter((each) => each.required)) {
      assert.ok(code in answers, `${code} ${required} ${datatype}`);
      assert.ok(values.length === 0 || values.some(({ key }) => [answers[code]].flat().includes(key)));
    }
  }
});

const RUBBISH: ClassSeen = {
  code: 'community.exposed-rubbish',
  domain: 'community',
  handledBy: [],
  verifyBy: 'person',
};
const PONDING: ClassSeen = { code: 'drainage.ponding', domain: 'drainage', handledBy: [], verifyBy: 'either' };
const told = (more: Partial<CaseSeen> = {}): CaseSeen => ({
  ...{ id: 'case-1', reference: 'R', caseClass: RUBBISH.code, domain: 'community', state: 'collected', grade: 'blue' },
  ...{ place: [107.3, 30.48], openedAt: 0, findings: 0, reports: 1, community: 'community-01', actions: [] },
  ...more,
});

test('a grid worker looks at what only people see, before it is filed, and leaves the rest to the desk', () => {
  assert.equal(awaitsGrid(told(), [RUBBISH]), true);
  assert.equal(awaitsGrid(told({ state: 'opened' }), [RUBBISH]), false);
  assert.equal(awaitsGrid(told({ findings: 1 }), [RUBBISH]), false);
  assert.equal(awaitsGrid(told({ reports: 0 }), [RUBBISH]), false);
  assert.equal(awaitsGrid(told({ caseClass: PONDING.code }), [PONDING]), false);
});

test('the worker of that community goes, once, with a picture and the place where they stood', async () => {
  const written: Record<string, unknown>[] = [];
  const worker = {
    photo: async () => 'key',
    sync: async (action: Record<string, unknown>) => written.push(action) > 0,
  } as unknown as Person;
  const agenda = new Agenda('7', 1);
  const cases = [told(), told({ id: 'case-2', community: 'community-02' })];
  for (let second = 0; second < 110; second++)
    await checkOnSite(cases, [RUBBISH], new Map([['community-01', worker]]), agenda, '7', NOON + second * SECOND);
  assert.equal(written[0]?.target, 'case-1');
  assert.deepEqual([written[0]?.kind, written[0]?.photos], ['check.confirm', ['key']]);
  assert.ok(written.every(({ target }) => target === 'case-1'));
});

test('what no instrument sees is never said to read normally again', async () => {
  const feedback = async (about: CaseSeen, id: string): Promise<string> => {
    let said = '';
    const crew = {
      photo: async () => 'key',
      actOnOrder: async (_id: string, _action: string, details: { feedback: string }) => {
        said = details.feedback;
        return true;
      },
    } as unknown as Person;
    const order = {
      id,
      caseId: about.id,
      key: 'lead',
      party: 'crew',
      lead: true,
      state: 'arrived',
      needsPhoto: true,
    } as const;
    const agenda = new Agenda('7', 1);
    for (let second = 0; second < 20; second++)
      await workInCrews(
        [order],
        new Map([['crew', crew]]),
        agenda,
        () => true,
        () => about,
        NOON + second * SECOND,
      );
    return said;
  };
  const ids = Array.from({ length: 12 }, (_, index) => `order-${index}`);
  const ofPeople = await Promise.all(ids.map((id) => feedback(told(), id)));
  const ofSensors = await Promise.all(ids.map((id) => feedback(told({ findings: 1 }), id)));
  assert.ok(
    ofPeople.every((said) => said.length > 5 && !said.includes('读数')),
    ofPeople.join(),
  );
  assert.ok(
    ofSensors.some((said) => said.includes('读数')),
    ofSensors.join(),
  );
});

test('a roll of paper shrinks and is changed before it ends, and by day a kiosk is not left alone for long', () => {
  const kiosk = {
    datastreamId: 1,
    assetId: 'RK-1',
    domain: 'resident-services',
    assetClass: 'kiosk',
    isNormalDeclared: true,
    silentAfterIntervals: 6,
    intervalSeconds: 300,
    lot: 0.3,
  } as const;
  const paper = { ...kiosk, indicator: 'paper', range: [0, 100], normal: [15, 100] } as const;
  const use = { ...kiosk, indicator: 'last-use', range: [0, 100_000], normal: [0, 2_880] } as const;
  const local = localClock('Asia/Shanghai');
  const read = (point: typeof paper | typeof use, hours: number) => {
    const at = NOON + hours * 3_600 * SECOND;
    return observe(behaviourOf(point), point, lookAround('7', local, at), START, 300, seeded('7', 'x')).value;
  };
  const week = Array.from({ length: 168 }, (_, hour) => read(paper, hour));
  assert.ok(Math.min(...week) >= 15 && Math.min(...week) < 40 && Math.max(...week) > 80, `${Math.min(...week)}`);
  assert.ok(week.filter((value, hour) => hour > 0 && value > week[hour - 1]! + 5).length <= 3);
  assert.ok(read(use, 2) < 15);
});
