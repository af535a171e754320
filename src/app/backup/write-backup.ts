/**
 * Takes a backup while the city lives: everything is read from one snapshot, so the file is the city at one instant, whatever is
 * written meanwhile. Photos are copied after the tables: each is stored before anything names it, so none that is named is missing.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Blobs, Queryable } from '#kernel/ports.ts';
import { listSequences, listTables, quoted } from './catalogue.ts';
import { FORMAT, type Head, type TableStart, toJsonRecord, toRecord } from './format.ts';

export interface BackupSource {
  readonly connection: pg.ClientConfig;
  readonly blobs: Blobs;
  /** Folder of the blob store: two letters, then the rest of the key. */
  readonly blobFolder: string;
}

export interface BackupReport {
  readonly tables: number;
  readonly rows: number;
  readonly photos: number;
  readonly bytes: number;
}

type Progress = (line: string) => void;

/** Writes `file` beside itself first and renames it when it is complete and on the disk: a file of that name is a whole backup. */
export async function writeBackup(
  source: BackupSource,
  file: string,
  takenAt: Date,
  say: Progress,
): Promise<BackupReport> {
  const draft = `${file}.part`;
  const client = new pg.Client(source.connection);
  await client.connect();
  try {
    const report = { tables: 0, rows: 0, photos: 0, bytes: 0 };
    const records = Readable.from(summed(recordsOf(client, source, takenAt, report, say)), { objectMode: false });
    await pipeline(records, createGzip({ level: 6 }), createWriteStream(draft, { mode: 0o600 }));
    const handle = await open(draft, 'r+');
    await handle.sync();
    report.bytes = (await handle.stat()).size;
    await handle.close();
    await rename(draft, file);
    return report;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function* summed(records: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const sum = createHash('sha256');
  for await (const record of records) {
    sum.update(record);
    yield record;
  }
  yield toRecord('Z', Buffer.from(sum.digest('hex')));
}

type Counting = { -readonly [K in keyof BackupReport]: number };

async function* recordsOf(
  client: pg.Client,
  { blobs, blobFolder }: BackupSource,
  takenAt: Date,
  report: Counting,
  say: Progress,
): AsyncGenerator<Buffer> {
  const db: Queryable = { query: async (sql) => (await client.query(sql)).rows };
  await client.query('begin transaction isolation level repeatable read read only');
  const migrations = await db.query<Head['migrations'][number]>(
    'select room, name, sha256 from migrations order by applied_at, room, name',
  );
  yield toJsonRecord('H', { format: FORMAT, takenAt: takenAt.toISOString(), migrations } satisfies Head);
  for (const table of await listTables(db)) {
    yield* tableRecords(client, table, report, say);
    report.tables++;
  }
  // After the rows: a sequence may be ahead of them, never behind.
  yield toJsonRecord('S', await listSequences(db));
  await client.query('commit');
  yield* blobRecords(blobs, blobFolder, report);
  say(`${report.photos} photos`);
}

async function* tableRecords(
  client: pg.Client,
  table: TableStart,
  report: Counting,
  say: Progress,
): AsyncGenerator<Buffer> {
  yield toJsonRecord('T', table);
  const columns = table.columns.map((column) => quoted(column)).join(', ');
  const stream = client.query(copyTo(`copy ${quoted(table.schema, table.name)} (${columns}) to stdout`));
  let bytes = 0;
  for await (const chunk of gathered(stream)) {
    bytes += chunk.length;
    yield toRecord('D', chunk);
  }
  const rows = stream.rowCount;
  report.rows += rows;
  say(`${table.schema}.${table.name}: ${rows} rows`);
  yield toJsonRecord('E', { rows, bytes });
}

const GATHER_BYTES = 262_144;

/** COPY sends row by row; records of a quarter of a megabyte compress and write better. */
async function* gathered(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < GATHER_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

async function* blobRecords(blobs: Blobs, folder: string, report: Counting): AsyncGenerator<Buffer> {
  for (const key of await listBlobKeys(folder)) {
    const blob = await blobs.find(key);
    if (!blob) continue;
    yield toJsonRecord('B', { key, mediaType: blob.mediaType });
    yield toRecord('D', blob.content);
    yield toJsonRecord('E', { bytes: blob.content.length });
    report.photos++;
  }
}

async function listBlobKeys(folder: string): Promise<string[]> {
  const keys: string[] = [];
  for (const front of await readdir(folder).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(front)) continue;
    for (const rest of await readdir(join(folder, front))) if (/^[0-9a-f]{62}$/.test(rest)) keys.push(front + rest);
  }
  return keys.sort();
}
