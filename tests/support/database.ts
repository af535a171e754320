/** A fresh real database for one test: on the server that `npm test` started, or on one shared by whoever runs a test file alone. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '#kernel/ports.ts';
import { type OpenDatabase, openPool } from '#platform/storage/database.ts';
import { connectionTo, openEmbedded } from '#platform/storage/embedded.ts';
import { migrate } from '#platform/storage/migrate.ts';

export const quiet: Log = { info() {}, warn() {}, error() {}, debug() {} };

export const TEST_SERVER =
  process.env.CITYLOOM_TEST_SERVER ?? join(tmpdir(), `cityloom-test-server-${process.getuid?.() ?? 0}`);

/** A database with the tables of the given rooms (all rooms by default), dropped when the test ends. */
export async function testDatabase(
  t: { after(work: () => unknown): void },
  rooms?: readonly string[],
): Promise<OpenDatabase> {
  const { socket } = await openEmbedded(TEST_SERVER, quiet);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(socket, `CREATE DATABASE ${name}`);
  const database = openPool(connectionTo(socket, name), quiet, 8);
  t.after(async () => {
    await database.end();
    await onServer(socket, `DROP DATABASE ${name} WITH (FORCE)`);
  });
  await migrate(database, rooms);
  return database;
}

async function onServer(socket: string, sql: string): Promise<void> {
  const server = openPool(connectionTo(socket, 'postgres'), quiet, 1);
  try {
    await server.query(sql);
  } finally {
    await server.end();
  }
}
