/**
 * The door of the engine: a problem that cannot be meant as it is becomes a coded error that names the field. What passes may still
 * have stops that nobody can serve; those come back as unserved, with the reason.
 */
import { invalid } from '#kernel/errors.ts';
import type { Matrix, RoutingProblem, SearchLimits, Stop, TimeWindow, Vehicle } from './routing.types.ts';

export const MOST_PRIORITY = 3;
const MOST_LOAD = 1_000_000_000;

/** Throws the first thing wrong, in the order of the problem's fields. */
export function validateProblem(problem: RoutingProblem): void {
  const { places } = problem;
  if (!Number.isInteger(places) || places < 1)
    throw invalid('routing.no_places', 'A routing problem needs at least one place.', 'places');
  checkMatrix(problem.durations, places, 'durations');
  if (problem.distances !== undefined) checkMatrix(problem.distances, places, 'distances');
  if (problem.movedStopCost !== undefined) checkAmount(problem.movedStopCost, 'movedStopCost');
  const dimensions = dimensionsOf(problem);
  const stops = checkIds(problem.stops, 'stops');
  checkIds(problem.vehicles, 'vehicles');
  problem.stops.forEach((stop, i) => {
    checkStop(stop, `stops[${i}]`, places, dimensions);
  });
  const taken = new Map<string, string>();
  problem.vehicles.forEach((vehicle, i) => {
    checkVehicle(vehicle, `vehicles[${i}]`, problem, dimensions);
    checkTasks(vehicle, `vehicles[${i}]`, stops, taken);
    checkCommittedLoad(vehicle, `vehicles[${i}].committed`, problem, dimensions);
  });
}

export function validateLimits(limits: SearchLimits): void {
  const { seed, iterations, milliseconds } = limits;
  if (!Number.isSafeInteger(seed)) throw invalid('routing.seed', 'The seed is a whole number.', 'seed');
  if (iterations === undefined && milliseconds === undefined)
    throw invalid('routing.no_limit', 'A search needs a number of iterations or milliseconds to end.', 'iterations');
  if (iterations !== undefined && !(Number.isInteger(iterations) && iterations >= 0))
    throw invalid('routing.iterations', 'Iterations are a whole number, 0 or more.', 'iterations');
  if (milliseconds !== undefined) checkAmount(milliseconds, 'milliseconds');
}

/** Number of load dimensions, as the first vehicle or stop that names loads says. */
export function dimensionsOf({ vehicles, stops }: RoutingProblem): number {
  const named = vehicles.find(({ capacity }) => capacity !== undefined)?.capacity;
  return (named ?? stops.find(({ load }) => load !== undefined)?.load)?.length ?? 0;
}

function checkMatrix(matrix: Matrix, places: number, field: string): void {
  if (!(matrix instanceof Float64Array || matrix instanceof Float32Array) || matrix.length !== places * places)
    throw invalid('routing.matrix_size', `The matrix must have ${places} × ${places} numbers, row by row.`, field);
  // NaN fails the comparison too; infinity is allowed and means that there is no way.
  const wrong = matrix.findIndex((value) => !(value >= 0));
  if (wrong >= 0) throw invalid('routing.matrix_value', 'Durations and distances are 0 or more.', `${field}[${wrong}]`);
}

function checkAmount(value: number, field: string): void {
  if (!(Number.isFinite(value) && value >= 0))
    throw invalid('routing.amount', 'Costs and spans of time are finite numbers, 0 or more.', field);
}

function checkIds(things: readonly { readonly id: string }[], field: string): Map<string, number> {
  const seen = new Map<string, number>();
  things.forEach(({ id }, i) => {
    if (seen.has(id))
      throw invalid('routing.duplicate_id', `“${id}” is already ${field}[${seen.get(id)}].`, `${field}[${i}].id`);
    seen.set(id, i);
  });
  return seen;
}

function checkPlace(place: number, places: number, field: string): void {
  if (!(Number.isInteger(place) && place >= 0 && place < places))
    throw invalid('routing.unknown_place', `Places are numbered 0 to ${places - 1}.`, field);
}

function checkWindow(window: TimeWindow, field: string): void {
  if (Number.isNaN(window.open) || Number.isNaN(window.close) || !Number.isFinite(window.open))
    throw invalid('routing.window', 'A window opens at a finite time and closes at a time or never.', field);
  if (window.close < window.open) throw invalid('routing.window_reversed', 'The window closes before it opens.', field);
}

