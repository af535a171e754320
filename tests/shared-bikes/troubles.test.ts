import assert from 'node:assert/strict';
import { test } from 'node:test';
import { step } from '#domains/shared-bikes/findings.ts';
import { shareOut } from '#domains/shared-bikes/troubles.ts';
import { DAY, HOUR, MINUTE, plusMinutes } from '#kernel/time.ts';
import { bay, box, NOON, OPERATORS, plaza, zone } from './plaza.ts';

const small = { bays: [bay('A', 0, 0, 2)], zones: [] };
const kinds = (troubles: readonly { kind: string }[]) => troubles.map(({ kind }) => kind);

test('the clock starts when the tipping bike arrives, not when we first look', () => {
  const city = plaza(small);
  const tipped = plusMinutes(NOON, 20);
  city.tell('late', 'locked', 1, 1, tipped);
  city.tell('first', 'locked', 2, 1, NOON);
  city.tell('second', 'locked', 3, 1, NOON);
  assert.deepEqual(city.troubles(plusMinutes(tipped, 10) - 1), []);
  const [trouble] = city.troubles(plusMinutes(tipped, 10));
  assert.equal(trouble?.since, tipped);
  assert.equal(trouble?.count, 3);
});

test('when an earlier bike leaves, the start moves later, never earlier', () => {
  const city = plaza(small);
  for (const [bike, minute] of [
    ['a', 0],
    ['b', 1],
    ['c', 2],
    ['d', 9],
  ] as const)
    city.tell(bike, 'locked', 2, 1, plusMinutes(NOON, minute));
  assert.equal(city.troubles(plusMinutes(NOON, 12))[0]?.since, plusMinutes(NOON, 2));
  city.tell('a', 'unlocked', 2, 1, plusMinutes(NOON, 13));
  assert.deepEqual(city.troubles(plusMinutes(NOON, 18)), []);
  assert.equal(city.troubles(plusMinutes(NOON, 19))[0]?.since, plusMinutes(NOON, 9));
});

test('a full bay is not overfull', () => {
  const city = plaza(small);
  city.tell('a', 'locked', 1, 1, NOON);
  city.tell('b', 'locked', 1, 1, NOON);
  assert.deepEqual(city.troubles(NOON + DAY), []);
});

test('bays that no position can tell apart fill up together', () => {
  const city = plaza({ bays: [bay('A', 0, 0, 2), bay('B', 7, 0, 2)], zones: [] });
  for (const bike of ['a', 'b', 'c', 'd']) city.tell(bike, 'locked', 2, 1, NOON);
  assert.equal(city.fleet.inBay(0), 4);
  assert.deepEqual(city.troubles(NOON + HOUR), [], 'four bikes for four places');
  city.tell('e', 'locked', 2, 1, NOON);
  assert.deepEqual(kinds(city.troubles(NOON + HOUR)), ['overfull']);
});

test('each operator is told to take its share, in whole bikes, and never more than it has', () => {
  assert.deepEqual(shareOut(50, [60, 40]), [30, 20]);
  assert.deepEqual(shareOut(1, [1, 1, 1]), [1, 0, 0]);
  assert.deepEqual(shareOut(5, [1, 9]), [1, 4]);
  assert.deepEqual(shareOut(9, [0, 4]), [0, 4]);
  assert.deepEqual(shareOut(0, [3, 4]), [0, 0]);
  for (let total = 1; total < 60; total++) {
    const present = [total % 7, total % 5, total % 3];
    const most = present.reduce((a, b) => a + b, 0);
    for (let surplus = 0; surplus <= most; surplus++) {
      const shares = shareOut(surplus, present);
      assert.equal(
        shares.reduce((a, b) => a + b, 0),
        surplus,
      );
      assert.ok(shares.every((share, i) => share <= present[i]!));
    }
  }
});

test('an overfull bay of two operators says who takes how many', () => {
  const city = plaza(small);
  for (const bike of ['a', 'b', 'c']) city.tell(bike, 'locked', 2, 1, NOON, 0);
  for (const bike of ['x', 'y', 'z']) city.tell(bike, 'locked', 2, 1, NOON, 1);
  assert.deepEqual(city.troubles(NOON + HOUR)[0]?.take, [2, 2]);
});

test('a quota that shrinks with the hour begins to be exceeded at that hour', () => {
  const quotas = [
    { from: 0, to: 720, bikes: 5 },
    { from: 720, to: 1440, bikes: 1 },
  ];
  const city = plaza({ bays: [], zones: [zone('square', 'quota', box(-50, -50, 100, 100), quotas)] });
  for (const bike of ['a', 'b', 'c']) city.tell(bike, 'locked', 0, 0, NOON - 2 * HOUR);
  const overQuota = (now: number) => city.troubles(now).filter(({ kind }) => kind === 'over-quota');
  assert.deepEqual(overQuota(NOON - MINUTE), []);
  assert.deepEqual(overQuota(plusMinutes(NOON, 14)), []);
  assert.equal(overQuota(plusMinutes(NOON, 15))[0]?.since, NOON);
});

