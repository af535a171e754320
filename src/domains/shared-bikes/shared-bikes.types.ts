/** What the shared-bike platform reasons about. Places are WGS 84 at the door and metres on a plane inside; instants are milliseconds. */
import type { Polygon, Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { AreaId, Localized, PartyId } from '#kernel/words.ts';

/** A painted place at the kerb. GBFS calls it a virtual station. */
export interface Bay {
  readonly id: string;
  readonly name: Localized | undefined;
  readonly polygon: Polygon;
  /** Bikes it is painted for. */
  readonly capacity: number;
  /** Class of the area, which decides how fast it must be cleared: `metro`, `hospital`, `ordinary`. */
  readonly areaClass: string;
  readonly area: AreaId | undefined;
}

export type ZoneKind =
  | 'no-parking'
  | 'exit-buffer' // kept free around a metro exit; bays inside it stay allowed
  | 'quota'; // holds so many bikes and no more

export interface Zone {
  readonly id: string;
  readonly kind: ZoneKind;
  readonly name: Localized;
  readonly polygon: Polygon;
  readonly area: AreaId | undefined;
  /** For `quota`: bikes allowed by local minute of the day, `[from, to)`. */
  readonly quotas: readonly { readonly from: number; readonly to: number; readonly bikes: number }[];
}

/** The ground at one time: an edit makes a new one that holds from a date on. */
export interface Ground {
  readonly bays: readonly Bay[];
  readonly zones: readonly Zone[];
}

export interface Operator {
  readonly id: PartyId;
  readonly name: Localized;
  /** Bikes it may have in the city. */
  readonly quota: number;
}

export const VERDICTS = ['unknown', 'in-bay', 'likely-in-bay', 'outside', 'forbidden'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How one standing bike is judged. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Index of the bay in the ground; −1: none. */
  readonly bay: number;
  /** Index of the zone that forbids; −1: none. */
  readonly zone: number;
  /** 0 to 1, that the verdict is true. */
  readonly probability: number;
}

/** What is told of a vehicle. The words of MDS where it has one. */
export const SIGHTINGS = [
  'seen-standing', // a position of a bike that is not on a trip: GBFS, or telemetry at rest
  'locked', // the trip has ended here
  'unlocked', // a trip begins
  'seen-moving',
  'removed', // taken from the street: picked up, or gone from the feed
  'faulty',
  'mended',
] as const;
export type Sighting = (typeof SIGHTINGS)[number];

/** Sightings of one operator in columns; all of the same length. */
export interface SightingBatch {
  /** Index of the operator. */
  readonly operator: number;
  /** Slots of the vehicles in the fleet (`Fleet.slotOf`). */
  readonly slots: Int32Array;
  /** Index into SIGHTINGS. */
  readonly kinds: Uint8Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly at: Float64Array;
  /** Radius within which 95 of 100 positions lie, in metres; 0: not said. */
  readonly error: Float32Array;
}

/** Every number that judging and finding go by; a pack overrides them. */
export interface BikeRules {
  /** 95 % radius of a position, when the feed says none. */
  readonly errorMetres: number;
  /** A feed that claims to be worse is believed up to here. */
  readonly mostErrorMetres: number;
  /** Bikes that stand outside for each that stands in a bay, before one has looked. */
  readonly outsideOdds: number;
  /** Only a verdict at least this likely counts against an operator. */
  readonly certainFrom: number;
  readonly overfullMinutes: number;
  readonly quotaMinutes: number;
  readonly outsideMinutes: number;
  readonly forbiddenMinutes: number;
  /** A standing bike reports at least this often. */
  readonly silentHours: number;
  /** A moving one reports at least this often. */
  readonly trackMinutes: number;
  readonly faultyHours: number;
  readonly abandonedDays: number;
  /** Fewer than this in one area raise no finding of their own. */
  readonly leastBikes: number;
}

export const DEFAULT_RULES: BikeRules = {
  errorMetres: 15,
  mostErrorMetres: 30,
  outsideOdds: 0.1,
  certainFrom: 0.95,
  overfullMinutes: 10,
  quotaMinutes: 15,
  outsideMinutes: 30,
  forbiddenMinutes: 15,
  silentHours: 4,
  trackMinutes: 2,
  faultyHours: 48,
  abandonedDays: 7,
  leastBikes: 3,
};

/** A trouble of the fleet as it stands now; `bays.ts` and `troubles.ts` find them, `findings.ts` words them. */
export interface Trouble {
  readonly kind:
    | 'overfull'
    | 'over-quota'
    | 'outside'
    | 'forbidden'
    | 'silent'
    | 'untracked'
    | 'faulty'
    | 'abandoned'
    | 'over-total';
  /** What tells it from others of its kind: the bay, the zone, or area and operator. */
  readonly scope: string;
  readonly since: Instant;
  readonly place: Position;
  readonly count: number;
  readonly allowed: number;
  /** Index of the one operator it concerns; undefined: several. */
  readonly operator: number | undefined;
  /** Bikes by operator that have to go, in the order of operators; empty when nothing has to be taken. */
  readonly take: readonly number[];
}

/** A sighting as an adapter hands it in, still with the operator's own name of the vehicle. */
export interface NamedSighting {
  readonly vehicleId: string;
  readonly kind: Sighting;
  /** Undefined for kinds that need no place (`faulty`, `mended`, `removed`, `unlocked`). */
  readonly place: Position | undefined;
  readonly at: Instant;
  /** 95 % radius in metres, when the sender knows it. */
  readonly errorMetres: number | undefined;
}

/** Why one sighting was put aside; the others of its batch were taken in. */
export interface Quarantined {
  readonly index: number;
  readonly code:
    | 'sighting.nowhere' // 0,0 or not on earth
    | 'sighting.elsewhere' // another city
    | 'sighting.future'
    | 'sighting.backwards' // earlier than the last one of the same bike
    | 'sighting.vehicle_id'
    | 'sighting.duplicate'; // the same bike twice in one snapshot
  readonly message: string;
}

export interface Taken {
  readonly taken: number;
  readonly quarantined: readonly Quarantined[];
}

/** How an operator's feed does. */
export interface FeedState {
  readonly operator: PartyId;
  readonly kind: 'gbfs' | 'mds' | 'csv';
  /** When we last heard from it, whatever it said. */
  readonly heardAt: Instant | undefined;
  /** What the feed says of its own age; it stands still when this does. */
  readonly lastUpdated: Instant | undefined;
  /** Seconds after which a feed of this kind should say something new. */
  readonly ttlSeconds: number;
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

export interface StandView {
  readonly id: string;
  readonly name: Localized | undefined;
  readonly place: Position;
  readonly capacity: number;
  readonly count: number;
  /** By operator, in the order of operators. */
  readonly byOperator: readonly number[];
  /** Counts 30 and 60 minutes from now; undefined when there is no history yet. */
  readonly forecast: readonly [in30: number, in60: number] | undefined;
  readonly polygons: readonly Polygon[];
}

export interface OperatorView {
  readonly id: PartyId;
  readonly name: Localized;
  readonly quota: number;
  readonly standing: number;
  readonly moving: number;
  readonly inBays: number;
  readonly outside: number;
  readonly forbidden: number;
  readonly silent: number;
  readonly faulty: number;
  readonly feed: FeedState | undefined;
}

/** A change of the ground: history is kept, what holds is decided by `from`. */
export interface GroundEdit {
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
  /** From when it holds. */
  readonly from: Instant;
  readonly change:
    | { readonly kind: 'bay'; readonly bay: Bay }
    | { readonly kind: 'zone'; readonly zone: Zone }
    | { readonly kind: 'remove-bay' | 'remove-zone'; readonly id: string };
}

/** What the shared-bike platform offers to adapters and to `app`. Implemented by `createSharedBikes`. */
export interface SharedBikes {
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly operators: readonly Operator[];
  /** Durable before it answers. Errors: `operator.unknown`; a bad sighting is put aside with its reason and stops no other. */
  take(operator: PartyId, sightings: readonly NamedSighting[]): Promise<Taken>;
  /** A whole fleet at once (GBFS): who is not named is gone from the street. */
  refresh(operator: PartyId, standing: readonly NamedSighting[], at: Instant): Promise<Taken>;
  heard(state: FeedState): void;
  /** Troubles, findings, forecasts and retention; decides by `now`, not by how often it runs. */
  tick(now: Instant): Promise<void>;
  ground(at?: Instant): Ground;
  /** Errors: `bay.invalid`, `zone.invalid`, `ground.unknown`. */
  edit(change: GroundEdit['change'], from: Instant, by: string): Promise<GroundEdit>;
  edits(): Promise<readonly GroundEdit[]>;
  stands(): readonly StandView[];
  operatorViews(): readonly OperatorView[];
  /** Standing bikes per square of about `metres`, counts under `smallest` left out; never single bikes. */
  density(metres: number, smallest: number): readonly { readonly place: Position; readonly count: number }[];
  /** Single bikes inside bounds for the desk that clears them: no ids, no times. At most `limit`. */
  standingWithin(
    bounds: readonly [number, number, number, number],
    limit: number,
  ): readonly { readonly place: Position; readonly operator: number; readonly verdict: Verdict }[];
  troubles(): readonly Trouble[];
}
