import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRoutes } from '#dispatch/routing/engine.ts';
import type { RoutingProblem } from '#dispatch/routing/routing.types.ts';
import { breachesOf } from './routing-checker.ts';
import { NO_CLOCK, randomTown, street } from './routing-town.ts';

/** A plan that the independent checker has nothing against. */
function plan(problem: RoutingProblem, iterations = 300, seed = 1) {
  const found = planRoutes(problem, { seed, iterations }, NO_CLOCK);
  assert.deepEqual(breachesOf(problem, found), []);
  return found;
}
const ways = (found: ReturnType<typeof plan>) => found.routes.map(({ visits }) => visits.map(({ stop }) => stop));
const reasons = (found: ReturnType<typeof plan>) => found.unserved.map(({ stop, reason }) => `${stop}: ${reason}`);

test('one van goes up the street and back, and the plan says when, how far and at what price', () => {
  const { routes, cost, unserved } = plan(street([{}], [{ serviceSeconds: 5 }, {}, {}]));
  assert.equal(cost, 60);
  assert.equal(routes[0]!.distanceMetres, 600);
  assert.equal(routes[0]!.endsAt - routes[0]!.departsAt, 65);
  assert.deepEqual(unserved, []);
});

test('a van never carries more than it holds: what it cannot take goes on another', () => {
  const taking = [{ load: [4] }, { load: [4] }, { load: [4] }];
  assert.equal(plan(street([{ capacity: [12] }, { capacity: [12] }], taking)).routes.length, 1);
  assert.equal(plan(street([{ capacity: [11] }, { capacity: [11] }], taking)).routes.length, 2);
});

test('each kind of goods has a room of its own', () => {
  const stops = [{ load: [4, 0] }, { load: [0, 4] }, { load: [4, 4] }];
  assert.deepEqual(plan(street([{ capacity: [8, 8] }], stops)).unserved, []);
  assert.equal(plan(street([{ capacity: [8, 7] }], stops)).unserved.length, 1);
});

test('bikes taken from surplus bays are brought to deficit bays, whichever was nearer; the rest stays on the van', () => {
  const bays = [{ load: [-3] }, { load: [5] }, { load: [-4] }, { load: [4] }];
  const [route] = plan(street([{ capacity: [10] }], bays)).routes;
  const taken = 5 + 4;
  const brought = 3 + 4;
  assert.equal(route!.visits.length, 4);
  assert.equal(route!.visits.at(-1)!.loadAfter[0], taken - brought);
  assert.ok(route!.visits[0]!.loadAfter[0]! > 0, 'it begins at a surplus');
});

test('a small van brings before it takes more', () => {
  const bays = [{ load: [5] }, { load: [5] }, { load: [-5] }, { load: [-5] }];
  assert.deepEqual(plan(street([{ capacity: [5] }], bays)).unserved, []);
  assert.deepEqual(plan(street([{ capacity: [4] }], bays)).routes, []);
});

test('a van that starts with bikes on board can bring before it takes', () => {
  const bays = [{ load: [-5] }, { load: [5] }];
  assert.deepEqual(ways(plan(street([{ capacity: [5], startLoad: [5] }], bays))), [['stop 1', 'stop 2']]);
  assert.deepEqual(ways(plan(street([{ capacity: [5] }], bays))), [['stop 2', 'stop 1']]);
});

test('a depot with stock fills the van as far as the route needs it', () => {
  const [route] = plan(street([{ capacity: [9], mayLoadAtStart: true }], [{ load: [-3] }, { load: [-4] }])).routes;
  assert.deepEqual(route!.startLoad, [7]);
});

test('nobody brings what nobody has', () => {
  assert.deepEqual(reasons(plan(street([{ capacity: [9] }], [{ load: [-3] }]))), ['stop 1: no_goods']);
});

test('a van comes within the window, to the second, or not at all', () => {
  const closing = (close: number) => street([{}], [{ place: 5, window: { open: 0, close } }]);
  assert.equal(plan(closing(50)).routes[0]!.visits[0]!.startsAt, 50);
  assert.deepEqual(reasons(plan(closing(49))), ['stop 1: out_of_reach']);
});

test('a van is back when its shift ends, to the second', () => {
  const until = (close: number) => street([{ shift: { open: 0, close } }], [{ place: 5 }]);
  assert.equal(plan(until(100)).routes[0]!.endsAt, 100);
  assert.deepEqual(reasons(plan(until(99))), ['stop 1: out_of_reach']);
});