function checkLoads(loads: readonly number[], dimensions: number, least: number, field: string): void {
  if (loads.length !== dimensions)
    throw invalid('routing.dimensions', `Every load and capacity of this problem has ${dimensions} dimensions.`, field);
  if (loads.some((load) => !(Number.isInteger(load) && load >= least && load <= MOST_LOAD)))
    throw invalid('routing.load', `Loads are whole numbers from ${least} to ${MOST_LOAD}.`, field);
}

function checkStop(stop: Stop, field: string, places: number, dimensions: number): void {
  checkPlace(stop.place, places, `${field}.place`);
  if (stop.window !== undefined) checkWindow(stop.window, `${field}.window`);
  if (stop.serviceSeconds !== undefined) checkAmount(stop.serviceSeconds, `${field}.serviceSeconds`);
  if (stop.penalty !== undefined) checkAmount(stop.penalty, `${field}.penalty`);
  if (stop.load !== undefined) checkLoads(stop.load, dimensions, -MOST_LOAD, `${field}.load`);
  const { priority = 0 } = stop;
  if (!(Number.isInteger(priority) && priority >= 0 && priority <= MOST_PRIORITY))
    throw invalid('routing.priority', `A priority is a whole number from 0 to ${MOST_PRIORITY}.`, `${field}.priority`);
}

function checkVehicle(vehicle: Vehicle, field: string, problem: RoutingProblem, dimensions: number): void {
  checkPlace(vehicle.startPlace, problem.places, `${field}.startPlace`);
  if (vehicle.endPlace !== undefined) checkPlace(vehicle.endPlace, problem.places, `${field}.endPlace`);
  if (vehicle.shift !== undefined) checkWindow(vehicle.shift, `${field}.shift`);
  if (vehicle.maxRouteSeconds !== undefined) checkAmount(vehicle.maxRouteSeconds, `${field}.maxRouteSeconds`);
  for (const [name, cost] of Object.entries(vehicle.costs ?? {})) checkAmount(cost ?? 0, `${field}.costs.${name}`);
  if ((vehicle.costs?.perMetre ?? 0) > 0 && problem.distances === undefined)
    throw invalid('routing.no_distances', 'A price per metre needs distances.', `${field}.costs.perMetre`);
  const capacity = vehicle.capacity ?? [];
  checkLoads(capacity, dimensions, 0, `${field}.capacity`);
  if (vehicle.startLoad !== undefined) {
    checkLoads(vehicle.startLoad, dimensions, 0, `${field}.startLoad`);
    if (vehicle.startLoad.some((load, d) => load > capacity[d]!))
      throw invalid('routing.overloaded', 'The vehicle starts with more than it holds.', `${field}.startLoad`);
  }
  let end = Number.NEGATIVE_INFINITY;
  (vehicle.breaks ?? []).forEach((pause, i) => {
    checkWindow({ open: pause.earliest, close: pause.latest }, `${field}.breaks[${i}]`);
    checkAmount(pause.seconds, `${field}.breaks[${i}].seconds`);
    if (!Number.isFinite(pause.latest) || pause.earliest < end)
      throw invalid('routing.breaks', 'Breaks end, follow in time and do not overlap.', `${field}.breaks[${i}]`);
    end = pause.latest + pause.seconds;
  });
}

function checkTasks(vehicle: Vehicle, field: string, stops: Map<string, number>, taken: Map<string, string>): void {
  for (const list of ['committed', 'planned'] as const) {
    (vehicle[list] ?? []).forEach((id, i) => {
      const here = `${field}.${list}[${i}]`;
      if (!stops.has(id)) throw invalid('routing.unknown_stop', `No stop has the id “${id}”.`, here);
      if (taken.has(id)) throw invalid('routing.stop_twice', `“${id}” is already at ${taken.get(id)}.`, here);
      taken.set(id, here);
    });
  }
}

function checkCommittedLoad(vehicle: Vehicle, field: string, problem: RoutingProblem, dimensions: number): void {
  const committed = (vehicle.committed ?? []).map((id) => problem.stops.find((stop) => stop.id === id)!);
  for (let d = 0; d < dimensions; d++) {
    let [load, least, most] = [0, 0, 0];
    for (const stop of committed) {
      load += stop.load?.[d] ?? 0;
      least = Math.min(least, load);
      most = Math.max(most, load);
    }
    const capacity = vehicle.capacity![d]!;
    const start = vehicle.startLoad?.[d] ?? 0;
    const highest = vehicle.mayLoadAtStart ? capacity : start;
    if (Math.max(start, -least) > Math.min(highest, capacity - most))
      throw invalid('routing.committed_load', 'The committed stops need more room or goods than there are.', field);
  }
}
