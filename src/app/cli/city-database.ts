/** Opens the city's database for one command: joins the running city's, or starts it for a moment when the city is down. */
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
  const storage = await openStorage({ dataDir, databaseUrl, log: createLog('warn'), poolSize: 2 });
  try {
    await migrate(storage.database);
    return await work(storage.database, systemClock);
  } finally {
    await storage.close();
  }
}
