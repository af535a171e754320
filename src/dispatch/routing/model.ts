/**
 * The problem as the search reads it: typed arrays by number. Nodes are the stops 0 … N−1, then the vehicles' starts, then their ends.
 * Points are what the matrices know: every stop is its own point (point = stop number), followed by the vehicles' places.
 *
 * Costs and durations are kept twice, by row and by column, so that everything about inserting stop x lies in two rows of x.
 * The flags say which constraints occur at all; the search skips what nobody asked for.
 */
import type { Break, Matrix, RoutingProblem, Vehicle } from './routing.types.ts';
import { dimensionsOf } from './validate.ts';

/** Later than any end: a way that takes this long is no way. */
const NEVER = 1e11;
const NO_WAY = 1e12;

export interface Model {
  readonly problem: RoutingProblem;
  readonly stops: number;
  readonly vehicles: number;
  readonly points: number;
  readonly dimensions: number;
  readonly point: Int32Array;
  readonly open: Float64Array;
  /** Of ends: end of the shift; of committed stops: never. */
  readonly close: Float64Array;
  readonly service: Float64Array;
  /** `[x * points + p]`: from x to p; `…To`: from p to x. */
  readonly duration: Float64Array;
  readonly durationTo: Float64Array;
  /** As durations, one block per price list; a vehicle's block begins at `priceBase[v]`. */
  readonly cost: Float64Array;
  readonly costTo: Float64Array;
  readonly priceBase: Int32Array;
  readonly fixed: Float64Array;
  readonly load: Int32Array;
  readonly capacity: Int32Array;
  /** What may be on board at the start, per vehicle and dimension. */
  readonly startLeast: Int32Array;
  readonly startMost: Int32Array;
  /** How much all stops of a route may weigh together; meaningful when `isOneWay`. */
  readonly room: Int32Array;
  /** `[x * vehicles + v]` is 1 when v may do x. */
  readonly allowed: Uint8Array;
  /** Price of leaving a stop out; for what must be served a price above any route. */
  readonly penalty: Float64Array;
  readonly isOptional: Uint8Array;
  /** The vehicle of the last plan, or −1. */
  readonly home: Int32Array;
  readonly movedCost: number;
  /** Vehicles of one kind are the same in everything but their name: of the empty ones only the first is tried. */
  readonly kind: Int32Array;
  readonly breaks: (readonly Break[])[];
  readonly maxSeconds: Float64Array;
  /** 1: the O(1) checks are not enough, the whole route is timed (breaks, longest duration). */
  readonly isComplex: Uint8Array;
  readonly committed: readonly Int32Array[];
  readonly planned: readonly Int32Array[];
  readonly hasTimes: boolean;
  /** All loads of a dimension have one sign: a sum says whether a route fits. */
  readonly isOneWay: boolean;
  readonly hasSkills: boolean;
  readonly hasOptional: boolean;
  readonly averageCost: number;
}

/** Compiles a validated problem. */
export function compile(problem: RoutingProblem): Model {
  const { stops, vehicles } = problem;
  const [N, V] = [stops.length, vehicles.length];
  const dimensions = dimensionsOf(problem);
  const numberOf = new Map(stops.map(({ id }, i) => [id, i]));
  const numbers = (ids: readonly string[] | undefined) => Int32Array.from(ids ?? [], (id) => numberOf.get(id)!);
  const committed = vehicles.map((vehicle) => numbers(vehicle.committed));
  const planned = vehicles.map((vehicle) => numbers(vehicle.planned));
  const { point, places } = pointsOf(problem);
  const points = places.length;
  const duration = expand(problem.durations, problem.places, places);
  const durationTo = transposed(duration, points);
  const prices = priceLists(problem, places, duration, durationTo);
  const mandatory = worthOfEverything(problem, prices.cost);
  const home = new Int32Array(N).fill(-1);
  planned.forEach((list, v) => {
    for (const x of list) home[x] = v;
  });
  const allowed = allowedVehicles(problem);
  return {
    problem,
    stops: N,
    vehicles: V,
    points,
    dimensions,
    point,
    ...timesOf(problem, committed),
    duration,
    durationTo,
    ...prices,
    fixed: Float64Array.from(vehicles, ({ costs }) => costs?.fixed ?? 0),
    ...loadsOf(problem, dimensions),
    allowed,
    hasSkills: allowed.includes(0),
    penalty: Float64Array.from(stops, ({ penalty, priority }) => penalty ?? mandatory * 4 ** (priority ?? 0)),
    isOptional: Uint8Array.from(stops, ({ penalty }) => (penalty === undefined ? 0 : 1)),
    hasOptional: stops.some(({ penalty }) => penalty !== undefined),
    home,
    movedCost: problem.movedStopCost ?? 0,
    kind: kindsOf(vehicles),
    breaks: vehicles.map(({ breaks }) => breaks ?? []),
    maxSeconds: Float64Array.from(vehicles, ({ maxRouteSeconds }) => maxRouteSeconds ?? Infinity),
    isComplex: Uint8Array.from(vehicles, ({ breaks, maxRouteSeconds }) =>
      (breaks?.length ?? 0) > 0 || maxRouteSeconds !== undefined ? 1 : 0,
    ),
    committed,
    planned,
    hasTimes: hasTimes(problem),
    averageCost: averageOf(prices.cost, N, points),
  };
}

