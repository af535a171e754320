/** The figures of the hotline, each on both sides of its boundary. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerP95, type CountedCall, countFigures, threeRates } from '#domains/resident-services/hotline/rates.ts';
import { HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import { NOON } from '#tests/casework/small-city.ts';

const RULES = { now: NOON, timeZone: 'Asia/Shanghai', smallestCount: 5, lowestGoodRating: 3, targets: undefined };
const call = (more: Partial<CountedCall> = {}): CountedCall => ({
  rangAt: NOON - 10 * HOUR,
  answeredAt: NOON - 10 * HOUR + 5 * SECOND,
  endedAt: undefined,
  promisedAt: undefined,
  settledAt: undefined,
  solved: undefined,
  satisfied: undefined,
  district: 'district-1',
  party: 'waterworks',
  ...more,
});
const five = (more: Partial<CountedCall> = {}) => Array.from({ length: 5 }, () => call(more));

test('a call settled at the very promise is in time; a millisecond later it is not', () => {
  const promisedAt = NOON - HOUR;
  const of = (settledAt: number) => threeRates(five({ promisedAt, settledAt }), RULES).response.value;
  assert.equal(of(promisedAt), 1);
  assert.equal(of(promisedAt + 1), 0);
});

test('a call whose promise has not come is not counted until it is settled; one that is overdue counts as missed', () => {
  const open = (promisedAt: number) => threeRates(five({ promisedAt }), RULES).response;
  assert.deepEqual(open(NOON), { value: undefined, of: undefined });
  assert.deepEqual(open(NOON - 1), { value: 0, of: 5 });
});

test('resolved and satisfied are shares of those who were asked, and satisfied begins above the lowest good rating', () => {
  const calls = [...five({ solved: true, satisfied: 4 }), ...five({ solved: false, satisfied: 3 }), ...five()];
  const { resolved, satisfied } = threeRates(calls, RULES);
  assert.deepEqual(resolved, { value: 0.5, of: 10 });
  assert.deepEqual(satisfied, { value: 0.5, of: 10 });
});

test('a share of four is not told, a share of five is', () => {
  assert.equal(threeRates(five({ solved: true }).slice(1), RULES).resolved.value, undefined);
  assert.equal(threeRates(five({ solved: true }), RULES).resolved.value, 1);
});

test('95 of 100 calls wait no longer than the 95th percentile says', () => {
  const waits = Array.from({ length: 100 }, (_, n) => call({ rangAt: NOON - (n + 1) * SECOND, answeredAt: NOON }));
  assert.equal(answerP95(waits, 5), 95);
  assert.equal(answerP95(waits.slice(0, 4), 5), undefined);
});

test('a caller who hangs up unanswered was not connected; one who still waits is not counted yet', () => {
  const lost = call({ answeredAt: undefined, endedAt: NOON });
  const waiting = call({ answeredAt: undefined });
  const { connected } = countFigures([...five().slice(1), lost, waiting], NOON - 24 * HOUR, NOON, RULES);
  assert.deepEqual(connected, { value: 0.8, of: 5 });
});

test('days are the city’s own, also those on which nobody called; districts and first receivers each have their rates', () => {
  const late = { rangAt: Date.parse('2026-02-28T23:59:00+08:00'), solved: true };
  const early = { rangAt: late.rangAt + MINUTE, solved: false, district: 'district-2', party: 'power' };
  const figures = countFigures([...five(late), ...five(early)], NOON - 48 * HOUR, NOON, RULES);
  assert.deepEqual(
    figures.days.map(({ day, calls, resolved }) => [day, calls, resolved.value]),
    [
      ['2026-02-27', 0, undefined],
      ['2026-02-28', 5, 1],
      ['2026-03-01', 5, 0],
    ],
  );
  assert.deepEqual(
    figures.districts.map(({ id, resolved }) => [id, resolved.value]),
    [
      ['district-1', 1],
      ['district-2', 0],
    ],
  );
  assert.deepEqual(
    figures.parties.map(({ id }) => id),
    ['power', 'waterworks'],
  );
});
