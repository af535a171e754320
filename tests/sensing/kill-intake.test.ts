/** `kill -9` in the middle of intake, ten times: every acknowledged Observation is there under its id, and none is there twice. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DAY } from '#kernel/time.ts';
import { openEmbedded } from '#platform/storage/embedded.ts';
import { quiet, TEST_SERVER, testDatabase } from '#tests/support/database.ts';
import { type City, cityOn, NOON } from './city-of-sensors.ts';
import { columnsOfCall, ROWS_PER_CALL } from './kill-intake.calls.ts';

const KILLS = 10;
const ACKNOWLEDGED_BEFORE_EACH_KILL = 60;
const CHILD = fileURLToPath(new URL('kill-intake.child.ts', import.meta.url));

/** Ids by call, as acknowledged; a call acknowledged again must have been given the same ids. */
type Acknowledged = Map<number, readonly number[]>;

test('killed ten times in the middle of intake: nothing acknowledged is lost, nothing is stored twice', async (t) => {
  let city: City | undefined;
  let child: ChildProcess | undefined;
  t.after(async () => {
    child?.kill('SIGKILL');
    await city?.sensing.stop();
  });
  const database = await testDatabase(t, ['sensing']);
  const { socket } = await openEmbedded(TEST_SERVER, quiet);
  city = await cityOn(database, 5);
  const { streams } = city;
  await city.sensing.stop();

  const acknowledged: Acknowledged = new Map();
  let first = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    child = spawn(process.execPath, [CHILD, socket, database.name, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await killAfter(child, ACKNOWLEDGED_BEFORE_EACH_KILL + kill * 7, acknowledged);
    // Some calls before this one were acknowledged, some cut off: all are sent again.
    first = firstMissing(acknowledged);
  }

  const rows = await database.query<{ id: number; stream: number; at: number; result: number }>(
    `select id, datastream_id as stream, (extract(epoch from phenomenon_time) * 1000)::float8 as at, result
     from observations`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lost = [...acknowledged].flatMap(([call, ids]) => {
    const sent = columnsOfCall(streams, call);
    return ids.filter((id, i) => {
      const row = byId.get(id);
      return (
        row?.at !== sent.phenomenonTimes[i] || row?.result !== sent.results[i] || row?.stream !== sent.datastreamIds[i]
      );
    });
  });
  assert.deepEqual(lost, []);
  assert.equal(byId.size, rows.length, 'no id is given twice');
  assert.equal(new Set(rows.map((row) => row.at)).size, rows.length, 'every Observation sent has a time of its own');
  t.diagnostic(`${acknowledged.size * ROWS_PER_CALL} acknowledged, ${rows.length} stored`);

  const sensing = await city.reopen();
  await sensing.settle();
  const counts = await Promise.all(streams.map((id) => sensing.buckets(id, 'day', NOON - 90 * DAY, NOON + DAY)));
  const inBuckets = counts.flat().reduce((sum, { count }) => sum + count, 0);
  assert.equal(inBuckets, rows.length, 'every Observation is in the buckets once');
});

/** Notes what the child acknowledges and kills it after so many more calls, while others are under way. */
async function killAfter(child: ChildProcess, calls: number, acknowledged: Acknowledged): Promise<void> {
  let left = calls;
  for await (const line of createInterface({ input: child.stdout! })) {
    note(line, acknowledged);
    if (left-- === 0) child.kill('SIGKILL');
  }
}

function note(line: string, acknowledged: Acknowledged): void {
  const [call, ...ids] = line.split(' ').map(Number);
  if (ids.length !== ROWS_PER_CALL) return; // "ready", or a line that was cut off with the process
  const before = acknowledged.get(call!);
  if (before !== undefined) assert.deepEqual(ids, before, `call ${call} sent again has the first ids`);
  acknowledged.set(call!, ids);
}

function firstMissing(acknowledged: Acknowledged): number {
  let call = 0;
  while (acknowledged.has(call)) call++;
  return Math.max(0, call - 10);
}
