/** The demonstration city as `npm start` brings it up, with its simulator beside it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cityloom, clientOf, eventually, startCity, type TestCity } from '#tests/support/city.ts';

const endings: (() => unknown)[] = [];
let city: TestCity;
let analyst: ReturnType<typeof clientOf>;
const began = Date.now();

before(async () => {
  city = await startCity({ after: (end) => void endings.push(end as () => unknown) });
  analyst = clientOf(city, await city.key('watcher', 'analyst'));
});
after(async () => {
  for (const end of endings) await end();
});

interface Seen {
  readonly id: string;
  readonly caseClass: string;
  readonly state: string;
}
const cases = async () => ((await analyst.get('/api/v1/cases?limit=50')).body as { cases: Seen[] }).cases;
const simulate = (...args: string[]) => cityloom(['simulate', ...args, '--data', city.dataDir, '--json']);

test('within a minute of starting a main has burst and a case says so', async (t) => {
  // A minute on a machine of its own; how fast it was is said, and no test fails because others are at work.
  await eventually(cases, (seen) => seen.some(({ caseClass }) => caseClass.startsWith('water.')), 240_000);
  t.diagnostic(`${((Date.now() - began) / 1_000).toFixed(0)} s after the start`);
});

test('and within two minutes more somebody is on the way, without anyone at a screen', async () => {
  const seen = await eventually(cases, (all) => all.some(({ state }) => state === 'in_progress'), 120_000);
  const { id } = seen.find(({ state }) => state === 'in_progress')!;
  const { body } = await analyst.get(`/api/v1/cases/${id}`);
  const { events } = body as { events: { type: string; actor: { kind: string } }[] };
  const byPeople = events.filter(({ actor }) => actor.kind === 'key').map(({ type }) => type);
  for (const step of ['confirm', 'order.accept'])
    assert.ok(byPeople.includes(step), `${step} is not among ${byPeople}`);
});

test('a new city has a past of some hours', async () => {
  const { body } = await analyst.get(
    '/sensorthings/v1.1/Observations?$orderby=phenomenonTime&$top=1&$select=phenomenonTime',
  );
  const [oldest] = (body as { value: { phenomenonTime: string }[] }).value;
  assert.ok(Date.parse(oldest!.phenomenonTime) < began - 2 * 3_600_000, oldest!.phenomenonTime);
});

test('the city takes every reading its devices send', async () => {
  const status = JSON.parse((await simulate('status')).stdout) as Record<
    'http' | 'mqtt',
    { sent: number; lost: number; refused: number }
  >;
  for (const way of [status.http, status.mqtt]) {
    assert.ok(way.sent > 1_000, JSON.stringify(way));
    assert.deepEqual([way.lost, way.refused], [0, 0]);
  }
});

test('what someone asks for happens, once, where it can', async () => {
  const burst = await simulate('burst');
  assert.equal(burst.code, 0, burst.stderr);
  const { asset } = JSON.parse(burst.stdout) as { asset: string };
  assert.deepEqual(
    [(await simulate('burst', '--pipe', asset)).code, (await simulate('repair', '--asset', asset)).code],
    [2, 0],
  );
  assert.equal((await simulate('burst', '--pipe', 'WM-NONE')).code, 2);
  const list = JSON.parse((await simulate('list')).stdout) as { kinds: { id: string; places: number }[] };
  assert.deepEqual(
    list.kinds.filter(({ places }) => places === 0),
    [],
    'every kind of trouble has a place in the city',
  );
});
