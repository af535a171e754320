import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePressurePoint } from '#tests/sensorthings/api.ts';
import { nextMessage, observation, openMqttCity } from './broker.ts';

test('a subscriber hears a stored Observation with its id, on the topic of its Datastream and on that of all', async (t) => {
  const { stream, connect } = await openMqttCity(t);
  const analyst = await connect('analyst-key');
  await analyst.subscribeAsync([`v1.1/Datastreams(${stream})/Observations`, 'v1.1/Observations']);
  const heard: string[] = [];
  const both = new Promise<void>((resolve) => analyst.on('message', (topic) => heard.push(topic) === 2 && resolve()));
  const first = nextMessage(analyst);
  const device = await connect('device-key');

  await device.publishAsync(`v1.1/Datastreams(${stream})/Observations`, observation(310.5), { qos: 1 });

  const { body } = await first;
  assert.equal(body.result, 310.5);
  assert.equal(body['@iot.id'], 1);
  assert.equal(body.resultTime, null);
  await both;
  assert.deepEqual(heard.toSorted(), [`v1.1/Datastreams(${stream})/Observations`, 'v1.1/Observations']);
});

test('an Observation that came over HTTP is heard as well', async (t) => {
  const { api, stream, connect } = await openMqttCity(t);
  const analyst = await connect('analyst-key');
  await analyst.subscribeAsync(`v1.0/Datastreams(${stream})/Observations`);
  const heard = nextMessage(analyst);

  await api.post(`Datastreams(${stream})/Observations`, observation(311));

  assert.equal((await heard).body.result, 311);
});

test('who listens to one Datastream does not hear another', async (t) => {
  const { api, stream, connect } = await openMqttCity(t);
  const other = await makePressurePoint(api, 'Ferry Steps 14');
  const analyst = await connect('analyst-key');
  await analyst.subscribeAsync(`v1.1/Datastreams(${stream})/Observations`);
  const heard = nextMessage(analyst);

  await api.post(`Datastreams(${other.stream})/Observations`, observation(1));
  await api.post(`Datastreams(${stream})/Observations`, observation(2));

  assert.equal((await heard).body.result, 2);
});

test('a changed entity is heard on its own topic and on that of its set', async (t) => {
  const { api, thing, connect } = await openMqttCity(t);
  const analyst = await connect('analyst-key');
  await analyst.subscribeAsync(`v1.1/Things(${thing})`);
  const heard = nextMessage(analyst);

  await api.send('PATCH', `Things(${thing})`, { name: 'Ferry Steps 12a' });

  assert.equal((await heard).body.name, 'Ferry Steps 12a');
});

test('wildcards, unknown topics and the errors of others are not granted', async (t) => {
  const { connect } = await openMqttCity(t);
  const analyst = await connect('analyst-key', { clientId: 'desk-1' });

  for (const topic of [
    '#',
    '+/Observations',
    'v1.1/#',
    '$SYS/#',
    'chat',
    'cityloom/errors/desk-2',
    'cityloom/errors/+',
  ]) {
    const refused = await analyst.subscribeAsync(topic).then(
      (granted) => granted.some(({ qos }) => qos === 128),
      () => true,
    );
    assert.ok(refused, topic);
  }
});

test('a device that may only write hears nothing but its own refusals', async (t) => {
  const { stream, connect } = await openMqttCity(t);
  const device = await connect('device-key', { clientId: 'logger-1' });
  const refused = await device.subscribeAsync(`v1.1/Datastreams(${stream})/Observations`).then(
    (granted) => granted.some(({ qos }) => qos === 128),
    () => true,
  );

  assert.ok(refused);
  assert.deepEqual(
    (await device.subscribeAsync('cityloom/errors/logger-1')).map(({ qos }) => qos),
    [0],
  );
});
