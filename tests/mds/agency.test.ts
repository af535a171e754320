import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '#kernel/time.ts';
import { NOON } from '#tests/shared-bikes/plaza.ts';
import { event, MEADOW, mdsTown, newVehicle, onTrip, telemetry } from './provider.ts';

async function townWith(t: TestContext, count: number) {
  const town = await mdsTown(t);
  const bikes = Array.from({ length: count }, () => newVehicle());
  await town.send('POST', '/vehicles', bikes);
  const view = () => town.bikes.operatorViews()[0]!;
  return { town, ids: bikes.map(({ device_id: id }) => id), view };
}

test('a fleet is registered, once; changed when it is there; read back by who knows the device_id', async (t) => {
  const { send } = await mdsTown(t);
  const [a, b] = [newVehicle(), newVehicle()];
  const first = await send('POST', '/vehicles', [a]);
  assert.deepEqual([first.status, first.body], [201, { success: 1, total: 1 }]);
  assert.equal(first.type, 'application/vnd.mds+json;version=2.0');
  const again = await send('POST', '/vehicles', [a]);
  assert.deepEqual([again.status, again.body.failures[0].error], [409, 'already_registered']);
  const mixed = await send('POST', '/vehicles', [a, b]);
  assert.deepEqual([mixed.status, mixed.body.success, mixed.body.total], [201, 1, 2]);
  assert.equal((await send('PUT', '/vehicles', [{ ...a, vehicle_id: 'new plate' }])).status, 200);
  const { body } = await send('GET', `/vehicles/${a.device_id}`);
  assert.equal(body.vehicles[0].vehicle_id, 'new plate');
  const strange = await send('PUT', '/vehicles', [newVehicle()]);
  assert.deepEqual([strange.status, strange.body.failures[0].error], [404, 'unregistered']);
  assert.equal((await send('GET', `/vehicles/${randomUUID()}`)).status, 404);
  assert.equal((await send('GET', `/vehicles/${a.device_id}`, undefined, { key: 'meadow' })).status, 404);
});

test('the database alone cannot tell which vehicles are registered', async (t) => {
  const { database, send } = await mdsTown(t);
  const bike = newVehicle(undefined, { vehicle_id: 'MC-PLATE-77' });
  await send('POST', '/vehicles', [bike]);
  await send('POST', '/events', [
    event(bike.device_id, 'removed', 'compliance_pick_up', NOON, { associated_ticket: 'C-1' }),
  ]);
  for (const table of ['mds_vehicles', 'mds_pick_ups', 'shared_bikes_sightings']) {
    const rows = await database.query<{ text: string }>(`SELECT ${table}::text AS text FROM ${table}`);
    const written = rows.map(({ text }) => text).join('\n');
    assert.ok(rows.length > 0, table);
    for (const word of [bike.device_id, bike.vehicle_id])
      for (const form of [word, Buffer.from(word).toString('hex'), word.replaceAll('-', '')])
        assert.ok(!written.includes(form), `${table} holds ${form}`);
  }
});

test('telemetry at rest stands; on a trip it moves, and no place of the trip is written down', async (t) => {
  const { town, ids, view } = await townWith(t, 2);
  const { status, body } = await town.send('POST', '/telemetry', [
    telemetry(ids[0]!),
    telemetry(ids[1]!, NOON, { ...onTrip(), location: { lat: 30.501234, lng: 107.301234 } }),
  ]);
  assert.deepEqual([status, body], [201, { success: 2, total: 2 }]);
  assert.deepEqual([view().standing, view().moving], [1, 1]);
  const rows = await town.database.query<{ text: string }>('SELECT batch::text AS text FROM shared_bikes_sightings');
  assert.doesNotMatch(rows.map(({ text }) => text).join(), /30\.501234|107\.301234/);
});

