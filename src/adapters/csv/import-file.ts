/** One recording into one city: rows are read, translated and handed over in batches, and everything that happened is counted. */
import { CityError } from '#kernel/errors.ts';
import type { Instant } from '#kernel/time.ts';
import type { CityIntake } from './city-intake.ts';
import type { ColumnMapping, Mapping } from './mapping.ts';
import { openRecording } from './open-file.ts';
import { type Row, readRows } from './rows.ts';
import { type Findings, type Reading, type Target, translator } from './translate.ts';

export interface Rejection {
  readonly count: number;
  /** The first few, with the line they stand in. */
  readonly examples: readonly { readonly line: number; readonly text: string }[];
}

export interface ImportSummary {
  /** Rows of data in the file (of the span asked for). */
  readonly rows: number;
  /** Values that were there and became Observations the city acknowledged; `stored` of them are new. */
  readonly accepted: number;
  readonly stored: number;
  readonly duplicates: number;
  /** Cells that held no value. */
  readonly missing: number;
  readonly rejected: Readonly<Record<string, Rejection>>;
  readonly rejectedTotal: number;
  /** Wall-clock times that the zone had twice, or never, whatever was done with them. */
  readonly timesTwice: number;
  readonly timesNever: number;
  readonly datastreams: readonly Target[];
  /** Earliest and latest instant handed over. */
  readonly first: Instant | undefined;
  readonly last: Instant | undefined;
  readonly milliseconds: number;
}

export interface ImportOptions {
  readonly path: string;
  readonly mapping: Mapping;
  readonly intake: CityIntake;
  readonly now: () => Instant;
  /** Observations per call. */
  readonly batch: number;
  /** Stop when more than this were rejected. */
  readonly maxErrors: number;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly onProgress?: (rows: number, observations: number) => void;
}

const EXAMPLES = 3;

/** Errors besides those of file and mapping: `import.too_many_errors` (what was handed over so far stays). */
export async function importFile(options: ImportOptions): Promise<ImportSummary> {
  const started = options.now();
  const recording = await openRecording(options.path, options.mapping.file?.member);
  try {
    const targets = await findTargets(options.mapping, options.intake);
    const tally = new Tally(options, targets);
    await handOver(readRows(recording.bytes, rowFormat(options.mapping)), options, targets, tally, started);
    return tally.summary(options.now() - started);
  } finally {
    await recording.close();
  }
}

async function handOver(
  batches: AsyncIterable<Row[]>,
  options: ImportOptions,
  targets: readonly Target[],
  tally: Tally,
  now: Instant,
): Promise<void> {
  const hasHeader = options.mapping.file?.header ?? true;
  let translate: ((row: Row, findings: Findings) => void) | undefined;
  let sending: Promise<void> = Promise.resolve();
  for await (const rows of batches) {
    for (const row of rows) {
      if (!translate) {
        translate = translator(options.mapping, hasHeader ? row.cells : undefined, targets, now, {
          begin: options.from ?? Number.NEGATIVE_INFINITY,
          end: options.to ?? Number.POSITIVE_INFINITY,
        });
        if (hasHeader) continue;
      }
      tally.rows++;
      translate(row, tally);
      if (tally.waiting.length < options.batch) continue;
      await sending;
      sending = tally.send();
      // The next batch is read while this one travels; its failure is met at the next turn.
      sending.catch(() => undefined);
    }
    options.onProgress?.(tally.rows, tally.accepted);
  }
  await sending;
  await tally.send();
}

const rowFormat = ({ file }: Mapping) => ({
  separator: file?.separator === '\\t' ? '\t' : (file?.separator ?? ','),
  quote: file?.quote ?? '"',
  comment: file?.comment,
  skipLines: file?.skipLines ?? 0,
  encoding: file?.encoding ?? 'utf-8',
});

/** One after another: two columns may make two Datastreams of the same new Thing. */
async function findTargets(mapping: Mapping, intake: CityIntake): Promise<Target[]> {
  const targets: Target[] = [];
  for (const [index, column] of mapping.columns.entries())
    targets.push(await findTarget(column, `columns[${index}]`, intake));
  return targets;
}

async function findTarget(
  { datastream, create, unit }: ColumnMapping,
  path: string,
  intake: CityIntake,
): Promise<Target> {
  if (datastream?.id !== undefined) return intake.findById(datastream.id, `${path}.datastream.id`);
  const [assetId, indicator] = [(datastream ?? create)!.assetId!, (datastream ?? create)!.indicator!];
  const found = await intake.findByAsset(assetId, indicator);
  if (found) return found;
  if (create) return intake.create(create, create.unit ?? unit!);
  throw new CityError(
    'invalid',
    'datastream.unknown',
    `The city has no datastream "${indicator}" of asset "${assetId}".`,
    `${path}.datastream`,
  );
}

class Tally implements Findings {
  rows = 0;
  accepted = 0;
  waiting: Reading[] = [];
  readonly #options: ImportOptions;
  readonly #targets: readonly Target[];
  readonly #rejected = new Map<string, { count: number; examples: { line: number; text: string }[] }>();
  #rejectedTotal = 0;
  #duplicates = 0;
  #missing = 0;
  #odd = { twice: 0, never: 0 };
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(options: ImportOptions, targets: readonly Target[]) {
    this.#options = options;
    this.#targets = targets;
  }

  accept(reading: Reading): void {
    this.#first = Math.min(this.#first, reading.at);
    this.#last = Math.max(this.#last, reading.at);
    this.waiting.push(reading);
  }

  reject(reason: string, line: number, text: string): void {
    const entry = this.#rejected.get(reason) ?? { count: 0, examples: [] };
    this.#rejected.set(reason, entry);
    entry.count++;
    if (entry.examples.length < EXAMPLES) entry.examples.push({ line, text: text.slice(0, 120) });
    if (++this.#rejectedTotal <= this.#options.maxErrors) return;
    throw new CityError(
      'invalid',
      'import.too_many_errors',
      `More than ${this.#options.maxErrors} rejected; the last: ${reason}, ${text}.`,
      `line ${line}`,
    );
  }

  outside(): void {
    this.rows--;
  }

  missing(): void {
    this.#missing++;
  }

  oddTime(kind: 'twice' | 'never'): void {
    this.#odd[kind]++;
  }

  /** Hands over what is waiting. */
  async send(): Promise<void> {
    if (this.waiting.length === 0) return;
    const batch = this.waiting;
    this.waiting = [];
    const { accepted, duplicates, refused } = await this.#options.intake.deliver(batch);
    this.accepted += accepted;
    this.#duplicates += duplicates;
    for (const { reading, code, message } of refused) this.reject(code, reading.line, message);
  }

  summary(milliseconds: number): ImportSummary {
    return {
      rows: this.rows,
      accepted: this.accepted,
      stored: this.accepted - this.#duplicates,
      duplicates: this.#duplicates,
      missing: this.#missing,
      rejected: Object.fromEntries(this.#rejected),
      rejectedTotal: this.#rejectedTotal,
      timesTwice: this.#odd.twice,
      timesNever: this.#odd.never,
      datastreams: this.#targets,
      first: Number.isFinite(this.#first) ? this.#first : undefined,
      last: Number.isFinite(this.#last) ? this.#last : undefined,
      milliseconds,
    };
  }
}
