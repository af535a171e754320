/**
 * The door: checks a call, writes its rows into the open batch and answers when they are durable. All checks of a call come before
 * its first row is written, so a refused call leaves nothing behind.
 */
import { CityError } from '#kernel/errors.ts';
import type { IncomingObservation } from '#kernel/observation.ts';
import type { Clock } from '#kernel/ports.ts';
import type { Batch } from './batch.ts';
import { type Catalogue, FEATURE_TO_BE_MADE } from './catalogue.ts';
import type { Counters } from './counters.ts';
import { canonicalJson, digest, digestJson, digestNumber } from './digest.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Accepted, AcceptedColumns, Intake, ObservationColumns } from './sensing.types.ts';
import { atIndex, type DoorRules, findProblem, isNumberInOrder, type Range } from './validation.ts';

export type FeaturePair = readonly [datastreamId: number, featureId: number];

export interface IntakeDependencies {
  readonly catalogue: Catalogue;
  readonly writer: GroupCommit;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly rules: DoorRules;
  /** More rows in one call are refused: `intake.too_many_rows`. */
  readonly rowsPerCall: number;
  /** Makes the features of interest that these slots' Observations need and do not have yet; false: nothing was to be done. */
  readonly makeFeatures: (slots: readonly number[]) => Promise<boolean>;
  /** Notes explicitly given features before the first Observation of them is stored; false: all were known. */
  readonly noteFeatures: (pairs: readonly FeaturePair[]) => Promise<boolean>;
}

const NONE = Number.NaN;

export function createIntake(dependencies: IntakeDependencies): Intake {
  const { counters } = dependencies;
  /** Counts what a call was refused for, whatever it was. */
  const counted = async <T>(rows: number, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      counters.reject(error, rows);
      throw error;
    }
  };
  return {
    submit: (observations) => counted(observations.length, submit(dependencies, observations)),
    submitColumns: (columns, onBad = 'refuse') => counted(columns.count, submitColumns(dependencies, columns, onBad)),
    findProblem: (observation) => problemOf(dependencies, observation, dependencies.clock.now()),
  };
}

function problemOf(
  { catalogue, rules }: IntakeDependencies,
  observation: IncomingObservation,
  now: number,
): CityError | undefined {
  return findProblem(observation, rangeOf(catalogue, observation.datastreamId), now, rules);
}

function rangeOf(catalogue: Catalogue, datastreamId: number): Range | undefined {
  const slot = catalogue.slotOf(datastreamId);
  return slot < 0 ? undefined : { low: catalogue.low[slot]!, high: catalogue.high[slot]! };
}

function refuseTooMany({ rowsPerCall }: IntakeDependencies, rows: number): void {
  if (rows <= rowsPerCall) return;
  const message = `${rows} Observations in one call; at most ${rowsPerCall} are taken. Send them in parts.`;
  throw new CityError('too_large', 'intake.too_many_rows', message, '');
}

async function submit(
  dependencies: IntakeDependencies,
  observations: readonly IncomingObservation[],
): Promise<Accepted[]> {
  const { catalogue, writer, counters } = dependencies;
  refuseTooMany(dependencies, observations.length);
  if (observations.length === 0) return [];
  refuseBad(dependencies, observations);
  // Meanwhile a Datastream may have been deleted: look again.
  if (await prepareFeatures(dependencies, observations)) refuseBad(dependencies, observations);
  const batch = writer.batchFor(observations.length);
  const [from, bytesFrom] = [batch.count, batch.encoder.length];
  for (const observation of observations) writeObservation(batch, catalogue, observation);
  const accepted = await writer.take(batch, from, bytesFrom, () =>
    observations.map((_, i) => ({ id: batch.idAt(from + i), duplicate: !batch.isNew(from + i) })),
  );
  counters.accept(accepted.length, accepted.filter(({ duplicate }) => duplicate).length);
  return accepted;
}

function refuseBad(dependencies: IntakeDependencies, observations: readonly IncomingObservation[]): void {
  const now = dependencies.clock.now();
  for (const [index, observation] of observations.entries()) {
    const problem = problemOf(dependencies, observation, now);
    if (problem !== undefined) throw atIndex(problem, index);
  }
}

/**
 * Only the first Observation of a feature, and the first ones after a Thing has moved, wait for the database here; true when it did.
 */
async function prepareFeatures(
  { catalogue, makeFeatures, noteFeatures }: IntakeDependencies,
  observations: readonly IncomingObservation[],
): Promise<boolean> {
  const slots: number[] = [];
  const pairs: FeaturePair[] = [];
  for (const { datastreamId, featureOfInterestId } of observations) {
    const slot = catalogue.slotOf(datastreamId);
    if (featureOfInterestId !== undefined) pairs.push([datastreamId, featureOfInterestId]);
    else if (catalogue.featureIds[slot] === FEATURE_TO_BE_MADE) slots.push(slot);
  }
  const waited = (slots.length > 0 && (await makeFeatures(slots))) || false;
  return (pairs.length > 0 && (await noteFeatures(pairs))) || waited;
}

