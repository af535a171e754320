/** `cityloom import FILE --mapping MAPPING`: a recording through the same door that devices use. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connectIntake } from '#adapters/csv/city-intake.ts';
import { type ImportSummary, importFile } from '#adapters/csv/import-file.ts';
import { parseMapping } from '#adapters/csv/mapping.ts';
import { invalid } from '#kernel/errors.ts';
import { findInstant, toIso } from '#kernel/time.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const HELP = `
cityloom import FILE --mapping MAPPING.yaml --key KEY [--server URL]

Feeds a recording (CSV; plain, .gz, .zip, .tar, .tar.gz) through the same intake as devices use. Running it again stores nothing twice.

  --mapping FILE    which column is which Datastream, and how the file is written (docs/adopt/import.md)
  --server URL      the running city; default http://localhost:8080, or CITYLOOM_SERVER
  --key KEY         a key with the role integrator (cityloom key create NAME --role integrator); or CITYLOOM_KEY
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
      server: { type: 'string', default: context.env.CITYLOOM_SERVER ?? 'http://localhost:8080' },
      key: { type: 'string', default: context.env.CITYLOOM_KEY ?? '' },
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
  let saidAt = 0;
  const summary = await importFile({
    path,
    mapping,
    intake: connectIntake(values.server, values.key),
    now: Date.now,
    batch: wholeNumber(values.batch, '--batch', 1),
    maxErrors:
      values['max-errors'] === undefined
        ? Number.POSITIVE_INFINITY
        : wholeNumber(values['max-errors'], '--max-errors', 0),
    from: instant(values.from, '--from'),
    to: instant(values.to, '--to'),
    onProgress: (rows, observations) => {
      if (Date.now() - saidAt < 1_000) return;
      saidAt = Date.now();
      context.stderr.write(`${rows} rows read, ${observations} observations stored or known\n`);
    },
  });
  if (values.json) context.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else context.stdout.write(describe(summary));
  return EXIT.done;
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
