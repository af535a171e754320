/** Made-up towns to route in: a line of places ten seconds apart for what can be checked by hand, and random ones with everything. */
import type { Break, RoutingProblem, Stop, Vehicle } from '#dispatch/routing/routing.types.ts';

export const NO_CLOCK = { now: () => 0 };

/** Places 0, 1, 2 … along one street, ten seconds and a hundred metres from each to the next. */
export function street(vehicles: readonly Partial<Vehicle>[], stops: readonly Partial<Stop>[]): RoutingProblem {
  const places = 20;
  const durations = Float64Array.from({ length: places * places }, (_, i) => {
    return 10 * Math.abs(Math.floor(i / places) - (i % places));
  });
  return {
    places,
    durations,
    distances: durations.map((seconds) => seconds * 10),
    vehicles: vehicles.map((vehicle, i) => ({ id: `van ${i + 1}`, startPlace: 0, endPlace: 0, ...vehicle })),
    stops: stops.map((stop, i) => ({ id: `stop ${i + 1}`, place: i + 1, ...stop })),
  };
}

export function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A town with a random mix of everything a problem may ask for. Driving is not symmetric and knows shortcuts. */
export function randomTown(seed: number): RoutingProblem {
  const random = seeded(seed);
  const chance = (ratio: number) => random() < ratio;
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const places = whole(3, 30);
  const xs = Array.from({ length: places }, () => [random() * 600, random() * 600] as const);
  const durations = Float64Array.from({ length: places * places }, (_, i) => {
    const [a, b] = [xs[Math.floor(i / places)]!, xs[i % places]!];
    return Math.round(Math.hypot(a[0] - b[0], a[1] - b[1]) * (0.8 + 0.5 * random()));
  });
  const wants = {
    windows: chance(0.6),
    breaks: chance(0.4),
    skills: chance(0.3),
    limits: chance(0.3),
    way: chance(0.3),
  };
  const dimensions = whole(0, 2);
  const isExchange = chance(0.6);
  const loads = () => Array.from({ length: dimensions }, () => (isExchange ? whole(-6, 6) : whole(0, 6)));
  const stops = Array.from({ length: whole(1, 25) }, (_, i): Stop => {
    const open = whole(0, 3_000);
    return {
      id: `s${i}`,
      place: whole(0, places - 1),
      load: chance(0.9) ? loads() : undefined,
      serviceSeconds: whole(0, 120),
      window: wants.windows && chance(0.7) ? { open, close: open + whole(0, 1_500) } : undefined,
      skills: wants.skills && chance(0.3) ? [chance(0.5) ? 'lift' : 'permit'] : undefined,
      penalty: chance(0.4) ? whole(0, 900) : undefined,
      priority: whole(0, 3),
    };
  });
  const free = stops.filter(({ load }) => load === undefined).map(({ id }) => id);
  const vehicles = Array.from({ length: whole(1, 5) }, (_, i): Vehicle => {
    const capacity = Array.from({ length: dimensions }, () => whole(0, 20));
    const breaks: Break[] = [{ earliest: 900, latest: 1_500, seconds: 300 }];
    if (chance(0.5)) breaks.push({ earliest: 2_000, latest: 2_600, seconds: 200 });
    return {
      id: `v${i}`,
      startPlace: whole(0, places - 1),
      endPlace: chance(0.8) ? whole(0, places - 1) : undefined,
      shift: chance(0.7) ? { open: whole(0, 600), close: whole(1_500, 6_000) } : undefined,
      capacity,
      startLoad: capacity.map((most) => (chance(0.5) ? 0 : whole(0, most))),
      mayLoadAtStart: chance(0.3),
      skills: wants.skills && chance(0.5) ? ['lift', 'permit'].slice(whole(0, 1)) : undefined,
      breaks: wants.breaks ? breaks : undefined,
      maxRouteSeconds: wants.limits ? whole(600, 3_000) : undefined,
      costs: chance(0.3) ? { fixed: whole(0, 500), perSecond: whole(1, 2), perMetre: random() } : undefined,
      committed: wants.way ? free.splice(0, whole(0, 2)) : undefined,
      planned: wants.way ? free.splice(0, whole(0, 2)) : undefined,
    };
  });
  return { places, durations, distances: durations.map((d) => d * 8), vehicles, stops, movedStopCost: whole(0, 50) };
}
