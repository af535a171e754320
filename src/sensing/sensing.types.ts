/** What the sensing room offers to adapters and to `app`. Implemented by `createSensing` in `sensing.ts`. */
import type { CityError } from '#kernel/errors.ts';
import type { Bounds, Position } from '#kernel/geo.ts';
import type { IncomingObservation, Json, ObservationBatch } from '#kernel/observation.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId, DomainId, ObservationId, ThingId } from '#kernel/words.ts';

/** A Datastream as intake and detection need it: in memory, one per row of `datastreams`. */
export interface DatastreamInfo {
  readonly id: DatastreamId;
  readonly thingId: ThingId;
  readonly name: string;
  /** UCUM code; empty for non-numeric results. */
  readonly unit: string;
  /** Declared physical range, `properties.range`; undefined: any number passes. */
  readonly range: readonly [number, number] | undefined;
  /** `properties.intervalSeconds`; undefined: nothing is expected, so it is never late. */
  readonly intervalSeconds: number | undefined;
  readonly lateAfterIntervals: number;
  readonly silentAfterIntervals: number;
  readonly normal: readonly [number, number] | undefined;
  /** From the Thing's and Datastream's properties, when a pack or integrator gave them. */
  readonly domain: DomainId | undefined;
  readonly assetId: AssetId | undefined;
  readonly assetClass: string | undefined;
  readonly indicator: string | undefined;
  readonly place: Position | undefined;
}

export interface ThingInfo {
  readonly id: ThingId;
  readonly name: string;
  readonly assetId: AssetId | undefined;
  readonly domain: DomainId | undefined;
  readonly assetClass: string | undefined;
  readonly place: Position | undefined;
  readonly datastreamIds: readonly DatastreamId[];
  readonly properties: Readonly<Record<string, Json>>;
}

export type Accepted = { readonly id: ObservationId; readonly duplicate: boolean };

export interface Latest {
  readonly at: Instant;
  /** The number, or undefined when the last result was not a number. */
  readonly value: number | undefined;
}

/** *unexpected*: no interval is declared; *expected*: never reported yet, still inside its first allowance. */
export type Liveness = 'unexpected' | 'expected' | 'reporting' | 'late' | 'silent';

export interface Bucket {
  readonly begin: Instant;
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly last: number;
}

export interface Series {
  /** Width of one point in seconds; 0 when the points are raw Observations. */
  readonly bucketSeconds: number;
  readonly points: readonly Bucket[];
}

export interface SensingCounters {
  readonly accepted: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: Readonly<Record<string, number>>;
}

/**
 * Numeric Observations column by column, for bulk callers: no object per row. The arrays may be longer than `count`, and may be
 * used again only after the promise has resolved.
 */
export interface ObservationColumns {
  readonly count: number;
  readonly datastreamIds: Float64Array;
  readonly phenomenonTimes: Float64Array;
  /** NaN: the sender gave none. */
  readonly resultTimes: Float64Array;
  readonly results: Float64Array;
}

export interface AcceptedColumns {
  /** In the order given; a duplicate has the first one's id, a skipped row NaN. */
  readonly ids: Float64Array;
  readonly duplicates: number;
  /** Rows left out, ascending by index; empty unless `onBad` is `skip`. */
  readonly skipped: readonly { readonly index: number; readonly error: CityError }[];
}

/** From the first to the last instant, both included; for intervals the last end. */
export interface Extent {
  readonly phenomenonTime: readonly [Instant, Instant] | undefined;
  readonly resultTime: readonly [Instant, Instant] | undefined;
}

/** The part of sensing that intake adapters use. */
export interface Intake {
  /**
   * Checks every Observation, stores the batch durably together with whatever else is waiting (group commit), and resolves in the
   * order given, only after the commit. All or nothing for one call: the first bad one rejects the call with a CityError whose
   * `field` is `[index].result` and the like, and nothing of the call is stored. Errors: `datastream.unknown`,
   * `observation.out_of_range`, `observation.in_future`, `observation.not_a_number`, `observation.too_large`,
   * `intake.overloaded` (503), `storage.unavailable` (503).
   */
  submit(observations: readonly IncomingObservation[]): Promise<Accepted[]>;
  /**
   * The same for columns. `onBad: 'refuse'` (default) rejects the call at the first bad row, naming `[index].…` and giving
   * `details.index`; `'skip'` stores the good rows and lists the bad ones.
   */
  submitColumns(columns: ObservationColumns, onBad?: 'refuse' | 'skip'): Promise<AcceptedColumns>;
  /** What `submit` would refuse this one for, or undefined: for callers that answer row by row. `field` is without an index. */
  findProblem(observation: IncomingObservation): CityError | undefined;
}

