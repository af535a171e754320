/** When the same trouble is told twice, and when it only looks so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLikelyDuplicates, pairOf } from '#casework/understanding/duplicates.ts';
import { featuresOf } from '#casework/understanding/features.ts';
import { rarityIn } from '#casework/understanding/understanding.ts';
import type { DuplicateCandidate, KnownReport } from '#casework/understanding/understanding.types.ts';
import { chooseLexicon } from '#casework/understanding/vectors.ts';
import type { Position } from '#kernel/geo.ts';
import { DAY, HOUR } from '#kernel/time.ts';
import { metresEast, NOON, PLACE } from './small-city.ts';

/** A city in which crews write the same few words day after day. */
const USUAL = [
  ...Array.from({ length: 200 }, () => 'tree trimming please'),
  ...Array.from({ length: 200 }, (_, i) => `street lamp out, replace the bulb on pole ${3_000 + i}`),
  ...Array.from({ length: 200 }, () => '路灯不亮，请维修'),
  'the big mattress by the old chapel is still lying there',
  '老教堂旁边的大床垫还在那里没人收',
];
const { keys, rarities } = chooseLexicon(USUAL.map(featuresOf), 1, 0, 1_000_000);
const rarityOf = rarityIn({ keys, rarities });

const told = (
  text: string,
  { place = PLACE, at = NOON, category = 'rubbish' as string | undefined } = {},
): KnownReport => ({
  text,
  place,
  at,
  category,
});
const known = (caseId: string, report: KnownReport): DuplicateCandidate => ({ ...report, caseId });
const found = (report: KnownReport, ...candidates: DuplicateCandidate[]) =>
  findLikelyDuplicates(report, candidates, rarityOf);

const MATTRESS = told('An old mattress lies in front of the chapel gate');
const MATTRESS_AGAIN = told('The mattress in front of the chapel gate is still there, old and wet', {
  at: NOON + 2 * DAY,
  place: metresEast(8),
});

test('two neighbours who tell of the same mattress are one trouble, and it says why', () => {
  const [duplicate, ...more] = found(MATTRESS_AGAIN, known('c1', MATTRESS));
  assert.deepEqual(more, []);
  assert.equal(duplicate?.caseId, 'c1');
  assert.ok(duplicate.probability >= 0.8);
  assert.equal(Math.round(duplicate.why.distanceMetres), 8);
  assert.equal(duplicate.why.hoursApart, 48);
  assert.equal(duplicate.why.sameCategory, true);
  assert.ok(duplicate.why.wordsInCommon > 0.3);
});

test('in Chinese too', () => {
  const one = told('小学门口丢了一张红色旧沙发，挡住盲道');
  const two = told('红色旧沙发还丢在小学门口，盲道走不通', { at: NOON + DAY, place: metresEast(10) });
  assert.equal(found(two, known('c1', one))[0]?.caseId, 'c1');
});

test('the same words two streets away are another mattress', () => {
  assert.deepEqual(found({ ...MATTRESS_AGAIN, place: metresEast(190) }, known('c1', MATTRESS)), []);
});

test('nothing is claimed beyond two hundred metres or thirty days, even of the same text', () => {
  const long = told(`${MATTRESS.text}, springs out, dripping, beside the blue letterbox of the watchmaker`);
  const beside = (metres: number, days: number) =>
    found({ ...long, place: metresEast(metres), at: NOON + days * DAY }, known('c1', long)).length;
  assert.deepEqual([beside(0, 30), beside(0, 30.1), beside(201, 1)], [1, 0, 0]);
});

test('a crew that files one report per tree tells of many trees', () => {
  const trees = [
    told('tree trimming please'),
    told('tree trimming please', { place: metresEast(12), at: NOON + 300_000 }),
  ];
  assert.deepEqual(found(trees[1]!, known('c1', trees[0]!)), []);
});

test('two lamps with two numbers are two lamps; the same number is the same lamp', () => {
  const lamp = (number: number, at: number) => told(`street lamp out, replace the bulb on pole ${number}`, { at });
  const [first, other, again] = [lamp(3_014, NOON), lamp(4_063, NOON + 3 * HOUR), lamp(3_014, NOON + 3 * HOUR)];
  assert.deepEqual(found(other, known('c1', first)), []);
  assert.equal(pairOf(first, other, rarityOf).numbersDiffer, 1);
  assert.equal(pairOf(first, again, rarityOf).numbersAgree, 1);
  assert.equal(found(again, known('c1', first)).length, 1);
});

test('neither an empty text nor an empty city is a duplicate of anything', () => {
  assert.deepEqual(found(told(''), known('c1', told(''))), []);
  assert.deepEqual(found(MATTRESS), []);
});

test('an unknown category neither speaks for nor against', () => {
  const figures = ['rubbish', undefined, 'noise'].map(
    (category) => pairOf(MATTRESS, { ...MATTRESS_AGAIN, category }, rarityOf).sameCategory,
  );
  assert.deepEqual(figures, [1, 0.5, 0]);
});

test('a case of many reports appears once, the likeliest first, and never more than five', () => {
  const many = Array.from({ length: 8 }, (_, i) => known(`c${i}`, { ...MATTRESS, place: metresEast(i) }));
  const suggested = found(MATTRESS_AGAIN, ...many, known('c8', { ...MATTRESS_AGAIN, at: NOON }), known('c8', MATTRESS));
  assert.equal(suggested.length, 5);
  assert.equal(suggested[0]?.caseId, 'c8');
  assert.equal(new Set(suggested.map(({ caseId }) => caseId)).size, 5);
  const probabilities = suggested.map(({ probability }) => probability);
  assert.deepEqual(
    probabilities,
    probabilities.toSorted((a, b) => b - a),
  );
});

test('it does not matter which of the two was told first', () => {
  const somewhere: Position = metresEast(8);
  assert.deepEqual(
    pairOf(MATTRESS, { ...MATTRESS_AGAIN, place: somewhere }, rarityOf),
    pairOf({ ...MATTRESS_AGAIN, place: somewhere }, MATTRESS, rarityOf),
  );
});
