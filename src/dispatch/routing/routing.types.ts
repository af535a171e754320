/**
 * Vehicle routing: which van goes where, in what order and when. What goes in and what comes out.
 *
 * Times are seconds on any one axis the caller chooses (seconds since midnight, or since now); distances are metres; loads are whole
 * numbers. Places are row numbers of the matrices. Nothing here knows streets, bikes or cities: whoever asks brings the matrices.
 */

/** Row-major n×n: element `from * n + to`. */
export type Matrix = Float64Array | Float32Array;

export interface RoutingProblem {
  /** Number of places, n. */
  readonly places: number;
  /** Driving seconds between places; the diagonal is read too (two stops at one place). */
  readonly durations: Matrix;
  /** Driving metres between places. Needed when a vehicle has a price per metre; reported per route when given. */
  readonly distances?: Matrix | undefined;
  readonly vehicles: readonly Vehicle[];
  readonly stops: readonly Stop[];
  /**
   * Price of giving a stop to another vehicle than the one whose `planned` names it. It keeps a plan steady while vans are under
   * way: a change has to be worth more than the trouble of telling two drivers. Default 0.
   */
  readonly movedStopCost?: number | undefined;
}

export interface Vehicle {
  readonly id: string;
  /** Where it is at the start of its shift, or now. */
  readonly startPlace: number;
  /** Where it must be at the end; absent: wherever its last stop is. */
  readonly endPlace?: number | undefined;
  /** Earliest departure (or the moment it is free) and latest arrival at the end. Default: any time. */
  readonly shift?: TimeWindow | undefined;
  /** What it holds, per dimension (bikes; or litres and pallets). All vehicles and stops have the same number of dimensions. Default: none. */
  readonly capacity?: readonly number[] | undefined;
  /** What is on board at the start. Default 0. */
  readonly startLoad?: readonly number[] | undefined;
  /** May take more on board at its start place than `startLoad`, up to its capacity, as the route needs it (a depot with stock). */
  readonly mayLoadAtStart?: boolean | undefined;
  readonly skills?: readonly string[] | undefined;
  /** In order of time; they do not overlap. */
  readonly breaks?: readonly Break[] | undefined;
  /** Longest time between departure and arrival at the end, waiting and breaks included. */
  readonly maxRouteSeconds?: number | undefined;
  readonly costs?: VehicleCosts | undefined;
  /**
   * Stops the vehicle will do first, in this order, whatever comes: they are never moved, dropped or reordered, and their windows do
   * not bind (a late van is still the van that goes). Only their loads must be possible.
   */
  readonly committed?: readonly string[] | undefined;
  /** What the last plan gave it after the committed stops, in order: the search starts from there, see `movedStopCost`. */
  readonly planned?: readonly string[] | undefined;
}

export interface VehicleCosts {
  /** Once, when the vehicle has at least one stop. Default 0. */
  readonly fixed?: number | undefined;
  /** Per second of driving; waiting, service and breaks cost nothing. Default 1. */
  readonly perSecond?: number | undefined;
  /** Default 0. */
  readonly perMetre?: number | undefined;
}

/**
 * A pause that starts in `[earliest, latest]`, somewhere on the way or while waiting, never during service. It is owed only when
 * the vehicle is under way at `latest`: a route that ends before, or leaves after, does without.
 */
export interface Break {
  readonly earliest: number;
  readonly latest: number;
  readonly seconds: number;
}

export interface TimeWindow {
  readonly open: number;
  readonly close: number;
}

export interface Stop {
  readonly id: string;
  readonly place: number;
  /** When service may begin; arriving earlier means waiting. Default: any time. */
  readonly window?: TimeWindow | undefined;
  readonly serviceSeconds?: number | undefined;
  /**
   * Change of the vehicle's load, per dimension: positive is taken on board, negative is put down. Goods of one dimension are
   * interchangeable: what was taken at any stop may be put down at any later one. A stop is served whole by one vehicle; more than
   * a van holds must be given as several stops.
   */
  readonly load?: readonly number[] | undefined;
  /** All of them are needed. */
  readonly skills?: readonly string[] | undefined;
  /** Price of leaving the stop out; absent: it is left out only when no vehicle can do it. */
  readonly penalty?: number | undefined;
  /** 0 (default) to 3: when not all that must be served can be, one stop outweighs three of the priority below. */
  readonly priority?: number | undefined;
}

/** When a search ends: at the first of these. At least one is needed. Same seed, problem and iterations: same plan. */
export interface SearchLimits {
  readonly seed: number;
  readonly iterations?: number | undefined;
  /** Milliseconds from the start of the search. */
  readonly milliseconds?: number | undefined;
}

export interface RoutingPlan {
  /** Vehicles with at least one visit, in the order of the problem. */
  readonly routes: readonly PlannedRoute[];
  readonly unserved: readonly Unserved[];
  /** Driving, fixed and moved-stop costs, without penalties. */
  readonly cost: number;
  /** Penalties of the optional stops left out. */
  readonly penalties: number;
  readonly iterations: number;
  readonly ended: 'iterations' | 'time' | 'cancelled';
}

export interface PlannedRoute {
  readonly vehicle: string;
  readonly departsAt: number;
  readonly endsAt: number;
  readonly drivingSeconds: number;
  /** Undefined when the problem has no distances. */
  readonly distanceMetres: number | undefined;
  readonly cost: number;
  readonly startLoad: readonly number[];
  readonly visits: readonly Visit[];
  readonly breaks: readonly PlannedBreak[];
}

export interface Visit {
  readonly stop: string;
  /** Driving over, before any waiting. */
  readonly arrivesAt: number;
  readonly startsAt: number;
  readonly leavesAt: number;
  readonly loadAfter: readonly number[];
  readonly isCommitted: boolean;
  /** Seconds after the window closed; only ever positive for a committed stop. */
  readonly lateSeconds: number;
}

export interface PlannedBreak {
  readonly startsAt: number;
  readonly endsAt: number;
  /** Number of visits before it. */
  readonly afterVisits: number;
}

export interface Unserved {
  readonly stop: string;
  readonly reason: UnservedReason;
}

export type UnservedReason =
  | 'no_skilled_vehicle' // no vehicle has the skills it needs
  | 'too_large' // its load exceeds every skilled vehicle's capacity
  | 'out_of_reach' // no skilled vehicle could do it in time, even if it did nothing else
  | 'dearer_than_penalty' // it would fit, and the detour costs more than leaving it out
  | 'no_goods' // every route that has time for it lacks goods to put down, or room to take them
  | 'no_room'; // every route is full in time or load

/** What the search has come to; sent now and then while it runs. */
export interface RoutingProgress {
  readonly iterations: number;
  readonly milliseconds: number;
  /** Cost and penalties of the best plan so far; it may rise when the next plan serves more of what must be served. */
  readonly cost: number;
  readonly unserved: number;
}
