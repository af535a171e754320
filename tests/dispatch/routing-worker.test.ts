import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { planRoutes } from '#dispatch/routing/engine.ts';
import { createRouter } from '#dispatch/routing/router.ts';
import type { RoutingProgress } from '#dispatch/routing/routing.types.ts';
import { breachesOf } from './routing-checker.ts';
import { NO_CLOCK, randomTown, street } from './routing-town.ts';

const TOWN = randomTown(5);
/** Everything can be served here. */
const EASY_TOWN = street([{}, {}], [{}, { place: 9 }, {}, { place: 15 }]);
const NO_END = { seed: 1, milliseconds: 600_000 };

function routerOf(t: TestContext) {
  const router = createRouter();
  t.after(() => router.close());
  return router;
}

test('the thread answers the plan that the engine makes', async (t) => {
  const limits = { seed: 3, iterations: 200 };
  assert.deepEqual(await routerOf(t).plan(TOWN, limits).plan, planRoutes(TOWN, limits, NO_CLOCK));
});

test('the first plan is heard of at once, and who cancels gets the best so far', async (t) => {
  const heard: RoutingProgress[] = [];
  const job = routerOf(t).plan(TOWN, NO_END, (progress) => {
    heard.push(progress);
    job.cancel();
  });
  const plan = await job.plan;
  assert.equal(plan.ended, 'cancelled');
  assert.deepEqual(breachesOf(TOWN, plan), []);
  assert.equal(heard[0]!.iterations, 0);
});

test('progress goes on while the search runs, and never gets worse', async (t) => {
  const heard: RoutingProgress[] = [];
  const job = routerOf(t).plan(EASY_TOWN, NO_END, (progress) => {
    if (heard.push(progress) === 3) job.cancel();
  });
  const plan = await job.plan;
  assert.ok(heard.length >= 3);
  assert.ok(heard.every(({ cost }, i) => i === 0 || cost <= heard[i - 1]!.cost));
  assert.ok(plan.iterations > 0);
});

test('a broken problem is a coded error, and the thread lives on', async (t) => {
  const router = routerOf(t);
  const broken = router.plan(street([{}], [{ place: 99 }]), NO_END).plan;
  await assert.rejects(broken, { name: 'CityError', code: 'routing.unknown_place', field: 'stops[0].place' });
  assert.equal((await router.plan(street([{}], [{}]), { seed: 1, iterations: 10 }).plan).cost, 20);
});

test('a cancelled job that still waits does not hold up the next', async (t) => {
  const router = routerOf(t);
  const [running, waiting] = [router.plan(TOWN, NO_END), router.plan(TOWN, NO_END)];
  waiting.cancel();
  running.cancel();
  assert.equal((await waiting.plan).ended, 'cancelled');
  assert.equal((await router.plan(TOWN, { seed: 1, iterations: 5 }).plan).iterations, 5);
});

test('who closes the router is told so by every job; the next job gets a new thread', async (t) => {
  const router = routerOf(t);
  const lost = router.plan(TOWN, NO_END).plan;
  const told = assert.rejects(lost, { code: 'routing.stopped', kind: 'unavailable' });
  await router.close();
  await told;
  assert.equal((await router.plan(TOWN, { seed: 1, iterations: 5 }).plan).iterations, 5);
});

test('a router that nobody closed does not keep the process alive', () => {
  const program = `
    import { createRouter } from '#dispatch/routing/router.ts';
    const durations = new Float64Array(1);
    const problem = { places: 1, durations, vehicles: [{ id: 'van', startPlace: 0 }], stops: [{ id: 'stop', place: 0 }] };
    const plan = await createRouter().plan(problem, { seed: 1, iterations: 1 }).plan;
    console.log(plan.routes.length);`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.deepEqual([stdout.trim(), status], ['1', 0]);
});
