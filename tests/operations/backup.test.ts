import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { listTables, quoted } from '#app/backup/catalogue.ts';
import { restoreBackup, verifyBackup } from '#app/backup/read-backup.ts';
import { writeBackup } from '#app/backup/write-backup.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { connectionTo, openEmbedded } from '#platform/storage/embedded.ts';
import { migrate } from '#platform/storage/migrate.ts';
import { quiet, TEST_SERVER, testDatabase } from '#tests/support/database.ts';

const NOON = new Date('2026-03-02T12:00:00+08:00');
const silent = () => {};
type TestDatabase = Awaited<ReturnType<typeof testDatabase>>;

/** A database and a folder of photos of its own. */
async function place(t: TestContext, rooms?: readonly string[]) {
  const database = await testDatabase(t, rooms);
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-backup-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { socket } = await openEmbedded(TEST_SERVER, quiet);
  const blobFolder = join(folder, 'blobs');
  return {
    database,
    folder,
    blobFolder,
    blobs: openBlobs(blobFolder),
    connection: connectionTo(socket, database.name),
    file: join(folder, 'city.backup'),
  };
}
type Place = Awaited<ReturnType<typeof place>>;

/** A database without a single table; its own sessions are closed, as a stopped city's are. */
async function emptyPlace(t: TestContext): Promise<Place> {
  const there = await place(t, []);
  await there.database.query('drop table migrations');
  await closeSessions(there);
  return there;
}

async function restoreInto(there: Place, file: string, replace = false) {
  const { connection, blobs } = there;
  return restoreBackup({ connection, blobs, replace }, file, await verifyBackup(file), silent);
}

/** Every table's rows as one hash, and where every sequence stands. */
async function fingerprintOf(database: TestDatabase): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const { schema, name } of await listTables(database)) {
    const rows = await database.query<{ row: string }>(
      `select t::text as row from ${quoted(schema, name)} t order by 1`,
    );
    const sum = createHash('sha256')
      .update(rows.map(({ row }) => row).join('\n'))
      .digest('hex');
    prints[name] = `${rows.length} ${sum}`;
  }
  return prints;
}

async function furnish(database: TestDatabase): Promise<void> {
  await database.query(
    `insert into things (name, description, properties) select 'Pump ' || n, E'tab\\there, \\\\N and\\nline', '{"assetId": "p"}' from generate_series(1, 50) n`,
  );
  await database.query(
    `insert into observations (id, datastream_id, phenomenon_time, result, digest, received_at)
     select n, n % 7, timestamptz '2026-03-01' + n * interval '1 minute', case n % 50 when 0 then 'NaN'::float8 when 1 then 1e-310 else sin(n) / 3 end, n, now()
     from generate_series(1, 20000) n`,
  );
  await database.query(
    `insert into case_events select n, 'case_1', now(), '{"kind": "system"}', 'note', null, null, '{"text": "水管"}', n::text, n::text from generate_series(1, 30) n`,
  );
  await database.query(
    `insert into accounts (id, name, display_name, password_hash, roles, created_at, updated_at) values ('a', 'mei', '梅', '$argon2id$x', '{handler}', now(), now())`,
  );
}

test('a city restored into another database is the same city, row for row and photo for photo', async (t) => {
  const here = await place(t);
  await furnish(here.database);
  const photo = await here.blobs.put(Buffer.from('a picture of a puddle'), 'image/jpeg');
  const report = await writeBackup(here, here.file, NOON, silent);
  assert.ok(report.rows > 20_080);

  const there = await emptyPlace(t);
  const restored = await restoreInto(there, here.file);
  assert.deepEqual({ rows: restored.rows, photos: restored.photos }, { rows: report.rows, photos: 1 });
  assert.equal(restored.takenAt, NOON.toISOString());
  assert.deepEqual(await fingerprintOf(there.database), await fingerprintOf(here.database));
  assert.equal((await there.blobs.find(photo))?.content.toString(), 'a picture of a puddle');
  assert.equal((await there.blobs.find(photo))?.mediaType, 'image/jpeg');
});

test('the restored city goes on counting where the old one stood, and keeps its rules', async (t) => {
  const here = await place(t);
  await furnish(here.database);
  await writeBackup(here, here.file, NOON, silent);
  const there = await emptyPlace(t);
  await restoreInto(there, here.file);

  const [thing] = await there.database.query<{ id: number }>(
    `insert into things (name, description) values ('New', '') returning id`,
  );
  assert.equal(thing?.id, 51);
  await assert.rejects(there.database.query('delete from case_events'), /written once/);
  await assert.rejects(
    there.database.query(`insert into sessions values ('x', 'nobody', now(), now(), now())`),
    /foreign key/,
  );
  assert.deepEqual(await migrate(there.database), []);
});

