/**
 * Towns made from a seed. Two have 1,000 stops, since the published sets at hand end below 200: one with capacity only, in the manner of
 * the X set (half of the stops in clusters, 23 stops to a route), one with time windows in the manner of Solomon's type 1. A third has vans
 * that bring bikes from surplus to deficit bays, with shifts, breaks and optional stops.
 */
import type { Stop, Vehicle } from '#dispatch/routing/routing.types.ts';
import { type Customer, type Instance, toProblem } from './instances.ts';

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function largeCapacity(stops: number): Instance {
  const random = seeded(1_001);
  const whole = (most: number) => Math.floor(random() * (most + 1));
  const centres = Array.from({ length: 6 }, () => [whole(1_000), whole(1_000)] as const);
  const near = (middle: number) =>
    Math.min(1_000, Math.max(0, Math.round(middle + (random() + random() + random() - 1.5) * 160)));
  const customers = Array.from({ length: stops }, (_, i): Customer => {
    const [x, y] = centres[whole(5)]!;
    return i % 2 === 0
      ? { x: whole(1_000), y: whole(1_000), demand: 1 + whole(99) }
      : { x: near(x), y: near(y), demand: 1 + whole(99) };
  });
  const all = [{ x: whole(1_000), y: whole(1_000), demand: 0 }, ...customers];
  const total = customers.reduce((sum, { demand }) => sum + demand, 0);
  const capacity = Math.ceil((total / stops) * 23.3);
  return { name: `made-${stops}-capacity`, family: 'capacity', problem: toProblem(all, 55, capacity, true) };
}

export function largeWindows(stops: number): Instance {
  const random = seeded(2_002);
  const whole = (most: number) => Math.floor(random() * (most + 1));
  const dayEnds = 1_800;
  const depot = { x: 250, y: 250, demand: 0, open: 0, close: dayEnds, service: 0 };
  const customers = Array.from({ length: stops }, (): Customer => {
    const [x, y] = [whole(500), whole(500)];
    const away = Math.hypot(x - 250, y - 250);
    const last = Math.floor(dayEnds - away - 11);
    const middle = away + random() * (last - away);
    const half = 30 + whole(120);
    return {
      x,
      y,
      demand: 1 + whole(40),
      open: Math.max(0, Math.floor(middle - half)),
      close: Math.min(last, Math.ceil(middle + half)),
      service: 10,
    };
  });
  return {
    name: `made-${stops}-windows`,
    family: 'windows',
    problem: toProblem([depot, ...customers], 200, 400, false),
  };
}

export function bikeVans(stops: number): Instance {
  const random = seeded(3_003);
  const whole = (most: number) => Math.floor(random() * (most + 1));
  const bays = Array.from({ length: stops + 1 }, (): Customer => ({ x: whole(6_000), y: whole(6_000), demand: 0 }));
  const town = toProblem(bays, 0, 0, true);
  const vehicles = Array.from(
    { length: 8 },
    (_, v): Vehicle => ({
      id: `van ${v + 1}`,
      startPlace: 0,
      endPlace: 0,
      shift: { open: 7 * 3_600, close: 15 * 3_600 },
      capacity: [20],
      breaks: [{ earliest: 11 * 3_600, latest: 12.5 * 3_600, seconds: 1_800 }],
      skills: v % 2 === 0 ? ['tail lift'] : [],
    }),
  );
  const stopAt = (i: number): Stop => {
    const open = (7 + whole(5)) * 3_600;
    return {
      id: `bay ${i + 1}`,
      place: i + 1,
      load: [(i % 2 === 0 ? 1 : -1) * (1 + whole(9))],
      serviceSeconds: 120 + whole(240),
      window: i % 3 === 0 ? { open, close: open + 2 * 3_600 } : undefined,
      skills: i % 10 === 0 ? ['tail lift'] : undefined,
      penalty: i % 4 === 0 ? undefined : 600 + whole(1_200),
    };
  };
  // A straight line of a metre takes 0.2 s: streets are longer, and a van does 25 km/h.
  const durations = town.durations.map((metres) => metres * 0.2);
  const problem = {
    ...town,
    durations,
    distances: town.durations,
    vehicles,
    stops: Array.from({ length: stops }, (_, i) => stopAt(i)),
  };
  return { name: `made-${stops}-bike-vans`, family: 'windows', problem };
}
