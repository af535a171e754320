import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DayView } from '#adapters/console/api.types.ts';
import { HOUR, MINUTE } from '#kernel/time.ts';
import { changesBefore, domainHealth, openedAndClosed } from '#web/ops/day.view.ts';
import { isQuiet, nextView, worstCases } from '#web/ops/wall.view.ts';

const NOON = Date.UTC(2026, 2, 1, 4);
const day: DayView = {
  date: '2026-03-01',
  begin: NOON - 12 * HOUR,
  end: NOON + 12 * HOUR,
  ticks: [],
  hours: [-1, 0, 1].map((hour) => ({ begin: NOON + hour * HOUR, opened: 2, closed: 1 })),
  changes: [],
};

test('a moment of the past does not know what came after it', () => {
  assert.deepEqual(openedAndClosed(day, NOON - MINUTE), { opened: 2, closed: 1 });
  assert.deepEqual(openedAndClosed(day, NOON), { opened: 4, closed: 2 });
});

test('the changes before a moment are those of its last hour, newest first', () => {
  const change = (id: string, updatedAt: number) => ({ id, updatedAt, sentence: { en: id }, grade: 'blue' as const });
  const cases = [
    change('old', NOON - HOUR),
    change('first', NOON - HOUR + 1),
    change('last', NOON),
    change('later', NOON + 1),
  ];
  assert.deepEqual(
    changesBefore(cases, NOON).map(({ caseId }) => caseId),
    ['last', 'first'],
  );
});

test('the lifeline with most wrong stands first; well ones keep the city’s order', () => {
  const none = { ok: 10, late: 0, silent: 0, blue: 0, yellow: 0, orange: 0, red: 0 };
  const rows = domainHealth({ water: none, power: { ...none, red: 1 }, gas: { ...none, silent: 2 }, rail: none }, [
    'water',
    'power',
    'gas',
    'rail',
  ]);
  assert.deepEqual(
    rows.map(({ domain }) => domain),
    ['power', 'gas', 'water', 'rail'],
  );
});

test('the wall wanders only while nothing red or orange is open', () => {
  const open = (grade: 'red' | 'orange' | 'yellow', state: 'opened' | 'closed' = 'opened') => ({
    id: grade + state,
    reference: '',
    grade,
    domain: 'water',
    state,
    name: {},
    sentence: {},
    address: {},
    openedAt: NOON,
    party: undefined,
    clock: undefined,
  });
  assert.equal(isQuiet([]), true);
  assert.equal(isQuiet([open('yellow')]), true);
  assert.equal(isQuiet([open('yellow'), open('orange')]), false);
  assert.equal(isQuiet([open('red', 'closed')]), true);
  assert.equal(worstCases([open('yellow'), open('red')])[0]?.grade, 'red');
});

test('after the last district the wall shows the whole city again', () => {
  const views = [[0, 0, 1, 1] as const, [1, 1, 2, 2] as const];
  assert.equal(nextView(views, 0), 1);
  assert.equal(nextView(views, 1), 0);
  assert.equal(nextView([], 0), 0);
});
