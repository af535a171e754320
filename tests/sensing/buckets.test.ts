/** Buckets of a minute, an hour and a day: exact, each Observation once, late ones in their own time, also across restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '#kernel/ports.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { Bucket, BucketWidth } from '#sensing/sensing.types.ts';
import { type City, citySensing, logger, minutesAgo, NOON, pressure } from './city-of-sensors.ts';

/** A logger that reports every ten seconds: one that keeps buckets of a minute. */
const fast = (n: number) => {
  const seed = logger(n);
  return { ...seed, datastreams: seed.datastreams.map((datastream) => ({ ...datastream, intervalSeconds: 10 })) };
};

/** The same figures straight from the Observations: the plainest SQL that says what a bucket is. */
async function recomputed(
  database: Database,
  id: number,
  width: BucketWidth,
  from: Instant,
  to: Instant,
): Promise<Bucket[]> {
  return database.query<Bucket>(
    `select (extract(epoch from begins) * 1000)::float8 as begin, count(*)::float8 as count, min(result), avg(result) as mean,
       max(result), (array_agg(result order by phenomenon_time desc, id desc))[1] as last
     from (select *, date_trunc('${width}', phenomenon_time at time zone 'UTC') at time zone 'UTC' as begins
       from observations) o
     where datastream_id = $1 and phenomenon_time >= $2 and phenomenon_time < $3 and result is not null
     group by begins order by begins`,
    [id, new Date(from), new Date(to)],
  );
}

