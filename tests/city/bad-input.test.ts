/**
 * Everything wrong that a sender can send to a running city, over HTTP and MQTT: each is refused with a code that names what was
 * wrong, nothing of it is stored, and the city goes on as if nothing had been.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import mqtt, { type MqttClient } from 'mqtt';
import { cityloom, eventually, startCity, type TestCity } from '#tests/support/city.ts';
import { at, countAll, makePump, SENSING, type Sender, senderOf } from './pump.ts';

const endings: (() => unknown)[] = [];
let city: TestCity;
let sender: Sender;
let pump: { thing: number; stream: number };
let otherPump: { thing: number; stream: number };
let held: Record<string, number>;

before(async () => {
  city = await startCity({ after: (end) => void endings.push(end as () => unknown) }, [
    '--empty',
    '--no-simulator',
    '--log',
    'warn',
  ]);
  sender = senderOf(city.url, await city.key('tester', 'integrator'));
  pump = await makePump(sender, 'pump 1');
  otherPump = await makePump(sender, 'pump 2');
  await sender.post(`${SENSING}/Datastreams(${pump.stream})/Observations`, { phenomenonTime: at(0), result: 1 });
});
after(async () => {
  for (const end of endings) await end();
});
beforeEach(async () => {
  held = await countAll(sender);
});
afterEach(async () => {
  assert.deepEqual(await countAll(sender), held, 'nothing was stored, nothing is gone');
  assert.equal((await sender.get('/readyz')).status, 200);
  assert.doesNotMatch(city.said(), /by a defect/);
});

const OBSERVATIONS = `${SENSING}/Observations`;
const own = () => ({ '@iot.id': pump.stream });
const observation = (changes: object = {}) => ({ phenomenonTime: at(1), result: 5, Datastream: own(), ...changes });
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('a body that is no Observation is refused and says why', async () => {
  const bodies: [what: string, body: string, code: string, field: string | undefined][] = [
    ['cut off', '{"result": ', 'request.malformed', undefined],
    ['empty', '', 'request.empty', undefined],
    ['not JSON', '<result>5</result>', 'request.malformed', undefined],
    ['JavaScript, not JSON', '{"result": NaN}', 'request.malformed', undefined],
    ['a list', '[]', 'observation.malformed', ''],
    ['a text', '"5"', 'observation.malformed', ''],
    ['null', 'null', 'observation.malformed', ''],
    ['without a result', '{}', 'observation.no_result', 'result'],
    ['without a Datastream', '{"result":5}', 'entity.missing_relation', 'Datastream'],
    ['with a number as Datastream', '{"result":5,"Datastream":1}', 'entity.bad_link', 'Datastream'],
    ['with a word nobody knows', '{"result":5,"temperature":5}', 'entity.unknown_property', 'temperature'],
    ['with a trap for JavaScript', '{"result":5,"__proto__":{}}', 'entity.unknown_property', '__proto__'],
  ];
  for (const [what, body, code, field] of bodies)
    assert.deepEqual((await sender.post(OBSERVATIONS, body)).refusal, [400, code, field], what);
  assert.equal((await sender.send('POST', OBSERVATIONS)).status, 400, 'no body at all');
  assert.deepEqual((await sender.post(OBSERVATIONS, '<result>5</result>', { 'content-type': 'text/xml' })).refusal, [
    400,
    'request.malformed',
    undefined,
  ]);
});

test('an Observation that cannot be true is refused by the name of what is wrong with it', async () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const wrong: [changes: object, code: string, field: string][] = [
    [{ result: 1_000.1 }, 'observation.out_of_range', 'result'],
    [{ result: -0.1 }, 'observation.out_of_range', 'result'],
    [{ result: 'a\u0000b' }, 'observation.not_storable', 'result'],
    [{ phenomenonTime: inAnHour }, 'observation.in_future', 'phenomenonTime'],
    [{ resultTime: inAnHour }, 'observation.in_future', 'resultTime'],
    [{ phenomenonTime: '1899-12-31T23:59:59Z' }, 'observation.too_old', 'phenomenonTime'],
    [{ phenomenonTime: `${at(2)}/${inAnHour}` }, 'observation.in_future', 'phenomenonTime'],
    ...[
      '',
      'now',
      17,
      {},
      '2026-03-01',
      '2026-03-01T00:00:00',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-03-01T25:00:00Z',
      '2026-03-01T00:00:00+99:00',
      '+999999-01-01T00:00:00Z',
      `${at(9)}/${at(8)}`,
    ].map((time): [object, string, string] => [{ phenomenonTime: time }, 'observation.bad_time', 'phenomenonTime']),
    [{ resultTime: 'soon' }, 'observation.bad_time', 'resultTime'],
    [{ validTime: at(1) }, 'observation.bad_time', 'validTime'],
    [{ parameters: 5 }, 'entity.bad_property', 'parameters'],
    [{ FeatureOfInterest: { '@iot.id': 999_999 } }, 'entity.unknown', 'FeatureOfInterest.@iot.id'],
  ];
  for (const [changes, code, field] of wrong) {
    const { refusal } = await sender.post(OBSERVATIONS, observation(changes));
    assert.deepEqual(refusal, [400, code, field], JSON.stringify(changes));
  }
  const infinite = `{"result":1e400,"Datastream":{"@iot.id":${pump.stream}}}`;
  assert.deepEqual((await sender.post(OBSERVATIONS, infinite)).refusal, [400, 'observation.not_a_number', 'result']);
});

test('an id that names nothing is never rounded to one that does', async () => {
  const bad = ['"1"', '-1', '1.5', 'null', 'true', '[]', '{}'].map((id) => [id, 'entity.bad_id'] as const);
  const unknown = ['0', '999999'].map((id) => [id, 'datastream.unknown'] as const);
  const beyond = ['9223372036854775807', '1e300'].map((id) => [id, 'entity.unknown'] as const);
  for (const [id, code] of [...bad, ...unknown, ...beyond]) {
    const { refusal } = await sender.post(OBSERVATIONS, `{"result":5,"Datastream":{"@iot.id":${id}}}`);
    assert.deepEqual(refusal, [400, code, 'Datastream.@iot.id'], id);
  }
  for (const id of ['0', '-1', '999999', '9223372036854775807']) {
    for (const path of [`Things(${id})`, `Datastreams(${id})/Observations`, `Observations(${id})/Datastream`])
      assert.equal((await sender.get(`${SENSING}/${path}`)).status, 404, path);
    assert.equal((await sender.post(`${SENSING}/Datastreams(${id})/Observations`, { result: 5 })).status, 404, id);
    assert.equal((await sender.send('DELETE', `${SENSING}/Things(${id})`)).status, 404, id);
    assert.equal((await sender.send('PATCH', `${SENSING}/Things(${id})`, { name: 'x' })).status, 404, id);
  }
  for (const key of ["'a'", '1.5', '1e3', '', '1;drop table observations', '1)or(1=1', '%00'])
    assert.deepEqual((await sender.get(`${SENSING}/Things(${key})`)).refusal, [400, 'resource.bad_key', 'path'], key);
});

const bulk = (rows: unknown, group: object = {}) => [
  { Datastream: own(), components: ['phenomenonTime', 'result'], dataArray: rows, ...group },
];

test('a bulk call of the wrong form is refused whole, and names the place', async () => {
  const wrong: [body: unknown, code: string, field: string][] = [
    [{}, 'observation.malformed', ''],
    [[1], 'observation.malformed', '[0]'],
    [[{}], 'entity.missing_relation', '[0].Datastream'],
    [bulk([], { components: 'result' }), 'observation.malformed', '[0].components'],
    [bulk([], { components: ['phenomenonTime'] }), 'observation.no_result', '[0].components'],
    [bulk([], { components: ['result', 'colour'] }), 'observation.unknown_component', '[0].components[1]'],
    [bulk([], { components: ['result', 'result'] }), 'observation.malformed', '[0].components[1]'],
    [bulk('rows'), 'observation.malformed', '[0].dataArray'],
  ];
  for (const [body, code, field] of wrong)
    assert.deepEqual((await sender.post(`${SENSING}/CreateObservations`, body)).refusal, [400, code, field], field);
});

test('one bad row of a strict bulk call is named, and none of its rows is stored', async () => {
  const good = [at(1), 5];
  const bad: [row: unknown, code: string, component: string][] = [
    [[at(2), 5_000], 'observation.out_of_range', '.result'],
    [['2099-01-01T00:00:00Z', 5], 'observation.in_future', '.phenomenonTime'],
    [['yesterday', 5], 'observation.bad_time', '.phenomenonTime'],
    [[at(2)], 'observation.malformed', ''],
    [7, 'observation.malformed', ''],
  ];
  for (const [row, code, component] of bad) {
    const { refusal } = await sender.post(`${SENSING}/CreateObservations`, bulk([good, good, row, good]), {
      prefer: 'handling=strict',
    });
    assert.deepEqual(refusal, [400, code, `[0].dataArray[2]${component}`], JSON.stringify(row));
  }
  const unknown = bulk([good], { Datastream: { '@iot.id': 999_999 } });
  assert.deepEqual(
    (await sender.post(`${SENSING}/CreateObservations`, unknown, { prefer: 'handling=strict' })).refusal,
    [400, 'datastream.unknown', '[0].Datastream'],
  );
});

test('what is too large is refused with the limit named', async () => {
  const tenMegabytes = JSON.stringify(observation({ result: 'x'.repeat(10_000_000) }));
  const large = await sender.post(OBSERVATIONS, tenMegabytes);
  assert.deepEqual(large.refusal, [413, 'request.too_large', undefined]);
  assert.match(large.text, /5242880/);

  const bulky = await sender.post(`${SENSING}/CreateObservations`, ' '.repeat(40_000_000));
  assert.deepEqual(bulky.refusal, [413, 'request.too_large', undefined]);
  assert.match(bulky.text, /33554432/);

  const report = await sender.post('/api/v1/reports', ' '.repeat(10_000_000));
  assert.deepEqual(report.refusal, [413, 'request.too_large', undefined]);
  assert.match(report.text, /1048576/);

  const rows = await sender.post(`${SENSING}/CreateObservations`, bulk(Array(100_001).fill([at(1), 5])));
  assert.deepEqual(rows.refusal, [413, 'observation.too_many', '[0].dataArray']);
  assert.match(rows.text, /100000/);

  const wide = await sender.post(OBSERVATIONS, observation({ result: Array(40_000).fill(1) }));
  assert.deepEqual(wide.refusal, [413, 'observation.too_large', 'result']);
  assert.match(wide.text, /65536/);
});

test('nesting without end is refused and breaks nothing', async () => {
  const deep = nested(100_000);
  const result = `{"result":${deep},"Datastream":{"@iot.id":${pump.stream}}}`;
  assert.deepEqual((await sender.post(OBSERVATIONS, result)).refusal, [400, 'observation.not_storable', 'result']);
  const thing = `{"name":"x","description":"x","properties":{"a":${deep}}}`;
  const { refusal } = await sender.post(`${SENSING}/Things`, thing);
  assert.deepEqual(refusal.slice(1), ['entity.too_deep', 'properties']);
  const location = `{"name":"x","description":"x","encodingType":"application/geo+json","location":{"type":"Polygon","coordinates":${deep}}}`;
  assert.deepEqual((await sender.post(`${SENSING}/Locations`, location)).refusal, [413, 'entity.too_deep', 'location']);
  assert.equal((await sender.post('/api/v1/reports', `{"text":${deep}}`)).status, 400);
  const filter = `$filter=${'('.repeat(3_000)}true${')'.repeat(3_000)}`;
  assert.deepEqual((await sender.get(`${OBSERVATIONS}?${filter}`)).refusal, [413, 'query.too_large', '$filter']);
});

test('an entity with one bad part is refused whole', async () => {
  const good = { name: 'x', description: 'x' };
  const wrong: [body: object, code: string, field: string][] = [
    [{ description: 'x' }, 'entity.missing_property', 'name'],
    [{ ...good, name: 5 }, 'entity.bad_property', 'name'],
    [{ ...good, properties: 'blue' }, 'entity.bad_property', 'properties'],
    [{ ...good, colour: 'blue' }, 'entity.unknown_property', 'colour'],
    [{ ...good, Locations: {} }, 'entity.bad_link', 'Locations'],
    [{ ...good, Locations: [5] }, 'entity.bad_link', 'Locations[0]'],
    [{ ...good, Datastreams: [{ name: 'x' }] }, 'entity.missing_property', 'Datastreams[0].description'],
  ];
  for (const [body, code, field] of wrong)
    assert.deepEqual((await sender.post(`${SENSING}/Things`, body)).refusal, [400, code, field], field);
  const unlinked = await sender.post(`${SENSING}/Things`, { ...good, Locations: [{ '@iot.id': 999_999 }] });
  assert.equal(unlinked.status, 400);
});

test('a query is data to the database, never words of its own', async () => {
  const wrong: [query: string, status: number, option: string][] = [
    ['$filter=id eq 1; drop table observations', 400, '$filter'],
    ["$filter=name eq 'x'; drop table observations; --'", 400, '$filter'],
    ['$filter=1=1', 400, '$filter'],
    ['$filter=pg_sleep(60)', 400, '$filter'],
    ['$filter=nothing eq 1', 400, '$filter'],
    ["$filter=name eq '\0'", 400, '$filter'],
    ["$filter=result gt 'a", 400, '$filter'],
    ['$orderby=id; drop table observations', 400, '$orderby'],
    ['$orderby=(select 1)', 400, '$orderby'],
    ['$select=id,(select 1)', 400, '$select'],
    ['$expand=pg_class', 400, '$expand'],
    ['$top=-1', 400, '$top'],
    ['$top=1 union select 1', 400, '$top'],
    ['$skip=99999999999999999999', 400, '$skip'],
    ['$count=perhaps', 400, '$count'],
    ["$skiptoken=' or 1=1", 400, '$skiptoken'],
    ['$unheardof=1', 400, '$unheardof'],
    ['page=2', 400, 'page'],
    ['$apply=groupby', 501, '$apply'],
  ];
  for (const [query, status, option] of wrong) {
    const answer = await sender.get(`${SENSING}/Datastreams?${encodeURI(query).replaceAll(';', '%3B')}`);
    assert.deepEqual([answer.status, answer.refusal[2]], [status, option], `${query}: ${answer.text}`);
  }
  const quoted = await sender.get(`${SENSING}/Datastreams?$filter=name%20eq%20%27x%27%27%20or%201=1%27`);
  assert.deepEqual(JSON.parse(quoted.text), { value: [] });
});

/** What `fetch` would not send. */
const sendRaw = (request: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(city.url);
    let answer = '';
    connect(Number(port), hostname)
      .on('data', (chunk) => (answer += chunk.toString()))
      .on('close', () => resolve(answer))
      .on('error', reject)
      .end(request);
  });

