/**
 * Opens the city's database for one command that reads: joins the running city's, or starts it for a moment when the city is down.
 * Errors: `city.not_found`: no city was ever on this data folder, and reading makes none.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CityError } from '#kernel/errors.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { systemClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { migrate } from '#platform/storage/migrate.ts';
import { openStorage } from '#platform/storage/open.ts';
import type { CommandContext } from './command.types.ts';

export async function withCityDatabase<T>(
  data: string | undefined,
  { env, cwd }: Pick<CommandContext, 'env' | 'cwd'>,
  work: (database: Database, clock: Clock) => Promise<T>,
): Promise<T> {
  const { dataDir, databaseUrl } = readConfig({ data }, env, cwd);
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'postgres')))
    throw new CityError('not_found', 'city.not_found', `There is no city in ${dataDir}.`, '--data');
  const storage = await openStorage({ dataDir, databaseUrl, log: createLog('warn'), poolSize: 2 });
  try {
    await migrate(storage.database);
    return await work(storage.database, systemClock);
  } finally {
    await storage.close();
  }
}
