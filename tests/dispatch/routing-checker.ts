/**
 * Checks a routing plan against its problem from the words of the contract alone: it shares no code with the engine. Answers what is
 * wrong, one sentence each.
 */
import type { PlannedRoute, RoutingPlan, RoutingProblem, Stop, Vehicle } from '#dispatch/routing/routing.types.ts';

const ROUNDING = 1e-6;

export function breachesOf(problem: RoutingProblem, plan: RoutingPlan): string[] {
  const breaches = coverBreaches(problem, plan);
  let cost = 0;
  for (const route of plan.routes) {
    const vehicle = problem.vehicles.find(({ id }) => id === route.vehicle)!;
    const check = new RouteCheck(problem, vehicle, route);
    breaches.push(...check.breaches().map((breach) => `${route.vehicle}: ${breach}`));
    cost += check.cost();
  }
  if (Math.abs(cost - plan.cost) > ROUNDING * (1 + cost)) breaches.push(`costs ${cost}, says ${plan.cost}`);
  const penalties = plan.unserved.map(({ stop }) => problem.stops.find(({ id }) => id === stop)?.penalty ?? 0);
  if (Math.abs(penalties.reduce((a, b) => a + b, 0) - plan.penalties) > ROUNDING)
    breaches.push('penalties do not add up');
  return breaches;
}

function coverBreaches(problem: RoutingProblem, plan: RoutingPlan): string[] {
  const times = new Map(problem.stops.map(({ id }) => [id, 0]));
  const named = [...plan.routes.flatMap(({ visits }) => visits), ...plan.unserved].map(({ stop }) => stop);
  for (const id of named) times.set(id, (times.get(id) ?? 99) + 1);
  const breaches = [...times].filter(([, count]) => count !== 1).map(([id, count]) => `${id} is named ${count} times`);
  for (const { id, committed = [] } of problem.vehicles) {
    const visits = plan.routes.find(({ vehicle }) => vehicle === id)?.visits.map(({ stop }) => stop) ?? [];
    if (visits.slice(0, committed.length).join() !== committed.join())
      breaches.push(`${id} has lost what is committed`);
  }
  return breaches;
}

class RouteCheck {
  private readonly problem: RoutingProblem;
  private readonly vehicle: Vehicle;
  private readonly route: PlannedRoute;
  private readonly stops: readonly Stop[];

  constructor(problem: RoutingProblem, vehicle: Vehicle, route: PlannedRoute) {
    this.problem = problem;
    this.vehicle = vehicle;
    this.route = route;
    this.stops = route.visits.map(({ stop }) => problem.stops.find(({ id }) => id === stop)!);
  }

  breaches(): string[] {
    return [
      ...this.timeBreaches(),
      ...this.shiftBreaches(),
      ...this.breakBreaches(),
      ...this.loadBreaches(),
      ...this.skillBreaches(),
    ];
  }

  cost(): number {
    const { fixed = 0, perSecond = 1, perMetre = 0 } = this.vehicle.costs ?? {};
    const { distances, movedStopCost = 0 } = this.problem;
    const moved = this.stops.filter(({ id }) =>
      this.problem.vehicles.some((other) => other !== this.vehicle && other.planned?.includes(id)),
    );
    const metres = distances === undefined ? 0 : this.sum(distances);
    return fixed + perSecond * this.sum(this.problem.durations) + perMetre * metres + moved.length * movedStopCost;
  }

  private way(): number[] {
    const { startPlace, endPlace } = this.vehicle;
    return [startPlace, ...this.stops.map(({ place }) => place), ...(endPlace === undefined ? [] : [endPlace])];
  }

  private sum(matrix: ArrayLike<number>): number {
    const way = this.way();
    return way.slice(1).reduce((all, place, k) => all + matrix[way[k]! * this.problem.places + place]!, 0);
  }

