import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { DAY, MINUTE } from '#kernel/time.ts';
import { box, NOON, zone } from '#tests/shared-bikes/plaza.ts';
import { event, MEADOW, mdsTown, newVehicle, telemetry } from './provider.ts';
import { answerChecker, skip } from './schemas.ts';

test('every published document fits MDS 2.0: policies, geographies, jurisdictions, one or all', { skip }, async (t) => {
  const { send } = await mdsTown(t);
  const check = answerChecker();
  for (const [document, list, one] of [
    ['policy', 'policies', 'policy_id'],
    ['geography', 'geographies', 'geography_id'],
    ['jurisdiction', 'jurisdictions', 'jurisdiction_id'],
  ] as const) {
    const { status, body } = await send('GET', `/${list}`, undefined, { key: '' });
    assert.equal(status, 200);
    assert.ok(body[list].length > 0, list);
    assert.deepEqual(check(document, `/${list}`, 'get', 200, body), [], list);
    assert.deepEqual(check(document, `/${list}.json`, 'get', 200, (await send('GET', `/${list}.json`)).body), []);
    const single = await send('GET', `/${list}/${body[list][0][one]}`);
    assert.deepEqual(check(document, `/${list}/{${one}}`, 'get', 200, single.body), []);
    const broken = { ...body, [list]: body[list].map((each: object) => ({ ...each, [one]: 'x' })) };
    assert.notDeepEqual(check(document, `/${list}`, 'get', 200, broken), [], 'the check itself sees a broken id');
  }
});

test('every answer to an operator fits MDS 2.0 Agency', { skip }, async (t) => {
  const { send } = await mdsTown(t);
  const check = answerChecker();
  const [bike, stranger] = [newVehicle(), newVehicle()];
  const { device_id: id } = bike;
  const stop = {
    ...{ stop_id: randomUUID(), last_updated: NOON, name: 'East gate', location: { lat: 30.5, lng: 107.3 } },
    ...{ status: { is_installed: true, is_renting: true, is_returning: true }, capacity: { bicycle: 20 } },
    ...{ num_vehicles_available: {}, num_vehicles_disabled: {} },
  };
  // The published schema wants also a refused item to be whole, so what is refused here is whole, and another provider's.
  const calls: readonly (readonly [method: 'GET' | 'POST' | 'PUT', path: string, body: unknown, status: number])[] = [
    ['POST', '/vehicles', [bike], 201],
    ['POST', '/vehicles', [bike], 409],
    ['POST', '/vehicles', [{ ...stranger, provider_id: MEADOW }], 400],
    ['PUT', '/vehicles', [bike], 200],
    ['PUT', '/vehicles', [stranger], 404],
    ['POST', '/telemetry', [telemetry(id), telemetry(stranger.device_id)], 201],
    ['POST', '/telemetry', [telemetry(stranger.device_id)], 404],
    ['POST', '/telemetry', [{ ...telemetry(id), provider_id: MEADOW }], 400],
    ['POST', '/events', [event(id, 'available', 'located')], 201],
    ['POST', '/events', [{ ...event(id, 'available', 'located'), provider_id: MEADOW }], 400],
    ['POST', '/events', [event(stranger.device_id, 'available', 'located')], 404],
    ['POST', '/stops', [stop], 201],
    ['POST', '/stops', [stop], 409],
    ['POST', '/stops', [{ ...stop, stop_id: randomUUID(), provider_id: MEADOW }], 400],
    ['PUT', '/stops', [stop], 200],
    ['PUT', '/stops', [{ ...stop, stop_id: randomUUID() }], 404],
    ['GET', '/stops', undefined, 200],
  ];
  for (const [method, path, body, status] of calls) {
    const answer = await send(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.deepEqual(
      check('agency', path, method.toLowerCase(), status, answer.body),
      [],
      `${method} ${path} ${status}`,
    );
  }
  const one = await send('GET', `/vehicles/${id}`);
  assert.deepEqual(check('agency', '/vehicles/{device_id}', 'get', 200, one.body), []);
});

test('what is published stays: an edit publishes a successor that names it, and the old one ends when the new one holds', async (t) => {
  const { send, bikes, ...town } = await mdsTown(t);
  const policies = async () =>
    (await send('GET', `/policies?start_date=${NOON}`)).body.policies.filter((each: { name: string }) =>
      each.name.startsWith('Zone west'),
    );
  const [before] = await policies();
  assert.deepEqual([before.published_date, before.start_date], [NOON, NOON + 20 * MINUTE]);
  const west = zone('west', 'quota', box(-500, -500, 400, 400), [{ from: 0, to: 1_440, bikes: 30 }]);
  await bikes.edit({ kind: 'zone', zone: west }, NOON, 'test');
  const after = await policies();
  assert.equal(after.length, 2, `${town.now}`);
  const old = after.find((each: { policy_id: string }) => each.policy_id === before.policy_id);
  const successor = after.find((each: { policy_id: string }) => each.policy_id !== before.policy_id);
  assert.equal(old.end_date, successor.start_date);
  assert.deepEqual({ ...old, end_date: undefined }, { ...before, end_date: undefined });
  assert.deepEqual(successor.prev_policies, [before.policy_id]);
  assert.deepEqual([successor.rules[0].start_time, successor.rules[0].end_time], ['00:00:00', '23:59:59']);
});

test('asked again, also days later, what has not changed is published under the same id and date', async (t) => {
  const town = await mdsTown(t);
  const first = (await town.send('GET', '/geographies')).body;
  town.now += 3 * DAY;
  assert.deepEqual((await town.send('GET', '/geographies')).body, first);
});