test('events take a bike through its day: ridden, left, out of order, mended, taken away', async (t) => {
  const { town, ids, view } = await townWith(t, 1);
  const id = ids[0]!;
  const tell = async (state: string, type: string, minute: number, more: object = {}) => {
    const { status, body } = await town.send('POST', '/events', [event(id, state, type, NOON + minute * MINUTE, more)]);
    assert.deepEqual([status, body.failures], [201, undefined], type);
    const { standing, moving, faulty } = view();
    return { standing, moving, faulty };
  };
  town.now = NOON + 20 * MINUTE;
  assert.deepEqual(await tell('on_trip', 'trip_start', 0, onTrip()), { standing: 0, moving: 1, faulty: 0 });
  assert.deepEqual(await tell('available', 'trip_end', 1, onTrip()), { standing: 1, moving: 0, faulty: 0 });
  assert.deepEqual(await tell('reserved', 'reservation_start', 2), { standing: 1, moving: 0, faulty: 0 });
  assert.deepEqual(await tell('non_operational', 'off_hours', 3), { standing: 1, moving: 0, faulty: 0 });
  assert.deepEqual(await tell('non_operational', 'maintenance', 4), { standing: 1, moving: 0, faulty: 1 });
  assert.deepEqual(await tell('available', 'maintenance', 5), { standing: 1, moving: 0, faulty: 0 });
  for (const [i, type] of [
    'compliance_pick_up',
    'agency_pick_up',
    'rebalance_pick_up',
    'maintenance_pick_up',
  ].entries()) {
    assert.deepEqual(await tell('removed', type, 6 + 2 * i), { standing: 0, moving: 0, faulty: 0 });
    assert.deepEqual(await tell('available', 'provider_drop_off', 7 + 2 * i), { standing: 1, moving: 0, faulty: 0 });
  }
});

test('a bike that is lost or out of contact has not left the kerb', async (t) => {
  const { town, ids, view } = await townWith(t, 1);
  await town.send('POST', '/telemetry', [telemetry(ids[0]!)]);
  const { status } = await town.send('POST', '/events', [
    event(ids[0]!, 'non_contactable', 'comms_lost'),
    event(ids[0]!, 'missing', 'not_located'),
  ]);
  assert.equal(status, 201);
  assert.equal(view().standing, 1);
});

test('each record is judged on its own: what is wrong comes back with its reason, what is right is taken', async (t) => {
  const { town, ids, view } = await townWith(t, 2);
  const wrong: readonly (readonly [record: unknown, error: string, detail: RegExp])[] = [
    [telemetry(randomUUID()), 'unregistered', /device_id/],
    [{ ...telemetry(ids[1]!), location: { lat: 0, lng: 0 } }, 'bad_param', /^location: /],
    [{ ...telemetry(ids[1]!), location: { lat: 91, lng: 0 } }, 'bad_param', /^location /],
    [telemetry(ids[1]!, NOON + 2 * MINUTE), 'bad_param', /^timestamp: /],
    [telemetry(ids[0]!, NOON - MINUTE), 'bad_param', /backwards/],
    [{ ...telemetry(ids[1]!), timestamp: '2026-03-02' }, 'bad_param', /^timestamp /],
    [{ ...telemetry(ids[1]!), trip_ids: undefined }, 'missing_param', /^trip_ids$/],
    [{ ...telemetry(ids[1]!), trip_ids: [] }, 'bad_param', /^trip_ids /],
    [{ ...telemetry(ids[1]!), provider_id: MEADOW }, 'bad_param', /provider_id/],
    ['bike', 'bad_param', /object/],
    [null, 'bad_param', /object/],
  ];
  const good = telemetry(ids[0]!);
  const { status, body } = await town.send('POST', '/telemetry', [good, ...wrong.map(([record]) => record)]);
  assert.deepEqual([status, body.success, body.total], [201, 1, wrong.length + 1]);
  for (const [i, [record, error, detail]] of wrong.entries()) {
    const failure = body.failures[i];
    assert.deepEqual([failure.error, failure.item], [error, JSON.parse(JSON.stringify(record))]);
    assert.match(failure.error_details.join(), detail);
  }
  assert.equal(view().standing, 1);
});

test('an event type that does not lead to the state, a trip without a name, an event nowhere: refused', async (t) => {
  const { town, ids } = await townWith(t, 1);
  const [id] = ids as [string];
  const refused = async (record: object) => {
    const { status, body } = await town.send('POST', '/events', [record]);
    return [status, body.failures[0].error, body.failures[0].error_details[0]];
  };
  assert.deepEqual(await refused(event(id, 'available', 'compliance_pick_up')), [
    400,
    'bad_param',
    'event_types: compliance_pick_up does not lead to available',
  ]);
  assert.equal((await refused(event(id, 'toString', 'trip_end')))[1], 'bad_param');
  assert.deepEqual(await refused(event(id, 'available', 'trip_end')), [400, 'missing_param', 'trip_ids']);
  assert.deepEqual(await refused(event(id, 'available', 'located', NOON, { location: undefined })), [
    400,
    'missing_param',
    'location',
  ]);
});

