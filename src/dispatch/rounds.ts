/**
 * Rounds of vans that take goods from where there are too many to where there are too few, or home: the question put to the routing
 * engine. Bikes of one operator are interchangeable, so any bike taken may be put down at any place that lacks one.
 */
import type { Instant } from '#kernel/time.ts';
import { SECOND } from '#kernel/time.ts';
import type { Matrix, RoutingPlan, RoutingProblem, Stop, Vehicle } from './routing/routing.types.ts';

export interface Van {
  readonly id: string;
  /** Row of its present place, and of its depot, in the matrix. */
  readonly at: number;
  readonly depot: number;
  readonly capacity: number;
  readonly onBoard: number;
  /** Until when it works. */
  readonly until: Instant;
  /** Stops it is already on the way to, in order: never taken away from it. */
  readonly committed: readonly string[];
  /** What the last plan gave it besides. */
  readonly planned: readonly string[];
}

export interface Errand {
  readonly id: string;
  /** Row in the matrix. */
  readonly place: number;
  /** Positive: take so many; negative: bring so many. */
  readonly count: number;
  readonly due: Instant | undefined;
  /** 0 to 3. */
  readonly priority: number;
  /** Seconds of driving that it is worth; undefined: it has to be done. */
  readonly worthSeconds: number | undefined;
}

/** Handling one bike, and stopping at all. */
const SECONDS_PER_ITEM = 20;
const SECONDS_PER_STOP = 120;
/** Changing a promise to a driver must save this much. */
const STEADY_SECONDS = 300;

const SPLIT = '#';

/** More than a van holds becomes several stops; `errandOf` names the errand of a stop again. */
export const errandOf = (stop: string): string => stop.split(SPLIT)[0]!;

export function toRoutingProblem(
  vans: readonly Van[],
  errands: readonly Errand[],
  matrix: { readonly places: number; readonly durations: Matrix; readonly distances?: Matrix | undefined },
  now: Instant,
): RoutingProblem {
  const seconds = (at: Instant) => Math.max(0, (at - now) / SECOND);
  const smallest = Math.min(...vans.map(({ capacity }) => capacity));
  const stops = errands.flatMap((errand) => parts(errand, smallest).map((part) => toStop(errand, part, seconds)));
  const known = new Set(stops.map(({ id }) => id));
  const still = (ids: readonly string[]) => ids.filter((id) => known.has(id));
  const vehicles = vans.map(
    (van): Vehicle => ({
      id: van.id,
      startPlace: van.at,
      endPlace: van.depot,
      shift: { open: 0, close: seconds(van.until) },
      capacity: [van.capacity],
      startLoad: [van.onBoard],
      committed: still(van.committed),
      planned: still(van.planned),
    }),
  );
  return { ...matrix, vehicles, stops, movedStopCost: STEADY_SECONDS };
}

/** Whole loads of at most what a van holds. */
function parts({ id, count }: Errand, most: number): { readonly id: string; readonly load: number }[] {
  const found: { id: string; load: number }[] = [];
  for (let left = Math.abs(count), part = 0; left > 0; left -= most, part++)
    found.push({ id: part === 0 ? id : `${id}${SPLIT}${part}`, load: Math.sign(count) * Math.min(left, most) });
  return found;
}

const toStop = (
  { place, due, priority, worthSeconds }: Errand,
  { id, load }: { readonly id: string; readonly load: number },
  seconds: (at: Instant) => number,
): Stop => ({
  id,
  place,
  load: [load],
  serviceSeconds: SECONDS_PER_STOP + SECONDS_PER_ITEM * Math.abs(load),
  window: due === undefined ? undefined : { open: 0, close: seconds(due) },
  priority,
  penalty: worthSeconds,
});

/** What a plan does for each errand: how many are taken or brought, and when the last of it is done. */
export function outcomeOf(
  plan: RoutingPlan,
  problem: RoutingProblem,
  now: Instant,
): ReadonlyMap<string, { readonly count: number; readonly doneAt: Instant; readonly van: string }> {
  const loads = new Map(problem.stops.map(({ id, load }) => [id, load?.[0] ?? 0]));
  const outcome = new Map<string, { count: number; doneAt: Instant; van: string }>();
  for (const { vehicle, visits } of plan.routes) {
    for (const { stop, leavesAt } of visits) {
      const before = outcome.get(errandOf(stop));
      const doneAt = Math.max(before?.doneAt ?? 0, now + leavesAt * SECOND);
      outcome.set(errandOf(stop), { count: (before?.count ?? 0) + loads.get(stop)!, doneAt, van: vehicle });
    }
  }
  return outcome;
}
