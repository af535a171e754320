import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueAfter, localDate, startOfDay, workingTime } from '#kernel/calendar.ts';
import type { WorkingCalendar } from '#kernel/rules.ts';
import { HOUR, MINUTE, toIso } from '#kernel/time.ts';

const OFFICE: ReadonlyArray<readonly [number, number]> = [
  [9 * 60, 12 * 60],
  [13 * 60, 18 * 60],
];
const mountain: WorkingCalendar = {
  id: 'office',
  timeZone: 'Asia/Shanghai',
  week: { 1: OFFICE, 2: OFFICE, 3: OFFICE, 4: OFFICE, 5: OFFICE },
  holidays: ['2026-10-01', '2026-10-02'],
  makeUpDays: { '2026-10-10': 5 },
};
const office = workingTime(mountain);
const at = (text: string) => Date.parse(`${text}+08:00`);
const shown = (instant: number) => toIso(instant + 8 * HOUR).slice(0, 16);

test('four working hours begun in the morning are used up in the afternoon: lunch does not count', () => {
  assert.equal(shown(office.after(at('2026-11-23T10:00'), 4 * HOUR)), '2026-11-23T15:00');
});

test('a deadline used up exactly at closing time is due at closing time; one minute more is due next morning', () => {
  assert.equal(shown(office.after(at('2026-11-23T16:00'), 2 * HOUR)), '2026-11-23T18:00');
  assert.equal(shown(office.after(at('2026-11-23T16:00'), 2 * HOUR + MINUTE)), '2026-11-24T09:01');
});

test('what begins on Friday evening runs from Monday morning', () => {
  assert.equal(shown(office.after(at('2026-11-27T19:30'), HOUR)), '2026-11-30T10:00');
});

test('a public holiday is skipped, the last working minute before it is not', () => {
  assert.equal(shown(office.after(at('2026-09-30T17:00'), HOUR)), '2026-09-30T18:00');
  assert.equal(shown(office.after(at('2026-09-30T17:00'), HOUR + MINUTE)), '2026-10-05T09:01');
});

test('a make-up Saturday is worked like the Friday it stands for, the Saturday after it is not', () => {
  assert.equal(office.between(at('2026-10-10T00:00'), at('2026-10-11T00:00')), 8 * HOUR);
  assert.equal(office.between(at('2026-10-17T00:00'), at('2026-10-18T00:00')), 0);
});

test('a make-up day beats a holiday of the same date', () => {
  const both = workingTime({ ...mountain, holidays: ['2026-10-10'] });
  assert.equal(both.between(at('2026-10-10T00:00'), at('2026-10-11T00:00')), 8 * HOUR);
});

test('working time between two instants is what was open between them', () => {
  assert.equal(office.between(at('2026-11-23T11:30'), at('2026-11-23T13:30')), HOUR);
  assert.equal(office.between(at('2026-11-23T18:00'), at('2026-11-24T09:00')), 0);
  assert.equal(office.between(at('2026-11-24T09:00'), at('2026-11-23T18:00')), 0);
});

test('adding working time and measuring it agree, over a holiday and a make-up day', () => {
  const from = at('2026-09-30T15:17');
  assert.equal(office.between(from, office.after(from, 50 * HOUR + 13 * MINUTE)), 50 * HOUR + 13 * MINUTE);
});

const NIGHT: ReadonlyArray<readonly [number, number]> = [[0, 24 * 60]];
const week = { 1: NIGHT, 2: NIGHT, 3: NIGHT, 4: NIGHT, 5: NIGHT, 6: NIGHT, 7: NIGHT };
const around = workingTime({ id: 'around', timeZone: 'Europe/Berlin', week, holidays: [], makeUpDays: {} });
const morning = workingTime({
  ...mountain,
  timeZone: 'Europe/Berlin',
  week: { ...week, 7: [[60, 240]] },
  holidays: [],
  makeUpDays: {},
});

test('the day the clocks go forward has 23 working hours, the day they go back 25', () => {
  const day = (date: string) => around.spansOn(date).map(({ begin, end }) => (end - begin) / HOUR);
  assert.deepEqual(day('2026-03-29'), [23]);
  assert.deepEqual(day('2026-10-25'), [25]);
  assert.deepEqual(day('2026-10-26'), [24]);
});

test('one to four in the morning is two hours in the lost night and four in the repeated one', () => {
  const [spring] = morning.spansOn('2026-03-29');
  const [autumn] = morning.spansOn('2026-10-25');
  assert.equal(toIso(spring!.begin), '2026-03-29T00:00:00.000Z');
  assert.equal((spring!.end - spring!.begin) / HOUR, 2);
  assert.equal((autumn!.end - autumn!.begin) / HOUR, 4);
});

test('hours that begin in the lost hour begin when the clocks have jumped', () => {
  const lost = workingTime({
    ...mountain,
    timeZone: 'Europe/Berlin',
    week: { 7: [[150, 300]] },
    holidays: [],
    makeUpDays: {},
  });
  const [span] = lost.spansOn('2026-03-29');
  assert.equal(toIso(span!.begin), '2026-03-29T01:00:00.000Z');
  assert.equal(toIso(span!.end), '2026-03-29T03:00:00.000Z');
});

test('local days begin at local midnight', () => {
  assert.equal(localDate(at('2026-03-01T00:00') - 1, 'Asia/Shanghai'), '2026-02-28');
  assert.equal(localDate(at('2026-03-01T00:00'), 'Asia/Shanghai'), '2026-03-01');
  assert.equal(toIso(startOfDay('2026-03-01', 'Asia/Shanghai')), '2026-02-28T16:00:00.000Z');
});

test('a clock in calendar hours knows no night', () => {
  const from = at('2026-11-27T19:30');
  assert.equal(dueAfter({ basis: 'calendar', minutes: 60 }, from, office), from + HOUR);
  assert.equal(shown(dueAfter({ basis: 'working', minutes: 60 }, from, office)), '2026-11-30T10:00');
});

test('a calendar that never works is refused instead of searched for ever', () => {
  const never = workingTime({ ...mountain, week: {}, makeUpDays: {} });
  assert.throws(() => never.after(at('2026-11-27T19:30'), 1), { code: 'calendar.never_works' });
});