test('half a JSON, no list, an empty list, a body without end, a stranger and another version each get the error object', async (t) => {
  const { send } = await mdsTown(t);
  const half = JSON.stringify([newVehicle()]).slice(0, 80);
  const answers = [
    [await send('POST', '/telemetry', half), 400, 'request.malformed'],
    [await send('POST', '/telemetry', half, { 'content-type': 'application/json' }), 400, 'request.malformed'],
    [await send('POST', '/telemetry', {}), 400, 'request.invalid'],
    [await send('POST', '/telemetry', []), 400, 'request.invalid'],
    [await send('POST', '/telemetry', `[${' '.repeat(9_000_000)}]`), 413, 'request.too_large'],
    [await send('POST', '/telemetry', [1], { key: '' }), 401, 'caller.unknown'],
    [await send('POST', '/telemetry', [1], { key: 'expired' }), 401, 'key.unknown'],
    [await send('POST', '/telemetry', [1], { key: 'stranger' }), 403, 'caller.no_operator'],
    [
      await send('GET', '/policies', undefined, { accept: 'application/vnd.mds+json;version=1.2' }),
      406,
      'not_acceptable',
    ],
    [await send('POST', '/trips', [1]), 501, 'mds.not_taken'],
    [await send('GET', '/nothing'), 404, 'not_found'],
  ] as const;
  for (const [{ status, body, type }, expected, code] of answers) {
    assert.deepEqual([status, body.error], [expected, code]);
    assert.ok(body.error_description.length > 0 && body.error_details.length > 0);
    assert.equal(type, 'application/vnd.mds+json;version=2.0');
  }
});

test('bikes picked up for a case are counted once each, over several calls, and reported with the case', async (t) => {
  const { town, ids } = await townWith(t, 3);
  const pickUp = (id: string, minute: number) =>
    event(id, 'removed', 'compliance_pick_up', NOON + minute * MINUTE, { associated_ticket: 'MC-20260302-0001' });
  town.now = NOON + 9 * MINUTE;
  await town.send('POST', '/events', [pickUp(ids[0]!, 0), pickUp(ids[1]!, 0)]);
  await town.send('POST', '/events', [pickUp(ids[1]!, 1)]);
  await town.send('POST', '/events', [
    pickUp(ids[2]!, 1),
    event(ids[0]!, 'available', 'provider_drop_off', NOON + MINUTE),
  ]);
  assert.deepEqual(town.tickets, [
    ['MC-20260302-0001', 'swift', 2],
    ['MC-20260302-0001', 'swift', 2],
    ['MC-20260302-0001', 'swift', 3],
  ]);
});

test('stops are registered, changed and read by their operator; which bikes stand there is not kept', async (t) => {
  const { send, database } = await mdsTown(t);
  const stop = {
    ...{ stop_id: randomUUID(), last_updated: NOON, name: 'East gate', location: { lat: 30.5, lng: 107.3 } },
    ...{ status: { is_installed: true, is_renting: true, is_returning: true }, capacity: { bicycle: 20 } },
    ...{ num_vehicles_available: { bicycle: 3 }, num_vehicles_disabled: {}, devices: [randomUUID()] },
  };
  assert.equal((await send('POST', '/stops', [stop])).status, 201);
  assert.equal((await send('POST', '/stops', [stop])).status, 409);
  const change = { stop_id: stop.stop_id, last_updated: NOON + 1, num_vehicles_available: { bicycle: 9 } };
  assert.equal((await send('PUT', '/stops', [change])).status, 200);
  const { body } = await send('GET', `/stops/${stop.stop_id}`);
  assert.deepEqual([body.stops[0].name, body.stops[0].num_vehicles_available], ['East gate', { bicycle: 9 }]);
  assert.deepEqual((await send('GET', '/stops', undefined, { key: 'meadow' })).body.stops, []);
  const [row] = await database.query<{ text: string }>('SELECT stop::text AS text FROM mds_stops');
  assert.ok(!row!.text.includes(stop.devices[0]!));
});

test('an operator reads with its own key what was put aside and why; it sees no other operator, the desk sees all', async (t) => {
  const { town, ids } = await townWith(t, 1);
  await town.send('POST', '/telemetry', [telemetry(ids[0]!), { ...telemetry(ids[0]!), location: { lat: 0, lng: 0 } }]);
  const { body } = await town.send('GET', '/api/v1/bikes/feeds');
  assert.equal(body.feeds.length, 1);
  const [feed] = body.feeds;
  assert.deepEqual([feed.operator, feed.kind, feed.taken, feed.quarantined], ['swift', 'mds', 1, 1]);
  assert.deepEqual([feed.lastQuarantined[0].index, feed.lastQuarantined[0].code], [1, 'mds.bad_param']);
  assert.ok(!JSON.stringify(body).includes(ids[0]!));
  assert.equal((await town.send('GET', '/api/v1/bikes/feeds', undefined, { key: 'analyst' })).body.feeds.length, 2);
  assert.equal((await town.send('GET', '/api/v1/bikes/feeds', undefined, { key: 'stranger' })).status, 403);
});
