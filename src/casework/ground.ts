/** What a decision may ask: the rules, and the city around the case. Everything answers from memory and at once. */
import type { Actor } from '#kernel/case.ts';
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId, DomainId, PartyId } from '#kernel/words.ts';
import type { Impact, Responsibility } from './casework.types.ts';
import type { Facts, Where } from './record.ts';
import type { RuleBook } from './rule-book.ts';

export interface ImpactRequest {
  readonly domain: DomainId;
  readonly caseClass: string;
  readonly place: Position;
  readonly assetId: AssetId | undefined;
  readonly facts: Facts;
  readonly impactMetres: number;
  readonly proposesIsolation: boolean;
}

export interface Assignment {
  readonly party: PartyId;
  readonly crew?: PartyId | undefined;
}

export interface AssignRequest {
  readonly role: string;
  readonly place: Position;
  readonly responsibility: Responsibility;
  readonly parties: RuleBook['rules']['parties'];
  /** Crews that are on another order. */
  readonly busyCrews: ReadonlySet<PartyId>;
  /** Parties that have refused this order. */
  readonly except: readonly PartyId[];
}

/** An asset as `locate` needs it: where it is and what is known of it (`bore_mm` …). */
export interface LocatedAsset {
  readonly place: Position;
  readonly facts: Facts;
}

export interface Ground {
  readonly book: RuleBook;
  responsibilityAt(place: Position): Responsibility;
  impactOf(request: ImpactRequest): Impact | undefined;
  assign(request: AssignRequest): Assignment | undefined;
  findAsset(assetId: AssetId): LocatedAsset | undefined;
  /** phenomenonTime of the newest Observation of a Datastream; undefined when it never reported. */
  latestObservationAt(datastreamId: DatastreamId): Instant | undefined;
  readonly busyCrews: ReadonlySet<PartyId>;
  newId(kind: string): string;
}

export const SYSTEM: Actor = { kind: 'system', id: 'cityloom', name: 'Cityloom' };

export function whereabouts(place: Position, responsibility: Responsibility): Where {
  const { address, cell, community, street, district } = responsibility;
  return { place, address, cell, community, street, district };
}
