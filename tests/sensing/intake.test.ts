/** What intake promises: acknowledged means durable, the same Observation is stored once, two different ones are both kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '#kernel/observation.ts';
import { MINUTE } from '#kernel/time.ts';
import { createSensing } from '#sensing/sensing.ts';
import { quiet } from '#tests/support/database.ts';
import { citySensing, countRows, minutesAgo, NOON, pressure } from './city-of-sensors.ts';

test('an acknowledged Observation is in the database, and in memory at once', async (t) => {
  const { sensing, database, streams, heard } = await citySensing(t);

  const [accepted] = await sensing.submit([pressure(streams[0]!, 352.5, { resultTime: NOON })]);

  const rows = await database.query('select id, datastream_id, result, phenomenon_time, result_time from observations');
  assert.deepEqual(rows, [
    {
      id: accepted!.id,
      datastream_id: streams[0],
      result: 352.5,
      phenomenon_time: new Date(NOON),
      result_time: new Date(NOON),
    },
  ]);
  assert.deepEqual(sensing.findLatest(streams[0]!), { at: NOON, value: 352.5 });
  assert.deepEqual([...heard[0]!.results], [352.5]);
});

test('the same Observation sent twice is stored once and answered with the first id', async (t) => {
  const { sensing, database, streams, heard } = await citySensing(t);
  const observation = pressure(streams[0]!, 350, { resultTime: NOON });

  const [first] = await sensing.submit([observation]);
  const [second] = await sensing.submit([observation]);

  assert.deepEqual(second, { id: first!.id, duplicate: true });
  assert.equal(await countRows(database), 1);
  assert.equal(heard.flatMap((batch) => [...batch.ids]).length, 1);
  assert.deepEqual(sensing.counters(), { accepted: 2, stored: 1, duplicates: 1, rejected: {} });
});

test('the same Observation twice in one call, or in two calls at once, is stored once', async (t) => {
  const { sensing, database, streams } = await citySensing(t);
  const observation = pressure(streams[0]!, 350);

  const [[first, again], [other]] = await Promise.all([
    sensing.submit([observation, observation]),
    sensing.submit([observation]),
  ]);

  assert.deepEqual([first!.duplicate, again!.duplicate, other!.duplicate], [false, true, true]);
  assert.deepEqual([again!.id, other!.id], [first!.id, first!.id]);
  assert.equal(await countRows(database), 1);
});

test('two different Observations of the same instant are both kept', async (t) => {
  const { sensing, database, streams } = await citySensing(t);

  await sensing.submit([
    pressure(streams[0]!, 350),
    pressure(streams[0]!, 351),
    pressure(streams[0]!, 350, { resultTime: NOON }),
    pressure(streams[0]!, 350, { phenomenonEnd: NOON + MINUTE }),
    pressure(streams[1]!, 350),
  ]);

  assert.equal(await countRows(database), 5);
});

test('a result keeps its JSON type: the number 3 and the text "3" are two Observations', async (t) => {
  const { sensing, database, streams } = await citySensing(t);
  const results: Json[] = [3, '3', true, null, { b: 1, a: [2] }, [1, 'zwei', '三']];

  await sensing.submit(results.map((result) => pressure(streams[0]!, 0, { result })));

  const rows = await database.query<{ result: number | null; result_json: Json }>(
    'select result, result_json from observations order by id',
  );
  assert.deepEqual(
    rows.map(({ result, result_json }) => result ?? result_json),
    results,
  );
  const again = await sensing.submit([pressure(streams[0]!, 0, { result: { a: [2], b: 1 } })]);
  assert.equal(again[0]!.duplicate, true, 'the order of keys is no difference');
});

test('only numbers reach detection, in the order of their ids', async (t) => {
  const { sensing, streams, heard } = await citySensing(t);

  await sensing.submit([
    pressure(streams[0]!, 1),
    pressure(streams[0]!, 0, { result: 'valve stuck' }),
    pressure(streams[1]!, 2),
  ]);

  assert.deepEqual([...heard[0]!.results], [1, 2]);
  assert.ok(heard[0]!.ids[0]! < heard[0]!.ids[1]!);
});

test('a late Observation is stored in its own time and does not replace the newer latest', async (t) => {
  const { sensing, streams } = await citySensing(t);
  await sensing.submit([pressure(streams[0]!, 350)]);

  await sensing.submit([pressure(streams[0]!, 200, { phenomenonTime: minutesAgo(90) })]);

  assert.deepEqual(sensing.findLatest(streams[0]!), { at: NOON, value: 350 });
  assert.deepEqual(sensing.extent(streams[0]!)?.phenomenonTime, [minutesAgo(90), NOON]);
  const [old] = await sensing.buckets(streams[0]!, 'minute', minutesAgo(90), minutesAgo(89));
  assert.equal(old?.last, 200);
});

test('columns are stored like single Observations, and duplicates across the two are recognised', async (t) => {
  const { sensing, database, streams } = await citySensing(t);
  const [single] = await sensing.submit([pressure(streams[1]!, 7, { phenomenonTime: minutesAgo(1) })]);

  const answer = await sensing.submitColumns({
    count: 3,
    datastreamIds: Float64Array.of(streams[0]!, streams[1]!, streams[2]!, 99),
    phenomenonTimes: Float64Array.of(NOON, minutesAgo(1), NOON, 0),
    resultTimes: Float64Array.of(NOON, Number.NaN, Number.NaN, 0),
    results: Float64Array.of(5, 7, 9, 0),
  });

  assert.equal(answer.duplicates, 1);
  assert.equal(answer.ids[1], single!.id);
  assert.equal(await countRows(database), 3);
  assert.equal(sensing.findLatest(streams[2]!)?.value, 9);
});

test('a call with one bad row among columns stores nothing and names the row; skipping stores the rest', async (t) => {
  const { sensing, database, streams } = await citySensing(t);
  const columns = {
    count: 3,
    datastreamIds: Float64Array.of(streams[0]!, streams[0]!, 4_711),
    phenomenonTimes: Float64Array.of(NOON, NOON, NOON),
    resultTimes: new Float64Array(3).fill(Number.NaN),
    results: Float64Array.of(5, 1_601, 9),
  };

  await assert.rejects(sensing.submitColumns(columns), {
    code: 'observation.out_of_range',
    field: '[1].result',
  });
  assert.equal(await countRows(database), 0);

  const answer = await sensing.submitColumns(columns, 'skip');
  assert.deepEqual(
    answer.skipped.map(({ index, error }) => [index, error.code]),
    [
      [1, 'observation.out_of_range'],
      [2, 'datastream.unknown'],
    ],
  );
  assert.deepEqual([Number.isNaN(answer.ids[0]), Number.isNaN(answer.ids[1])], [false, true]);
  assert.equal(await countRows(database), 1);
});

test('a refused call stores nothing of its good rows and is counted by its reason', async (t) => {
  const { sensing, database, streams } = await citySensing(t);

  const call = sensing.submit([pressure(streams[0]!, 350), pressure(4_711, 350)]);

  await assert.rejects(call, { code: 'datastream.unknown', field: '[1].Datastream' });
  assert.equal(await countRows(database), 0);
  assert.deepEqual(sensing.counters().rejected, { 'datastream.unknown': 2 });
});

test('more than may wait is refused at once, and what waits is stored', async (t) => {
  const { sensing, database, streams } = await citySensing(t, 3, { groupCommit: { waitingRows: 2 } });

  const first = sensing.submit([pressure(streams[0]!, 1)]);
  const second = sensing.submit([pressure(streams[1]!, 2)]);
  const third = sensing.submit([pressure(streams[2]!, 3)]);

  await assert.rejects(third, { code: 'intake.overloaded', kind: 'unavailable' });
  await Promise.all([first, second]);
  assert.equal(await countRows(database), 2);
});

test('a call larger than is taken at once is refused with its limit named', async (t) => {
  const { sensing, streams } = await citySensing(t, 3, { rowsPerCall: 2 });

  const call = sensing.submit([1, 2, 3].map((result) => pressure(streams[0]!, result)));

  await assert.rejects(call, { code: 'intake.too_many_rows', kind: 'too_large' });
});

test('many calls at once share commits: one batch for all that waited', async (t) => {
  const { sensing, streams, heard } = await citySensing(t);

  await Promise.all(Array.from({ length: 500 }, (_, n) => sensing.submit([pressure(streams[0]!, n)])));

  assert.ok(heard.length <= 3, `${heard.length} batches`);
  assert.equal(heard.flatMap((batch) => [...batch.ids]).length, 500);
});

test('ids go on ascending after a restart, and latest and extent are known again', async (t) => {
  const city = await citySensing(t);
  const [before] = await city.sensing.submit([
    pressure(city.streams[0]!, 1, { phenomenonTime: minutesAgo(3), resultTime: minutesAgo(2) }),
  ]);

  const sensing = await city.reopen();

  assert.deepEqual(sensing.findLatest(city.streams[0]!), { at: minutesAgo(3), value: 1 });
  assert.deepEqual(sensing.extent(city.streams[0]!), {
    phenomenonTime: [minutesAgo(3), minutesAgo(3)],
    resultTime: [minutesAgo(2), minutesAgo(2)],
  });
  const [after] = await sensing.submit([pressure(city.streams[0]!, 2)]);
  assert.ok(after!.id > before!.id);
});

test('a second writer on the same database is refused; a reader beside it reads', async (t) => {
  const { sensing, database, clock, streams } = await citySensing(t);
  await sensing.submit([pressure(streams[0]!, 1)]);
  const beside = { database, clock, log: quiet, onStored() {}, leasePatienceMs: 0 };

  await assert.rejects(createSensing(beside).start(), { code: 'sensing.second_writer' });

  const reader = createSensing({ ...beside, writes: false });
  await reader.start();
  assert.equal(reader.findLatest(streams[0]!)?.value, 1);
  await sensing.submit([pressure(streams[0]!, 3)]);
  const [minute] = await reader.buckets(streams[0]!, 'minute', NOON, NOON + MINUTE);
  assert.equal(minute?.count, 2, 'fresh although nothing of it is in the memory of this process');
  await assert.rejects(reader.submit([pressure(streams[0]!, 2)]), { code: 'intake.closed' });
});
