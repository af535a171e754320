/**
 * The rules a city writes in its pack, as the rooms read them after parsing: what is measured, what is wrong, who does what and how
 * long it may take. All numbers are policy: they come from the pack, never from code. `source` says where a number comes from.
 */
import type { DomainId, Grade, Level, Localized, PartyId } from './words.ts';

/**
 * A limit with hysteresis. Raised when the value has been beyond `above` or `below` without a break for `forSeconds`; cleared when it
 * has been back inside `clearAt` for `clearForSeconds`. Ratios are resolved against the Datastream's own normal range at start:
 * `belowRatioOfNormal: 0.8` means below 80 % of the lower end of normal, `aboveRatioOfNormal` above that share of the upper end.
 */
export interface LimitRule {
  readonly grade: Grade;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  readonly aboveRatioOfNormal?: number | undefined;
  readonly belowRatioOfNormal?: number | undefined;
  /** Value at which the limit counts as left; default: the limit itself. Same unit; ratio limits use `clearAtRatio`. */
  readonly clearAt?: number | undefined;
  readonly clearAtRatio?: number | undefined;
  readonly forSeconds: number;
  readonly clearForSeconds: number;
  /** Code of the case class this limit opens; absent: shown on the map and in evidence, opens nothing by itself. */
  readonly opens?: string | undefined;
  readonly source?: string | undefined;
}

export interface RateRule {
  readonly grade: Grade;
  /** Largest believable or allowed change per minute, unit of the indicator per minute, either direction. */
  readonly perMinute: number;
  readonly direction: 'rise' | 'fall' | 'either';
  readonly opens?: string | undefined;
  readonly source?: string | undefined;
}

export interface StuckRule {
  readonly grade: Grade;
  /** The value has not moved by more than `tolerance` for this long, over at least `minReports` reports. */
  readonly forSeconds: number;
  readonly minReports: number;
  readonly tolerance: number;
  readonly opens?: string | undefined;
}

export interface SilenceRule {
  readonly grade: Grade;
  /** Late after this many missed intervals, silent after that many. */
  readonly lateAfterIntervals: number;
  readonly silentAfterIntervals: number;
  readonly opens?: string | undefined;
}

/** What one kind of Datastream measures and when it is wrong. Keyed in the pack by domain, asset class and indicator id. */
export interface IndicatorRule {
  readonly id: string;
  readonly name: Localized;
  /** UCUM code. */
  readonly unit: string;
  /** Physical range of the sensor: a value outside is refused at the door (`observation.out_of_range`). */
  readonly range: readonly [number, number];
  readonly normal?: readonly [number, number] | undefined;
  readonly intervalSeconds: number;
  readonly limits: readonly LimitRule[];
  readonly rate?: RateRule | undefined;
  readonly stuck?: StuckRule | undefined;
  readonly silence?: SilenceRule | undefined;
}

export interface AssetClass {
  readonly id: string;
  readonly domain: DomainId;
  readonly name: Localized;
  readonly geometry: 'point' | 'line';
  readonly icon?: string | undefined;
  /** Hospitals, pumping stations …: listed first in an impact. */
  readonly critical?: boolean | undefined;
  readonly indicators: readonly IndicatorRule[];
}

/** How a deadline runs: through the whole day, or in the working hours of the named calendar. */
export interface Clock {
  readonly basis: 'calendar' | 'working';
  readonly minutes: number;
}

/** One sub-class of the graded classification library. */
export interface CaseClass {
  readonly code: string;
  readonly domain: DomainId;
  readonly name: Localized;
  readonly kind: 'component' | 'event';
  readonly grade: Grade;
  /** The level that owns it: dispatch to a party of a lower level is refused; to a higher one allowed. */
  readonly level: Level;
  /** Party roles that may handle it, first choice first (`waterworks`, `gas-company`). */
  readonly handledBy: readonly string[];
  /** True: an analyst confirms or dismisses before it is dispatched. */
  readonly needsConfirmation: boolean;
  readonly acknowledge: Clock;
  readonly accept: Clock;
  readonly handle: Clock;
  /** Reports of the same trouble: same class, this near, this close in time. */
  readonly mergeWithinMetres: number;
  readonly mergeWithinMinutes: number;
  /** Classes whose cases absorb this one when near in place and time (a low pressure joins a burst main). */
  readonly mergesInto: readonly string[];
  readonly verifyBy: 'sensors' | 'person' | 'either';
  /** Sensors must have been normal this long, on Observations newer than the handling, to close the case. */
  readonly normalForMinutes: number;
  readonly bounceLimit: number;
  readonly plan?: string | undefined;
  readonly source?: string | undefined;
}

export interface PlanOrder {
  /** Key of the order within its plan. */
  readonly key: string;
  /**
   * One order for every party that a fact of this name speaks of (`take` for the facts `take.<party>`), with the fact's value as `{count}`
   * in the task. Absent: one order, for the party of the role.
   */
  readonly forEach?: string | undefined;
  /** A party role; the dispatch resolves it to the party responsible at the place. */
  readonly role: string;
  readonly lead: boolean;
  readonly task: Localized;
  readonly accept: Clock;
  readonly finish: Clock;
  readonly needsPhoto: boolean;
}

/** Who does what when a case of a class is confirmed; `when` picks among the plans of one class, the first that matches wins. */
export interface ResponsePlan {
  readonly id: string;
  readonly caseClass: string;
  readonly name: Localized;
  readonly when: { readonly boreBelowMm?: number | undefined; readonly boreAtLeastMm?: number | undefined };
  /** How far around the place cells, buildings and critical sites count as affected when the network says nothing. */
  readonly impactMetres: number;
  readonly proposesIsolation: boolean;
  readonly orders: readonly PlanOrder[];
  readonly source?: string | undefined;
}

export interface Party {
  readonly id: PartyId;
  readonly name: Localized;
  readonly kind: 'department' | 'enterprise' | 'crew' | 'grid' | 'centre';
  readonly level: Level;
  readonly parent?: PartyId | undefined;
  /** What it can be asked to do (`waterworks`, `traffic-police`). */
  readonly roles: readonly string[];
  /** Areas it is responsible for; empty: the whole city. */
  readonly areas: readonly string[];
  /** Where it starts from: `[lon, lat]`. */
  readonly base?: readonly [number, number] | undefined;
  readonly phone?: string | undefined;
}

/** Working time of one calendar, in the city's zone. */
export interface WorkingCalendar {
  readonly id: string;
  readonly timeZone: string;
  /** Minutes of the local day `[from, to)`, per ISO weekday 1 (Monday) … 7 (Sunday). */
  readonly week: Readonly<Record<string, ReadonlyArray<readonly [number, number]>>>;
  /** Local dates (`2026-10-01`) without work although the week says so. */
  readonly holidays: readonly string[];
  /** Local dates worked like the named weekday although the week says otherwise (make-up days). */
  readonly makeUpDays: Readonly<Record<string, number>>;
}
