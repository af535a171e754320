import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCallers } from '#adapters/mqtt/callers.ts';
import { errorsTopic, findPublishTopic, findSubscribeTopic } from '#adapters/mqtt/topics.ts';
import { callerWith } from '#tests/sensorthings/api.ts';
import { openMqttCity } from './broker.ts';

test('a key opens as the password or as the user name', async (t) => {
  const { connect } = await openMqttCity(t);

  assert.ok((await connect('device-key')).connected);
  assert.ok((await connect(undefined, { username: 'device-key' })).connected);
});

test('without a key, and with one that nobody knows, the door stays shut', async (t) => {
  const { connect } = await openMqttCity(t);

  await assert.rejects(connect(undefined), /not authorized|Bad username|Connection refused/i);
  await assert.rejects(connect('guessed-key'), /not authorized|Bad username|Connection refused/i);
});

test('a key that was revoked is found out', async () => {
  const keys = new Map([['k', callerWith('device')]]);
  const callers = createCallers((key) => keys.get(key ?? '') ?? callerWith('device', { kind: 'anonymous', roles: [] }));
  const client = {} as Parameters<typeof callers.find>[0];
  await callers.admit(client, undefined, 'k');

  assert.deepEqual(await callers.recheck([client]), []);
  keys.delete('k');
  assert.deepEqual(await callers.recheck([client]), [client]);
});

test("topics are the standard's, on both roots", () => {
  assert.deepEqual(findPublishTopic('v1.1/Datastreams(5)/Observations'), { datastreamId: 5 });
  assert.deepEqual(findPublishTopic('v1.0/Observations'), { datastreamId: undefined });
  assert.equal(findPublishTopic('v1.2/Observations'), undefined);
  assert.equal(findPublishTopic('v1.1/Datastreams(5)/Observations\n'), undefined);
  assert.equal(findPublishTopic('v1.1/Datastreams(-5)/Observations'), undefined);
  assert.deepEqual(findSubscribeTopic('v1.1/Things(3)'), { kind: 'entity', set: 'Things', id: 3 });
  assert.deepEqual(findSubscribeTopic('v1.1/Things'), { kind: 'set', set: 'Things' });
  assert.equal(findSubscribeTopic('v1.1/Things/+'), undefined);
  assert.equal(errorsTopic('a/b+#'), 'cityloom/errors/a%2Fb%2B%23');
});