test('only what is certain counts against an operator: bikes at the edge of the error are left in peace', () => {
  const city = plaza(small);
  for (const bike of ['a', 'b', 'c']) city.tell(bike, 'locked', 3, 18, NOON);
  assert.deepEqual(city.troubles(NOON + HOUR), []);
  for (const bike of ['d', 'e', 'f']) city.tell(bike, 'locked', 3, 60, NOON);
  const [trouble] = city.troubles(NOON + HOUR);
  assert.equal(trouble?.kind, 'outside');
  assert.equal(trouble?.count, 3);
  assert.deepEqual(trouble?.take, [3, 0]);
});

test('a handful is a trouble, two are not', () => {
  const city = plaza(small);
  for (const bike of ['a', 'b']) city.tell(bike, 'locked', 3, 60, NOON);
  assert.deepEqual(city.troubles(NOON + HOUR), []);
});

test('a standing bike reports every four hours, a moving one every two minutes', () => {
  const city = plaza(small, { leastBikes: 1 });
  city.tell('still', 'locked', 2, 1, NOON);
  assert.deepEqual(city.troubles(NOON + 4 * HOUR - 1), []);
  assert.deepEqual(kinds(city.troubles(NOON + 4 * HOUR)), ['silent']);
  const moving = plaza(small, { leastBikes: 1 });
  moving.tell('rider', 'unlocked', 2, 1, NOON);
  assert.deepEqual(moving.troubles(NOON + 2 * MINUTE - 1), []);
  assert.deepEqual(kinds(moving.troubles(NOON + 2 * MINUTE)), ['untracked']);
});

test('a faulty bike is taken away within 48 hours, an abandoned one after seven days', () => {
  const city = plaza(small, { leastBikes: 1, silentHours: 10_000 });
  city.tell('broken', 'locked', 2, 1, NOON);
  city.tell('broken', 'faulty', 2, 1, NOON + HOUR);
  assert.deepEqual(city.troubles(NOON + 49 * HOUR - 1), []);
  assert.deepEqual(kinds(city.troubles(NOON + 49 * HOUR)), ['faulty']);
  city.tell('broken', 'mended', 2, 1, NOON + 50 * HOUR);
  assert.deepEqual(city.troubles(NOON + 7 * DAY - 1), []);
  assert.deepEqual(kinds(city.troubles(NOON + 7 * DAY)), ['abandoned']);
});

test('an operator with more bikes than its quota takes the rest away', () => {
  const city = plaza(small, {}, [{ ...OPERATORS[0]!, quota: 1 }]);
  city.tell('a', 'locked', 2, 1, NOON);
  city.tell('b', 'unlocked', 2, 1, NOON);
  assert.deepEqual(city.troubles(NOON)[0]?.take, [1]);
});

test('the same trouble is one finding from its beginning to its end, however often one looks', () => {
  const city = plaza(small);
  for (const bike of ['a', 'b', 'c']) city.tell(bike, 'locked', 2, 1, NOON);
  const wording = { operators: OPERATORS, nameOf: () => ({ zh: '广场', en: 'The plaza' }), opens: { overfull: 'x.y' } };
  const first = step(new Map(), city.troubles(NOON + HOUR), NOON + HOUR, wording);
  assert.deepEqual(
    first.changes.map(({ change }) => change),
    ['raised'],
  );
  const raised = first.changes[0]!.finding;
  assert.equal(raised.sentence.en, 'The plaza holds 3 bikes; it is painted for 2.');
  assert.equal(raised.facts['take.swift'], 1);
  const again = step(first.standing, city.troubles(NOON + 2 * HOUR), NOON + 2 * HOUR, wording);
  assert.deepEqual(again.changes, []);
  city.tell('d', 'locked', 2, 1, NOON + 2 * HOUR);
  const worse = step(again.standing, city.troubles(NOON + 3 * HOUR), NOON + 3 * HOUR, wording);
  assert.deepEqual(
    worse.changes.map(({ change, finding }) => [change, finding.grade]),
    [['escalated', 'orange']],
  );
  for (const bike of ['a', 'b']) city.tell(bike, 'removed', 2, 1, NOON + 3 * HOUR);
  const over = step(worse.standing, city.troubles(NOON + 3 * HOUR), NOON + 3 * HOUR, wording);
  assert.deepEqual(
    over.changes.map(({ change, finding }) => [change, finding.key]),
    [['cleared', raised.key]],
  );
});
