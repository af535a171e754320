/**
 * What the door lets in. Pure: the Datastream's declared range, the time and the limits are arguments.
 *
 * A number has to be finite and inside the Datastream's declared physical range; a time between 1900 and a little after now, because
 * clocks of devices run ahead. A result that is not a number is taken as it is (SensorThings allows any JSON), up to 64 kB and
 * without what PostgreSQL's jsonb cannot hold.
 */
import { CityError, invalid } from '#kernel/errors.ts';
import type { IncomingObservation, Json } from '#kernel/observation.ts';
import { type Instant, MINUTE, toIso } from '#kernel/time.ts';

export interface DoorRules {
  /** How far ahead of our clock a phenomenonTime or resultTime may be. */
  readonly futureToleranceMs: number;
  readonly earliest: Instant;
  readonly largestJsonBytes: number;
  readonly deepestJson: number;
}

export const DOOR_RULES: DoorRules = {
  futureToleranceMs: 5 * MINUTE,
  earliest: Date.UTC(1900, 0, 1),
  largestJsonBytes: 64 * 1024,
  deepestJson: 64,
};

/** Declared physical range, both ends allowed; ±Infinity where nothing is declared. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** First thing wrong with the Observation, or undefined. `range` undefined: the Datastream is unknown. */
export function findProblem(
  observation: IncomingObservation,
  range: Range | undefined,
  now: Instant,
  rules: DoorRules,
): CityError | undefined {
  if (range === undefined) return unknownDatastream(observation.datastreamId);
  return (
    findTimeProblem('phenomenonTime', observation.phenomenonTime, now, rules) ??
    (observation.phenomenonEnd === undefined ? undefined : findEndProblem(observation, now, rules)) ??
    (observation.resultTime === null ? undefined : findTimeProblem('resultTime', observation.resultTime, now, rules)) ??
    (typeof observation.result === 'number'
      ? findNumberProblem(observation.result, range)
      : findJsonProblem('result', observation.result, rules)) ??
    (observation.extra === undefined ? undefined : findJsonProblem('parameters', observation.extra, rules))
  );
}

/** True when a numeric row is in order: the quick question asked for every row of a bulk call. */
export function isNumberInOrder(
  phenomenonTime: number,
  resultTime: number,
  result: number,
  low: number,
  high: number,
  earliest: Instant,
  latest: Instant,
): boolean {
  return (
    phenomenonTime >= earliest &&
    phenomenonTime <= latest &&
    (Number.isNaN(resultTime) || (resultTime >= earliest && resultTime <= latest)) &&
    result >= low &&
    result <= high &&
    result - result === 0
  );
}

export const unknownDatastream = (id: number): CityError =>
  invalid('datastream.unknown', `There is no Datastream ${id}. Create it first, or correct the id.`, 'Datastream');

function findTimeProblem(field: string, at: number, now: Instant, rules: DoorRules): CityError | undefined {
  if (!Number.isFinite(at)) return invalid('observation.bad_time', `${field} is not an instant.`, field);
  if (at > now + rules.futureToleranceMs) {
    const minutes = Math.round(rules.futureToleranceMs / MINUTE);
    return invalid(
      'observation.in_future',
      `${field} ${show(at)} is more than ${minutes} minutes after our clock (${toIso(now)}). Set the device's clock.`,
      field,
    );
  }
  if (at < rules.earliest) {
    const [said, from] = [show(at), toIso(rules.earliest)];
    return invalid('observation.too_old', `${field} ${said} is before ${from}. Set the device's clock.`, field);
  }
  return undefined;
}

/** `Date` ends at the year 275760; a number beyond is shown as it came. */
const show = (at: number): string => (Math.abs(at) <= 8.64e15 ? toIso(at) : String(at));

/** An interval may end after now (a forecast is for a span to come), but not before it begins. */
function findEndProblem({ phenomenonTime, phenomenonEnd }: IncomingObservation, now: Instant, rules: DoorRules) {
  const problem = findTimeProblem('phenomenonTime', phenomenonEnd!, now, rules);
  if (problem !== undefined) return problem;
  return phenomenonEnd! < phenomenonTime
    ? invalid('observation.interval_reversed', 'phenomenonTime ends before it begins.', 'phenomenonTime')
    : undefined;
}

function findNumberProblem(result: number, { low, high }: Range): CityError | undefined {
  if (!Number.isFinite(result)) {
    return invalid('observation.not_a_number', 'result is not a finite number.', 'result');
  }
  if (result >= low && result <= high) return undefined;
  return new CityError(
    'invalid',
    'observation.out_of_range',
    `result ${result} is outside what the sensor can measure (${low} to ${high}).`,
    'result',
    { low, high },
  );
}

function findJsonProblem(field: string, value: Json, rules: DoorRules): CityError | undefined {
  const flaw = findFlaw(value, rules.deepestJson);
  if (flaw !== undefined) return invalid('observation.not_storable', `${field} ${flaw}.`, field);
  if (Buffer.byteLength(JSON.stringify(value)) <= rules.largestJsonBytes) return undefined;
  return new CityError(
    'too_large',
    'observation.too_large',
    `${field} is larger than ${rules.largestJsonBytes} bytes. Store large content elsewhere and send a link.`,
    field,
  );
}

/** What jsonb cannot hold: U+0000, half a surrogate pair, nesting without end; and what JSON cannot: NaN, Infinity. */
function findFlaw(value: Json, depthLeft: number): string | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : 'holds a character that cannot be stored';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'holds a number that is not finite';
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value !== 'object') return 'is not JSON';
  if (depthLeft === 0) return 'is nested too deeply';
  for (const [key, member] of Object.entries(value)) {
    const flaw = isStorableText(key) ? findFlaw(member as Json, depthLeft - 1) : 'has a key that cannot be stored';
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** The same error with the row's place in the call put before its field: `[3].result`. */
export const atIndex = (error: CityError, index: number): CityError =>
  new CityError(error.kind, error.code, error.message, `[${index}].${error.field ?? ''}`, { ...error.details, index });
