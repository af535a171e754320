/** What the detection room offers. Implemented by `createDetection` in `detection.ts`; the engine itself is pure. */
import type { Finding, FindingChange } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { IndicatorRule } from '#kernel/rules.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId, DomainId, Localized, ThingId } from '#kernel/words.ts';

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
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** Pure and deterministic: same subjects, batches and ticks in the same order give the same changes. */
export interface Engine {
  watch(subjects: Iterable<Subject>): void;
  unwatch(datastreamIds: Iterable<DatastreamId>): void;
  /** Judges a batch in order. Late Observations (older than the newest seen of their Datastream) are judged by the time they speak of and never reopen what is over. */
  judge(batch: ObservationBatch): FindingChange[];
  /** Time passes: silence. Call at least every few seconds; the verdict does not depend on how often. */
  tick(now: Instant): FindingChange[];
  active(): Iterable<Finding>;
}