  private timeBreaches(): string[] {
    const { visits, breaks, departsAt, endsAt } = this.route;
    const { places, durations } = this.problem;
    const breaches: string[] = [];
    const committed = this.vehicle.committed?.length ?? 0;
    const way = this.way();
    let free = departsAt;
    for (let k = 0; k <= visits.length; k++) {
      const drive = k + 1 < way.length ? durations[way[k]! * places + way[k + 1]!]! : 0;
      const pause = breaks.filter(({ afterVisits }) => afterVisits === k);
      const rest = pause.reduce((all, { startsAt, endsAt: over }) => all + over - startsAt, 0);
      const next = visits[k]?.startsAt ?? endsAt;
      if (next < free + drive + rest - ROUNDING) breaches.push(`begins ${k} before it can be there`);
      if (pause.some(({ startsAt, endsAt: over }) => startsAt < free - ROUNDING || over > next + ROUNDING))
        breaches.push(`breaks during service before ${k}`);
      const visit = visits[k];
      if (visit === undefined) break;
      const { window, serviceSeconds = 0 } = this.stops[k]!;
      if (visit.arrivesAt < free + drive - ROUNDING || visit.arrivesAt > visit.startsAt + ROUNDING)
        breaches.push(`arrives at ${visit.stop} when it cannot`);
      if (visit.startsAt < (window?.open ?? 0)) breaches.push(`begins ${visit.stop} before it opens`);
      const late = Math.max(0, visit.startsAt - (window?.close ?? Infinity));
      if (late > ROUNDING && k >= committed) breaches.push(`comes to ${visit.stop} after it closes`);
      if (Math.abs(late - visit.lateSeconds) > ROUNDING) breaches.push(`does not say how late it is at ${visit.stop}`);
      if (visit.isCommitted !== k < committed) breaches.push(`does not say whether ${visit.stop} is committed`);
      if (Math.abs(visit.leavesAt - visit.startsAt - serviceSeconds) > ROUNDING)
        breaches.push(`hurries at ${visit.stop}`);
      free = visit.leavesAt;
    }
    if (Math.abs(this.sum(durations) - this.route.drivingSeconds) > ROUNDING) breaches.push('driving does not add up');
    return breaches;
  }

  private shiftBreaches(): string[] {
    const { departsAt, endsAt } = this.route;
    const { shift, maxRouteSeconds = Infinity, committed = [] } = this.vehicle;
    const breaches: string[] = [];
    if (departsAt < (shift?.open ?? 0)) breaches.push('leaves before its shift');
    if (committed.length > 0) return breaches;
    if (endsAt > (shift?.close ?? Infinity) + ROUNDING) breaches.push('is back after its shift');
    if (endsAt - departsAt > maxRouteSeconds + 1e-5) breaches.push('is out too long');
    return breaches;
  }

  private breakBreaches(): string[] {
    const { departsAt, endsAt, breaks } = this.route;
    const owed = (this.vehicle.breaks ?? []).filter(({ latest }) => departsAt <= latest && latest < endsAt - ROUNDING);
    if ((this.vehicle.committed?.length ?? 0) > 0) return [];
    const isTaken = (pause: { earliest: number; latest: number; seconds: number }) =>
      breaks.some(
        ({ startsAt, endsAt: over }) =>
          startsAt >= pause.earliest - ROUNDING &&
          startsAt <= pause.latest + ROUNDING &&
          Math.abs(over - startsAt - pause.seconds) < ROUNDING,
      );
    return owed.filter((pause) => !isTaken(pause)).map(({ earliest }) => `skips the break of ${earliest}`);
  }

  private loadBreaches(): string[] {
    const { capacity = [], startLoad = [], mayLoadAtStart = false } = this.vehicle;
    const breaches: string[] = [];
    capacity.forEach((most, d) => {
      const least = startLoad[d] ?? 0;
      let load = this.route.startLoad[d]!;
      if (load < least || load > (mayLoadAtStart ? most : least)) breaches.push(`starts with ${load}`);
      this.stops.forEach((stop, k) => {
        load += stop.load?.[d] ?? 0;
        if (load < 0 || load > most) breaches.push(`carries ${load} of ${most} after ${stop.id}`);
        if (this.route.visits[k]!.loadAfter[d] !== load) breaches.push(`miscounts after ${stop.id}`);
      });
    });
    return breaches;
  }

  private skillBreaches(): string[] {
    const has = this.vehicle.skills ?? [];
    const committed = this.vehicle.committed ?? [];
    return this.stops
      .filter(({ id, skills = [] }) => !committed.includes(id) && skills.some((skill) => !has.includes(skill)))
      .map(({ id }) => `is not skilled for ${id}`);
  }
}
