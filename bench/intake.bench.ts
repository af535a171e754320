/**
 * Intake, acknowledged and durable, beside raw binary COPY into the same table with the same keys on the same server. The raw side
 * sends buffers encoded beforehand, back to back on one session. Rounds alternate; medians.
 */
import { CopyEncoder, OBSERVATION_COLUMNS } from '#sensing/copy-encoder.ts';
import { digest, digestNumber } from '#sensing/digest.ts';
import {
  type BenchCity,
  columnsFrom,
  line,
  median,
  openBenchCity,
  percentile,
  perSecond,
  shown,
} from './bench-city.ts';

const ROUNDS = 5;
const CALL_ROWS = 10_000;
const CALLS = 40;
const CALLERS = 4;

function encode(streams: readonly number[], first: number): Uint8Array {
  const { count, datastreamIds, phenomenonTimes, resultTimes, results } = columnsFrom(streams, first, CALL_ROWS);
  const encoder = new CopyEncoder(count * 140);
  for (let i = 0; i < count; i++) {
    digestNumber(results[i]!, resultTimes[i]!, Number.NaN);
    const [id, time, absent] = [first + i + 1, phenomenonTimes[i]!, Number.NaN];
    const [high, low] = [digest[0]!, digest[1]!];
    encoder.row(id, datastreamIds[i]!, time, absent, absent, results[i]!, undefined, high, low, 1, undefined, time);
  }
  return encoder.finish();
}

async function rawRound({ database, streams }: BenchCity, round: number): Promise<number> {
  const buffers = Array.from({ length: CALLS }, (_, call) => encode(streams, (round * CALLS + call) * CALL_ROWS));
  const begin = performance.now();
  const sql = `copy observations (${OBSERVATION_COLUMNS}) from stdin (format binary)`;
  await database.session(async (session) => {
    for (const buffer of buffers) await session.copyBinary(sql, buffer);
  });
  return perSecond(CALLS * CALL_ROWS, performance.now() - begin);
}

async function columnsRound({ sensing, streams }: BenchCity, round: number, resend = 0): Promise<number> {
  const calls = Array.from({ length: CALLS }, (_, call) =>
    columnsFrom(streams, ((round - resend) * CALLS + call) * CALL_ROWS, CALL_ROWS),
  );
  const begin = performance.now();
  let next = 0;
  const caller = async () => {
    while (next < calls.length) await sensing.submitColumns(calls[next++]!);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return perSecond(CALLS * CALL_ROWS, performance.now() - begin);
}

async function singles({ sensing, streams }: BenchCity, inFlight: number): Promise<{ rate: number; waits: number[] }> {
  const waits: number[] = [];
  let next = 0;
  const total = 40_000;
  const begin = performance.now();
  const sender = async () => {
    while (next < total) {
      const n = next++;
      const sent = performance.now();
      const phenomenonTime = Date.UTC(2025, 0, 1) + inFlight * 86_400_000 + Math.floor(n / streams.length) * 60_000;
      await sensing.submit([
        { datastreamId: streams[n % streams.length]!, phenomenonTime, resultTime: null, result: n % 977 },
      ]);
      waits.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return { rate: perSecond(total, performance.now() - begin), waits };
}

const raw = await openBenchCity();
const ours = await openBenchCity();
line('what', 'value', 'raw limit', 'ratio');
line('seeding 10,000 Things, 20,000 Datastreams', `${ours.seededMs.toFixed(0)} ms`, '< 3,000 ms');

await rawRound(raw, 0);
await columnsRound(ours, 0);
const [limits, figures]: [number[], number[]] = [[], []];
for (let round = 1; round <= ROUNDS; round++) {
  limits.push(await rawRound(raw, round));
  figures.push(await columnsRound(ours, round));
}
const [limit, figure] = [median(limits), median(figures)];
line('columns, calls of 10,000, 4 at once: rows/s', shown(figure), shown(limit), (figure / limit).toFixed(2));
line('  slowest round', shown(Math.min(...figures)), shown(Math.min(...limits)));
const resent = await columnsRound(ours, ROUNDS + 1, 1);
line('the same again (every row a duplicate): rows/s', shown(resent), shown(limit), (resent / limit).toFixed(2));

for (const inFlight of [1, 64, 512]) {
  const { rate, waits } = await singles(ours, inFlight);
  const tail = `p50 ${percentile(waits, 0.5).toFixed(1)} p99 ${percentile(waits, 0.99).toFixed(1)} ms`;
  line(`single Observations, ${inFlight} in flight: rows/s`, shown(rate), tail);
}

const [{ stored, accepted, duplicates }, rows] = [
  ours.sensing.counters(),
  await ours.database.query<{ rows: number }>('select count(*) as rows from observations'),
];
const proven = stored === rows[0]!.rows && stored === ours.heard.rows && accepted === stored + duplicates;
line(`stored ${shown(stored)} + duplicates ${shown(duplicates)} = accepted`, proven ? 'proven' : 'DOES NOT ADD UP');
await raw.close();
await ours.close();
if (!proven) process.exitCode = 1;
