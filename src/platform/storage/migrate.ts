/** Plain migrations: every room's `migrations/*.sql` in order, each once, in its own transaction. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CityError } from '#kernel/errors.ts';
import type { Database } from '#kernel/ports.ts';

/** Rooms, and adapters that must remember what they told whom, that keep tables; in the order their tables may refer to each other. */
export const ROOMS_WITH_TABLES = [
  'people',
  'sensing',
  'detection',
  'casework',
  'dispatch',
  'scorecard',
  'domains',
  'adapters/open311',
  'adapters/gbfs',
  'adapters/mds',
] as const;

const SOURCE = fileURLToPath(new URL('../..', import.meta.url));
const LOCK = 0x636c6d; // any constant: one migration run at a time

export interface AppliedMigration {
  readonly room: string;
  readonly name: string;
}

/**
 * Brings the database to the code's state and returns what was applied.
 * Errors: `storage.migration_changed` when an applied file differs from the one at hand: write a new migration instead.
 */
export async function migrate(
  database: Database,
  rooms: readonly string[] = ROOMS_WITH_TABLES,
): Promise<AppliedMigration[]> {
  const applied: AppliedMigration[] = [];
  await database.session(async (session) => {
    await session.query('SELECT pg_advisory_lock($1)', [LOCK]);
    try {
      await session.query(
        'CREATE TABLE IF NOT EXISTS migrations (room text, name text, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (room, name))',
      );
      const done = new Map(
        (
          await session.query<{ room: string; name: string; sha256: string }>(
            'SELECT room, name, sha256 FROM migrations',
          )
        ).map((row) => [`${row.room}/${row.name}`, row.sha256]),
      );
      for (const { room, name, sql } of await listMigrations(rooms)) {
        const sha256 = createHash('sha256').update(sql).digest('hex');
        const before = done.get(`${room}/${name}`);
        if (before === sha256) continue;
        if (before !== undefined)
          throw new CityError(
            'conflict',
            'storage.migration_changed',
            `The migration ${room}/${name} was changed after it had been applied.`,
          );
        await session.query(
          `BEGIN;\n${sql}\n;INSERT INTO migrations (room, name, sha256) VALUES ('${room}', '${name}', '${sha256}'); COMMIT;`,
        );
        applied.push({ room, name });
      }
    } catch (error) {
      await session.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await session.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    }
  });
  return applied;
}

async function listMigrations(rooms: readonly string[]): Promise<{ room: string; name: string; sql: string }[]> {
  const found: { room: string; name: string; sql: string }[] = [];
  for (const room of rooms) {
    const folder = join(SOURCE, room, 'migrations');
    if (!existsSync(folder)) continue;
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()) {
      found.push({ room, name, sql: await readFile(join(folder, name), 'utf8') });
    }
  }
  return found;
}
