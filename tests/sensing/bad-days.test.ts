/** The database restarts, dies, is full, or says no: nothing acknowledged is lost, nothing stored twice, and it goes on by itself. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CityError } from '#kernel/errors.ts';
import type { Database } from '#kernel/ports.ts';
import { migrate } from '#platform/storage/migrate.ts';
import { openStorage, type Storage } from '#platform/storage/open.ts';
import { quiet } from '#tests/support/database.ts';
import { type City, cityOn, citySensing, countRows, NOON, pressure } from './city-of-sensors.ts';

/** A server of our own, because it is going to be shot. */
async function cityOnItsOwnServer(t: TestContext): Promise<{ city: City; storage: Storage; dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-bad-day-'));
  const storage = await openStorage({ dataDir, log: quiet });
  let city: City | undefined;
  t.after(async () => {
    await city?.sensing.stop();
    await storage.close({ stopServer: true });
    await rm(dataDir, { recursive: true, force: true });
  });
  await migrate(storage.database, ['sensing']);
  city = await cityOn(storage.database, 20);
  return { city, storage, dataDir };
}

async function shoot(dataDir: string): Promise<void> {
  const pid = Number((await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
}

/** Sends one Observation after the other until told to stop, sending again what is answered 503; counts what is acknowledged. */
function keepSending({ sensing, streams }: City, senders: number) {
  const acknowledged = new Map<number, number>();
  let on = true;
  let next = 0;
  const sender = async () => {
    while (on) {
      const n = next++;
      const observation = pressure(streams[n % streams.length]!, n % 1_600, { phenomenonTime: NOON - n * 10 });
      for (;;) {
        const answer = await sensing.submit([observation]).catch((error: CityError) => error);
        if (!(answer instanceof CityError)) {
          acknowledged.set(n, answer[0]!.id);
          break;
        }
        assert.equal(answer.kind, 'unavailable');
        await sleep(20);
      }
    }
  };
  const done = Promise.all(Array.from({ length: senders }, sender));
  return {
    acknowledged,
    async until(calls: number) {
      const target = acknowledged.size + calls;
      while (acknowledged.size < target) await sleep(10);
    },
    async stop() {
      on = false;
      await done;
    },
  };
}

for (const [how, strike] of [
  ['shot', (storage: Storage, dataDir: string) => shoot(dataDir).then(() => storage.embedded!.revive())],
  ['restarted', (storage: Storage) => storage.embedded!.stop().then(() => storage.embedded!.revive())],
] as const) {
  test(`PostgreSQL is ${how} three times under load: all acknowledged is there once, and detection heard of it once`, async (t) => {
    const { city, storage, dataDir } = await cityOnItsOwnServer(t);
    const load = keepSending(city, 32);
    for (let strikes = 0; strikes < 3; strikes++) {
      await load.until(300);
      await strike(storage, dataDir);
      await load.until(300);
    }
    await load.stop();

    const rows = await city.database.query<{ id: number; at: number }>(
      'select id, (extract(epoch from phenomenon_time) * 1000)::float8 as at from observations order by id',
    );
    const timeOf = new Map(rows.map(({ id, at }) => [id, at]));
    const lost = [...load.acknowledged].filter(([n, id]) => timeOf.get(id) !== NOON - n * 10);
    assert.deepEqual(lost, []);
    assert.equal(rows.length, load.acknowledged.size);
    const heard = city.heard.flatMap((batch) => [...batch.ids]);
    assert.deepEqual(
      heard,
      rows.map(({ id }) => id),
      'in the order of ids, none twice, none missing',
    );
    const { accepted, stored, duplicates } = city.sensing.counters();
    assert.deepEqual([accepted, stored], [load.acknowledged.size, rows.length]);
    t.diagnostic(`${accepted} accepted, of which ${duplicates} were found stored already`);
  });
}

test('while the database is away calls wait, are told at their deadline, and the next ones are stored when it is back', async (t) => {
  const { city, storage } = await cityOnItsOwnServer(t);
  const sensing = await city.reopen({ groupCommit: { deadlineMs: 300 } });
  await sensing.submit([pressure(city.streams[0]!, 1)]);
  await storage.embedded!.stop();

  await assert.rejects(sensing.submit([pressure(city.streams[0]!, 2)]), {
    code: 'storage.unavailable',
    kind: 'unavailable',
  });

  await storage.embedded!.revive();
  const [accepted] = await sensing.submit([pressure(city.streams[0]!, 2)]);
  const found = await city.database.query('select result from observations where id = $1', [accepted!.id]);
  assert.deepEqual(found, [{ result: 2 }]);
});

/** The same database, but the answer to its next COPY is lost on the way, after the commit. */
function losingOneAnswer(database: Database): { database: Database; lost: () => boolean } {
  let lost = false;
  const session: Database['session'] = (work) =>
    database.session((real) =>
      work({
        query: real.query.bind(real),
        async copyBinary(sql, data) {
          await real.copyBinary(sql, data);
          if (lost) return;
          lost = true;
          throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
        },
      }),
    );
  return { database: { query: database.query, transaction: database.transaction, session }, lost: () => lost };
}

test('a commit whose answer was lost is found out, answered with its own ids, and published once', async (t) => {
  const city = await citySensing(t);
  const { database, lost } = losingOneAnswer(city.database);
  const sensing = await city.reopen({ database });

  const accepted = await sensing.submit([pressure(city.streams[0]!, 1), pressure(city.streams[1]!, 2)]);

  assert.ok(lost());
  assert.deepEqual(
    accepted.map(({ duplicate }) => duplicate),
    [false, false],
  );
  const ids = await city.database.query<{ id: number }>('select id from observations order by id');
  assert.deepEqual(
    ids.map(({ id }) => id),
    accepted.map(({ id }) => id),
  );
  assert.deepEqual(
    city.heard.map((batch) => [...batch.ids]),
    [accepted.map(({ id }) => id)],
  );
});

/** The same database until `cut`: then one more commit whose answer is lost, and no session any more until `mend`. */
function withCable(database: Database) {
  let state: 'whole' | 'answer will be lost' | 'cut' = 'whole';
  const refuse = () => {
    if (state === 'cut') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  const session: Database['session'] = async (work) => {
    refuse();
    const result = await database.session(work);
    if (state === 'answer will be lost') state = 'cut';
    refuse();
    return result;
  };
  return {
    database: { query: database.query, transaction: database.transaction, session },
    cut() {
      state = 'answer will be lost';
    },
    mend() {
      state = 'whole';
    },
  };
}

test('what was stored although its call was told 503 reaches detection all the same, and is a duplicate when sent again', async (t) => {
  const city = await citySensing(t);
  const { database, cut, mend } = withCable(city.database);
  const sensing = await city.reopen({ database, groupCommit: { deadlineMs: 100 } });
  await sensing.submit([pressure(city.streams[0]!, 0)]);
  const observation = pressure(city.streams[0]!, 1);
  cut();
  await assert.rejects(sensing.submit([observation]), { code: 'storage.unavailable' });
  assert.equal(await countRows(city.database), 2, 'it had been committed');
  assert.equal(city.heard.length, 1);

  mend();
  const [again] = await sensing.submit([observation]);

  assert.equal(again!.duplicate, true);
  assert.deepEqual(
    city.heard.flatMap((batch) => [...batch.results]),
    [0, 1],
  );
  assert.equal(sensing.findLatest(city.streams[0]!)?.value, 1);
});

test('a full disk is said as such, nothing of the call is stored, and it goes on when there is room again', async (t) => {
  const { sensing, database, streams } = await citySensing(t);
  await database.query(`create function no_room() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`);
  await database.query('create trigger no_room before insert on observations for each row execute function no_room()');

  await assert.rejects(sensing.submit([pressure(streams[0]!, 1)]), { code: 'storage.full', kind: 'unavailable' });
  assert.deepEqual(sensing.counters().rejected, { 'storage.full': 1 });

  await database.query('drop trigger no_room on observations');
  await sensing.submit([pressure(streams[0]!, 1)]);
  assert.equal(await countRows(database), 1);
});

test('a row that only the database refuses does not spoil the calls that share its batch', async (t) => {
  const { sensing, database, streams } = await citySensing(t);
  await database.query('alter table observations add constraint no_thirteen check (result <> 13)');

  const answers = await Promise.allSettled([1, 13, 3].map((result) => sensing.submit([pressure(streams[0]!, result)])));

  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(await countRows(database), 2);
  assert.equal(sensing.counters().stored, 2);
});

test('a Datastream deleted while its Observations are on their way leaves none behind', async (t) => {
  const { sensing, database, streams } = await citySensing(t);
  const thingId = sensing.findDatastream(streams[0]!)!.thingId;
  const calls = Array.from({ length: 50 }, (_, n) => sensing.submit([pressure(streams[0]!, n)]));
  await database.query('delete from datastreams where id = $1', [streams[0]!]);

  await sensing.refresh([thingId]);
  await Promise.all(calls);

  assert.equal(await countRows(database), 0);
  await assert.rejects(sensing.submit([pressure(streams[0]!, 1)]), { code: 'datastream.unknown' });
});
