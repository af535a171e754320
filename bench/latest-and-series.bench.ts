/**
 * Reading: the latest value of 20,000 Datastreams, and a year of one-minute Observations as 1,000 points. One Datastream holds the
 * year (525,600 rows), every one holds a day of ten-minute rows. The raw limit is the shortest SQL that touches the same rows.
 */
import { MINUTE } from '#kernel/time.ts';
import { type BenchCity, line, median, openBenchCity, perSecond, shown } from './bench-city.ts';

const YEAR_ROWS = 365 * 24 * 60;
const DAY_ROWS = 144;
const YEAR_BEGIN = Date.UTC(2025, 0, 1);
const YEAR_END = YEAR_BEGIN + YEAR_ROWS * MINUTE;
const CALL_ROWS = 50_000;
const TIMES = 9;

async function fill(
  { sensing }: BenchCity,
  rows: number,
  datastreamAt: (n: number) => number,
  timeAt: (n: number) => number,
) {
  for (let first = 0; first < rows; first += CALL_ROWS) {
    const count = Math.min(CALL_ROWS, rows - first);
    await sensing.submitColumns({
      count,
      datastreamIds: Float64Array.from({ length: count }, (_, i) => datastreamAt(first + i)),
      phenomenonTimes: Float64Array.from({ length: count }, (_, i) => timeAt(first + i)),
      resultTimes: new Float64Array(count).fill(Number.NaN),
      results: Float64Array.from({ length: count }, (_, i) => 350 + 40 * Math.sin((first + i) / 229)),
    });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const figures: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const begin = performance.now();
    await work();
    figures.push(performance.now() - begin);
  }
  return median(figures);
}

const ms = (figure: number): string => `${figure.toFixed(1)} ms`;

/** Buckets of everything stored so far, at full speed. */
async function mergeBacklog({ sensing, database }: BenchCity): Promise<void> {
  const [before] = await database.query<{ rows: number }>(
    'select count(*) as rows from observations where id > (select observation_id from merge_cursor)',
  );
  const begin = performance.now();
  await sensing.settle();
  line('merging into buckets: rows/s', shown(perSecond(before!.rows, performance.now() - begin)));
}

const city = await openBenchCity({ merger: { everyMs: 3_600_000 } });
const { sensing, database, streams } = city;
const watched = streams[4_711]!;
line('what', 'value', 'raw limit', 'ratio');
const day = DAY_ROWS * streams.length;
await fill(
  city,
  day,
  (n) => streams[n % streams.length]!,
  (n) => YEAR_END + Math.floor(n / streams.length) * 10 * MINUTE,
);
await fill(
  city,
  YEAR_ROWS,
  () => watched,
  (n) => YEAR_BEGIN + n * MINUTE,
);
await database.query('analyze observations');

const year = () => sensing.series(watched, YEAR_BEGIN, YEAR_END, 1_000);
line('a year as 1,000 points before any bucket is there', ms(await timed(year)));
await mergeBacklog(city);
await database.query('vacuum analyze');
const target = '< 100 ms';
const narrow = await timed(() =>
  database.query('select * from buckets_hour where datastream_id = $1 order by begins', [watched]),
);
const wide = await timed(year);
line(`a year as ${(await year()).points.length} points`, ms(wide), `${ms(narrow)} (rows)`, (wide / narrow).toFixed(2));
const dayOfYear = () => sensing.series(watched, YEAR_END - 1440 * MINUTE, YEAR_END, 1_000);
line('the last day of it as 1,000 points', ms(await timed(dayOfYear)), target);
line(
  'the last 500 minutes as they came',
  ms(await timed(() => sensing.series(watched, YEAR_END - 500 * MINUTE, YEAR_END, 1_000))),
  target,
);

const memory = await timed(async () => {
  for (const { id } of sensing.listDatastreams()) sensing.findLatest(id);
});
line('latest of 20,000 Datastreams, now (memory)', ms(memory), target);
line('liveness of 20,000 Datastreams counted', ms(await timed(async () => sensing.livenessCounts(YEAR_END))), target);
const at = YEAR_END + 300 * MINUTE;
line('latest of 20,000 Datastreams at an instant in the past', ms(await timed(() => sensing.latestAt(at))), '< 400 ms');
const anyId = Math.floor(day / 2);
line(
  `one Observation of ${shown(day + YEAR_ROWS)} by its id`,
  ms(await timed(() => database.query('select * from observations where id = $1', [anyId]))),
  '< 5 ms',
);
const { heapUsed, arrayBuffers } = process.memoryUsage();
line('memory of this process: heap + buffers', `${((heapUsed + arrayBuffers) / 2 ** 20).toFixed(0)} MB`);
await city.close();
