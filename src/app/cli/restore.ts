/** `cityloom restore`: a city from its backup, in an empty database anywhere. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CityError, conflict, invalid } from '#kernel/errors.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { openStorage } from '#platform/storage/open.ts';
import { restoreBackup, verifyBackup } from '../backup/read-backup.ts';
import { findRunningCity } from '../running.ts';
import { blobFolderOf, connectionOf } from './backup.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const HELP = `
cityloom restore FILE [--replace] [--data DIR]

Makes the city of the backup in an empty database: embedded in the data folder, or any PostgreSQL from 15 with DATABASE_URL. The
file is verified to its last byte before anything is written; then everything is written in one transaction, or nothing.

  --replace    throw away what the database holds; without it a database that holds a city is refused
  --data DIR   the new city's data folder (default .cityloom, or CITYLOOM_DATA_DIR)

Exit codes: 0 done, 1 failed, 2 wrong input, 3 the backup is damaged.
`;

export const restore: Command = { summary: 'make the city of a backup in an empty database', help: HELP, run };

async function run(args: string[], { stderr, env, cwd }: CommandContext): Promise<number> {
  const options = { data: { type: 'string' }, replace: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw invalid('command.unclear', 'Say which file: cityloom restore FILE.');
  const { dataDir, databaseUrl } = readConfig({ data: values.data }, env, cwd);
  const running = await findRunningCity(dataDir);
  if (running) throw conflict('restore.in_use', `A city runs on ${dataDir}: ${running.url}. Stop it first.`, '--data');
  stderr.write('  Verifying the backup …\n');
  const path = resolve(cwd, file);
  const head = await verifyBackup(path).catch(explainDamage(stderr));
  if (head === undefined) return EXIT.proofFailed;
  const storage = await openStorage({ dataDir, databaseUrl, log: createLog('warn'), poolSize: 1 });
  const connection = connectionOf(storage, databaseUrl);
  try {
    await storage.database.end();
    const target = { connection, blobs: openBlobs(blobFolderOf(dataDir)), replace: values.replace };
    const report = await restoreBackup(target, path, head, (line) => stderr.write(`  ${line}\n`));
    stderr.write(
      `${report.rows} rows of ${report.tables} tables and ${report.photos} photos, as of ${report.takenAt}\n`,
    );
    return EXIT.done;
  } finally {
    if (storage.embedded && !storage.embedded.joined) await storage.embedded.stop();
  }
}

const explainDamage =
  (stderr: NodeJS.WritableStream) =>
  (error: unknown): undefined => {
    if (!(error instanceof CityError) || error.code !== 'backup.damaged') throw error;
    stderr.write(`${error.message} (${error.code})\n`);
    return undefined;
  };