test('a backup is one instant, although writing goes on', async (t) => {
  const here = await place(t);
  await furnish(here.database);
  let writing = true;
  const writer = (async () => {
    for (let n = 1; writing; n++)
      await here.database.transaction(async (tx) => {
        await tx.query(`insert into things (name, description) values ($1, 'pair')`, [`Twin ${n}`]);
        await tx.query(
          `insert into sensors (name, description, encoding_type, metadata) values ($1, 'pair', 'text', '""')`,
          [`Twin ${n}`],
        );
      });
  })();
  await here.database.query('select pg_sleep(0.05)');
  await writeBackup(here, here.file, NOON, silent);
  writing = false;
  await writer;

  const there = await emptyPlace(t);
  await restoreInto(there, here.file);
  const twins = (table: string) =>
    there.database.query<{ name: string }>(`select name from ${table} where description = 'pair' order by id`);
  const things = await twins('things');
  assert.ok(things.length > 0);
  assert.deepEqual(things, await twins('sensors'));
  const [last] = await here.database.query<{ n: number }>(
    `select count(*) as n from things where description = 'pair'`,
  );
  assert.ok(things.length < Number(last?.n), 'writing went on while the backup was taken');
});

test('a database that holds a city is refused, and thrown away only when told so', async (t) => {
  const here = await place(t);
  await furnish(here.database);
  await writeBackup(here, here.file, NOON, silent);
  const there = await place(t);
  await there.database.query(`insert into things (name, description) values ('Theirs', '')`);
  const before = await fingerprintOf(there.database);
  await closeSessions(there);
  await assert.rejects(restoreInto(there, here.file), { code: 'restore.not_empty', field: '--replace' });
  assert.deepEqual(await fingerprintOf(there.database), before);
  await closeSessions(there);
  await restoreInto(there, here.file, true);
  assert.deepEqual(await fingerprintOf(there.database), await fingerprintOf(here.database));
});

/** The pool keeps idle sessions; a stopped city has none. */
async function closeSessions({ database }: Place): Promise<void> {
  await database
    .query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()`)
    .catch(() => undefined);
}

test('a database in use is refused', async (t) => {
  const here = await place(t);
  await writeBackup(here, here.file, NOON, silent);
  const there = await emptyPlace(t);
  await there.database.session(async (session) => {
    await session.query('select 1');
    await assert.rejects(restoreInto(there, here.file), { code: 'restore.in_use' });
  });
});

test('one altered byte anywhere, a cut, or something behind the end is found before anything is written', async (t) => {
  const here = await place(t);
  await furnish(here.database);
  await writeBackup(here, here.file, NOON, silent);
  const plain = gunzipSync(await readFile(here.file));
  const bad = join(here.folder, 'bad.backup');
  const refused = async (content: Buffer, what: string) => {
    await writeFile(bad, content);
    await assert.rejects(verifyBackup(bad), { code: 'backup.damaged' }, what);
  };

  for (const at of [0, 6, 500, Math.floor(plain.length / 2), plain.length - 100, plain.length - 10]) {
    const altered = Buffer.from(plain);
    altered[at]! ^= 1;
    await refused(gzipSync(altered), `byte ${at} of ${plain.length}`);
  }
  const zipped = await readFile(here.file);
  await refused(zipped.subarray(0, zipped.length - 9), 'cut');
  await refused(gzipSync(plain.subarray(0, plain.length - 69)), 'cut before its end record');
  await refused(gzipSync(Buffer.concat([plain, Buffer.from('more')])), 'something behind the end');
  await refused(Buffer.from('not gzip at all'), 'not gzip');
  await refused(gzipSync('PGDMP something else'), 'another format');
  assert.ok(await verifyBackup(here.file));
});

test('a backup of another version is refused, and leaves the database as it was', async (t) => {
  const here = await place(t);
  await here.database.query(`update migrations set sha256 = repeat('0', 64) where room = 'people'`);
  await writeBackup(here, here.file, NOON, silent);
  const there = await emptyPlace(t);
  await assert.rejects(restoreInto(there, here.file), { code: 'backup.other_version' });
  assert.deepEqual(await listTables(there.database), []);
});

test('a backup that fails leaves no file that looks like one, and the file is for its owner only', async (t) => {
  const here = await place(t);
  const broken = { ...here, connection: { ...here.connection, database: 'no_such_city' } };
  await assert.rejects(writeBackup(broken, here.file, NOON, silent));
  await assert.rejects(stat(here.file), { code: 'ENOENT' });
  await here.database.query('drop table migrations');
  await assert.rejects(writeBackup(here, here.file, NOON, silent));
  await assert.rejects(stat(here.file), { code: 'ENOENT' });
  await assert.rejects(stat(`${here.file}.part`), { code: 'ENOENT' });
});
