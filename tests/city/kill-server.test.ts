/** Ten times the server is killed in the middle of intake. Every acknowledged Observation must be there afterwards, and none twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStorage } from '#platform/storage/open.ts';
import { cityFolder, type TestCity } from '#tests/support/city.ts';
import { quiet } from '#tests/support/database.ts';

const KILLS = 10;
const ROWS = 200;
const SENDERS = 4;
const BEGIN = Date.parse('2026-03-01T00:00:00Z');

interface Sent {
  /** phenomenonTime in seconds after BEGIN; every one is sent by one sender only. */
  readonly second: number;
}

test('the server is killed ten times in the middle of intake, and every acknowledged Observation is there once', async (t) => {
  const folder = await cityFolder(t);
  const { dataDir } = folder;
  const acknowledged = new Set<number>();
  let next = 0;
  let city = await folder.start(['--empty', '--no-simulator', '--log', 'error']);
  const key = await city.key('pump', 'integrator');
  const datastream = await createDatastream(city, key);

  for (let round = 0; round < KILLS; round++) {
    let running = true;
    const senders = Array.from({ length: SENDERS }, async () => {
      while (running) {
        const batch = Array.from({ length: ROWS }, () => ({ second: next++ }));
        if (await send(city, key, datastream, batch)) for (const { second } of batch) acknowledged.add(second);
      }
    });
    const before = acknowledged.size;
    while (acknowledged.size < before + 10 * ROWS) await sleep(5);
    await sleep((round * 37) % 90);
    const exited = new Promise((done) => city.process.once('exit', done));
    city.process.kill('SIGKILL');
    await exited;
    running = false;
    await Promise.all(senders);
    city = await folder.start(['--empty', '--no-simulator', '--log', 'error']);
  }
  // What was sent without an answer is sent again, as a device would: now everything is acknowledged.
  const unanswered = Array.from({ length: next }, (_, second) => second).filter((second) => !acknowledged.has(second));
  for (let i = 0; i < unanswered.length; i += ROWS) {
    assert.ok(
      await send(
        city,
        key,
        datastream,
        unanswered.slice(i, i + ROWS).map((second) => ({ second })),
      ),
    );
  }
  assert.equal(await city.stop(), 0);

  const storage = await openStorage({ dataDir, log: quiet });
  t.after(() => storage.close({ stopServer: true }));
  const [counts] = await storage.database.query<{ rows: number; instants: number; ids: number }>(
    'SELECT count(*) AS rows, count(DISTINCT phenomenon_time) AS instants, count(DISTINCT id) AS ids FROM observations WHERE datastream_id = $1',
    [datastream],
  );
  assert.deepEqual(counts, { rows: next, instants: next, ids: next });
  assert.ok(acknowledged.size > KILLS * ROWS * 10);
});

async function createDatastream(city: TestCity, key: string): Promise<number> {
  const response = await fetch(`${city.url}/sensorthings/v1.1/Things`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'return=representation' },
    body: JSON.stringify({
      name: 'Pump',
      description: 'A pump that must not be forgotten',
      Locations: [
        {
          name: 'Well',
          description: 'Where it stands',
          encodingType: 'application/geo+json',
          location: { type: 'Point', coordinates: [107, 30] },
        },
      ],
      Datastreams: [
        {
          name: 'Flow',
          description: 'Flow of the pump',
          observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
          unitOfMeasurement: { name: 'L/s', symbol: 'L/s', definition: 'ucum:L/s' },
          ObservedProperty: { name: 'flow', definition: 'flow', description: 'flow' },
          Sensor: { name: 'meter', description: 'meter', encodingType: 'text/html', metadata: 'none' },
        },
      ],
    }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  const listed = await fetch(`${city.url}/sensorthings/v1.1/Datastreams?$select=id`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { value } = (await listed.json()) as { value: { '@iot.id': number }[] };
  return value[0]!['@iot.id'];
}

/** True only when the server said that it is stored. A broken connection is no answer. */
async function send(city: TestCity, key: string, datastream: number, batch: readonly Sent[]): Promise<boolean> {
  const body = [
    {
      Datastream: { '@iot.id': datastream },
      components: ['phenomenonTime', 'result'],
      'dataArray@iot.count': batch.length,
      dataArray: batch.map(({ second }) => [new Date(BEGIN + second * 1_000).toISOString(), second / 10]),
    },
  ];
  try {
    const response = await fetch(`${city.url}/sensorthings/v1.1/CreateObservations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'handling=strict' },
      body: JSON.stringify(body),
    });
    await response.text();
    return response.status === 201;
  } catch {
    return false;
  }
}