test('a stop is slipped in before another only when that one is still reached in time', () => {
  const slipped = (serviceSeconds: number) =>
    street(
      [{ shift: { open: 0, close: 200 } }],
      [
        { place: 5, serviceSeconds, window: { open: 0, close: 60 } },
        { place: 6, window: { open: 80, close: 80 } },
      ],
    );
  assert.deepEqual(plan(slipped(20)).unserved, []);
  assert.equal(plan(slipped(21)).unserved.length, 1);
});

test('who would have to wait leaves later', () => {
  const [route] = plan(street([{}], [{ place: 5, window: { open: 200, close: 300 } }])).routes;
  assert.equal(route!.departsAt, 150);
});

test('every van starts and ends at its own depot, in its own shift', () => {
  const vans = [
    { startPlace: 0, endPlace: 0, shift: { open: 0, close: 100 } },
    { startPlace: 19, endPlace: 19, shift: { open: 500, close: 600 } },
  ];
  const { routes } = plan(street(vans, [{ place: 2 }, { place: 17 }]));
  assert.deepEqual(
    routes.map(({ vehicle, visits }) => [vehicle, visits[0]!.stop]),
    [
      ['van 1', 'stop 1'],
      ['van 2', 'stop 2'],
    ],
  );
  assert.ok(routes[1]!.departsAt >= 500 && routes[1]!.endsAt <= 600);
});

test('a route that may end anywhere does not pay for the way home', () => {
  assert.equal(plan(street([{ endPlace: undefined }], [{ place: 7 }])).cost, 70);
});

test('a break is kept: while driving, while waiting, and never owed by who is back before it', () => {
  const breaks = [{ earliest: 40, latest: 60, seconds: 30 }];
  const [driving] = plan(street([{ breaks, shift: { open: 0, close: 230 } }], [{ place: 10 }])).routes;
  assert.deepEqual(driving!.breaks, [{ startsAt: 40, endsAt: 70, afterVisits: 0 }]);
  assert.equal(driving!.endsAt, 230);
  assert.deepEqual(reasons(plan(street([{ breaks, shift: { open: 0, close: 229 } }], [{ place: 10 }]))), [
    'stop 1: out_of_reach',
  ]);
  const [short] = plan(street([{ breaks }], [{ place: 3 }])).routes;
  assert.deepEqual(short!.breaks, []);
});

test('a break does not interrupt service: the stop it would cut waits', () => {
  const breaks = [{ earliest: 30, latest: 40, seconds: 10 }];
  const stops = [{ place: 2, serviceSeconds: 60 }];
  const [route] = plan(street([{ breaks, committed: [], shift: { open: 0, close: 200 } }], stops)).routes;
  assert.deepEqual(route!.breaks, [{ startsAt: 30, endsAt: 40, afterVisits: 0 }]);
  assert.equal(route!.visits[0]!.startsAt, 40);
});

test('a skill is honoured', () => {
  const lift = [{ skills: ['lift'] }];
  assert.equal(plan(street([{}, { skills: ['lift', 'permit'] }], lift)).routes[0]!.vehicle, 'van 2');
  assert.deepEqual(reasons(plan(street([{ skills: ['permit'] }], lift))), ['stop 1: no_skilled_vehicle']);
});

test('nobody is out longer than allowed, waiting included', () => {
  const twice = (maxRouteSeconds: number) =>
    street([{ maxRouteSeconds }], [{ window: { open: 100, close: 100 } }, { window: { open: 200, close: 200 } }]);
  assert.deepEqual(plan(twice(130)).unserved, []);
  assert.equal(plan(twice(129)).unserved.length, 1);
});

test('an optional stop is left out exactly when the detour costs more than its penalty', () => {
  const detour = (penalty: number) => street([{}], [{ place: 5 }, { place: 8, penalty }]);
  assert.deepEqual(reasons(plan(detour(59))), ['stop 2: dearer_than_penalty']);
  assert.deepEqual(plan(detour(61)).unserved, []);
});

test('a surplus bay that pays only together with a deficit bay is served together with it', () => {
  const pair = (penalty: number) =>
    street(
      [{ capacity: [5] }],
      [
        { place: 5, load: [5], penalty: 10 },
        { place: 6, load: [-5], penalty },
      ],
    );
  assert.deepEqual(ways(plan(pair(115))), [['stop 1', 'stop 2']]);
  assert.deepEqual(ways(plan(pair(105))), []);
});

