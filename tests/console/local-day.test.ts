import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf } from '#adapters/console/local-day.ts';
import { HOUR } from '#kernel/time.ts';

const at = (text: string) => Date.parse(text);

test('a day begins and ends at the city’s midnight', () => {
  const day = dayOf('2026-03-02', 0, 'Asia/Shanghai');
  assert.deepEqual(day, {
    date: '2026-03-02',
    begin: at('2026-03-02T00:00:00+08:00'),
    end: at('2026-03-03T00:00:00+08:00'),
  });
});

test('today is the city’s today, a second before midnight and at midnight', () => {
  const midnight = at('2026-03-03T00:00:00+08:00');
  assert.equal(dayOf(undefined, midnight - 1_000, 'Asia/Shanghai').date, '2026-03-02');
  assert.equal(dayOf(undefined, midnight, 'Asia/Shanghai').date, '2026-03-03');
});

test('a day has 23 hours when the clocks go forward and 25 when they go back', () => {
  const hours = (date: string) => {
    const { begin, end } = dayOf(date, 0, 'Europe/Lisbon');
    return (end - begin) / HOUR;
  };
  assert.deepEqual(['2026-03-28', '2026-03-29', '2026-10-25', '2026-10-26'].map(hours), [24, 23, 25, 24]);
});

test('a day that does not exist is refused', () => {
  assert.throws(() => dayOf('2026-13-01', 0, 'Asia/Shanghai'), { code: 'date.invalid', field: 'date' });
});
