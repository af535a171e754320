import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, SECOND } from '#kernel/time.ts';
import { closureOf, type Heard, medianOf, responseOf, responseOnTimeOf, sightOf } from '#scorecard/formulas.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const stream = (asset: string, heard: Heard, domain = 'water') => ({ asset, domain, heard });

test('an asset is observed when any of its datastreams is heard, in time or late', () => {
  const { coverage } = sightOf([
    stream('a', 'reporting'),
    stream('a', 'silent'),
    stream('b', 'late'),
    stream('c', 'silent'),
  ]);
  assert.deepEqual(coverage, { value: 2 / 3, numerator: 2, denominator: 3 });
});

test('an asset that should be observed and has no datastream lowers the coverage', () => {
  const { coverage } = sightOf(
    [stream('a', 'reporting')],
    [
      { asset: 'a', domain: 'water' },
      { asset: 'b', domain: 'water' },
    ],
  );
  assert.equal(coverage.value, 0.5);
});

test('late is not in time', () => {
  const { perception } = sightOf([
    stream('a', 'reporting'),
    stream('a', 'late'),
    stream('b', 'silent'),
    stream('c', 'reporting'),
  ]);
  assert.deepEqual(perception, { value: 0.5, numerator: 2, denominator: 4 });
});

test('a datastream set up just now is not due yet, one without an interval never is', () => {
  const { coverage, perception } = sightOf([
    stream('a', 'reporting'),
    stream('b', 'expected'),
    stream('c', 'unexpected'),
  ]);
  assert.equal(perception.value, 1);
  assert.deepEqual(coverage, { value: 0.5, numerator: 1, denominator: 2 });
});

test('each domain has its own figures', () => {
  const { byDomain } = sightOf([stream('a', 'reporting'), stream('b', 'silent', 'gas')]);
  assert.equal(byDomain.get('water')?.coverage.value, 1);
  assert.equal(byDomain.get('gas')?.coverage.value, 0);
});

test('of nothing there is no share', () => {
  assert.deepEqual(sightOf([]).coverage, { value: undefined, numerator: 0, denominator: 0 });
});

const raised = (acknowledgedAfterSeconds: number | undefined, allowedSeconds: number | undefined = 600) => ({
  raisedAt: NOON,
  acknowledgedAt: acknowledgedAfterSeconds === undefined ? undefined : NOON + acknowledgedAfterSeconds * SECOND,
  acknowledgeBy: allowedSeconds === undefined ? undefined : NOON + allowedSeconds * SECOND,
});

test('the response is the median of those acknowledged, so one forgotten case does not hide the others', () => {
  assert.deepEqual(responseOf([raised(60), raised(400), raised(86_000), raised(undefined)]), {
    value: 400,
    numerator: 3,
    denominator: 4,
  });
  assert.equal(responseOf([raised(60), raised(100)]).value, 80);
  assert.equal(responseOf([]).value, undefined);
});

test('acknowledged at the last second is on time, a second later is not', () => {
  assert.equal(responseOnTimeOf([raised(600)], NOON).value, 1);
  assert.equal(responseOnTimeOf([raised(601)], NOON).value, 0);
});

test('a case nobody looked at counts against once it is overdue, not before', () => {
  assert.equal(responseOnTimeOf([raised(undefined)], NOON + 600 * SECOND).value, undefined);
  assert.equal(responseOnTimeOf([raised(undefined)], NOON + 601 * SECOND).value, 0);
});

test('a case that nobody has to acknowledge is in no share', () => {
  assert.equal(responseOnTimeOf([{ ...raised(60), acknowledgeBy: undefined }], NOON).denominator, 0);
});

const due = (closedAfterMinutes: number | undefined, deferred = false) => ({
  dueAt: NOON,
  closedAt: closedAfterMinutes === undefined ? undefined : NOON + closedAfterMinutes * MINUTE,
  deferred,
});

test('on-time closure is closed on time over due without deferred', () => {
  const cases = [due(-5), due(0), due(1), due(undefined), due(undefined, true)];
  assert.deepEqual(closureOf(cases, NOON + MINUTE), { value: 0.5, numerator: 2, denominator: 4 });
});

test('a case whose deadline is still to come is not due, unless it is closed already', () => {
  assert.equal(closureOf([due(undefined)], NOON - 1).denominator, 0);
  assert.equal(closureOf([due(-5)], NOON - MINUTE).value, 1);
});

test('the median of an even count is the mean of the middle two', () => {
  assert.equal(medianOf([9, 1, 5]), 5);
  assert.equal(medianOf([9, 1, 5, 6]), 5.5);
});
