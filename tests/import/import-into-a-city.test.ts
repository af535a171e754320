/** `cityloom import` as a user runs it, into a running city. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cityloom, clientOf, startCity, type TestCity } from '#tests/support/city.ts';

const endings: (() => unknown)[] = [];
let city: TestCity;
let key: string;
let folder: string;

before(async () => {
  city = await startCity({ after: (end) => void endings.push(end as () => unknown) }, [
    '--no-simulator',
    '--pack',
    'bench/scada-town',
  ]);
  key = await city.key('importer', 'integrator');
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
after(async () => {
  await rm(folder, { recursive: true });
  for (const end of endings) await end();
});

async function importing(csv: string, mapping: string, ...more: string[]) {
  const [file, map] = [join(folder, 'recording.csv'), join(folder, 'mapping.yaml')];
  await writeFile(file, csv);
  await writeFile(map, mapping);
  const run = await cityloom(['import', file, '--mapping', map, '--server', city.url, '--key', key, '--json', ...more]);
  return { ...run, summary: run.code === 0 ? (JSON.parse(run.stdout) as Record<string, never>) : undefined };
}

const LEVEL = `
time: { columns: [time], zone: UTC }
columns: [{ column: level, unit: cm, datastream: { assetId: SCADA-T1, indicator: level } }]`;

test('what is imported twice is stored once, and says so', async () => {
  const csv = 'time,level\n2026-03-01T08:00:00Z,300\n2026-03-01T08:05:00Z,301\n2026-03-01T08:10:00Z,302\n';
  const first = await importing(csv, LEVEL);
  assert.deepEqual(
    [first.code, first.summary?.accepted, first.summary?.stored, first.summary?.duplicates],
    [0, 3, 3, 0],
    first.stderr,
  );
  const again = await importing(csv, LEVEL);
  assert.deepEqual([again.summary?.accepted, again.summary?.stored, again.summary?.duplicates], [3, 0, 3]);
  const { body } = await clientOf(city, key).get(
    "/sensorthings/v1.1/Observations?$filter=Datastream/Thing/properties/assetId eq 'SCADA-T1'&$orderby=phenomenonTime&$select=result",
  );
  assert.deepEqual(
    (body as { value: { result: number }[] }).value.map(({ result }) => result),
    [3, 3.01, 3.02],
  );
});

test('what the sensor cannot have measured is counted, and the rest is stored', async () => {
  const { summary } = await importing('time,level\n2026-03-02T08:00:00Z,1300\n2026-03-02T08:05:00Z,300\n', LEVEL);
  assert.deepEqual(
    [summary?.stored, summary?.rejectedTotal, Object.keys(summary?.rejected ?? {})],
    [1, 1, ['observation.out_of_range']],
  );
});

test('a new thing is made once, with all its datastreams', async () => {
  const mapping = `
time: { columns: [time], zone: UTC }
columns:
  - column: wet
    unit: mm
    create: &gauge { assetId: NEW-1, name: New gauge, place: [33.04, 34.68], domain: water, assetClass: gauge, indicator: wet, range: [0, 500], intervalSeconds: 60 }
  - { column: warm, unit: '[degF]', create: { <<: *gauge, indicator: warm, unit: Cel, range: [-50, 60] } }`;
  const csv = 'time,wet,warm\n2026-03-01T08:00:00Z,1,50\n';
  for (const stored of [2, 0]) assert.equal((await importing(csv, mapping)).summary?.stored, stored);
  const { body } = await clientOf(city, key).get(
    "/sensorthings/v1.1/Things?$filter=properties/assetId eq 'NEW-1'&$expand=Datastreams($expand=Observations)",
  );
  const things = (
    body as {
      value: { Datastreams: { unitOfMeasurement: { symbol: string }; Observations: { result: number }[] }[] }[];
    }
  ).value;
  assert.equal(things.length, 1);
  const told = things[0]!.Datastreams.map(({ unitOfMeasurement, Observations }) => [
    unitOfMeasurement.symbol,
    Observations.map(({ result }) => result),
  ]);
  assert.deepEqual(told.sort(), [
    ['Cel', [10]],
    ['mm', [1]],
  ]);
});

test('on the machine of the city its data folder is enough: a key is made and revoked again', async () => {
  await writeFile(join(folder, 'local.csv'), 'time,level\n2026-03-03T08:00:00Z,300\n');
  await writeFile(join(folder, 'local.yaml'), LEVEL);
  const run = await cityloom([
    'import',
    join(folder, 'local.csv'),
    '--mapping',
    join(folder, 'local.yaml'),
    '--data',
    city.dataDir,
  ]);
  assert.deepEqual([run.code, /stored +1\n/.test(run.stdout)], [0, true], run.stderr);
  const keys = await cityloom(['key', 'list', '--data', city.dataDir]);
  assert.match(keys.stdout.split('\n').find((line) => line.includes('import 20')) ?? '', /revoked/);
});

test('a mapping that names what the city does not have, a wrong key and a city that is away are told apart', async () => {
  const csv = 'time,level\n2026-03-01T08:00:00Z,300\n';
  const unknown = await importing(csv, LEVEL.replace('SCADA-T1', 'SCADA-T9'));
  assert.deepEqual([unknown.code, /SCADA-T9/.test(unknown.stderr)], [2, true], unknown.stderr);
  const wrongKey = await importing(csv, LEVEL, '--key', 'nonsense');
  assert.notEqual(wrongKey.code, 0);
  const missing = await cityloom([
    'import',
    join(folder, 'nothing.csv'),
    '--mapping',
    join(folder, 'mapping.yaml'),
    '--server',
    city.url,
    '--key',
    key,
  ]);
  assert.deepEqual([missing.code, /nothing\.csv/.test(missing.stderr)], [1, true], missing.stderr);
});
