import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createDetection } from '#detection/detection.ts';
import type { Change, ReadFrom } from '#detection/detection.types.ts';
import { toRecordedStories } from '#detection/replay.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';
import { batchOf, logger, minute, NOON, type Report, tell } from './watched.ts';

const SUBJECT = logger({
  limits: [
    { grade: 'yellow', below: 280, forSeconds: 0, clearForSeconds: 0 },
    { grade: 'red', below: 150, forSeconds: 120, clearForSeconds: 120, opens: 'water.low-pressure' },
  ],
  silence: { grade: 'blue', lateAfterIntervals: 2, silentAfterIntervals: 5 },
});

/** Stored Observations, a clock, and as many runs of detection over them as the test starts. */
async function station(t: TestContext) {
  const database = await testDatabase(t, ['detection']);
  const stored: ObservationBatch[] = [];
  let now = NOON;
  let last = 0;
  const readFrom: ReadFrom = async function* (after) {
    for (const batch of stored.filter((each) => each.ids.at(-1)! > after)) {
      const from = batch.ids.findIndex((id) => id > after);
      const part = (column: Float64Array) => column.subarray(from);
      yield {
        ids: part(batch.ids),
        datastreamIds: part(batch.datastreamIds),
        phenomenonTimes: part(batch.phenomenonTimes),
        results: part(batch.results),
        receivedAt: batch.receivedAt,
      };
    }
  };
  return {
    database,
    at: (minutes: number) => {
      now = minute(minutes);
    },
    store(...reports: Report[]): ObservationBatch {
      const batch = batchOf(reports, undefined, last + 1);
      last += reports.length;
      stored.push(batch);
      return batch;
    },
    run(onChange: (change: Change) => void | Promise<void>) {
      const detection = createDetection({ database, clock: { now: () => now }, log: quiet, onChange, readFrom });
      detection.watch([SUBJECT]);
      return detection;
    },
    restart: (heard: Change[]) => {
      const detection = createDetection({
        database,
        clock: { now: () => now },
        log: quiet,
        onChange: (change) => void heard.push(change),
        readFrom,
      });
      detection.watch([SUBJECT]);
      return detection;
    },
  };
}

test('a change is durable before it is announced', async (t) => {
  const city = await station(t);
  const seen: unknown[] = [];
  const detection = city.run(async (change) => {
    seen.push((await detection.findFinding(change.finding.key))?.grade);
  });
  await detection.start();
  await detection.onBatch(city.store([0, 200]));
  await detection.settled();
  assert.deepEqual(seen, ['yellow']);
});

test('detection that was away judges what was stored meanwhile', async (t) => {
  const city = await station(t);
  city.store([0, 200], [1, 100]);
  city.store([3, 100]);
  const heard: Change[] = [];
  const detection = city.restart(heard);
  await detection.start();
  await detection.settled();
  assert.deepEqual(tell(heard), ['raised yellow at 0', 'escalated red at 3']);
});

test('a batch that comes while it starts, and one that it has read already, are judged once', async (t) => {
  const city = await station(t);
  const first = city.store([0, 200]);
  const heard: Change[] = [];
  const detection = city.restart(heard);
  const started = detection.start();
  await detection.onBatch(first);
  await started;
  await detection.onBatch(first);
  await detection.settled();
  assert.deepEqual(tell(heard), ['raised yellow at 0']);
});

test('a restart in the middle of a duration does not start it anew', async (t) => {
  const city = await station(t);
  const heard: Change[] = [];
  const before = city.restart(heard);
  await before.start();
  await before.onBatch(city.store([0, 200], [1, 100]));
  await before.stop();
  const after = city.restart(heard);
  await after.start();
  await after.onBatch(city.store([3, 100]));
  await after.settled();
  assert.deepEqual(tell(heard), ['raised yellow at 0', 'escalated red at 3']);
});

test('killed without a word, it judges again what it had not remembered and tells nothing twice', async (t) => {
  const city = await station(t);
  const heard: Change[] = [];
  const killed = city.restart(heard);
  await killed.start();
  await killed.onBatch(city.store([0, 200], [1, 100]));
  await killed.settled();
  city.at(0.2);
  await killed.tick(minute(1));
  const after = city.restart(heard);
  await after.start();
  await after.onBatch(city.store([3, 100]));
  await after.settled();
  assert.deepEqual(tell(heard), ['raised yellow at 0', 'escalated red at 3']);
});

