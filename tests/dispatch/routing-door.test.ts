import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRoutes } from '#dispatch/routing/engine.ts';
import type { RoutingProblem, SearchLimits, Stop, Vehicle } from '#dispatch/routing/routing.types.ts';
import { CityError } from '#kernel/errors.ts';
import { NO_CLOCK, street } from './routing-town.ts';

const LIMITS: SearchLimits = { seed: 1, iterations: 10 };

/** The code and field a problem is refused with. */
function refusal(problem: RoutingProblem, limits = LIMITS): [code: string, field: string | undefined] {
  try {
    planRoutes(problem, limits, NO_CLOCK);
  } catch (error) {
    assert.ok(error instanceof CityError, String(error));
    assert.equal(error.kind, 'invalid');
    return [error.code, error.field];
  }
  throw new Error('It was accepted.');
}
const van = (vehicle: Partial<Vehicle>) => street([{}, vehicle], [{}]);
const bay = (stop: Partial<Stop>) => street([{ capacity: [5] }], [{}, stop]);
const town = street([{}], [{}]);

const REFUSED: readonly (readonly [sentence: string, problem: RoutingProblem, code: string, field: string])[] = [
  ['a town without places', { ...town, places: 0 }, 'routing.no_places', 'places'],
  ['a matrix of another size', { ...town, places: 19 }, 'routing.matrix_size', 'durations'],
  [
    'a drive of minus one second',
    { ...town, durations: town.durations.map((d, i) => (i === 7 ? -1 : d)) },
    'routing.matrix_value',
    'durations[7]',
  ],
  [
    'a way of unknown length',
    { ...town, distances: town.durations.map((d, i) => (i === 8 ? Number.NaN : d)) },
    'routing.matrix_value',
    'distances[8]',
  ],
  ['two vans of one name', van({ id: 'van 1' }), 'routing.duplicate_id', 'vehicles[1].id'],
  ['two bays of one name', bay({ id: 'stop 1' }), 'routing.duplicate_id', 'stops[1].id'],
  ['a bay off the map', bay({ place: 20 }), 'routing.unknown_place', 'stops[1].place'],
  ['half a place', bay({ place: 0.5 }), 'routing.unknown_place', 'stops[1].place'],
  ['a van that ends off the map', van({ endPlace: -1 }), 'routing.unknown_place', 'vehicles[1].endPlace'],
  [
    'a window that closes before it opens',
    bay({ window: { open: 9, close: 8 } }),
    'routing.window_reversed',
    'stops[1].window',
  ],
  [
    'a shift that opens never',
    van({ shift: { open: Infinity, close: Infinity } }),
    'routing.window',
    'vehicles[1].shift',
  ],
  ['half a bike', bay({ load: [0.5] }), 'routing.load', 'stops[1].load'],
  ['a load of two kinds on vans for one', bay({ load: [1, 1] }), 'routing.dimensions', 'stops[1].load'],
  ['service that takes less than no time', bay({ serviceSeconds: -1 }), 'routing.amount', 'stops[1].serviceSeconds'],
  ['an endless penalty', bay({ penalty: Infinity }), 'routing.amount', 'stops[1].penalty'],
  ['priority 4', bay({ priority: 4 }), 'routing.priority', 'stops[1].priority'],
  ['a van that holds less than nothing', street([{ capacity: [-1] }], [{}]), 'routing.load', 'vehicles[0].capacity'],
  [
    'a van that starts with more than it holds',
    street([{ capacity: [5], startLoad: [6] }], [{}]),
    'routing.overloaded',
    'vehicles[0].startLoad',
  ],
  [
    'a price per metre where metres are unknown',
    { ...van({ costs: { perMetre: 1 } }), distances: undefined },
    'routing.no_distances',
    'vehicles[1].costs.perMetre',
  ],
  [
    'breaks that overlap',
    van({
      breaks: [
        { earliest: 0, latest: 10, seconds: 5 },
        { earliest: 14, latest: 20, seconds: 5 },
      ],
    }),
    'routing.breaks',
    'vehicles[1].breaks[1]',
  ],
  [
    'a committed stop that is none',
    van({ committed: ['nowhere'] }),
    'routing.unknown_stop',
    'vehicles[1].committed[0]',
  ],
  [
    'a stop committed to one van and planned for another',
    street([{ committed: ['stop 1'] }, { planned: ['stop 1'] }], [{}]),
    'routing.stop_twice',
    'vehicles[1].planned[0]',
  ],
  [
    'committed stops that the van cannot hold',
    street([{ capacity: [5], committed: ['stop 1', 'stop 2'] }], [{ load: [3] }, { load: [3] }]),
    'routing.committed_load',
    'vehicles[0].committed',
  ],
];

for (const [sentence, problem, code, field] of REFUSED) {
  test(`${sentence} is refused as ${code}`, () => {
    assert.deepEqual(refusal(problem), [code, field]);
  });
}

test('a search without an end, or with half an iteration, is refused', () => {
  assert.deepEqual(refusal(town, { seed: 1 }), ['routing.no_limit', 'iterations']);
  assert.deepEqual(refusal(town, { seed: 1, iterations: 0.5 }), ['routing.iterations', 'iterations']);
  assert.deepEqual(refusal(town, { seed: 0.5, iterations: 1 }), ['routing.seed', 'seed']);
  assert.deepEqual(refusal(town, { seed: 1, milliseconds: Number.NaN }), ['routing.amount', 'milliseconds']);
});

test('a town without stops, or without vans, is no error', () => {
  assert.deepEqual(planRoutes(street([{}], []), LIMITS, NO_CLOCK).routes, []);
  const { unserved } = planRoutes(street([], [{}]), LIMITS, NO_CLOCK);
  assert.deepEqual(unserved, [{ stop: 'stop 1', reason: 'no_skilled_vehicle' }]);
});
