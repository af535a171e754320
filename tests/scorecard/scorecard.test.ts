import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOUR, MINUTE } from '#kernel/time.ts';
import { createScorecard } from '#scorecard/scorecard.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');

async function board(t: TestContext) {
  const database = await testDatabase(t, ['scorecard']);
  const state = { now: NOON, reporting: 3 };
  const make = () =>
    createScorecard({
      database,
      clock: { now: () => state.now },
      log: quiet,
      listDatastreams: () => [1, 2, 3, 4].map((id) => ({ id, thingId: id, assetId: `W-${id}`, domain: 'water' })),
      liveness: (id) => (id <= state.reporting ? 'reporting' : 'silent'),
      responses: async () => [{ raisedAt: NOON, acknowledgedAt: NOON + MINUTE, acknowledgeBy: NOON + 5 * MINUTE }],
    });
  return { state, make };
}

test('the gauges show the city as it is, the trend what it was hour by hour', async (t) => {
  const { state, make } = await board(t);
  const scorecard = make();
  await scorecard.sample(NOON);
  state.now = NOON + HOUR;
  state.reporting = 4;
  const { perception, response, byDomain } = await scorecard.gauges();
  assert.deepEqual([perception.value, perception.numerator, perception.denominator], [1, 4, 4]);
  assert.deepEqual(perception.trend.slice(-3), [null, 0.75, 1]);
  assert.equal(perception.trend.length, 24);
  assert.equal(response.value, 60);
  assert.equal(byDomain.water?.coverage, 1);
});

test('the trend survives a restart', async (t) => {
  const { state, make } = await board(t);
  await make().sample(NOON);
  state.now = NOON + 2 * HOUR;
  const restarted = make();
  await restarted.start();
  t.after(() => restarted.stop());
  assert.deepEqual((await restarted.gauges()).coverage.trend.slice(-3), [0.75, null, 0.75]);
});

test('a rewound clock shows what was sampled then', async (t) => {
  const { state, make } = await board(t);
  const scorecard = make();
  await scorecard.sample(NOON);
  state.now = NOON + 5 * HOUR;
  state.reporting = 1;
  await scorecard.sample(state.now);
  const then = await scorecard.gauges(NOON + 10 * MINUTE);
  assert.equal(then.coverage.value, 0.75);
  assert.equal(then.byDomain.water?.perception, 0.75);
  assert.equal((await scorecard.gauges(NOON - HOUR)).coverage.value, undefined);
});
