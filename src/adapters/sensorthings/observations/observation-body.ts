/** The JSON of one Observation, from HTTP or MQTT, as what intake takes. */
import { type CityError, invalid } from '#kernel/errors.ts';
import type { IncomingObservation, Json } from '#kernel/observation.ts';
import type { Instant } from '#kernel/time.ts';
import { findTime, parseInstant } from './instant-text.ts';

export type JsonObject = Readonly<Record<string, Json | undefined>>;

/** A neighbour in a body: a link to a known entity, or a new one to be made. */
export type Neighbour = { readonly id: number } | { readonly entity: JsonObject };

export interface ObservationBody {
  readonly phenomenonTime: Instant;
  readonly phenomenonEnd: Instant | undefined;
  readonly resultTime: Instant | null;
  readonly result: Json;
  readonly datastream: Neighbour | undefined;
  readonly feature: Neighbour | undefined;
  readonly extra: { readonly [key: string]: Json } | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const badTime = (field: string): CityError =>
  invalid(
    'observation.bad_time',
    `${field} is not an ISO 8601 instant with a zone, like 2026-03-01T08:00:00Z, or an interval of two`,
    field,
  );

/** Reads a body. `now` is the phenomenonTime of one that has none. Errors name the field. */
export function parseObservation(body: unknown, now: Instant): ObservationBody {
  if (!isObject(body)) throw invalid('observation.malformed', 'An Observation is a JSON object', '');
  const { result } = body;
  if (result === undefined) throw invalid('observation.no_result', "An Observation needs a 'result'", 'result');
  const time = readTime(body.phenomenonTime, now);
  return {
    phenomenonTime: time.begin,
    phenomenonEnd: time.end,
    resultTime: readResultTime(body.resultTime),
    result,
    datastream: readNeighbour(body.Datastream, 'Datastream'),
    feature: readNeighbour(body.FeatureOfInterest, 'FeatureOfInterest'),
    extra: readExtra(body),
  };
}

export function readTime(value: Json | undefined, now: Instant): { begin: Instant; end: Instant | undefined } {
  if (value === undefined || value === null) return { begin: now, end: undefined };
  const time = typeof value === 'string' ? findTime(value) : undefined;
  if (!time) throw badTime('phenomenonTime');
  return time;
}

export function readResultTime(value: Json | undefined): Instant | null {
  if (value === undefined || value === null) return null;
  const at = typeof value === 'string' ? parseInstant(value) : Number.NaN;
  if (Number.isNaN(at)) throw badTime('resultTime');
  return at;
}

export function readNeighbour(value: Json | undefined, field: string): Neighbour | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value))
    throw invalid('entity.bad_link', `${field} is an object: {"@iot.id": 1} or a new entity`, field);
  const id = value['@iot.id'];
  if (id === undefined) return { entity: value };
  return { id: readId(id, `${field}.@iot.id`) };
}

export function readId(id: Json, field: string): number {
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0)
    throw invalid('entity.bad_id', `${field} is not a whole number`, field);
  // A number this large was rounded on its way here; it names nothing we have.
  if (!Number.isSafeInteger(id)) throw invalid('entity.unknown', `${field} names nothing that exists`, field);
  return id;
}

const KNOWN = new Set([
  'phenomenonTime',
  'resultTime',
  'result',
  'resultQuality',
  'validTime',
  'parameters',
  'Datastream',
  'FeatureOfInterest',
]);

function readExtra(body: JsonObject): { readonly [key: string]: Json } | undefined {
  let extra: Record<string, Json> | undefined;
  for (const key in body) {
    const value = body[key];
    if (KNOWN.has(key)) {
      if (
        (key === 'resultQuality' || key === 'validTime' || key === 'parameters') &&
        value !== undefined &&
        value !== null
      ) {
        extra ??= {};
        extra[key] = checkExtra(key, value);
      }
    } else if (!key.includes('@iot.'))
      throw invalid('entity.unknown_property', `An Observation has no property '${key}'`, key);
  }
  return extra;
}

export function checkExtra(key: string, value: Json): Json {
  if (key === 'parameters' && !isObject(value))
    throw invalid('entity.bad_property', 'parameters is a JSON object', key);
  if (key === 'validTime' && (typeof value !== 'string' || findTime(value)?.end === undefined)) {
    throw invalid('observation.bad_time', 'validTime is an ISO 8601 interval', key);
  }
  return value;
}

/** What intake stores, once the neighbours are known entities. */
export const toIncoming = (
  body: ObservationBody,
  datastreamId: number,
  featureOfInterestId: number | undefined,
): IncomingObservation => ({
  datastreamId,
  phenomenonTime: body.phenomenonTime,
  phenomenonEnd: body.phenomenonEnd,
  resultTime: body.resultTime,
  result: body.result,
  featureOfInterestId,
  extra: body.extra,
});
