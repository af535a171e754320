/** What the city publishes of its bays, against the JSON Schemas that the makers of GBFS publish. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { registerPublishedBays } from '#adapters/gbfs/published-routes.ts';
import type { Caller } from '#kernel/roles.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { at, NOON } from '#tests/shared-bikes/plaza.ts';
import { ROOT } from '#tests/support/city.ts';
import { quiet } from '#tests/support/database.ts';
import { bikeTown } from './bike-town.ts';

const DATA = resolve(process.env.CITYLOOM_DATA ?? join(ROOT, '../shared/data'));
const FOLDER = join(DATA, 'schemas/gbfs');
const skip = existsSync(FOLDER) ? false : `the GBFS schemas are not in ${DATA}; set CITYLOOM_DATA`;
const ANYBODY: Caller = {
  ...{ kind: 'anonymous', id: '', name: 'anybody', roles: [], party: undefined, areas: [], thingIds: undefined },
};

async function open(t: TestContext) {
  const town = await bikeTown(t);
  const server = await createHttpServer({ log: quiet, version: 'test', authenticate: () => ANYBODY });
  t.after(() => server.close());
  const city = {
    ...{ id: 'plaza', name: { zh: '山城', en: 'Hill Town' }, languages: ['zh', 'en'], defaultLanguage: 'zh' },
    ...{ timeZone: 'Asia/Shanghai', contactEmail: 'bikes@hill-town.example' },
  };
  registerPublishedBays(server, { city, bikes: town.bikes, clock: town.clock });
  const get = async (path: string) => {
    const response = await server.inject({ url: path, headers: { host: 'bikes.example' } });
    return { status: response.statusCode, body: response.json() };
  };
  const park = (count: number, x: number) =>
    town.bikes.take(
      'swift',
      Array.from({ length: count }, (_, i) => ({
        ...{ vehicleId: `${x}-${i}`, kind: 'locked' as const, place: at(x, 1), at: NOON, errorMetres: undefined },
      })),
    );
  return { town, get, park };
}

const FEEDS = [
  'gbfs',
  'gbfs_versions',
  'system_information',
  'station_information',
  'station_status',
  'geofencing_zones',
];

for (const version of ['3.0', '2.3'])
  test(`every published document fits the GBFS ${version} schemas`, { skip }, async (t) => {
    const { get, park } = await open(t);
    await park(6, 202);
    for (const feed of FEEDS) {
      const ajv = new Ajv({ strict: false, allErrors: true });
      formats.default(ajv);
      const schema = JSON.parse(readFileSync(join(FOLDER, `v${version}`, `${feed}.json`), 'utf8'));
      const { body } = await get(`/gbfs/${version}/${feed}.json`);
      ajv.validate(schema, body);
      assert.deepEqual(ajv.errors ?? [], [], feed);
      ajv.validate(schema, { ...body, last_updated: false });
      assert.notDeepEqual(ajv.errors ?? [], [], `the check of ${feed} itself sees what is wrong`);
    }
  });

test('counts of one to four are nobody else’s business: none and five are told', async (t) => {
  const { town, get, park } = await open(t);
  const counts = async () => {
    const { body } = await get('/gbfs/3.0/station_status.json');
    return body.data.stations.map((each: { num_vehicles_available: number }) => each.num_vehicles_available);
  };
  await park(4, 202);
  assert.deepEqual(await counts(), [0]);
  town.now += 10_000;
  await park(5, 202);
  assert.deepEqual(await counts(), [0, 5]);
});

test('every feed that discovery names is there, at this server, and others are not', async (t) => {
  const { get } = await open(t);
  const { body } = await get('/gbfs/gbfs.json');
  assert.equal(body.version, '3.0');
  for (const { url } of body.data.feeds) {
    assert.ok(url.startsWith('http://bikes.example/gbfs/3.0/'), url);
    assert.equal((await get(new URL(url).pathname)).status, 200);
  }
  assert.equal((await get('/gbfs/3.0/vehicle_status.json')).status, 404);
});

test('no single bike and no operator is in what is published', async (t) => {
  const { get, park } = await open(t);
  await park(6, 202);
  for (const feed of FEEDS)
    assert.doesNotMatch(JSON.stringify((await get(`/gbfs/3.0/${feed}.json`)).body), /202-|swift/);
});