test('addresses and methods that do not exist are answered like everything else that is wrong', async () => {
  for (const path of ['/nothing', '/api/v1/nothing', `${SENSING}/Nothing`, '/api/v2/cases', '/assets/nothing.js'])
    assert.match((await sender.get(path)).refusal[1]!, /not_found$/, path);
  const post = await sender.post('/healthz', {});
  assert.deepEqual(post.refusal, [405, 'route.method_not_allowed', undefined]);
  assert.equal(post.headers.get('allow'), 'GET, HEAD');
  assert.deepEqual((await sender.send('OPTIONS', OBSERVATIONS)).refusal, [405, 'route.method_not_allowed', undefined]);
  assert.deepEqual((await sender.send('DELETE', OBSERVATIONS)).refusal, [400, 'resource.not_an_entity', 'path']);
  assert.deepEqual((await sender.get('/api/v1/cases/%ff')).refusal, [400, 'request.bad_address', 'path']);
  assert.deepEqual((await sender.get(`/api/v1/cases?q=${'x'.repeat(20_000)}`)).refusal, [
    431,
    'request.headers_too_large',
    undefined,
  ]);
  assert.match(await sendRaw('BREW /coffee HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 400 .*"request\.not_http"/s);
  assert.match(await sendRaw('GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /not_found/);
  assert.match(
    await sendRaw('GET /assets/../../package.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    /HTTP\/1\.1 40/,
  );
});

test('without a key, with a wrong, a revoked or a lesser one, nothing is written', async () => {
  const refusal = async (key: string | undefined, stream = pump.stream) =>
    (await senderOf(city.url, key).post(`${SENSING}/Datastreams(${stream})/Observations`, { result: 5 })).refusal;
  assert.equal((await refusal(undefined))[0], 401);
  assert.equal((await refusal('cl_nobody'))[0], 401);
  assert.equal((await refusal('x'.repeat(5_000)))[0], 401);

  const device = await city.key('gauge', 'device', '--things', String(pump.thing));
  assert.deepEqual(await refusal(device, otherPump.stream), [403, 'observation.not_own_thing', undefined]);
  assert.equal((await senderOf(city.url, device).get(`${SENSING}/Things`)).status, 403);
  assert.equal((await senderOf(city.url, device).post(`${SENSING}/Things`, {})).status, 403);
  assert.equal((await refusal(await city.key('clerk', 'analyst')))[0], 403);

  const short = await city.key('short-lived', 'integrator');
  assert.equal((await senderOf(city.url, short).get(`${SENSING}/Things`)).status, 200);
  assert.equal((await cityloom(['key', 'revoke', 'short-lived', '--data', city.dataDir])).code, 0);
  await eventually(
    () => senderOf(city.url, short).get(`${SENSING}/Things`),
    ({ status }) => status === 401,
    5_000,
  );
  assert.equal((await refusal(short))[0], 401);
});

/** The next refusal that the broker tells this client. */
const nextRefusal = (client: MqttClient): Promise<{ code: string; field?: string }> =>
  new Promise((resolve) => client.once('message', (_, payload) => resolve(JSON.parse(payload.toString()) as never)));
const connectMqtt = (password: string, clientId: string) =>
  mqtt.connectAsync(
    city.mqttUrl,
    { protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5_000, username: 'gauge', password, clientId },
    false,
  );

test('over MQTT a refusal is told to its sender by code and field, and the sender stays connected', async () => {
  const key = await city.key('mqtt-gauge', 'device', '--things', String(pump.thing));
  await assert.rejects(connectMqtt('cl_nobody', 'stranger'));
  const client = await connectMqtt(key, 'gauge');
  await client.subscribeAsync('cityloom/errors/gauge');
  const topic = `v1.1/Datastreams(${pump.stream})/Observations`;
  const wrong: [topic: string, payload: string, code: string, field: string | undefined][] = [
    [topic, '{"result": ', 'request.malformed', undefined],
    [topic, '', 'request.malformed', undefined],
    [topic, '\u0000\u0001', 'request.malformed', undefined],
    [topic, '{}', 'observation.no_result', 'result'],
    [topic, '{"result":5000}', 'observation.out_of_range', 'result'],
    [topic, '{"result":5,"phenomenonTime":"2099-01-01T00:00:00Z"}', 'observation.in_future', 'phenomenonTime'],
    [topic, `{"result":${nested(1_000)}}`, 'observation.not_storable', 'result'],
    ['v1.1/Datastreams(999999)/Observations', '{"result":5}', 'datastream.unknown', 'path'],
    ['v1.1/Datastreams(9223372036854775807)/Observations', '{"result":5}', 'mqtt.unknown_topic', undefined],
    [`v1.1/Datastreams(${otherPump.stream})/Observations`, '{"result":5}', 'observation.not_own_thing', undefined],
    ['v1.1/Things', '{"name":"x"}', 'mqtt.unknown_topic', undefined],
    ['$SYS/broker', '{"result":5}', 'mqtt.unknown_topic', undefined],
  ];
  for (const [where, payload, code, field] of wrong) {
    const told = nextRefusal(client);
    await client.publishAsync(where, payload, { qos: 1 });
    const refusal = await told;
    assert.deepEqual([refusal.code, refusal.field], [code, field], `${where} ${payload.slice(0, 40)}`);
  }
  assert.ok(client.connected);
  await client.endAsync();
});

test('an MQTT packet of a megabyte ends its own connection only', async () => {
  const key = await city.key('loud-gauge', 'integrator');
  const [loud, quiet] = await Promise.all([connectMqtt(key, 'loud'), connectMqtt(key, 'quiet')]);
  loud.on('error', () => undefined);
  const closed = new Promise((resolve) => loud.once('close', () => resolve(undefined)));
  loud.publish(`v1.1/Datastreams(${pump.stream})/Observations`, 'x'.repeat(1_000_000), { qos: 1 }, () => undefined);
  await closed;
  assert.ok(quiet.connected);
  await quiet.endAsync();
});

test('bytes that are no MQTT end their own connection only', async () => {
  const { hostname, port } = new URL(city.mqttUrl);
  const closed = new Promise((resolve) => {
    connect(Number(port), hostname)
      .on('close', () => resolve(undefined))
      .on('error', () => undefined)
      .write(Buffer.alloc(1_000, 0xff));
  });
  await closed;
});

test('a command with wrong input says what is wrong without a stack, and exits with 2', async (t) => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'cityloom-nowhere-'));
  t.after(() => rm(elsewhere, { recursive: true, force: true }));
  const up = ['up', '--data', elsewhere, '--mqtt-port', '0', '--port'];
  const wrong: [args: string[], said: RegExp][] = [
    [[], /./],
    [['frobnicate'], /no command/],
    [['up', '--fast'], /--fast/],
    [[...up, '70000'], /--port/],
    [[...up, '0', '--log', 'loud'], /--log/],
    [[...up, '0', '--pack', '/nowhere'], /pack\.invalid/],
    [[...up, '0', '--host', '0.0.0.0'], /CITYLOOM_ANONYMOUS/],
    [[...up, '0', '--host', '192.0.2.1'], /CITYLOOM_ANONYMOUS/],
    [['check-pack'], /pack/],
    [['import', '/nowhere.csv', '--mapping', '/nowhere.yaml'], /mapping\.not_found/],
    [['verify', '/nowhere'], /verify\.not_found/],
    [['verify', 'package.json'], /verify\.not_json/],
    [['key', 'create', 'x', '--role', 'king'], /role\.unknown/],
    [['key', 'create', 'x', '--role', 'device', '--things', 'one'], /key\.thing_invalid/],
    [['backup'], /command\.unclear/],
    [['restore'], /command\.unclear/],
  ];
  for (const [args, said] of wrong) {
    const { code, stderr, stdout } = await cityloom(args, {
      CITYLOOM_DATA_DIR: city.dataDir,
      CITYLOOM_ANONYMOUS: 'integrator',
    });
    assert.deepEqual([args.join(' '), code], [args.join(' '), 2], stderr);
    assert.match(stderr + stdout, said);
    assert.doesNotMatch(stderr, /^\s+at /m, 'no stack');
  }
});

test('a port that is taken is said before anything is started', async (t) => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'cityloom-nowhere-'));
  t.after(() => rm(elsewhere, { recursive: true, force: true }));
  const taken = ['--data', elsewhere, '--port', new URL(city.url).port, '--mqtt-port', '0'];
  const { code, stderr } = await cityloom(['up', ...taken]);
  assert.equal(code, 1);
  assert.match(stderr, /city\.port_taken/);
  assert.deepEqual(await readdir(elsewhere), []);
});

test('what was refused is counted by its reason', async () => {
  const { text } = await sender.get('/metrics');
  const reasons = [...text.matchAll(/^cityloom_observations_rejected_total\{reason="([^"]+)"\} [1-9]/gm)].map(
    ([, reason]) => reason!,
  );
  for (const reason of ['observation.out_of_range', 'observation.in_future', 'datastream.unknown', 'request.malformed'])
    assert.ok(reasons.includes(reason), `${reason} is not among ${reasons}`);
});