/** Small whole numbers, so that sums are exact whatever the order. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function assertExact(
  city: City,
  ids: readonly number[],
  from: Instant,
  to: Instant,
  when: string,
): Promise<void> {
  for (const id of ids) {
    for (const width of ['minute', 'hour', 'day'] as const) {
      const expected = await recomputed(city.database, id, width, from, to);
      assert.deepEqual(await city.sensing.buckets(id, width, from, to), expected, `${width}s of ${id}, ${when}`);
    }
  }
}

for (const seed of [1, 2, 3]) {
  test(`buckets equal what the Observations themselves give, merged or not, late or not (seed ${seed})`, async (t) => {
    const city = await citySensing(t, 2, { tailRows: 60 });
    await city.sensing.seedThings([fast(10), fast(11)]);
    const ids = Array.from(city.sensing.listDatastreams(), ({ id }) => id);
    const random = randomFrom(seed);
    const [from, to] = [NOON - 3 * DAY, NOON + DAY];
    for (let round = 0; round < 8; round++) {
      await city.sensing.submit(
        Array.from({ length: 40 }, () =>
          pressure(ids[random(ids.length)]!, random(1_600), {
            phenomenonTime: NOON - random(3) * DAY - random(4) * HOUR - random(5) * MINUTE - random(4) * 20 * SECOND,
            result: random(10) === 0 ? 'no reading' : random(1_600),
          }),
        ),
      );
      await assertExact(city, ids, from, to, `before merging round ${round}`);
      await [() => city.sensing.settle(), () => city.reopen(), async () => {}][random(3)]!();
      await assertExact(city, ids, from, to, `after round ${round}`);
    }
    await city.sensing.settle();
    const [left] = await city.database.query(
      'select 1 from observations where id > (select observation_id from merge_cursor)',
    );
    assert.equal(left, undefined);
    await assertExact(city, ids, from, to, 'at the end');
  });
}

test('an Observation a year late lands in the buckets of its own time', async (t) => {
  const { sensing, streams } = await citySensing(t);
  const lastYear = NOON - 365 * DAY;
  await sensing.submit([pressure(streams[0]!, 350)]);
  await sensing.settle();

  await sensing.submit([pressure(streams[0]!, 100, { phenomenonTime: lastYear })]);
  await sensing.settle();

  const [old] = await sensing.buckets(streams[0]!, 'hour', lastYear, lastYear + HOUR);
  const [now] = await sensing.buckets(streams[0]!, 'hour', NOON, NOON + HOUR);
  assert.deepEqual([old?.count, old?.last, now?.count, now?.last], [1, 100, 1, 350]);
});

test('the last value of a bucket is that of the greatest time, whatever order they came in', async (t) => {
  const { sensing, streams } = await citySensing(t);
  for (const [result, time] of [
    [3, NOON + 3 * MINUTE],
    [1, NOON + MINUTE],
    [2, NOON + 2 * MINUTE],
    [4, NOON + 3 * MINUTE],
  ] as const) {
    await sensing.submit([pressure(streams[0]!, result, { phenomenonTime: time })]);
    await sensing.settle();
  }

  const [hour] = await sensing.buckets(streams[0]!, 'hour', NOON, NOON + HOUR);

  assert.deepEqual(hour, { begin: NOON, count: 4, min: 1, mean: 2.5, max: 4, last: 4 });
});

test('buckets are of UTC: an Observation at 23:59:59.999 is of the old day, at 00:00 of the new one', async (t) => {
  const { sensing, streams } = await citySensing(t);
  const midnight = NOON - 12 * HOUR;
  await sensing.submit([
    pressure(streams[0]!, 1, { phenomenonTime: midnight - 1 }),
    pressure(streams[0]!, 2, { phenomenonTime: midnight }),
  ]);
  await sensing.settle();

  const days = await sensing.buckets(streams[0]!, 'day', midnight - DAY, midnight + DAY);

  assert.deepEqual(
    days.map(({ begin, last }) => [begin, last]),
    [
      [midnight - DAY, 1],
      [midnight, 2],
    ],
  );
});

test('a merge that is cut off leaves cursor and buckets as they were, and the next one counts everything once', async (t) => {
  const city = await citySensing(t);
  await city.sensing.submit([pressure(city.streams[0]!, 1), pressure(city.streams[0]!, 2)]);
  // The statement that moves the cursor fails after the buckets are written: all of the pass must go.
  await city.database.query('alter table merge_cursor add constraint stop check (observation_id = 0)');
  await assert.rejects(city.sensing.settle());
  const [written] = await city.database.query('select 1 from buckets_hour');
  assert.equal(written, undefined);

  await city.database.query('alter table merge_cursor drop constraint stop');
  await city.sensing.settle();

  const [hour] = await city.sensing.buckets(city.streams[0]!, 'hour', NOON, NOON + HOUR);
  assert.equal(hour?.count, 2);
});

test('a series is exact while the merger stands in the middle of a batch', async (t) => {
  const city = await citySensing(t, 1, { merger: { everyMs: 3_600_000, rowsPerPass: 2 } });
  const accepted = await city.sensing.submit([1, 2, 3, 4, 5].map((result) => pressure(city.streams[0]!, result)));
  const third = accepted[2]!.id;
  await city.database.query(`alter table merge_cursor add constraint stop check (observation_id <= ${third})`);
  await assert.rejects(city.sensing.settle());
  const [merged] = await city.database.query('select count from buckets_hour');
  assert.deepEqual(merged, { count: 2 });

  await assertExact(city, city.streams, NOON - DAY, NOON + DAY, 'two of five merged');
});

test('deleting and correcting an Observation changes its buckets, extent and latest, merged or not', async (t) => {
  const city = await citySensing(t);
  await city.sensing.seedThings([fast(10)]);
  const id = [...city.sensing.listDatastreams()].at(-1)!.id;
  const [first, , wrong] = await city.sensing.submit([
    pressure(id, 10, { phenomenonTime: minutesAgo(2) }),
    pressure(id, 20, { phenomenonTime: minutesAgo(1) }),
    pressure(id, 999),
  ]);
  await city.sensing.settle();
  const [late] = await city.sensing.submit([pressure(id, 30, { phenomenonTime: minutesAgo(200) })]);

  await city.sensing.replaceObservation(first!.id, pressure(id, 15, { phenomenonTime: minutesAgo(62) }));
  await city.sensing.replaceObservation(late!.id, pressure(id, 31, { phenomenonTime: minutesAgo(190) }));
  assert.equal(await city.sensing.removeObservation(wrong!.id), true);
  assert.equal(await city.sensing.removeObservation(wrong!.id), false);

  await assertExact(city, [id], NOON - DAY, NOON + DAY, 'before merging');
  await city.sensing.settle();
  await assertExact(city, [id], NOON - DAY, NOON + DAY, 'after merging');
  assert.deepEqual(city.sensing.findLatest(id), { at: minutesAgo(1), value: 20 });
  assert.deepEqual(city.sensing.extent(id)?.phenomenonTime, [minutesAgo(190), minutesAgo(1)]);
});

test('correcting an Observation into one that is stored already is a conflict and changes nothing', async (t) => {
  const { sensing, streams } = await citySensing(t);
  const [, second] = await sensing.submit([pressure(streams[0]!, 1), pressure(streams[0]!, 2)]);

  await assert.rejects(sensing.replaceObservation(second!.id, pressure(streams[0]!, 1)), {
    code: 'observation.duplicate',
  });
  await assert.rejects(sensing.replaceObservation(4_711, pressure(streams[0]!, 1)), { code: 'observation.unknown' });
});

test('results too large to add up are kept, and left out of the buckets', async (t) => {
  const { sensing, streams, database } = await citySensing(t);
  await database.query(`update datastreams set properties = properties - 'range'`);
  await sensing.refresh();
  await sensing.submit([1e308, 1.5e308, 7].map((result) => pressure(streams[0]!, result)));

  await sensing.settle();

  const [hour] = await sensing.buckets(streams[0]!, 'hour', NOON, NOON + HOUR);
  assert.deepEqual([hour?.count, hour?.max], [1, 7]);
});
