/** What the detection room offers. Implemented by `createDetection` in `detection.ts`; the engine itself is pure. */
import type { Finding, FindingChange, FindingKind } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { IndicatorRule } from '#kernel/rules.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId, DomainId, Grade, Localized, ObservationId, ThingId } from '#kernel/words.ts';

/** One Datastream under watch: its rules resolved for this very thing. */
export interface Subject {
  readonly datastreamId: DatastreamId;
  readonly thingId: ThingId;
  readonly assetId: AssetId | undefined;
  readonly assetName: Localized;
  readonly domain: DomainId;
  readonly place: Position;
  readonly rule: IndicatorRule;
  /** Normal range of this very Datastream, when it differs from the rule's. */
  readonly normal: readonly [number, number] | undefined;
  /** Copied into every finding of the Datastream: what it hangs on (`feeder`, `bridge`, `line` …), its bore, its asset class. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** A change together with the phenomenonTime at which it was seen. */
export interface Change extends FindingChange {
  readonly at: Instant;
}

/**
 * Draws one finding of a domain from several of its Datastreams' findings, so that one trouble is one case. Given by `app`, which
 * binds the domains to the map and the networks. Pure: everything it knows is in its arguments.
 */
export interface Correlator {
  readonly domain: DomainId;
  /** Findings with the same scope are judged together; undefined: this one takes part in nothing. */
  scopeOf(finding: Finding): string | undefined;
  /** Every finding of the domain that holds for this scope now; one of `standing` that is left out is over. */
  detect(scope: Scope): readonly Finding[];
}

export interface Scope {
  readonly id: string;
  /** phenomenonTime of the change that made us look. */
  readonly now: Instant;
  /** When the Observation behind that change was received. */
  readonly receivedAt: Instant;
  /** Findings of single Datastreams that are active, oldest first. */
  readonly active: readonly Finding[];
  /** Those that were cleared less than `recentMinutes` (15) before `now`. */
  readonly recent: readonly Finding[];
  /** The domain's own findings from earlier looks. */
  readonly standing: readonly Finding[];
}

/** What the engine remembers, to go on after a restart as if there had been none. */
export interface EngineMemory {
  readonly findings: readonly Finding[];
  readonly recent: readonly Finding[];
  /** One run of numbers per Datastream; laid out by `memory.ts`. */
  readonly columns: Float64Array;
}

/** Pure and deterministic: same subjects, batches and ticks in the same order give the same changes. */
export interface Engine {
  watch(subjects: Iterable<Subject>): void;
  unwatch(datastreamIds: Iterable<DatastreamId>): void;
  /** Judges a batch in order. Late Observations (older than the newest seen of their Datastream) are judged by the time they speak of and never reopen what is over. */
  judge(batch: ObservationBatch): Change[];
  /** Time passes: silence. Call at least every few seconds; the verdict does not depend on how often. */
  tick(now: Instant): Change[];
  active(): Iterable<Finding>;
  save(): EngineMemory;
  /** Call once, after `watch`. Datastreams that are no longer watched are forgotten, and their findings cleared. */
  restore(memory: EngineMemory): void;
}

export type ReadFrom = (after: ObservationId, batchSize: number) => AsyncIterable<ObservationBatch>;

export interface FindingQuery {
  /** Findings that began in `[from, to)`. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly datastreamIds?: readonly DatastreamId[] | undefined;
  readonly kinds?: readonly FindingKind[] | undefined;
  readonly limit?: number | undefined;
}

/** One line of the history of a finding. */
export interface RecordedChange {
  readonly key: string;
  readonly change: FindingChange['change'];
  readonly grade: Grade;
  readonly at: Instant;
}

export interface Detection {
  /** Loads what was known, judges what was stored meanwhile, announces what nobody has heard of yet. Batches may come before it is done. */
  start(): Promise<void>;
  /** Writes everything down, memory included. */
  stop(): Promise<void>;
  watch(subjects: Iterable<Subject>): void;
  unwatch(datastreamIds: Iterable<DatastreamId>): void;
  /** Resolves when the changes of the batch are durable, or kept for the next try when the database is away; announcing goes on behind. */
  onBatch(batch: ObservationBatch): Promise<void>;
  /** Every few seconds. Also retries what failed. */
  tick(now: Instant): Promise<void>;
  /** Resolves when everything durable so far has been announced, or an announcement has failed and waits for the next try. */
  settled(): Promise<void>;
  active(): Iterable<Finding>;
  /** Worst grade per Thing at an instant in the past; Things with nothing wrong are absent. */
  activeAt(at: Instant): Promise<Map<ThingId, Grade>>;
  findFinding(key: string): Promise<Finding | undefined>;
  listFindings(query: FindingQuery): Promise<Finding[]>;
  history(keys: readonly string[]): Promise<RecordedChange[]>;
}
