/**
 * Puts a backup into an empty database, anywhere: verified whole before the first statement, written in one transaction, so there is
 * either the city of the backup or what was there before. The tables are made by the migrations the backup names, checked to be the
 * very ones this version carries; what has come since is applied by the next start as on any older city.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { conflict } from '#kernel/errors.ts';
import type { Blobs, Queryable } from '#kernel/ports.ts';
import { ROOMS_WITH_TABLES } from '#platform/storage/migrate.ts';
import { countOthers, listForeignKeys, listSchemas, listTables, quoted } from './catalogue.ts';
import {
  type BlobStart,
  damaged,
  FORMAT,
  type Head,
  readRecords,
  type SectionEnd,
  type SequenceState,
  type TableStart,
} from './format.ts';

export interface RestoreTarget {
  readonly connection: pg.ClientConfig;
  readonly blobs: Blobs;
  /** Throws away what the database holds. */
  readonly replace: boolean;
}

export interface RestoreReport {
  readonly takenAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly photos: number;
}

type Progress = (line: string) => void;

/**
 * `head` is what `verifyBackup` answered for this file; the checksum is compared once more before anything is committed.
 * Errors: `backup.damaged`, `backup.other_version`, `restore.not_empty`, `restore.in_use`.
 */
export async function restoreBackup(
  target: RestoreTarget,
  file: string,
  head: Head,
  say: Progress,
): Promise<RestoreReport> {
  const client = new pg.Client(target.connection);
  await client.connect();
  try {
    const db: Queryable = { query: async (sql, parameters) => (await client.query(sql, parameters as unknown[])).rows };
    await client.query('begin');
    await makeRoom(db, target.replace);
    await applyMigrations(db, head);
    const report = await fill(client, db, target.blobs, file, say);
    await client.query('commit');
    return { ...report, takenAt: head.takenAt };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

/** Reads the file to its end, comparing the checksum and every section's own count. */
export async function verifyBackup(file: string): Promise<Head> {
  let head: Head | undefined;
  let bytes = 0;
  for await (const { letter, payload } of readRecords(file)) {
    if (letter === 'H') head = parse<Head>(payload);
    if (letter === 'T' || letter === 'B') bytes = 0;
    if (letter === 'D') bytes += payload.length;
    if (letter === 'E' && parse<SectionEnd>(payload).bytes !== bytes) throw damaged('a part is not as long as it says');
  }
  if (head?.format !== FORMAT) throw damaged('it is of a form this version does not know');
  return head;
}

/** The form is ours and the checksum vouches for it; before that has been compared, what cannot be read is damage. */
function parse<T>(payload: Buffer): T {
  try {
    return JSON.parse(payload.toString()) as T;
  } catch {
    throw damaged('it was altered');
  }
}

async function makeRoom(db: Queryable, replace: boolean): Promise<void> {
  const others = await countOthersPatiently(db);
  if (others > 0)
    throw conflict('restore.in_use', `${others} other sessions use this database. Stop the city first.`, 'FILE');
  const tables = await listTables(db);
  if (tables.length === 0) return;
  if (!replace)
    throw conflict(
      'restore.not_empty',
      `The database holds a city already (${tables.length} tables). Restore elsewhere with --data, or add --replace to throw it away.`,
      '--replace',
    );
  for (const schema of await listSchemas(db)) await db.query(`drop schema ${quoted(schema)} cascade`);
  await db.query('create schema public');
}

/** A session that was just closed is still listed for a moment. */
async function countOthersPatiently(db: Queryable): Promise<number> {
  let others = await countOthers(db);
  for (let tries = 0; others > 0 && tries < 20; tries++) {
    await sleep(100);
    others = await countOthers(db);
  }
  return others;
}

const SOURCE = new URL('../..', import.meta.url);
const SAFE = /^[a-z0-9._-]+$/;

async function applyMigrations(db: Queryable, { migrations }: Head): Promise<void> {
  await db.query(
    'create table migrations (room text, name text, sha256 text not null, applied_at timestamptz not null default now(), primary key (room, name))',
  );
  for (const { room, name, sha256 } of migrations) {
    const isOurs = ROOMS_WITH_TABLES.some((each) => each === room) && SAFE.test(name);
    const sql = isOurs ? await readMigration(room, name) : undefined;
    if (sql === undefined || createHash('sha256').update(sql).digest('hex') !== sha256)
      throw conflict(
        'backup.other_version',
        `The backup was made by another version: its step ${room}/${name} is not this version's. Restore it with the version that made it, or a newer one of its line.`,
        'FILE',
      );
    await db.query(sql);
  }
}

const readMigration = (room: string, name: string): Promise<string | undefined> =>
  readFile(fileURLToPath(new URL(`${room}/migrations/${name}`, SOURCE)), 'utf8').catch(() => undefined);

/**
 * Foreign keys are taken off and put back, which checks them all at once and frees us from the order of tables; triggers rest, because
 * what they did is in the rows already. Rows that the migrations themselves put in make way for those of the backup.
 */
async function fill(client: pg.Client, db: Queryable, blobs: Blobs, file: string, say: Progress) {
  const report = { tables: 0, rows: 0, photos: 0 };
  const keys = await listForeignKeys(db);
  const tables = await listTables(db);
  for (const { schema, table, name } of keys)
    await db.query(`alter table ${quoted(schema, table)} drop constraint ${quoted(name)}`);
  for (const { schema, name } of tables) await db.query(`alter table ${quoted(schema, name)} disable trigger user`);
  await db.query(`truncate ${tables.map(({ schema, name }) => quoted(schema, name)).join(', ')}`);

  const known = new Set(tables.map(({ schema, name }) => quoted(schema, name)));
  let section: Section | undefined;
  for await (const { letter, payload } of readRecords(file)) {
    if (letter === 'T') section = openTable(client, parse<TableStart>(payload), known, report, say);
    if (letter === 'B') section = openBlob(blobs, parse<BlobStart>(payload), report);
    if (letter === 'D') await section?.write(Buffer.from(payload));
    if (letter === 'E') await section?.end(parse<SectionEnd>(payload));
    if (letter === 'S') await setSequences(db, parse<SequenceState[]>(payload));
  }

  for (const { schema, name } of tables) await db.query(`alter table ${quoted(schema, name)} enable trigger user`);
  say('Checking that everything fits together …');
  for (const { schema, table, name, definition } of keys)
    await db.query(`alter table ${quoted(schema, table)} add constraint ${quoted(name)} ${definition}`);
  return report;
}

interface Section {
  write(bytes: Buffer): Promise<void>;
  end(counted: SectionEnd): Promise<void>;
}

function openTable(
  client: pg.Client,
  table: TableStart,
  known: ReadonlySet<string>,
  report: { tables: number; rows: number },
  say: Progress,
): Section {
  const name = quoted(table.schema, table.name);
  if (!known.has(name))
    throw conflict(
      'backup.unknown_table',
      `The backup has a table ${table.schema}.${table.name} that its own migrations do not make.`,
      'FILE',
    );
  const columns = table.columns.map((column) => quoted(column)).join(', ');
  const stream = client.query(copyFrom(`copy ${name} (${columns}) from stdin`));
  const done = finished(stream);
  done.catch(() => undefined); // seen at `end`
  return {
    write: (bytes) => writeTo(stream, bytes),
    async end({ rows }) {
      stream.end();
      await done;
      if (stream.rowCount !== rows) throw damaged(`${table.name} has ${stream.rowCount} rows instead of ${rows}`);
      report.tables++;
      report.rows += stream.rowCount;
      say(`${table.schema}.${table.name}: ${stream.rowCount} rows`);
    },
  };
}

const writeTo = (stream: Writable, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

function openBlob(blobs: Blobs, { key, mediaType }: BlobStart, report: { photos: number }): Section {
  const parts: Buffer[] = [];
  return {
    async write(bytes) {
      parts.push(bytes);
    },
    async end() {
      const stored = await blobs.put(Buffer.concat(parts), mediaType);
      if (stored !== key) throw damaged(`the photo ${key} is not what its key says`);
      report.photos++;
    },
  };
}

async function setSequences(db: Queryable, states: readonly SequenceState[]): Promise<void> {
  for (const { schema, name, lastValue, isCalled } of states)
    await db.query('select setval($1::regclass, $2::bigint, $3)', [quoted(schema, name), lastValue, isCalled]);
}
