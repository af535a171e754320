/**
 * Replays a month of a real SCADA recording through the import at full speed into a fresh city, then once more to show that nothing
 * is stored twice, and prints rows in, rows stored, duplicates, findings and time.
 *
 *   node bench/real-input.ts [--part] [--month 2019-01] [--server URL --key KEY]
 *
 * `--part` replays a week. The recordings are looked for in CITYLOOM_DATA (default ../shared/data) and never become part of the project;
 * without them it says what was skipped and ends well. With --server it uses a running city instead of a fresh one.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connectIntake } from '#adapters/csv/city-intake.ts';
import { type ImportSummary, importFile } from '#adapters/csv/import-file.ts';
import { parseMapping } from '#adapters/csv/mapping.ts';
import { DAY } from '#kernel/time.ts';
import { startCity } from '#tests/support/city.ts';

const RECORDINGS = [
  { path: 'water/scada-2019-flows.csv.gz', mapping: 'scada-flows.yaml' },
  { path: 'water/scada-2019-levels.csv.gz', mapping: 'scada-levels.yaml' },
] as const;

const { values } = parseArgs({
  options: {
    part: { type: 'boolean', default: false },
    month: { type: 'string', default: '2019-01' },
    server: { type: 'string' },
    key: { type: 'string' },
  },
});

const data = resolve(process.env.CITYLOOM_DATA ?? '../shared/data');
const missing = RECORDINGS.filter(({ path }) => !existsSync(join(data, path)));
if (missing.length > 0) {
  console.log(
    `Skipped: ${missing.map(({ path }) => path).join(', ')} not found in ${data}. Set CITYLOOM_DATA to the folder of recordings.`,
  );
  process.exit(0);
}

const endings: (() => unknown)[] = [];
try {
  const city = values.server === undefined ? await freshCity() : { url: values.server, key: values.key ?? '' };
  await replay(city);
} finally {
  for (const end of endings.reverse()) await end();
}

async function freshCity(): Promise<{ url: string; key: string }> {
  const city = await startCity({ after: (end) => void endings.push(end as () => unknown) }, [
    '--no-simulator',
    '--pack',
    'bench/scada-town',
  ]);
  return { url: city.url, key: await city.key('bench', 'integrator') };
}

async function replay(city: { url: string; key: string }): Promise<void> {
  const from = Date.parse(`${values.month}-01T00:00:00+02:00`);
  const nextMonth = new Date(`${values.month}-15T00:00:00Z`);
  nextMonth.setUTCMonth(nextMonth.getUTCMonth() + 1, 1);
  const to = values.part ? from + 7 * DAY : Date.parse(`${nextMonth.toISOString().slice(0, 7)}-01T00:00:00+02:00`);
  const before = await metrics(city.url);
  const first = await importAll(city, from, to);
  const again = await importAll(city, from, to);
  const after = await findingsWhenSettled(city.url);

  const rows = sum(first, ({ rows }) => rows);
  const seconds = sum(first, ({ milliseconds }) => milliseconds) / 1_000;
  const stored = after.stored - before.stored;
  console.log(`recordings    ${RECORDINGS.map(({ path }) => path).join(', ')}`);
  console.log(`span          ${new Date(from).toISOString()} – ${new Date(to).toISOString()}`);
  console.log(`rows in       ${rows}`);
  console.log(`rows stored   ${sum(first, (each) => each.stored)} observations (the city counts ${stored})`);
  console.log(`rejected      ${sum(first, (each) => each.rejectedTotal)}`);
  console.log(
    `duplicates    ${sum(first, (each) => each.duplicates)} in the first run, ${sum(again, (each) => each.duplicates)} of ${sum(again, (each) => each.accepted)} in the second`,
  );
  console.log(`findings      ${after.findings - before.findings} raised`);
  console.log(
    `time          ${seconds.toFixed(2)} s, ${Math.round(sum(first, (each) => each.accepted) / seconds)} observations/s`,
  );

  const isComplete = sum(first, (each) => each.stored) === stored && sum(again, (each) => each.stored) === 0;
  if (!isComplete)
    console.log(
      'NOT AS PROMISED: what the import counted and what the city stored differ, or the second run stored something.',
    );
  process.exitCode = isComplete ? 0 : 1;
}

async function importAll(
  { url, key }: { url: string; key: string },
  from: number,
  to: number,
): Promise<ImportSummary[]> {
  const summaries: ImportSummary[] = [];
  for (const { path, mapping } of RECORDINGS) {
    const text = await readFile(join('docs/adopt/mappings', mapping), 'utf8');
    const options = {
      path: join(data, path),
      mapping: parseMapping(text),
      intake: connectIntake(url, key),
      now: Date.now,
      batch: 8_000,
      maxErrors: Number.POSITIVE_INFINITY,
      from,
      to,
    };
    summaries.push(await importFile(options));
  }
  return summaries;
}

interface Counted {
  readonly stored: number;
  readonly findings: number;
}

async function metrics(url: string): Promise<Counted> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const total = (name: RegExp) => [...text.matchAll(name)].reduce((all, [, value]) => all + Number(value), 0);
  return {
    stored: total(/^cityloom_observations_stored_total (\d+)/gm),
    findings: total(/^cityloom_findings_total\{change="raised"\} (\d+)/gm),
  };
}

/** Findings follow the acknowledgement; wait until their count has stood still for five seconds. */
async function findingsWhenSettled(url: string): Promise<Counted> {
  let last = await metrics(url);
  for (let still = 0; still < 5; ) {
    await new Promise((later) => setTimeout(later, 1_000));
    const now = await metrics(url);
    still = now.findings === last.findings ? still + 1 : 0;
    last = now;
  }
  return last;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((all, item) => all + of(item), 0);
}
