/** From rows of stop numbers to the plan that people read: times, loads, prices, and why a stop is left out. */
import { Insertion } from './insertion.ts';
import type { Model } from './model.ts';
import { Random } from './random.ts';
import { ABSENT, Routes } from './routes.ts';
import type { PlannedRoute, RoutingPlan, Unserved, UnservedReason, Visit } from './routing.types.ts';
import type { Found } from './search.ts';

export function toPlan(m: Model, found: Found): RoutingPlan {
  const routes = new Routes(m);
  found.stops.forEach((stops, v) => {
    routes.set(v, stops);
  });
  const unserved = explain(m, routes);
  const isOut = new Set(unserved.map(({ stop }) => stop));
  const penalties = m.problem.stops
    .filter(({ id }) => isOut.has(id))
    .reduce((sum, { penalty = 0 }) => sum + penalty, 0);
  return {
    routes: found.stops.flatMap((stops, v) => (stops.length === 0 ? [] : [toRoute(routes, v)])),
    unserved,
    cost: routes.cost.reduce((sum, cost) => sum + cost, 0),
    penalties,
    iterations: found.iterations,
    ended: found.ended,
  };
}

function toRoute(routes: Routes, v: number): PlannedRoute {
  const { m } = routes;
  const vehicle = m.problem.vehicles[v]!;
  const from = v * routes.stride;
  const count = routes.count[v]!;
  const timed = routes.clock.time(v, routes.row, from + 1, count);
  if (timed === undefined) throw new Error(`The search made a route of ${vehicle.id} that cannot be driven.`);
  const stops = [...routes.row.subarray(from + 1, from + 1 + count)];
  const { startLoad, loads } = loadsOf(m, v, stops);
  const committed = m.committed[v]!.length;
  return {
    vehicle: vehicle.id,
    departsAt: timed.departsAt,
    endsAt: timed.endsAt,
    ...drivenBy(m, v, stops),
    cost: routes.cost[v]!,
    startLoad,
    visits: stops.map((x, k): Visit => {
      const stop = m.problem.stops[x]!;
      const { arrivesAt, startsAt, leavesAt } = timed.visits[k]!;
      const lateSeconds = Math.max(0, startsAt - (stop.window?.close ?? Infinity));
      return {
        stop: stop.id,
        arrivesAt,
        startsAt,
        leavesAt,
        loadAfter: loads[k]!,
        isCommitted: k < committed,
        lateSeconds,
      };
    }),
    breaks: timed.breaks,
  };
}

function drivenBy(m: Model, v: number, stops: readonly number[]) {
  const { durations, distances, places, vehicles } = m.problem;
  const { startPlace, endPlace } = vehicles[v]!;
  const way = [
    startPlace,
    ...stops.map((x) => m.problem.stops[x]!.place),
    ...(endPlace === undefined ? [] : [endPlace]),
  ];
  const sum = (matrix: ArrayLike<number>) =>
    way.slice(1).reduce((all, place, k) => all + matrix[way[k]! * places + place]!, 0);
  return { drivingSeconds: sum(durations), distanceMetres: distances && sum(distances) };
}

/** As little on board at the start as the route can do with. */
function loadsOf(m: Model, v: number, stops: readonly number[]) {
  const startLoad = Array.from({ length: m.dimensions }, (_, d) => {
    let [sum, least] = [0, 0];
    for (const x of stops) {
      sum += m.load[x * m.dimensions + d]!;
      least = Math.min(least, sum);
    }
    return Math.max(m.startLeast[v * m.dimensions + d]!, -least);
  });
  let load = startLoad;
  const loads = stops.map((x) => {
    load = load.map((amount, d) => amount + m.load[x * m.dimensions + d]!);
    return load;
  });
  return { startLoad, loads };
}

function explain(m: Model, routes: Routes): Unserved[] {
  const out = Array.from({ length: m.stops }, (_, x) => x).filter((x) => routes.vehicleOf[x] === ABSENT);
  if (out.length === 0) return [];
  const insertion = new Insertion(routes, new Random(0));
  const alone = new Routes(m);
  return out.map((x) => ({ stop: m.problem.stops[x]!.id, reason: reasonFor(x, m, insertion, alone) }));
}

/** `alone` holds nothing but what is committed. */
function reasonFor(x: number, m: Model, insertion: Insertion, alone: Routes): UnservedReason {
  const vehicles = Array.from({ length: m.vehicles }, (_, v) => v);
  const able = vehicles.filter((v) => m.allowed[x * m.vehicles + v] === 1);
  if (able.length === 0) return 'no_skilled_vehicle';
  const changes = Array.from({ length: m.dimensions }, (_, d) => m.load[x * m.dimensions + d]!);
  const isTooLarge = (v: number) => changes.some((change, d) => Math.abs(change) > m.capacity[v * m.dimensions + d]!);
  if (able.every(isTooLarge)) return 'too_large';
  insertion.find(x);
  if (insertion.vehicle >= 0) return 'dearer_than_penalty';
  const inTime = new Insertion(withoutLoads(alone), new Random(0));
  inTime.find(x);
  if (inTime.vehicle < 0) return 'out_of_reach';
  const besides = new Insertion(withoutLoads(insertion.routes), new Random(0));
  besides.find(x);
  return besides.vehicle >= 0 ? 'no_goods' : 'no_room';
}

/** The same routes in a world where loads do not matter. */
function withoutLoads(routes: Routes): Routes {
  const weightless = new Routes({ ...routes.m, dimensions: 0, isOneWay: true });
  for (let v = 0; v < routes.m.vehicles; v++) {
    const first = v * routes.stride + 1;
    weightless.set(v, routes.row.slice(first, first + routes.count[v]!));
  }
  return weightless;
}
