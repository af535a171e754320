/** `cityloom import FILE --mapping MAPPING`: a recording through the same door that devices use. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type CityIntake, connectIntake } from '#adapters/csv/city-intake.ts';
import { type ImportSummary, importFile } from '#adapters/csv/import-file.ts';
import { parseMapping } from '#adapters/csv/mapping.ts';
import { findRunningCity } from '#app/running.ts';
import { CityError, invalid } from '#kernel/errors.ts';
import { findInstant, toIso } from '#kernel/time.ts';
import { readConfig } from '#platform/config.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';
import { withPeople } from './with-people.ts';

const HELP = `
cityloom import FILE --mapping MAPPING.yaml [--server URL --key KEY | --data DIR]

Feeds a recording (CSV; plain, .gz, .zip, .tar, .tar.gz) through the same intake as devices use. Running it again stores nothing twice.

  --mapping FILE    which column is which Datastream, and how the file is written (docs/adopt/import.md)
  --server URL      the running city, or CITYLOOM_SERVER; with
  --key KEY         a key with the role integrator (cityloom key create NAME --role integrator), or CITYLOOM_KEY
  --data DIR        without a key: the data folder of the city that runs on this machine (default .cityloom, or CITYLOOM_DATA_DIR);
                    a key is made for this import and revoked after it
  --from, --to      only rows from this instant on, and before that one (ISO 8601 with zone)
  --batch N         Observations per call, default 8000
  --max-errors N    stop when more than N rows or values were refused; default: never stop
  --json            the summary as JSON on stdout

Exit codes: 0 done (refused rows are listed, and do not change it), 1 the city could not be reached, 2 wrong file, mapping or flag, or more than --max-errors refused.
`;

export const importer: Command = {
  summary: 'Feed a recording (CSV with a mapping file) into the running city',
  help: HELP,
  run: runImport,
};

async function runImport(args: string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      server: { type: 'string', ...given(context.env.CITYLOOM_SERVER) },
      key: { type: 'string', ...given(context.env.CITYLOOM_KEY) },
      data: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      batch: { type: 'string', default: '8000' },
      'max-errors': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw invalid('import.no_file', 'Name one FILE to import.', 'FILE');
  if (values.mapping === undefined)
    throw invalid('import.no_mapping', 'Name a mapping file with --mapping.', '--mapping');
  const mapping = parseMapping(await readMapping(values.mapping));
  const { batch, from, to } = values;
  const maxErrors = values['max-errors'];
  const options = {
    path,
    mapping,
    now: Date.now,
    batch: wholeNumber(batch, '--batch', 1),
    maxErrors: maxErrors === undefined ? Number.POSITIVE_INFINITY : wholeNumber(maxErrors, '--max-errors', 0),
    from: instant(from, '--from'),
    to: instant(to, '--to'),
    onProgress: progress(context),
  };
  const summary = await withIntake(values, context, (intake) => importFile({ ...options, intake }));
  if (values.json) context.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else context.stdout.write(describe(summary));
  return EXIT.done;
}

const given = (text: string | undefined) => (text === undefined ? {} : { default: text });

/** Over HTTP with the key given; without one, with a key made for this run on the data folder of the city that runs here. */
async function withIntake<T>(
  { server, key, data }: { server?: string | undefined; key?: string | undefined; data?: string | undefined },
  context: CommandContext,
  work: (intake: CityIntake) => Promise<T>,
): Promise<T> {
  if (key !== undefined) return work(connectIntake(server ?? 'http://localhost:8080', key));
  const { dataDir } = readConfig({ data }, context.env, context.cwd);
  const running = await findRunningCity(dataDir);
  if (running === undefined)
    throw new CityError(
      'unavailable',
      'city.not_running',
      `No city runs on ${dataDir}. Start it, or give --server and --key.`,
    );
  const made = await withPeople(data, context, (people) =>
    people.createKey({ name: `import ${toIso(Date.now())}`, roles: ['integrator'] }),
  );
  try {
    return await work(connectIntake(server ?? running.url, made.secret));
  } finally {
    await withPeople(data, context, (people) => people.revokeKey(made.key.id));
  }
}

function progress(context: CommandContext): (rows: number, observations: number) => void {
  let saidAt = Date.now();
  return (rows, observations) => {
    if (Date.now() - saidAt < 1_000) return;
    saidAt = Date.now();
    context.stderr.write(`${rows} rows read, ${observations} observations stored or known\n`);
  };
}

async function readMapping(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw invalid('mapping.not_found', `${path} cannot be read (${error.code}).`, '--mapping');
  });
}

function wholeNumber(text: string, flag: string, least: number): number {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw invalid('import.flag', `${flag} must be a whole number from ${least}.`, flag);
}

function instant(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const at = findInstant(text);
  if (at === undefined)
    throw invalid(
      'import.flag',
      `${flag} must be an ISO 8601 instant with its zone, like 2019-01-01T00:00:00+02:00.`,
      flag,
    );
  return at;
}

/** The summary for people. */
export function describe(summary: ImportSummary): string {
  const seconds = summary.milliseconds / 1_000;
  const lines = [
    `rows in         ${summary.rows}`,
    `accepted        ${summary.accepted} observations in ${seconds.toFixed(1)} s (${Math.round(summary.accepted / Math.max(seconds, 0.001))}/s)`,
    `stored          ${summary.stored}`,
    `duplicates      ${summary.duplicates}`,
    `missing values  ${summary.missing}`,
    `rejected        ${summary.rejectedTotal}`,
  ];
  for (const [reason, { count, examples }] of Object.entries(summary.rejected)) {
    lines.push(`  ${reason}  ${count}`, ...examples.map(({ line, text }) => `    line ${line}: ${text}`));
  }
  if (summary.timesTwice) lines.push(`times that the clock showed twice     ${summary.timesTwice}`);
  if (summary.timesNever) lines.push(`times that the clock never showed     ${summary.timesNever}`);
  if (summary.first !== undefined) lines.push(`from ${toIso(summary.first)} to ${toIso(summary.last!)}`);
  return `${lines.join('\n')}\n`;
}
