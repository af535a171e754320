/** Series, latest at an instant, reading again in order, liveness. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObservationBatch } from '#kernel/observation.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import { livenessOf } from '#sensing/liveness.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import { gridFor } from '#sensing/series.ts';
import { citySensing, logger, minutesAgo, NOON, pressure } from './city-of-sensors.ts';

/** One value every `stepMs` from `from` on, the values 0, 1, 2 … */
function fill(sensing: Sensing, id: number, from: number, stepMs: number, count: number) {
  return sensing.submitColumns({
    count,
    datastreamIds: new Float64Array(count).fill(id),
    phenomenonTimes: Float64Array.from({ length: count }, (_, i) => from + i * stepMs),
    resultTimes: new Float64Array(count).fill(Number.NaN),
    results: Float64Array.from({ length: count }, (_, i) => i),
  });
}

test('a grid never has more points than asked for, and is the narrowest whole multiple of its unit', () => {
  for (const span of [30 * SECOND, HOUR - 1, 5 * HOUR + 7, DAY, 31 * DAY, 365 * DAY, 4_000 * DAY]) {
    for (const points of [1, 2, 7, 100, 1_000]) {
      for (const offset of [0, 1, 29 * MINUTE, 23 * HOUR]) {
        const [from, to] = [NOON + offset, NOON + offset + span];
        const { stepMs } = gridFor(from, to, points);
        const count = Math.floor((to - 1) / stepMs) - Math.floor(from / stepMs) + 1;
        assert.ok(count <= points, `${span} ms in ${points}: ${count} of ${stepMs}`);
      }
    }
  }
  assert.deepEqual(gridFor(NOON, NOON + 365 * DAY, 1_000), { width: 'hour', stepMs: 9 * HOUR });
  assert.deepEqual(gridFor(NOON, NOON + DAY, 720), { width: 'minute', stepMs: 2 * MINUTE });
  assert.deepEqual(gridFor(NOON, NOON + 10 * MINUTE, 600), { width: undefined, stepMs: SECOND });
  assert.deepEqual(gridFor(NOON - 12 * HOUR, NOON + 12 * HOUR, 1), { width: 'day', stepMs: DAY });
});

test('as many Observations as points asked for come as they are; one more, and they come summed up', async (t) => {
  const { sensing, streams } = await citySensing(t);
  const begin = NOON - DAY;
  await fill(sensing, streams[0]!, begin, MINUTE, 100);

  const raw = await sensing.series(streams[0]!, begin, NOON, 100);
  const summed = await sensing.series(streams[0]!, begin, NOON, 99);

  assert.deepEqual(
    [raw.bucketSeconds, raw.points.length, raw.points[7]],
    [0, 100, { begin: begin + 7 * MINUTE, count: 1, min: 7, mean: 7, max: 7, last: 7 }],
  );
  assert.equal(summed.bucketSeconds, 15 * 60);
  assert.deepEqual(summed.points[0], { begin, count: 15, min: 0, mean: 7, max: 14, last: 14 });
  assert.equal(
    summed.points.reduce((sum, { count }) => sum + count, 0),
    100,
  );
});

test('a series is the same before and after merging, from buckets, memory or the table', async (t) => {
  const city = await citySensing(t, 1, { tailRows: 1_000 });
  const seed = logger(7);
  await city.sensing.seedThings([
    { ...seed, datastreams: seed.datastreams.map((datastream) => ({ ...datastream, intervalSeconds: 10 })) },
  ]);
  const ids = Array.from(city.sensing.listDatastreams(), ({ id }) => id);
  const begin = NOON - 2 * DAY;
  const read = () => Promise.all(ids.map((id) => city.sensing.series(id, begin, NOON, 50)));
  for (const id of ids) await fill(city.sensing, id, begin, 90 * SECOND, 800);
  const fromMemory = await read();
  for (const id of ids) await fill(city.sensing, id, begin + DAY, 90 * SECOND, 800);
  const fromTableAndMemory = await read();

  await city.sensing.settle();

  assert.deepEqual(await read(), fromTableAndMemory);
  assert.equal(
    fromMemory[0]!.points.reduce((sum, { count }) => sum + count, 0),
    800,
  );
  assert.equal(
    fromTableAndMemory[1]!.points.reduce((sum, { count }) => sum + count, 0),
    1_600,
  );
});

test('spans narrower than a minute to the point are summed up from the Observations', async (t) => {
  const { sensing, streams } = await citySensing(t);
  await fill(sensing, streams[0]!, NOON - MINUTE, 50, 1_200);

  const { bucketSeconds, points } = await sensing.series(streams[0]!, NOON - MINUTE, NOON, 60);

  assert.deepEqual([bucketSeconds, points.length, points[0]?.count], [1, 60, 20]);
});

test('a span without Observations, and one of no length, are empty', async (t) => {
  const { sensing, streams } = await citySensing(t);
  assert.deepEqual(await sensing.series(streams[0]!, NOON - DAY, NOON, 10), { bucketSeconds: 0, points: [] });
  assert.deepEqual(await sensing.series(streams[0]!, NOON, NOON, 10), { bucketSeconds: 0, points: [] });
});

