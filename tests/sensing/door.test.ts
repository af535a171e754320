/** What the door lets in, on both sides of every boundary. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncomingObservation, Json } from '#kernel/observation.ts';
import { MINUTE } from '#kernel/time.ts';
import { digestOf } from '#sensing/digest.ts';
import { atIndex, DOOR_RULES, findProblem, isNumberInOrder } from '#sensing/validation.ts';
import { NOON, pressure } from './city-of-sensors.ts';

const RANGE = { low: 0, high: 1_600 };
const AHEAD = DOOR_RULES.futureToleranceMs;
const YEAR_1900 = DOOR_RULES.earliest;
const problem = (changes: Partial<IncomingObservation>, range: typeof RANGE | undefined = RANGE) =>
  findProblem(pressure(1, 350, changes), range, NOON, DOOR_RULES)?.code;

test('a value at the end of the physical range passes, one beyond is out of range and the range is named', () => {
  for (const result of [0, 1_600]) assert.equal(problem({ result }), undefined);
  for (const result of [-0.001, 1_600.001]) assert.equal(problem({ result }), 'observation.out_of_range');
  const error = findProblem(pressure(1, 1_601), RANGE, NOON, DOOR_RULES);
  assert.deepEqual([error?.field, error?.details], ['result', { low: 0, high: 1_600 }]);
});

test('five minutes ahead of our clock passes, a millisecond more is in the future', () => {
  assert.equal(problem({ phenomenonTime: NOON + AHEAD }), undefined);
  assert.equal(problem({ phenomenonTime: NOON + AHEAD + 1 }), 'observation.in_future');
  assert.equal(problem({ resultTime: NOON + AHEAD }), undefined);
  assert.equal(problem({ resultTime: NOON + AHEAD + 1 }), 'observation.in_future');
  assert.equal(problem({ phenomenonEnd: NOON + AHEAD + 1 }), 'observation.in_future');
});

test('1900 passes, a millisecond before is too old', () => {
  assert.equal(problem({ phenomenonTime: YEAR_1900 }), undefined);
  assert.equal(problem({ phenomenonTime: YEAR_1900 - 1 }), 'observation.too_old');
});

test('an interval may be of no length, but not end before it begins', () => {
  assert.equal(problem({ phenomenonEnd: NOON }), undefined);
  assert.equal(problem({ phenomenonEnd: NOON - 1 }), 'observation.interval_reversed');
});

test('numbers that are none are refused, also as times and inside a result', () => {
  for (const result of [Number.NaN, Infinity, -Infinity]) {
    assert.equal(problem({ result }), 'observation.not_a_number');
  }
  assert.equal(problem({ phenomenonTime: Number.NaN }), 'observation.bad_time');
  assert.equal(problem({ resultTime: Infinity }), 'observation.bad_time');
  assert.equal(problem({ result: { deep: [Number.NaN] } }), 'observation.not_storable');
});

test('a result of 64 kB passes, a byte more is too large; bytes count, not characters', () => {
  const text = (bytes: number) => 'x'.repeat(bytes - 2); // two quotes
  assert.equal(problem({ result: text(65_536) }), undefined);
  assert.equal(problem({ result: text(65_537) }), 'observation.too_large');
  assert.equal(problem({ result: '水'.repeat(22_000) }), 'observation.too_large');
  assert.equal(problem({ extra: { note: text(65_537) } }), 'observation.too_large');
});

test('what jsonb cannot hold is refused at the door and not by the database', () => {
  const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);
  assert.equal(problem({ result: deep(64) }), undefined);
  assert.equal(problem({ result: deep(65) }), 'observation.not_storable');
  for (const result of ['a\0b', '\ud800', { 'a\0': 1 }, ['\udfff']]) {
    assert.equal(problem({ result }), 'observation.not_storable', JSON.stringify(result));
  }
  assert.equal(problem({ result: '😀 \\u0000' }), undefined);
});

test('any JSON that is not a number passes whatever the range', () => {
  for (const result of ['open', true, null, { mm: 3 }, [1, 2]]) assert.equal(problem({ result }), undefined);
});

test('an unknown Datastream is said before anything else', () => {
  assert.equal(findProblem(pressure(9, Number.NaN), undefined, NOON, DOOR_RULES)?.code, 'datastream.unknown');
});

test('the quick check of bulk rows agrees with the one that finds words', () => {
  const times = [YEAR_1900 - 1, YEAR_1900, NOON, NOON + AHEAD, NOON + AHEAD + 1, Number.NaN, Infinity];
  for (const phenomenonTime of times) {
    for (const resultTime of [Number.NaN, NOON, NOON + AHEAD + 1]) {
      for (const result of [-1, 0, 800, 1_600, 1_601, Number.NaN, Infinity]) {
        const slow = problem({ phenomenonTime, resultTime: Number.isNaN(resultTime) ? null : resultTime, result });
        const quick = isNumberInOrder(phenomenonTime, resultTime, result, 0, 1_600, YEAR_1900, NOON + AHEAD);
        assert.equal(quick, slow === undefined, `${phenomenonTime} ${resultTime} ${result}`);
      }
    }
  }
});

test('without a declared range infinity is still no number', () => {
  assert.equal(isNumberInOrder(NOON, NOON, Infinity, -Infinity, Infinity, YEAR_1900, NOON), false);
});

test('the row of a call is named in front of the field', () => {
  const error = atIndex(findProblem(pressure(1, -1), RANGE, NOON, DOOR_RULES)!, 7);
  assert.deepEqual([error.field, error.details?.index, error.details?.low], ['[7].result', 7, 0]);
});

test('the digest tells contents apart, and nothing else', () => {
  const contents: [Json, number | null, number | undefined][] = [
    [1, null, undefined],
    [2, null, undefined],
    ['1', null, undefined],
    [true, null, undefined],
    [null, null, undefined],
    [1, NOON, undefined],
    [1, NOON + 1, undefined],
    [1, null, NOON],
    [1, 0, undefined],
    [{ a: 1, b: 2 }, null, undefined],
    [[1], null, undefined],
  ];
  assert.equal(new Set(contents.map((content) => digestOf(...content))).size, contents.length);
  assert.equal(digestOf(0, null, undefined), digestOf(-0, null, undefined));
  assert.equal(digestOf({ b: 2, a: 1 }, null, undefined), digestOf({ a: 1, b: 2 }, null, undefined));
});

test('the digest of a number is written down in every database: it must not change', () => {
  assert.equal(digestOf(352.5, NOON, undefined), -5420110830082526774n);
});

test('among 400,000 neighbouring values and times no two digests are the same', () => {
  const seen = new Set<bigint>();
  for (let i = 0; i < 200_000; i++) {
    seen.add(digestOf(i / 10, NOON, undefined));
    seen.add(digestOf(350, NOON + i, undefined));
  }
  assert.equal(seen.size, 400_000 - Number(digestOf(350, NOON, undefined) === digestOf(3_500 / 10, NOON, undefined)));
});

test('the tolerance is a setting of the city', () => {
  const strict = { ...DOOR_RULES, futureToleranceMs: MINUTE };
  assert.equal(
    findProblem(pressure(1, 1, { phenomenonTime: NOON + MINUTE + 1 }), RANGE, NOON, strict)?.code,
    'observation.in_future',
  );
});
