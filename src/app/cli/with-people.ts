/** Opens the people room for one command: joins the running city's database, or starts it for a moment when the city is down. */
import { randomBytes } from 'node:crypto';
import { createPeople } from '#people/people.ts';
import type { People } from '#people/people.types.ts';
import { systemClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { migrate } from '#platform/storage/migrate.ts';
import { openStorage } from '#platform/storage/open.ts';
import type { CommandContext } from './command.types.ts';

export async function withPeople<T>(
  data: string | undefined,
  { env, cwd }: CommandContext,
  work: (people: People) => Promise<T>,
): Promise<T> {
  const { dataDir, databaseUrl } = readConfig({ data }, env, cwd);
  const log = createLog('warn');
  const storage = await openStorage({ dataDir, databaseUrl, log, poolSize: 2 });
  try {
    await migrate(storage.database);
    const random = (count: number) => randomBytes(count);
    return await work(createPeople({ database: storage.database, clock: systemClock, random, log }));
  } finally {
    await storage.close();
  }
}

/** A column per heading, as wide as its widest cell. */
export function toTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return `${all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

export const listOf = (given: string | undefined): string[] | undefined =>
  given === undefined
    ? undefined
    : given
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '');
