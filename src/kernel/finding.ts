import type { Position } from './geo.ts';
import type { Instant } from './time.ts';
import type { AssetId, DatastreamId, DomainId, Grade, Localized, ThingId } from './words.ts';

export type FindingKind = 'limit' | 'rate' | 'stuck' | 'silence' | 'domain';

/**
 * Something is wrong with a thing, as detection or a domain concluded from Observations. One finding lives from `since` until it is
 * cleared; its grade may rise and fall in between. `key` is the same whenever the same Observations are judged by the same rules
 * (`limit:<datastream>:<since>`), which is what makes a replay comparable with the live run.
 */
export interface Finding {
  readonly key: string;
  readonly kind: FindingKind;
  readonly domain: DomainId;
  readonly grade: Grade;
  /** Worst grade so far. */
  readonly worstGrade: Grade;
  readonly thingId: ThingId | undefined;
  readonly assetId: AssetId | undefined;
  readonly datastreamId: DatastreamId | undefined;
  readonly indicator: string | undefined;
  readonly place: Position;
  /** phenomenonTime at which it began, was last seen beyond the limit, and ended. */
  readonly since: Instant;
  readonly lastAt: Instant;
  readonly clearedAt: Instant | undefined;
  /** When the Observation that raised it was received: the start of the response time. */
  readonly raisedAt: Instant;
  readonly value: number | undefined;
  /** The limit that was passed, in the unit of the indicator. */
  readonly limit: number | undefined;
  /** Case class it opens; absent: it opens no case by itself. */
  readonly opens: string | undefined;
  /** Keys of the findings a domain finding is drawn from. */
  readonly basis: readonly string[];
  /** One plain sentence in each language, with figures and units. */
  readonly sentence: Localized;
  /** What the domain wants casework to know: candidate pipe, bore in mm … */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A finding was raised, changed grade, or cleared. `escalated` also when its grade stayed and its evidence grew (a domain finding
 * with a better candidate pipe): take its facts anew.
 */
export interface FindingChange {
  readonly change: 'raised' | 'escalated' | 'eased' | 'cleared';
  /** phenomenonTime at which the change was seen; key, change and this together name it once and for all. */
  readonly at?: Instant | undefined;
  readonly finding: Finding;
}
