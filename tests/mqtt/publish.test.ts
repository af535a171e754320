import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CityError } from '#kernel/errors.ts';
import { results } from '#tests/sensorthings/api.ts';
import { nextMessage, observation, openMqttCity } from './broker.ts';

test('an Observation published with QoS 1 is durable when it is acknowledged', async (t) => {
  const { api, stream, connect } = await openMqttCity(t);
  const device = await connect('device-key');

  await device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(310.5), { qos: 1 });

  const rows = await api.database.query<{ result: number }>('select result from observations');
  assert.deepEqual(rows, [{ result: 310.5 }]);
});

test('the set of all Observations and the older root take Observations too', async (t) => {
  const { api, stream, connect } = await openMqttCity(t);
  const device = await connect('device-key');
  const named = JSON.stringify({ ...JSON.parse(observation(2, 1)), Datastream: { '@iot.id': stream } });

  await device.publishAsync('v1.1/Observations', named, { qos: 1 });
  await device.publishAsync(`v1.0/Datastreams(${stream})/Observations`, observation(3, 2), { qos: 2 });

  assert.deepEqual(results(await api.get('Observations?$orderby=result')), [2, 3]);
});

test('a thousand Observations in one breath are all stored, each acknowledged', async (t) => {
  const { api, stream, connect } = await openMqttCity(t);
  const device = await connect('device-key');
  const minutes = Array.from({ length: 1_000 }, (_, index) => index / 100);

  await Promise.all(
    minutes.map((minute) =>
      device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(minute, minute), { qos: 1 }),
    ),
  );

  assert.equal((await api.get('Observations/$count')).text, '1000');
});

test('the same Observation sent twice is stored once', async (t) => {
  const { api, stream, connect } = await openMqttCity(t);
  const device = await connect('device-key');

  await device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(1), { qos: 1 });
  await device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(1), { qos: 1 });

  assert.equal((await api.get('Observations/$count')).text, '1');
});

const REFUSALS = [
  { what: 'a message that is not JSON', payload: '{"result": 3', code: 'request.malformed', field: undefined },
  { what: 'an Observation without a result', payload: '{}', code: 'observation.no_result', field: 'result' },
  {
    what: 'a time without a zone',
    payload: '{"result":1,"phenomenonTime":"2026-03-01T08:00:00"}',
    code: 'observation.bad_time',
    field: 'phenomenonTime',
  },
  {
    what: 'a time in the future',
    payload: '{"result":1,"phenomenonTime":"2027-03-01T08:00:00Z"}',
    code: 'observation.in_future',
    field: 'phenomenonTime',
  },
];
test('what cannot be stored is told to its sender by code and field, and the sender stays connected', async (t) => {
  const { api, stream, refused, connect } = await openMqttCity(t);
  const device = await connect('device-key', { clientId: 'logger-1' });
  await device.subscribeAsync('cityloom/errors/logger-1');

  for (const { what, payload, code, field } of REFUSALS) {
    const told = nextMessage(device);
    await device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, payload, { qos: 1 });
    const { body } = await told;
    assert.deepEqual([body.code, body.field], [code, field], what);
  }

  assert.deepEqual(
    refused,
    REFUSALS.map(({ code }) => code),
  );
  assert.equal((await api.get('Observations/$count')).text, '0');
  await device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(1), { qos: 1 });
  assert.equal((await api.get('Observations/$count')).text, '1');
});

test('a device writes for its own Things only', async (t) => {
  const { api, stream, refused, connect } = await openMqttCity(t);
  const stranger = await connect('other-device-key');

  await stranger.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(1), { qos: 1 });

  assert.deepEqual(refused, ['observation.not_own_thing']);
  assert.equal((await api.get('Observations/$count')).text, '0');
});

test('who may only read writes nothing', async (t) => {
  const { api, stream, refused, connect } = await openMqttCity(t);
  const analyst = await connect('analyst-key');

  await analyst.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(1), { qos: 1 });

  assert.deepEqual(refused, ['caller.not_permitted']);
  assert.equal((await api.get('Observations/$count')).text, '0');
});

const OTHER_TOPICS = [
  'chat',
  'v1.1/Things',
  'v1.1/Datastreams(x)/Observations',
  'v1.1/Observations/extra',
  'cityloom/errors/other',
  '$SYS/x',
];

test('nothing is taken or passed on at any other topic', async (t) => {
  const { refused, connect } = await openMqttCity(t);
  const device = await connect('device-key');

  for (const topic of OTHER_TOPICS) await device.publishAsync(topic, observation(1), { qos: 1, retain: true });

  assert.deepEqual(
    refused,
    OTHER_TOPICS.map(() => 'mqtt.unknown_topic'),
  );
});

test('while the database is away nothing is acknowledged, and the sender is disconnected so that it sends again', async (t) => {
  const away = new CityError('unavailable', 'storage.unavailable', 'The database is restarting');
  const { stream, connect } = await openMqttCity(t, (observations) => ({
    ...observations,
    receive: () => Promise.reject(away),
  }));
  const device = await connect('device-key');
  const closed = new Promise((resolve) => device.once('close', () => resolve('closed')));
  const acknowledged = device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(1), { qos: 1 }).then(
    () => 'acknowledged',
    () => 'closed',
  );

  assert.equal(await Promise.race([closed, acknowledged]), 'closed');
});

test('a message larger than a packet may be ends the connection before it is read', async (t) => {
  const { stream, connect } = await openMqttCity(t);
  const device = await connect('device-key');
  const closed = new Promise((resolve) => device.once('close', () => resolve('closed')));
  device.on('error', () => undefined);
  device.publish(`v1.1/Datastreams(${stream})/Observations`, JSON.stringify({ result: 'x'.repeat(300_000) }), {
    qos: 1,
  });

  assert.equal(await closed, 'closed');
});