test('latest at an instant is what had been observed by then, the instant itself included', async (t) => {
  const { sensing, streams } = await citySensing(t);
  const [a, b, c] = streams as [number, number, number];
  await sensing.submit([
    pressure(a, 1, { phenomenonTime: minutesAgo(10) }),
    pressure(a, 2, { phenomenonTime: minutesAgo(5) }),
    pressure(b, 3, { phenomenonTime: minutesAgo(4) }),
    pressure(b, 0, { phenomenonTime: minutesAgo(5), result: 'no reading' }),
    pressure(c, 9, { phenomenonTime: minutesAgo(1) }),
  ]);

  const then = await sensing.latestAt(minutesAgo(5));

  assert.deepEqual(
    then,
    new Map([
      [a, { at: minutesAgo(5), value: 2 }],
      [b, { at: minutesAgo(5), value: undefined }],
    ]),
  );
});

test('of two Observations of one instant the one stored later is the latest, now and when looking back', async (t) => {
  const city = await citySensing(t);
  await city.sensing.submit([pressure(city.streams[0]!, 1)]);
  await city.sensing.submit([pressure(city.streams[0]!, 2)]);

  assert.equal(city.sensing.findLatest(city.streams[0]!)?.value, 2);
  assert.equal((await city.sensing.latestAt(NOON)).get(city.streams[0]!)?.value, 2);
  assert.equal((await city.reopen()).findLatest(city.streams[0]!)?.value, 2);
});

async function all(batches: AsyncIterable<ObservationBatch>): Promise<ObservationBatch[]> {
  const found: ObservationBatch[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

test('reading again gives what detection heard: the same rows, the same order, the same time of receiving', async (t) => {
  const { sensing, streams, clock, heard } = await citySensing(t);
  for (let minute = 0; minute < 5; minute++) {
    clock.set(NOON + minute * MINUTE);
    await sensing.submit(
      streams.flatMap((id) => [
        pressure(id, minute, { phenomenonTime: NOON + minute * MINUTE }),
        pressure(id, 0, { phenomenonTime: NOON + minute * MINUTE, result: 'text' }),
      ]),
    );
  }

  assert.deepEqual(await all(sensing.readFrom(0, 1_000)), heard);
  const small = await all(sensing.readFrom(0, 2));
  assert.ok(small.every((batch) => batch.ids.length <= 2));
  assert.deepEqual(
    small.flatMap((batch) => [...batch.ids]),
    heard.flatMap((batch) => [...batch.ids]),
  );
  assert.deepEqual(await all(sensing.readFrom(heard.at(-2)!.ids.at(-1)!, 1_000)), heard.slice(-1));
});

test('reading again can be narrowed to a span and to some Datastreams', async (t) => {
  const { sensing, streams } = await citySensing(t);
  for (const id of streams) await fill(sensing, id, NOON - 10 * MINUTE, MINUTE, 10);

  const batches = await all(
    sensing.readFrom(0, 100, { from: minutesAgo(5), to: minutesAgo(3), datastreamIds: [streams[0]!, streams[2]!] }),
  );

  const rows = batches.flatMap((batch) =>
    Array.from(batch.ids, (_, i) => [batch.datastreamIds[i], batch.phenomenonTimes[i]]),
  );
  assert.deepEqual(rows, [
    [streams[0], minutesAgo(5)],
    [streams[0], minutesAgo(4)],
    [streams[2], minutesAgo(5)],
    [streams[2], minutesAgo(4)],
  ]);
});

const RHYTHM = { intervalSeconds: 60, lateAfterIntervals: 2, silentAfterIntervals: 5 };

test('a Datastream is late after more than two missed intervals and silent after more than five', () => {
  const after = (ms: number) => livenessOf(RHYTHM, NOON, 0, NOON + ms);
  assert.equal(after(-MINUTE), 'reporting', 'a clock that runs ahead');
  assert.equal(after(2 * MINUTE), 'reporting');
  assert.equal(after(2 * MINUTE + 1), 'late');
  assert.equal(after(5 * MINUTE), 'late');
  assert.equal(after(5 * MINUTE + 1), 'silent');
});

test('one that never reported is expected for as long as another would be reporting, counted from its registration', () => {
  const after = (ms: number) => livenessOf(RHYTHM, Number.NaN, NOON, NOON + ms);
  assert.equal(after(2 * MINUTE), 'expected');
  assert.equal(after(2 * MINUTE + 1), 'late');
  assert.equal(after(5 * MINUTE + 1), 'silent');
});

test('nothing is expected of a Datastream without a declared interval', () => {
  assert.equal(livenessOf({ ...RHYTHM, intervalSeconds: undefined }, NOON, 0, NOON + 100 * DAY), 'unexpected');
});

test('the counts of a city add up to its Datastreams', async (t) => {
  const { sensing, streams, database } = await citySensing(t, 4);
  await database.query('update datastreams set registered_at = $1', [new Date(NOON)]);
  await database.query(`update datastreams set properties = properties - 'intervalSeconds' where id = $1`, [
    streams[3]!,
  ]);
  await sensing.refresh();
  await sensing.submit([pressure(streams[0]!, 1), pressure(streams[1]!, 1, { phenomenonTime: minutesAgo(3) })]);

  assert.deepEqual(sensing.livenessCounts(NOON), { unexpected: 1, expected: 1, reporting: 1, late: 1, silent: 0 });
  assert.equal(sensing.livenessCounts(NOON + HOUR).silent, 3);
});
