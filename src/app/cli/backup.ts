/** `cityloom backup`: the whole city in one file, while it lives. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CityError, invalid } from '#kernel/errors.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { connectionTo } from '#platform/storage/embedded.ts';
import { openStorage, type Storage } from '#platform/storage/open.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const HELP = `
cityloom backup FILE [--data DIR]

Writes the whole city into one file: every table at one instant, every sequence, every photo, and a checksum. The city goes on
meanwhile. FILE appears only when it is complete. It holds password hashes and personal data: keep it as you keep the city.

  --data DIR   the city's data folder (default .cityloom, or CITYLOOM_DATA_DIR; DATABASE_URL for a served database)

Exit codes: 0 done, 1 failed, 2 wrong input.
`;

export const backup: Command = { summary: 'write the whole city into one file', help: HELP, run };

async function run(args: string[], { stderr, env, cwd }: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { data: { type: 'string' } }, allowPositionals: true });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw invalid('command.unclear', 'Say which file: cityloom backup FILE.');
  const { dataDir, databaseUrl } = readConfig({ data: values.data }, env, cwd);
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'postgres')))
    throw new CityError('not_found', 'city.not_found', `There is no city in ${dataDir}.`, '--data');
  const storage = await openStorage({ dataDir, databaseUrl, log: createLog('warn'), poolSize: 1 });
  try {
    const blobFolder = blobFolderOf(dataDir);
    const source = { connection: connectionOf(storage, databaseUrl), blobs: openBlobs(blobFolder), blobFolder };
    const report = await writeBackup(source, resolve(cwd, file), new Date(), (line) => stderr.write(`  ${line}\n`));
    stderr.write(
      `${report.rows} rows of ${report.tables} tables and ${report.photos} photos: ${file}, ${report.bytes} bytes\n`,
    );
    return EXIT.done;
  } finally {
    await storage.close();
  }
}

/** Photos stand in the data folder, also when the database is served from elsewhere. */
export const blobFolderOf = (dataDir: string): string => join(dataDir, 'blobs');

export const connectionOf = ({ embedded, database }: Storage, databaseUrl: string | undefined) =>
  embedded === undefined ? { connectionString: databaseUrl } : connectionTo(embedded.socket, database.name);
