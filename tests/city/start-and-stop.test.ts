import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cityFolder, cityloom, clientOf, startCity } from '#tests/support/city.ts';

const QUIET = ['--no-simulator', '--log', 'warn'];

test('a city starts, stops on Ctrl-C, and goes on with the same data when it starts again', async (t) => {
  const folder = await cityFolder(t);
  const { dataDir } = folder;

  const first = await folder.start(QUIET);
  assert.deepEqual(await (await fetch(`${first.url}/healthz`)).json(), { status: 'alive' });
  assert.deepEqual(await (await fetch(`${first.url}/readyz`)).json(), { status: 'serving' });
  assert.match(first.said(), /Sign in as administrator with the one-time password \S{12,}/);
  const key = await first.key('reader', 'auditor');
  assert.match(key, /^cl_\S{40,}$/);
  const before = await clientOf(first, key).get('/api/v1/city');
  assert.equal(before.status, 200);

  const second = await cityloom(['up', '--port', '0', '--mqtt-port', '0', '--data', dataDir, ...QUIET]);
  assert.equal(second.code, 1, 'a second city on the same folder is refused');
  assert.match(second.stderr, /city\.already_running/);

  assert.equal(await first.stop(), 0);
  const again = await folder.start(QUIET);
  assert.doesNotMatch(again.said(), /one-time password/, 'the one-time password is shown once');
  const after = await clientOf(again, key).get('/api/v1/city');
  const counts = (city: { domains: { id: string; assets: number; datastreams: number }[] }) =>
    city.domains.map(({ id, assets, datastreams }) => [id, assets, datastreams]);
  assert.deepEqual(counts(after.body), counts(before.body));
  assert.equal(await again.stop(), 0);
});

test('metrics carry the figures an operator watches', async (t) => {
  const city = await startCity(t, ['--empty', ...QUIET]);
  const text = await (await fetch(`${city.url}/metrics`)).text();
  const names = [
    'cityloom_observations_accepted_total',
    'cityloom_observations_stored_total',
    'cityloom_observations_rejected_total',
    'cityloom_cases_opened_total',
    'cityloom_observation_to_case_seconds',
    'cityloom_live_clients',
  ];
  assert.deepEqual(
    names.filter((name) => !text.includes(`# TYPE ${name} `)),
    [],
  );
});
