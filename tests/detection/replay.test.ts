import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, replay } from '#app/cli/replay.ts';
import { createDetection } from '#detection/detection.ts';
import type { Subject } from '#detection/detection.types.ts';
import { compareStories, type Story, warmUpMs } from '#detection/replay.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import { MINUTE } from '#kernel/time.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';
import { batchOf, logger, minute, NOON } from './watched.ts';

const WATCHED = logger({
  limits: [{ grade: 'orange', below: 200, forSeconds: 60, clearForSeconds: 60 }],
  silence: { grade: 'blue', lateAfterIntervals: 2, silentAfterIntervals: 5 },
});
const batches = (): ObservationBatch[] => [
  batchOf(
    [
      [0, 300],
      [1, 150],
    ],
    undefined,
    1,
  ),
  batchOf(
    [
      [2, 150],
      [3, 300],
    ],
    undefined,
    3,
  ),
  batchOf(
    [
      [4, 300],
      [30, 300],
    ],
    undefined,
    5,
  ),
];
const cityOf = (subject: Subject) => ({
  subjects: [subject],
  correlators: [],
  readFrom: async function* () {
    yield* batches();
  },
});

/** A live run over the batches, told the time now and then, up to minute 31. */
async function liveRun(t: Parameters<typeof testDatabase>[0]) {
  const database = await testDatabase(t, ['detection']);
  const detection = createDetection({
    database,
    clock: { now: () => NOON },
    log: quiet,
    onChange: () => {},
    readFrom: async function* () {},
  });
  detection.watch([WATCHED]);
  await detection.start();
  for (const batch of batches()) {
    await detection.onBatch(batch);
    await detection.tick(batch.receivedAt + 2_000);
  }
  await detection.tick(minute(31));
  await detection.settled();
  return database;
}

const SPAN = { begin: 0, end: minute(31) };

test('a replay with the same rules finds what the live run found', async (t) => {
  const database = await liveRun(t);
  const result = await replay(cityOf(WATCHED), database, SPAN, []);
  assert.deepEqual(
    result.findings.map(({ kind, since, clearedAt }) => [kind, since, clearedAt]),
    [
      ['limit', minute(1), minute(3)],
      ['silence', minute(9), minute(30)],
    ],
  );
  assert.deepEqual(result.comparison, { same: 2, onlyLive: [], onlyReplay: [], different: [] });
  assert.ok(describe(result).includes('The live run found the same: 2 findings.'));
});

test('a replay with other rules says what is different', async (t) => {
  const database = await liveRun(t);
  const stricter = logger({
    ...WATCHED.rule,
    limits: [{ grade: 'red', below: 200, forSeconds: 60, clearForSeconds: 60 }],
  });
  const regraded = (await replay(cityOf(stricter), database, SPAN, [])).comparison;
  assert.deepEqual([regraded.same, regraded.different.map((pair) => pair.replay.key)], [1, [`limit:1:${minute(1)}`]]);
  const blind = (await replay(cityOf(logger({ silence: WATCHED.rule.silence })), database, SPAN, [])).comparison;
  assert.deepEqual(
    blind.onlyLive.map((story) => story.key),
    [`limit:1:${minute(1)}`],
  );
});

test('only findings that began in the span are compared, with their history up to its end', async (t) => {
  const database = await liveRun(t);
  const early = await replay(cityOf(WATCHED), database, { begin: 0, end: minute(3) }, []);
  assert.deepEqual(early.comparison.same, 1);
  const late = await replay(cityOf(WATCHED), database, { begin: minute(5), end: minute(31) }, []);
  assert.deepEqual(late.comparison, { same: 1, onlyLive: [], onlyReplay: [], different: [] });
});

test('judging begins long enough before the span for every timer to have run', () => {
  assert.equal(warmUpMs([WATCHED]), 2 * 5 * MINUTE);
  assert.equal(
    warmUpMs([logger({ stuck: { grade: 'blue', forSeconds: 3_600, minReports: 4, tolerance: 0 } })]),
    120 * MINUTE,
  );
});

const silent = (since: number): Story => ({
  key: `silence:1:${since}`,
  kind: 'silence',
  since,
  clearedAt: undefined,
  history: [],
});
const only = (story: Story) => compareStories(new Map(), new Map([[story.key, story]]), minute(60)).onlyReplay.length;

test('a silence that has just begun may be missing on one side, an older one may not', () => {
  assert.equal(only(silent(minute(59.5))), 0);
  assert.equal(only(silent(minute(59))), 1);
});
