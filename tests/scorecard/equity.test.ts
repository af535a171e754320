import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommunityTally, chanceOfAtMost, judgeEquity } from '#scorecard/equity.ts';

const community = (id: string, told: number, noticed: number, residents = 2_000): CommunityTally => ({
  id,
  told,
  noticed,
  residents,
});
const quietOf = (tallies: CommunityTally[]) =>
  judgeEquity(tallies, 5)
    .communities.filter(({ isQuiet }) => isQuiet)
    .map(({ id }) => id);

test('a neighbourhood with as much trouble as the others and hardly a report is quiet', () => {
  const city = [community('a', 40, 30), community('b', 38, 30), community('c', 6, 30)];
  assert.deepEqual(quietOf(city), ['c']);
});

test('little said where little is wrong is no silence', () => {
  assert.deepEqual(quietOf([community('a', 40, 30), community('b', 38, 30), community('c', 3, 2)]), []);
});

test('half of what was expected is not quiet yet, a report less is', () => {
  const rest = [community('a', 100, 100), community('b', 100, 100)];
  const expected = (told: number) => ((200 + told) * 100) / 300;
  assert.ok(40 >= 0.5 * expected(40) && 39 < 0.5 * expected(39));
  assert.deepEqual(quietOf([...rest, community('c', 40, 100)]), []);
  assert.deepEqual(quietOf([...rest, community('c', 39, 100)]), ['c']);
});

test('what chance alone explains accuses nobody', () => {
  // Three are expected and one came: that happens every fifth time.
  assert.deepEqual(quietOf([community('a', 30, 30), community('b', 30, 30), community('c', 1, 3)]), []);
  assert.ok(Math.abs(chanceOfAtMost(1, 3) - 4 * Math.exp(-3)) < 1e-12);
  assert.ok(chanceOfAtMost(0, 3) < 0.05 && chanceOfAtMost(0, 2.9) > 0.05);
});

test('counts under five are not told, five are', () => {
  const [small, enough] = judgeEquity(
    [community('a', 4, 4), community('b', 5, 5), community('c', 2, 2)],
    5,
  ).communities;
  assert.deepEqual([small?.told, small?.noticed, small?.toldPerThousand], [undefined, undefined, undefined]);
  assert.deepEqual([enough?.told, enough?.noticed, enough?.toldPerThousand], [5, 5, 2.5]);
});

test('a single count that was left out cannot be worked out from the total', () => {
  const one = judgeEquity([community('a', 4, 9), community('b', 50, 9)], 5);
  assert.deepEqual([one.told, one.noticed], [undefined, 18]);
  const two = judgeEquity([community('a', 4, 9), community('b', 50, 9), community('c', 3, 9)], 5);
  assert.equal(two.told, 57);
});

test('a community of four people gives no figure and no judgement', () => {
  const [tiny] = judgeEquity([community('a', 0, 30, 4), community('b', 90, 30)], 5).communities;
  assert.deepEqual([tiny?.residents, tiny?.noticedPerThousand, tiny?.isQuiet], [undefined, undefined, false]);
});

test('a city where nothing was noticed judges nobody', () => {
  assert.deepEqual(quietOf([community('a', 40, 0), community('b', 0, 0)]), []);
});
