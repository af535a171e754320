import type { Instant } from './time.ts';
import type { DatastreamId } from './words.ts';

/** Any JSON value, as SensorThings allows for a result. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * One Observation as it passes the door, before it has an id. Numbers are in the Datastream's own unit (UCUM).
 * `phenomenonEnd` is set for an interval. `resultTime` null means the sender gave none.
 */
export interface IncomingObservation {
  readonly datastreamId: DatastreamId;
  readonly phenomenonTime: Instant;
  readonly phenomenonEnd?: Instant | undefined;
  readonly resultTime: Instant | null;
  readonly result: Json;
  readonly featureOfInterestId?: number | undefined;
  /** Whatever else came with it: resultQuality, validTime, parameters. */
  readonly extra?: { readonly [key: string]: Json } | undefined;
}

/**
 * A batch of numeric Observations just made durable, column by column, in id order, duplicates already removed: what travels on
 * the bus. Ids are ascending. All arrays have the same length.
 */
export interface ObservationBatch {
  readonly ids: Float64Array;
  readonly datastreamIds: Float64Array;
  readonly phenomenonTimes: Float64Array;
  readonly results: Float64Array;
  readonly receivedAt: Instant;
}