/** Stops first, each its own point; then each place where vehicles start or end; then, when a route may end anywhere, nowhere (−1). */
function pointsOf({ stops, vehicles }: RoutingProblem): { point: Int32Array; places: number[] } {
  const places = stops.map(({ place }) => place);
  const known = new Map<number, number>();
  const pointAt = (place: number): number => {
    const at = known.get(place) ?? places.push(place) - 1;
    known.set(place, at);
    return at;
  };
  const starts = vehicles.map(({ startPlace }) => pointAt(startPlace));
  const ends = vehicles.map(({ endPlace }) => pointAt(endPlace ?? -1));
  return { point: Int32Array.from([...places.slice(0, stops.length).keys(), ...starts, ...ends]), places };
}

function expand(matrix: Matrix, size: number, places: readonly number[]): Float64Array {
  const points = places.length;
  const wide = new Float64Array(points * points);
  for (let a = 0; a < points; a++) {
    if (places[a]! < 0) continue;
    for (let b = 0; b < points; b++) {
      if (places[b]! < 0) continue;
      const value = matrix[places[a]! * size + places[b]!]!;
      wide[a * points + b] = value < NO_WAY ? value : NO_WAY;
    }
  }
  return wide;
}

/** The same array when the matrix is symmetric. */
function transposed(matrix: Float64Array, size: number): Float64Array {
  let isSymmetric = true;
  const turned = new Float64Array(matrix.length);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      turned[b * size + a] = matrix[a * size + b]!;
      if (matrix[a * size + b] !== matrix[b * size + a]) isSymmetric = false;
    }
  }
  return isSymmetric ? matrix : turned;
}

function priceLists(
  problem: RoutingProblem,
  places: readonly number[],
  duration: Float64Array,
  durationTo: Float64Array,
): Pick<Model, 'cost' | 'costTo' | 'priceBase'> {
  const size = places.length * places.length;
  const lists = new Map<string, { perSecond: number; perMetre: number; base: number }>();
  const priceBase = Int32Array.from(problem.vehicles, ({ costs }) => {
    const [perSecond, perMetre] = [costs?.perSecond ?? 1, costs?.perMetre ?? 0];
    const key = `${perSecond} ${perMetre}`;
    const list = lists.get(key) ?? { perSecond, perMetre, base: lists.size * size };
    lists.set(key, list);
    return list.base;
  });
  const [first] = lists.values();
  if (lists.size === 1 && first!.perSecond === 1 && first!.perMetre === 0 && !duration.includes(NO_WAY))
    return { cost: duration, costTo: durationTo, priceBase };
  const distance = problem.distances && expand(problem.distances, problem.places, places);
  const cost = new Float64Array(Math.max(1, lists.size) * size);
  const costTo = new Float64Array(cost.length);
  for (const { perSecond, perMetre, base } of lists.values()) {
    const block = cost.subarray(base, base + size);
    for (let i = 0; i < size; i++) {
      const metres = distance?.[i] ?? 0;
      if (duration[i]! < NO_WAY && metres < NO_WAY) block[i] = perSecond * duration[i]! + perMetre * metres;
    }
    costTo.set(transposed(block, places.length), base);
  }
  return { cost, costTo, priceBase };
}

