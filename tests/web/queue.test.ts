import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseState } from '#kernel/case.ts';
import { MINUTE } from '#kernel/time.ts';
import type { Grade } from '#kernel/words.ts';
import {
  countByGrade,
  isFiltered,
  NO_FILTER,
  neighbour,
  type Queued,
  queueOf,
  visibleRows,
} from '#web/ops/queue.view.ts';

const NOON = Date.UTC(2026, 2, 1, 4);

let made = 0;
function aCase(given: Partial<Queued> & { dueIn?: number; pausedSince?: number } = {}): Queued {
  made += 1;
  const { dueIn, pausedSince, ...rest } = given;
  return {
    id: `case-${made}`,
    reference: `MC-20260301-${String(made).padStart(4, '0')}`,
    grade: 'yellow',
    domain: 'water',
    state: 'opened',
    name: { zh: '水压偏低', en: 'Low pressure' },
    sentence: { zh: '水压下降', en: 'Pressure fell' },
    address: { zh: '梯坎街 3 号', en: '3 Ferry Steps' },
    openedAt: NOON,
    party: undefined,
    clock: dueIn === undefined ? undefined : { dueAt: NOON + dueIn * MINUTE, pausedSince },
    ...rest,
  };
}
const ids = (cases: readonly Queued[]): string[] => cases.map(({ id }) => id);

test('the worst grade stands first, whatever its clock says', () => {
  const blue = aCase({ grade: 'blue', dueIn: -30 });
  const red = aCase({ grade: 'red', dueIn: 300 });
  assert.deepEqual(ids(queueOf([blue, red], NO_FILTER, undefined)), ids([red, blue]));
});

test('within a grade the clock that runs out first stands first', () => {
  const later = aCase({ dueIn: 20 });
  const sooner = aCase({ dueIn: 5 });
  const overdue = aCase({ dueIn: -5 });
  assert.deepEqual(ids(queueOf([later, sooner, overdue], NO_FILTER, undefined)), ids([overdue, sooner, later]));
});

test('a paused clock presses nobody: it waits behind running ones', () => {
  const paused = aCase({ dueIn: 1, pausedSince: NOON });
  const running = aCase({ dueIn: 600 });
  assert.deepEqual(ids(queueOf([paused, running], NO_FILTER, undefined)), ids([running, paused]));
});

test('without clocks the oldest stands first', () => {
  const young = aCase({ openedAt: NOON });
  const old = aCase({ openedAt: NOON - 1 });
  assert.deepEqual(ids(queueOf([young, old], NO_FILTER, undefined)), ids([old, young]));
});

test('what is over is not in the queue', () => {
  const over: CaseState[] = ['closed', 'evaluated', 'dismissed', 'merged'];
  assert.deepEqual(
    queueOf(
      over.map((state) => aCase({ state })),
      NO_FILTER,
      undefined,
    ),
    [],
  );
});

test('a filter shows what fits and nothing else', () => {
  const gas = aCase({ domain: 'gas' });
  const mine = aCase({ party: 'waterworks' });
  const waiting = aCase({ state: 'collected' });
  const all = [gas, mine, waiting];
  assert.deepEqual(ids(queueOf(all, { ...NO_FILTER, domain: 'gas' }, undefined)), [gas.id]);
  assert.deepEqual(ids(queueOf(all, { ...NO_FILTER, mine: true }, 'waterworks')), [mine.id]);
  assert.deepEqual(ids(queueOf(all, { ...NO_FILTER, state: 'to_confirm' }, undefined)), [waiting.id]);
  assert.deepEqual(ids(queueOf(all, { ...NO_FILTER, text: gas.reference.toLowerCase() }, undefined)), [gas.id]);
});

test('somebody without a party has no cases of their own', () => {
  assert.deepEqual(queueOf([aCase({ party: undefined })], { ...NO_FILTER, mine: true }, undefined), []);
});

test('text is found in every language and in the address', () => {
  const entry = aCase();
  for (const text of ['水压', 'ferry', '梯坎'])
    assert.equal(queueOf([entry], { ...NO_FILTER, text }, undefined).length, 1, text);
  assert.equal(isFiltered({ ...NO_FILTER, text: 'x' }), true);
  assert.equal(isFiltered(NO_FILTER), false);
});

test('the counts by grade leave out what is over', () => {
  const grades: Grade[] = ['red', 'red', 'blue'];
  const cases = [...grades.map((grade) => aCase({ grade })), aCase({ grade: 'red', state: 'closed' })];
  assert.deepEqual(countByGrade(cases), { red: 2, orange: 0, yellow: 0, blue: 1 });
});

test('J and K walk the queue and stop at its ends', () => {
  const queue = ['a', 'b', 'c'];
  assert.equal(neighbour(queue, undefined, 1), 'a');
  assert.equal(neighbour(queue, undefined, -1), 'c');
  assert.equal(neighbour(queue, 'b', 1), 'c');
  assert.equal(neighbour(queue, 'c', 1), 'c');
  assert.equal(neighbour(queue, 'a', -1), 'a');
  assert.equal(neighbour(queue, 'gone', 1), 'a');
  assert.equal(neighbour([], undefined, 1), undefined);
});

test('a thousand rows draw no more than what is seen and a few beyond', () => {
  assert.deepEqual(visibleRows(1_000, 90, 0, 900), { first: 0, last: 16 });
  assert.deepEqual(visibleRows(1_000, 90, 9_000, 900), { first: 94, last: 116 });
  assert.deepEqual(visibleRows(3, 90, 0, 900), { first: 0, last: 3 });
});
