/**
 * A city domain is one plain object in its own folder: its words, how it lies on the map, the numbers it takes from the pack, and
 * what it concludes from the findings of its Datastreams. It opens no socket, sets no timer and reads no clock: a situation goes in,
 * findings come out. Adding a folder adds the domain; `registry.ts` is written by `tools/registry.ts`.
 */
import type { Asset } from '#kernel/city.ts';
import type { Finding } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import type { Network } from '#kernel/network.ts';
import type { PackSection } from '#kernel/pack-section.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId, DomainId, Localized } from '#kernel/words.ts';

/** How a domain is drawn: data for the map, no code. */
export interface MapLayer {
  /** Hue of its lines and points when all is well; states have their own colours. */
  readonly colour: string;
  readonly geometry: 'line' | 'point' | 'both';
  /** Lower is drawn first, under the others. */
  readonly order: number;
  /** Points appear from this zoom on, lines from `linesFromZoom`. */
  readonly pointsFromZoom: number;
  readonly linesFromZoom: number;
  /** Width of a line in pixels at zoom 16. */
  readonly lineWidth: number;
  /** Pixels on and off; absent: a full line. What lies under the ground is dashed. */
  readonly dash?: readonly number[] | undefined;
}

/** A Datastream of the domain, as a neighbour of a trouble. */
export interface Observed {
  readonly datastreamId: DatastreamId;
  readonly assetId: AssetId | undefined;
  readonly indicator: string;
  readonly place: Position;
  readonly normal: readonly [number, number] | undefined;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** What a domain may look up; answers do not change while it thinks. */
export interface CitySight {
  readonly network: Network | undefined;
  /** The domain's Datastreams of an indicator within a distance. */
  observedNear(place: Position, metres: number, indicator: string): readonly Observed[];
  /** How many assets that measure carry this fact with this value: the cabinets of a feeder. */
  countAssets(fact: string, value: string): number;
  /** Newest value; undefined in a replay, where only the findings speak. */
  latest(id: DatastreamId): { readonly at: Instant; readonly value: number | undefined } | undefined;
  findAsset(id: AssetId): Asset | undefined;
}

export interface Situation {
  /** What is judged together: a feeder, a bridge, a pressure zone. */
  readonly id: string;
  readonly now: Instant;
  readonly receivedAt: Instant;
  /** Active findings of single Datastreams, oldest first, and those over for less than 15 minutes. */
  readonly active: readonly Finding[];
  readonly recent: readonly Finding[];
  /** The domain's own findings so far in this scope. */
  readonly standing: readonly Finding[];
  readonly city: CitySight;
}

export interface Domain<Settings extends object = object> {
  readonly id: DomainId;
  readonly words: Localized;
  readonly layer: MapLayer;
  /** Every number and name it works with; a pack overrides them under `settings.findings` of the domain's file. */
  readonly defaults: Settings;
  /** Files of the pack that belong to the domain alone. */
  readonly sections?: readonly PackSection[] | undefined;
  /** Which findings are judged together; undefined: it takes part in nothing. */
  scopeOf(finding: Finding, settings: Settings): string | undefined;
  /** Every finding of the domain that holds in this scope now. One of `standing` that is left out is over. */
  detect(situation: Situation, settings: Settings): Finding[];
}