function writeObservation(batch: Batch, catalogue: Catalogue, observation: IncomingObservation): void {
  const { datastreamId, phenomenonTime, result, extra } = observation;
  const slot = catalogue.slotOf(datastreamId);
  const end = observation.phenomenonEnd ?? NONE;
  const resultTime = observation.resultTime ?? NONE;
  const isNumber = typeof result === 'number';
  const json = isNumber ? undefined : canonicalJson(result);
  if (isNumber) digestNumber(result, resultTime, end);
  else digestJson(json!, resultTime, end);
  writeRow(
    batch,
    slot,
    datastreamId,
    phenomenonTime,
    end,
    resultTime,
    isNumber ? result : NONE,
    json,
    observation.featureOfInterestId ?? catalogue.featureIds[slot] ?? NONE,
    extra === undefined ? undefined : JSON.stringify(extra),
  );
}

/** Writes one row with the digest that was just left in `digest`. */
function writeRow(
  batch: Batch,
  slot: number,
  datastreamId: number,
  time: number,
  end: number,
  resultTime: number,
  result: number,
  json: string | undefined,
  featureId: number,
  extra: string | undefined,
): void {
  const row = batch.count++;
  batch.slots[row] = slot;
  batch.datastreamIds[row] = datastreamId;
  batch.times[row] = time;
  batch.ends[row] = Number.isNaN(end) ? time : end;
  batch.resultTimes[row] = resultTime;
  batch.results[row] = result;
  batch.encoder.row(
    batch.firstId + row,
    datastreamId,
    time,
    end,
    resultTime,
    result,
    json,
    digest[0]!,
    digest[1]!,
    featureId,
    extra,
    batch.receivedAt,
  );
}

async function submitColumns(
  dependencies: IntakeDependencies,
  columns: ObservationColumns,
  onBad: 'refuse' | 'skip',
): Promise<AcceptedColumns> {
  const { catalogue, writer, counters, makeFeatures } = dependencies;
  refuseTooMany(dependencies, columns.count);
  let skipped = checkColumns(dependencies, columns, onBad);
  const slots = slotsWithoutFeature(catalogue, columns);
  if (slots.length > 0 && (await makeFeatures(slots))) skipped = checkColumns(dependencies, columns, onBad);
  const rows = columns.count - skipped.length;
  const bad = new Set(skipped.map(({ index }) => index));
  const batch = writer.batchFor(rows);
  const [from, bytesFrom] = [batch.count, batch.encoder.length];
  for (let i = 0; i < columns.count; i++)
    if (bad.size === 0 || !bad.has(i)) writeColumnRow(batch, catalogue, columns, i);
  const accepted = await writer.take(batch, from, bytesFrom, () => readIds(batch, from, columns.count, bad));
  counters.accept(rows, accepted.duplicates);
  for (const { error } of skipped) counters.reject(error, 1);
  return { ...accepted, skipped };
}

function readIds(batch: Batch, from: number, count: number, bad: ReadonlySet<number>) {
  const ids = new Float64Array(count).fill(NONE);
  let duplicates = 0;
  for (let i = 0, row = from; i < count; i++) {
    if (bad.size > 0 && bad.has(i)) continue;
    ids[i] = batch.idAt(row);
    if (!batch.isNew(row++)) duplicates++;
  }
  return { ids, duplicates };
}

function writeColumnRow(batch: Batch, catalogue: Catalogue, columns: ObservationColumns, i: number): void {
  const id = columns.datastreamIds[i]!;
  const slot = catalogue.slotOf(id);
  const resultTime = columns.resultTimes[i]!;
  const result = columns.results[i]!;
  digestNumber(result, resultTime, NONE);
  const time = columns.phenomenonTimes[i]!;
  writeRow(batch, slot, id, time, NONE, resultTime, result, undefined, catalogue.featureIds[slot]!, undefined);
}

/** The bad rows; throws at the first one when they are not to be skipped. */
function checkColumns(
  dependencies: IntakeDependencies,
  columns: ObservationColumns,
  onBad: 'refuse' | 'skip',
): { index: number; error: CityError }[] {
  const { catalogue, clock, rules } = dependencies;
  const now = clock.now();
  const [low, high, latest] = [catalogue.low, catalogue.high, now + rules.futureToleranceMs];
  const bad: { index: number; error: CityError }[] = [];
  for (let i = 0; i < columns.count; i++) {
    const slot = catalogue.slotOf(columns.datastreamIds[i]!);
    const [time, resultTime, result] = [columns.phenomenonTimes[i]!, columns.resultTimes[i]!, columns.results[i]!];
    const inOrder =
      slot >= 0 && isNumberInOrder(time, resultTime, result, low[slot]!, high[slot]!, rules.earliest, latest);
    if (inOrder) continue;
    const error = atIndex(problemOf(dependencies, rowOf(columns, i), now)!, i);
    if (onBad === 'refuse') throw error;
    bad.push({ index: i, error });
  }
  return bad;
}

const rowOf = (columns: ObservationColumns, i: number): IncomingObservation => ({
  datastreamId: columns.datastreamIds[i]!,
  phenomenonTime: columns.phenomenonTimes[i]!,
  resultTime: Number.isNaN(columns.resultTimes[i]!) ? null : columns.resultTimes[i]!,
  result: columns.results[i]!,
});

function slotsWithoutFeature(catalogue: Catalogue, columns: ObservationColumns): number[] {
  const slots: number[] = [];
  for (let i = 0; i < columns.count; i++) {
    const slot = catalogue.slotOf(columns.datastreamIds[i]!);
    if (catalogue.featureIds[slot] === FEATURE_TO_BE_MADE) slots.push(slot);
  }
  return slots;
}