test('when not all can be served the higher priority is', () => {
  const two = (priority: number) =>
    street(
      [{ shift: { open: 0, close: 100 }, startPlace: 9, endPlace: 9 }],
      [
        { place: 4, priority },
        { place: 14, priority: 1 },
      ],
    );
  assert.deepEqual(reasons(plan(two(2))), ['stop 2: no_room']);
  assert.deepEqual(reasons(plan(two(0))), ['stop 1: no_room']);
});

test('a stop larger than any van is said to be too large', () => {
  assert.deepEqual(reasons(plan(street([{ capacity: [3] }], [{ load: [4] }]))), ['stop 1: too_large']);
});

test('a second van goes only when that is cheaper than its fixed price', () => {
  const ends = (fixed: number) =>
    street(
      [
        { startPlace: 0, endPlace: 0, costs: { fixed } },
        { startPlace: 10, endPlace: 10, costs: { fixed } },
      ],
      [{ place: 1 }, { place: 9 }],
    );
  assert.equal(plan(ends(100)).routes.length, 2);
  assert.equal(plan(ends(200)).routes.length, 1);
});

test('where there is no way there is no route', () => {
  const town = street([{}], [{ place: 1 }, { place: 2 }]);
  const durations = town.durations.map((seconds, i) => (i % 20 === 2 && Math.floor(i / 20) !== 2 ? Infinity : seconds));
  const found = planRoutes({ ...town, durations, distances: undefined }, { seed: 1, iterations: 100 }, NO_CLOCK);
  assert.deepEqual(reasons(found), ['stop 2: out_of_reach']);
});

test('re-planning keeps committed stops first and in order, even when another order is shorter and they are late', () => {
  const committed = ['stop 3', 'stop 1'];
  const stops = [{ window: { open: 0, close: 5 } }, {}, {}];
  const [route] = plan(street([{ committed }], stops)).routes;
  assert.deepEqual(
    route!.visits.map(({ stop }) => stop),
    ['stop 3', 'stop 1', 'stop 2'],
  );
  assert.equal(route!.visits[1]!.lateSeconds, 45);
});

test('a committed stop stays with its van though the van is late home, unskilled and on its break', () => {
  const vans = [
    { committed: ['stop 1'], shift: { open: 0, close: 10 }, breaks: [{ earliest: 5, latest: 6, seconds: 9 }] },
    { skills: ['lift'] },
  ];
  const found = planRoutes(
    street(vans, [{ place: 4, skills: ['lift'], serviceSeconds: 60 }]),
    { seed: 1, iterations: 50 },
    NO_CLOCK,
  );
  assert.deepEqual(ways(found), [['stop 1']]);
  assert.equal(found.routes[0]!.vehicle, 'van 1');
});

test('a stop changes its van only when that is worth more than the trouble', () => {
  const replan = (movedStopCost: number) => ({
    ...street(
      [
        { startPlace: 0, endPlace: 0, planned: ['stop 1'] },
        { startPlace: 9, endPlace: 9, committed: ['stop 2'] },
      ],
      [{ place: 6 }, { place: 8 }],
    ),
    movedStopCost,
  });
  assert.equal(plan(replan(81)).routes[0]!.visits[0]!.stop, 'stop 1');
  assert.deepEqual(ways(plan(replan(79))), [['stop 2', 'stop 1']]);
});

test('the same seed gives the same plan; the clock has no say in it', () => {
  let time = 0;
  const clock = { now: () => (time += 17) };
  const first = planRoutes(randomTown(5), { seed: 9, iterations: 400 }, NO_CLOCK);
  assert.deepEqual(planRoutes(randomTown(5), { seed: 9, iterations: 400 }, clock), first);
});

test('a search that has no time at all still answers a plan that can be driven', () => {
  const found = planRoutes(randomTown(8), { seed: 1, milliseconds: 0 }, NO_CLOCK);
  assert.equal(found.ended, 'time');
  assert.deepEqual(breachesOf(randomTown(8), found), []);
});

test('a longer search is never worse than its own beginning', () => {
  const worth = (iterations: number) => {
    const { cost, penalties, unserved } = plan(randomTown(21), iterations, 4);
    return [unserved.length > 0, cost + penalties] as const;
  };
  assert.ok(worth(2_000)[1] <= worth(0)[1] + 1e-9 || worth(0)[0]);
});

test('over four hundred random towns with everything in them no plan breaks a rule', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const town = randomTown(seed);
    const found = planRoutes(town, { seed, iterations: 120 }, NO_CLOCK);
    assert.deepEqual(breachesOf(town, found), [], `town ${seed}`);
  }
});