/** More than all routes together can cost, so that serving what must be served always comes first. */
function worthOfEverything({ stops, vehicles, movedStopCost = 0 }: RoutingProblem, cost: Float64Array): number {
  let dearest = 0;
  for (const value of cost) if (value > dearest) dearest = value;
  const fixed = vehicles.reduce((all, { costs }) => all + (costs?.fixed ?? 0), 0);
  const penalties = stops.reduce((all, { penalty = 0 }) => all + penalty, 0);
  return 1 + (stops.length + vehicles.length) * dearest + fixed + stops.length * movedStopCost + penalties;
}

function timesOf({ stops, vehicles }: RoutingProblem, committed: readonly Int32Array[]) {
  const windows = [
    ...stops.map(({ window }) => ({ open: window?.open ?? 0, close: window?.close ?? NEVER })),
    ...vehicles.map(({ shift }) => ({ open: shift?.open ?? 0, close: NEVER })),
    ...vehicles.map(({ shift }) => ({ open: shift?.open ?? 0, close: shift?.close ?? NEVER })),
  ];
  const close = Float64Array.from(windows, (window) => Math.min(NEVER, window.close));
  for (const list of committed) for (const x of list) close[x] = NEVER;
  const service = new Float64Array(windows.length);
  stops.forEach(({ serviceSeconds }, i) => {
    service[i] = serviceSeconds ?? 0;
  });
  return { open: Float64Array.from(windows, ({ open }) => open), close, service };
}

function hasTimes({ stops, vehicles, durations, distances }: RoutingProblem): boolean {
  return (
    stops.some(({ window }) => window !== undefined) ||
    vehicles.some((vehicle) => vehicle.shift ?? vehicle.breaks ?? vehicle.maxRouteSeconds) ||
    durations.includes(Infinity) ||
    (distances?.includes(Infinity) ?? false)
  );
}

function loadsOf({ stops, vehicles }: RoutingProblem, dimensions: number) {
  const flat = (lists: (readonly number[] | undefined)[]) =>
    Int32Array.from({ length: lists.length * dimensions }, (_, i) => {
      return lists[Math.floor(i / dimensions)]?.[i % dimensions] ?? 0;
    });
  const load = flat(stops.map((stop) => stop.load));
  const capacity = flat(vehicles.map((vehicle) => vehicle.capacity));
  const startLeast = flat(vehicles.map((vehicle) => vehicle.startLoad));
  const startMost = Int32Array.from(capacity, (most, i) =>
    vehicles[Math.floor(i / dimensions)]!.mayLoadAtStart ? most : startLeast[i]!,
  );
  const signs = Array.from({ length: dimensions }, (_, d) => {
    const own = load.filter((_, i) => i % dimensions === d);
    return { isTaking: own.every((q) => q >= 0), isGiving: own.every((q) => q <= 0) };
  });
  const room = Int32Array.from(capacity, (most, i) => {
    return signs[i % dimensions]!.isTaking ? most - startLeast[i]! : startMost[i]!;
  });
  const isOneWay = signs.every(({ isTaking, isGiving }) => isTaking || isGiving);
  return { load, capacity, startLeast, startMost, room, isOneWay };
}

function allowedVehicles({ stops, vehicles }: RoutingProblem): Uint8Array {
  const skills = vehicles.map((vehicle) => new Set(vehicle.skills));
  const allowed = new Uint8Array(stops.length * vehicles.length);
  stops.forEach((stop, x) => {
    skills.forEach((has, v) => {
      allowed[x * vehicles.length + v] = (stop.skills ?? []).every((skill) => has.has(skill)) ? 1 : 0;
    });
  });
  return allowed;
}

function kindsOf(vehicles: readonly Vehicle[]): Int32Array {
  const kinds = new Map<string, number>();
  return Int32Array.from(vehicles, (vehicle, v) => {
    const isUnderWay = (vehicle.committed?.length ?? 0) + (vehicle.planned?.length ?? 0) > 0;
    const { id: _, ...rest } = vehicle;
    const key = isUnderWay ? `${v}` : JSON.stringify(rest);
    if (!kinds.has(key)) kinds.set(key, kinds.size);
    return kinds.get(key)!;
  });
}

function averageOf(cost: Float64Array, stops: number, points: number): number {
  if (stops < 2) return 1;
  let sum = 0;
  for (let a = 0; a < stops; a++) for (let b = 0; b < stops; b++) sum += cost[a * points + b]!;
  return sum / (stops * (stops - 1)) || 1;
}
