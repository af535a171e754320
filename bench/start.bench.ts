/**
 * How long a person waits: from `npm start` to the first page, on a fresh data folder (screens built on the way), on a fresh folder with
 * the screens built already, and on the second start; and from Ctrl-C to the end of the process with the simulator running, in the
 * middle of telling the past and in the middle of an ordinary day. Beside the seconds of the clock stands what the city's own process
 * worked for it, because the clock also counts what else the machine does.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, ROOT, startCityIn, type TestCity } from '#tests/support/city.ts';
import { line } from './bench-city.ts';

const FIRST_PAGE_WITHIN_S = 15;
const GONE_WITHIN_S = 5;
const ORDINARY_DAY_AFTER_MS = 20_000;
/** Without it the city takes the screens for old and builds them. */
const SCREENS_STAMP = join(ROOT, 'dist/web/.sources');

const seconds = (since: number): number => (performance.now() - since) / 1_000;
const report = (what: string, took: number, target: number): void =>
  line(what, `${took.toFixed(1)} s`, `< ${target} s`, (took / target).toFixed(2));

async function firstPage(what: string, dataDir: string): Promise<TestCity> {
  const begin = performance.now();
  const city = await startCityIn(dataDir, [], { CITYLOOM_LOG_LEVEL: 'error' });
  const page = await fetch(`${city.url}/ops`);
  if (!page.ok) throw new Error(`/ops answered ${page.status}: ${await page.text()}`);
  report(what, seconds(begin), FIRST_PAGE_WITHIN_S);
  line('  processor time of the city', `${(await processorSeconds(city)).toFixed(1)} s`);
  return city;
}

async function processorSeconds(city: TestCity): Promise<number> {
  const text = await (await fetch(`${city.url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}

async function ctrlC(what: string, city: TestCity): Promise<void> {
  const begin = performance.now();
  const code = await city.stop();
  report(what, seconds(begin), GONE_WITHIN_S);
  if (code !== 0) throw new Error(`The city ended with code ${code}:\n${city.said()}`);
}

const hasSaid = (city: TestCity, words: string): Promise<boolean> =>
  eventually(
    async () => city.said().includes(words),
    (said) => said,
  );

const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-start-'));
line('what', 'value', 'target', 'ratio');
line('load of the machine before', `${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores`);
try {
  await rm(SCREENS_STAMP, { force: true });
  const built = await firstPage('first page, fresh folder, screens to be built', join(dataDir, 'built'));
  await hasSaid(built, 'the city is known');
  await sleep(1_000);
  await ctrlC('Ctrl-C while the past is being told', built);

  const fresh = await firstPage('first page, fresh folder', join(dataDir, 'fresh'));
  await hasSaid(fresh, 'devices report');
  await sleep(ORDINARY_DAY_AFTER_MS);
  await ctrlC('Ctrl-C with the simulator running', fresh);

  const second = await firstPage('first page, second start', join(dataDir, 'fresh'));
  await hasSaid(second, 'devices report');
  await ctrlC('Ctrl-C just after the start', second);
} finally {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