export interface Sensing extends Intake {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reloads Things and Datastreams after they changed through an adapter. Ids of what changed, or everything. */
  refresh(thingIds?: readonly ThingId[]): Promise<void>;
  findDatastream(id: DatastreamId): DatastreamInfo | undefined;
  findThing(id: ThingId): ThingInfo | undefined;
  findThingByAsset(assetId: AssetId): ThingInfo | undefined;
  listDatastreams(): Iterable<DatastreamInfo>;
  listThings(): Iterable<ThingInfo>;
  /** Latest value from memory. */
  findLatest(id: DatastreamId): Latest | undefined;
  /** Latest value of every Datastream at an instant in the past, from the database. */
  latestAt(at: Instant): Promise<Map<DatastreamId, Latest>>;
  liveness(id: DatastreamId, now: Instant): Liveness;
  /** At most `points` buckets over `[from, to)`, from the narrowest stored width that fits. */
  series(id: DatastreamId, from: Instant, to: Instant, points: number): Promise<Series>;
  /** Numeric Observations with id > `after`, in id order, in batches, until none is left: catch-up and replay. */
  readFrom(
    after: ObservationId,
    batchSize: number,
    filter?: { from?: Instant; to?: Instant; datastreamIds?: readonly DatastreamId[] },
  ): AsyncIterable<ObservationBatch>;
  counters(): SensingCounters;
  /** Extent of a Datastream's Observations, fresh; undefined for an unknown Datastream. */
  extent(id: DatastreamId): Extent | undefined;
  /** How many Datastreams are in each state at `now`. */
  livenessCounts(now: Instant): Readonly<Record<Liveness, number>>;
  /** Buckets of one stored width that begin in `[from, to)`, fresh, in order of time: for the buckets' own route. */
  buckets(id: DatastreamId, width: BucketWidth, from: Instant, to: Instant): Promise<Bucket[]>;
  /**
   * Puts another content in the place of a stored Observation (PATCH, PUT); the id stays. Buckets, extent and latest follow.
   * Errors: those of `submit`; `observation.unknown` (404); `observation.duplicate` (409) when the new content is stored already.
   */
  replaceObservation(id: ObservationId, observation: IncomingObservation): Promise<void>;
  /** Deletes one Observation; false when there is none. Buckets, extent and latest follow. */
  removeObservation(id: ObservationId): Promise<boolean>;
  /** Everything taken so far is durable and in the buckets: before a backup, an export, an orderly end. */
  settle(): Promise<void>;
  /** Recomputes the buckets that hold `time` (and extent and latest) after a change past this room. */
  recompute(id: DatastreamId, time: Instant): Promise<void>;
  /** Makes every seed a Thing with Location and Datastreams; known ones (by `assetId`) are brought up to date. Then refreshes. */
  seedThings(seeds: readonly ThingSeed[]): Promise<SeedResult>;
}

export type BucketWidth = 'minute' | 'hour' | 'day';

export interface SeedResult {
  readonly thingsCreated: number;
  readonly thingsChanged: number;
  readonly datastreamsCreated: number;
  readonly datastreamsChanged: number;
}

/** One asset of a pack as sensing seeds it: becomes a Thing with a Location and Datastreams, once, by `assetId`. */
export interface ThingSeed {
  readonly assetId: AssetId;
  readonly name: string;
  readonly description: string;
  readonly domain: DomainId;
  readonly assetClass: string;
  readonly place: Position;
  readonly geometry: GeoJSON.Geometry;
  readonly properties: Readonly<Record<string, Json>>;
  readonly datastreams: readonly {
    readonly indicator: string;
    readonly name: string;
    readonly description: string;
    readonly unit: { readonly name: string; readonly symbol: string; readonly ucum: string };
    readonly range: readonly [number, number];
    readonly normal: readonly [number, number] | undefined;
    readonly intervalSeconds: number;
    readonly lateAfterIntervals: number;
    readonly silentAfterIntervals: number;
  }[];
}

export type { Bounds };
