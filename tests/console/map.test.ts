import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE } from '#kernel/time.ts';
import { PLACE } from '#tests/casework/small-city.ts';
import { type Answer, NOON, operationsCentre } from './operations-centre.ts';

/** The tile that holds a place. */
function tileOf([lon, lat]: readonly [number, number], z: number): string {
  const scale = 2 ** z;
  const sine = Math.sin((lat * Math.PI) / 180);
  const y = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * scale;
  return `${z}/${Math.floor(((lon + 180) / 360) * scale)}/${Math.floor(y)}`;
}

test('a tile comes zipped or plain, is not sent twice, and an empty one is just empty', async (t) => {
  const centre = await operationsCentre(t);
  const auditor = await centre.caller('auditor');
  const path = `/tiles/assets/${tileOf(PLACE, 14)}.mvt`;
  const get = (headers: Record<string, string>) =>
    fetch(`${centre.url}/api/v1${path}`, { headers: { ...auditor.headers, ...headers } });
  const zipped = await get({ 'accept-encoding': 'gzip' });
  const plain = await get({ 'accept-encoding': 'identity' });
  assert.equal(zipped.headers.get('content-type'), 'application/vnd.mapbox-vector-tile');
  assert.deepEqual([zipped.headers.get('content-encoding'), plain.headers.get('content-encoding')], ['gzip', null]);
  const bytes = Buffer.from(await plain.arrayBuffer());
  assert.ok(bytes.length > 50);
  assert.deepEqual(Buffer.from(await zipped.arrayBuffer()), bytes);
  const again = await get({ 'accept-encoding': 'gzip', 'if-none-match': zipped.headers.get('etag')! });
  assert.equal(again.status, 304);
  assert.equal((await get({ 'accept-encoding': 'gzip', 'if-none-match': plain.headers.get('etag')! })).status, 200);
  assert.equal((await auditor.get('/tiles/assets/14/0/0.mvt')).status, 204);
  assert.equal((await auditor.get('/tiles/secrets/14/0/0.mvt')).status, 400);
});

test('the points of the map are the loggers, not the main that the tiles draw', async (t) => {
  const centre = await operationsCentre(t);
  const auditor = await centre.caller('auditor');
  const { body, headers } = await auditor.get('/points');
  assert.equal(body.ids.length, 3);
  assert.deepEqual([body.domainNames, body.classNames, body.domains], [['water'], ['pressure-logger'], [0, 0, 0]]);
  assert.equal(
    (await auditor.send('GET', '/points', undefined, { 'if-none-match': headers.get('etag')! })).status,
    304,
  );
});

test('the map now and the map then', async (t) => {
  const centre = await operationsCentre(t);
  const auditor = await centre.caller('auditor');
  const thing = centre.sensing.findThingByAsset('W-LOG-1')!.id;
  await centre.report(1, 350, NOON - 5 * MINUTE);
  await centre.report(1, 200);
  centre.clock.pass(MINUTE);
  await centre.report(1, 90);
  const state = async (at?: number) => (await auditor.get(`/state${at === undefined ? '' : `?at=${at}`}`)).body;
  assert.deepEqual((await state()).things, { ids: [thing], states: ['red'] });
  assert.equal((await state()).counts.water.red, 1);
  assert.deepEqual((await state(NOON)).things, { ids: [thing], states: ['yellow'] });
  assert.deepEqual((await state(NOON - MINUTE)).things, { ids: [], states: [] });
  assert.equal((await state(NOON - MINUTE)).counts.water.ok, 4);
});

test('a Thing shows its indicators with limits in figures, now and then', async (t) => {
  const centre = await operationsCentre(t);
  const auditor = await centre.caller('auditor');
  await centre.report(1, 350, NOON - MINUTE);
  await centre.report(1, 100);
  const { body } = await auditor.get('/assets/W-LOG-1');
  assert.deepEqual(
    [body.name.zh, body.className.en, body.owner.id, body.state],
    ['下阶台1号测点', 'Pressure logger', 'waterworks', 'red'],
  );
  const [pressure] = body.datastreams;
  assert.deepEqual(pressure.latest, { at: NOON, value: 100 });
  assert.deepEqual(
    [pressure.unit, pressure.normal, pressure.liveness, pressure.grade],
    ['kPa', [310, 420], 'reporting', 'red'],
  );
  assert.equal(body.openCases.length, 1);
  const then = (await auditor.get(`/things/${body.id}?at=${NOON - MINUTE}`)).body;
  assert.deepEqual([then.state, then.datastreams[0].latest.value, then.openCases], ['ok', 350, []]);
  assert.equal((await auditor.get('/things/9007199254740991')).status, 404);
});

test('the latest values of the whole city come as columns', async (t) => {
  const centre = await operationsCentre(t);
  const auditor = await centre.caller('auditor');
  await centre.report(1, 350, NOON - MINUTE);
  await centre.report(2, 330);
  const [first] = centre.sensing.findThingByAsset('W-LOG-1')!.datastreamIds;
  const [second] = centre.sensing.findThingByAsset('W-LOG-2')!.datastreamIds;
  const { body } = await auditor.get('/latest');
  assert.deepEqual(body, { at: NOON, ids: [first, second], times: [NOON - MINUTE, NOON], values: [350, 330] });
  assert.deepEqual((await auditor.get(`/latest?at=${NOON - MINUTE}`)).body.ids, [first]);
});

test('a series is columns with gaps left out', async (t) => {
  const centre = await operationsCentre(t);
  const auditor = await centre.caller('auditor');
  for (const [minutes, value] of [
    [30, 350],
    [20, 340],
    [10, 330],
  ] as const)
    await centre.report(1, value, NOON - minutes * MINUTE);
  const [id] = centre.sensing.findThingByAsset('W-LOG-1')!.datastreamIds;
  const { body } = await auditor.get(`/datastreams/${id}/series?from=${NOON - 25 * MINUTE}&to=${NOON}`);
  assert.deepEqual([body.unit, body.bucketSeconds, body.mean, body.count], ['kPa', 0, [340, 330], [1, 1]]);
});

test('search finds assets with their Thing, roads, and cases by reference', async (t) => {
  const centre = await operationsCentre(t);
  const auditor = await centre.caller('auditor');
  await centre.report(1, 100);
  const search = async (text: string) => (await auditor.get(`/search?q=${encodeURIComponent(text)}`)).body.results;
  const [logger] = await search('下阶台1号');
  assert.deepEqual(
    [logger.kind, logger.id, logger.thingId],
    ['asset', 'W-LOG-1', centre.sensing.findThingByAsset('W-LOG-1')!.id],
  );
  assert.ok((await search('Ferry Steps')).some(({ kind }: Answer) => kind === 'road'));
  assert.equal((await search('sc-20260301'))[0].kind, 'case');
  assert.deepEqual(await search('no such thing anywhere'), []);
});

test('the city tells what does not change while it runs', async (t) => {
  const centre = await operationsCentre(t);
  const { body } = await (await centre.caller('auditor')).get('/city');
  assert.deepEqual([body.name.zh, body.now, body.timeZone], ['小城', NOON, 'Asia/Shanghai']);
  assert.deepEqual([body.domains[0].assets, body.domains[0].datastreams], [4, 3]);
  assert.deepEqual(
    body.areas.map(({ level }: Answer) => level),
    ['district', 'street', 'street', 'community', 'community'],
  );
});
