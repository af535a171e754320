/** `cityloom export`: the ledger as a file that anyone can check with `cityloom verify`. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { exportLedger, type LedgerLine } from '#casework/export.ts';
import { localDate, plusDays, startOfDay } from '#kernel/calendar.ts';
import { invalid } from '#kernel/errors.ts';
import type { Database } from '#kernel/ports.ts';
import { findInstant, type Instant } from '#kernel/time.ts';
import { withCityDatabase } from './city-database.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const HELP = `
cityloom export --out FILE [--from DAY] [--to DAY] [--data DIR]

Writes every case event with the rules it was judged by, the day roots and the on-time figure, as one JSON object per line.
The city may run meanwhile.

  --out FILE    where to write; - for standard output
  --from DAY    first local day (2026-03-01), or an ISO 8601 instant; default: from the beginning
  --to DAY      last local day, whole, or the instant before which to stop; default: to the end
  --data DIR    data folder of the city

Exit codes: 0 written, 1 failed, 2 wrong input.
`;

export const exporter: Command = {
  summary: 'write the ledger to a file that anyone can check',
  help: HELP,
  async run(args, context) {
    const { values } = parseArgs({
      args,
      options: { out: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, data: { type: 'string' } },
    });
    const { out } = values;
    if (out === undefined) throw invalid('export.no_file', 'Say where to write: --out FILE.', 'out');
    return withCityDatabase(values.data, context, async (database, clock) => {
      const request = await readRange(database, values, clock.now());
      const end = await writeFile(out, context, (write) => exportLedger(database, request, write));
      context.stderr.write(
        `${end.events} events written${out === '-' ? '' : ` to ${out}`}; last hash ${end.last.hash}.\n`,
      );
      return EXIT.done;
    });
  },
};

async function readRange(
  database: Database,
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: Instant,
) {
  const [row] = await database.query<{ zone: string | null }>(
    `SELECT details ->> 'timeZone' AS zone FROM case_events WHERE type = 'rules.adopted' ORDER BY sequence DESC LIMIT 1`,
  );
  const zone = row?.zone ?? 'UTC';
  return {
    now,
    from: from === undefined ? undefined : readMoment(from, zone, 'from', 0),
    to: to === undefined ? undefined : readMoment(to, zone, 'to', 1),
  };
}

/** A local day (its beginning, or with `days` 1 its end) or an instant. */
export function readMoment(text: string, timeZone: string, field: string, days: 0 | 1): Instant {
  const at = findInstant(text);
  if (at !== undefined) return at;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay || localDate(Date.parse(`${text}T00:00:00Z`), 'UTC') !== text) {
    throw invalid(
      'export.not_a_day',
      `--${field} must be a day like 2026-03-01 or an instant like 2026-03-01T08:00:00Z.`,
      field,
    );
  }
  return startOfDay(plusDays(text, days), timeZone);
}

type Write = (line: LedgerLine) => Promise<void>;

/** A file appears under its name only when it is complete. */
async function writeFile<T>(out: string, context: CommandContext, work: (write: Write) => Promise<T>): Promise<T> {
  const path = resolve(context.cwd, out);
  const partial = `${path}.partial`;
  const stream = out === '-' ? context.stdout : createWriteStream(partial);
  const write: Write = async (line) => {
    if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, 'drain');
  };
  if (out === '-') return work(write);
  try {
    const result = await work(write);
    stream.end();
    await finished(stream);
    await rename(partial, path);
    return result;
  } catch (error) {
    stream.end();
    await rm(partial, { force: true });
    throw error;
  }
}