test('a change that could not be announced is announced again, by the next batch or after a restart', async (t) => {
  const city = await station(t);
  let failures = 1;
  const heard: Change[] = [];
  const detection = city.run((change) => {
    if (failures-- > 0) throw new Error('casework is busy');
    heard.push(change);
  });
  await detection.start();
  await detection.onBatch(city.store([0, 200]));
  await detection.settled();
  assert.deepEqual(heard, []);
  await detection.onBatch(city.store([1, 201]));
  await detection.settled();
  assert.deepEqual(tell(heard), ['raised yellow at 0']);
});

test('who is stopped with changes to announce ends after the one under way, and the next run announces the rest', async (t) => {
  const city = await station(t);
  const before: Change[] = [];
  const taking = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const first = city.run(async (change) => {
    before.push(change);
    taking.resolve();
    await taken.promise;
  });
  await first.start();
  await first.onBatch(city.store([0, 200], [1, 100], [3, 100], [4, 290]));
  await taking.promise;
  const stopped = first.stop();
  taken.resolve();
  await stopped;
  const after: Change[] = [];
  const second = city.restart(after);
  await second.start();
  await second.settled();
  assert.deepEqual(tell(before), ['raised yellow at 0']);
  assert.deepEqual(tell(after), ['escalated red at 3']);
});

test('who died before announcing announces after the restart', async (t) => {
  const city = await station(t);
  const dying = city.run(() => {
    throw new Error('the process is dying');
  });
  await dying.start();
  await dying.onBatch(city.store([0, 200]));
  await dying.settled();
  const heard: Change[] = [];
  const after = city.restart(heard);
  await after.start();
  await after.settled();
  assert.deepEqual(tell(heard), ['raised yellow at 0']);
});

test('while the database is away judging goes on, and everything is written in order when it is back', async (t) => {
  const city = await station(t);
  const heard: Change[] = [];
  const detection = city.restart(heard);
  await detection.start();
  await city.database.query('alter table detection_cursor rename to away');
  await detection.onBatch(city.store([0, 200]));
  await detection.onBatch(city.store([1, 300]));
  assert.deepEqual(heard, []);
  await city.database.query('alter table away rename to detection_cursor');
  await detection.tick(minute(2));
  await detection.settled();
  assert.deepEqual(tell(heard), ['raised yellow at 0', 'cleared yellow at 1']);
});

test('the map can be seen as it was: the grade of a thing at any instant of the past', async (t) => {
  const city = await station(t);
  const detection = city.restart([]);
  await detection.start();
  await detection.onBatch(city.store([10, 200], [11, 100], [13, 100], [20, 300], [22, 300]));
  const gradeAt = async (minutes: number) => (await detection.activeAt(minute(minutes))).get(11);
  assert.equal(await gradeAt(9.9), undefined);
  assert.equal(await gradeAt(10), 'yellow');
  assert.equal(await gradeAt(12.9), 'yellow');
  assert.equal(await gradeAt(13), 'red');
  assert.equal(await gradeAt(21.9), 'red');
  assert.equal(await gradeAt(22), undefined);
  await detection.onBatch(city.store([30, 100]));
  assert.equal(await gradeAt(40), 'yellow');
});

test('a finding whose datastream is gone after a restart does not stay open for ever', async (t) => {
  const city = await station(t);
  const before = city.restart([]);
  await before.start();
  await before.onBatch(city.store([0, 200]));
  await before.stop();
  const heard: Change[] = [];
  const after = createDetection({
    database: city.database,
    clock: { now: () => minute(5) },
    log: quiet,
    onChange: (change) => void heard.push(change),
    readFrom: async function* () {},
  });
  await after.start();
  await after.settled();
  assert.deepEqual(
    heard.map(({ change }) => change),
    ['cleared'],
  );
  assert.equal((await after.activeAt(minute(4))).size, 0);
});

test('what was recorded can be read back as the story that a replay is compared with', async (t) => {
  const city = await station(t);
  const detection = city.restart([]);
  await detection.start();
  await detection.onBatch(city.store([0, 200], [20, 300]));
  const findings = await detection.listFindings({ from: NOON, to: minute(60) });
  const history = await detection.history(findings.map((finding) => finding.key));
  const stories = toRecordedStories(findings, history, { begin: NOON, end: minute(60) });
  assert.deepEqual(stories.get(`silence:1:${minute(5)}`), {
    key: `silence:1:${minute(5)}`,
    kind: 'silence',
    since: minute(5),
    clearedAt: minute(20),
    history: [
      { change: 'raised', grade: 'blue', at: minute(5) },
      { change: 'cleared', grade: 'blue', at: minute(20) },
    ],
  });
});
