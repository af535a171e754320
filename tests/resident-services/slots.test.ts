/** When a service can be had follows from the pack's hours, its calendar and the time of day; nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoursInWords } from '#domains/resident-services/hours.ts';
import { findSlot, isOpenAt, openSlots } from '#domains/resident-services/slots.ts';
import { MINUTE } from '#kernel/time.ts';
import { at, CHECK, MONDAY, REPAIR } from './doorstep.ts';

const clockTimes = (slots: readonly { begin: number }[]) =>
  slots.map(({ begin }) => new Date(begin + 8 * 60 * MINUTE).toISOString().slice(11, 16));

test('a day of nine to twelve and one to six has eight slots of an hour', () => {
  const slots = openSlots(REPAIR, MONDAY, '2026-09-29', 1);
  assert.deepEqual(clockTimes(slots), ['09:00', '10:00', '11:00', '13:00', '14:00', '15:00', '16:00', '17:00']);
});

test('every place has its own slots', () => {
  const slots = openSlots(CHECK, MONDAY, '2026-09-29', 1);
  assert.equal(slots.length, 2 * 16);
  assert.equal(new Set(slots.map(({ id }) => id)).size, slots.length);
});

test('a slot that would end after closing time is not offered', () => {
  const slots = openSlots({ ...REPAIR, slotMinutes: 100 }, MONDAY, '2026-09-29', 1);
  assert.deepEqual(clockTimes(slots), ['09:00', '13:00', '14:40', '16:20']);
});

test('nobody serves on a public holiday, and a make-up Saturday is served like the Friday it stands for', () => {
  assert.deepEqual(openSlots(REPAIR, MONDAY, '2026-10-01', 1), []);
  assert.equal(openSlots(REPAIR, MONDAY, '2026-10-10', 1).length, 8);
  assert.deepEqual(openSlots(REPAIR, MONDAY, '2026-10-11', 1), [], 'the Sunday after it is a Sunday');
});

test('a slot is given until the notice begins, and not a minute later', () => {
  const first = (now: number) => clockTimes(openSlots(REPAIR, now, '2026-09-28', 1))[0];
  assert.equal(first(at('2026-09-28T08:00')), '09:00');
  assert.equal(first(at('2026-09-28T08:00') + 1), '10:00');
});

test('the last day of the horizon can be booked, the day after it cannot, and yesterday never', () => {
  const service = { ...REPAIR, horizonDays: 1 };
  assert.equal(openSlots(service, MONDAY, '2026-09-29', 1).length, 8);
  assert.deepEqual(openSlots(service, MONDAY, '2026-09-30', 1), []);
  assert.deepEqual(openSlots(service, MONDAY, '2026-09-27', 1), []);
});

test('a slot is found by its id whenever one asks, and only in its own service', () => {
  const [slot] = openSlots(CHECK, MONDAY, '2026-09-29', 1);
  assert.deepEqual(findSlot(CHECK, slot!.id), slot);
  assert.equal(findSlot(REPAIR, slot!.id), undefined);
  assert.equal(findSlot(CHECK, 'check~room~zzzz'), undefined);
  assert.equal(findSlot(CHECK, `${slot!.id}~`), undefined);
  assert.equal(findSlot(CHECK, 'check~room~../etc'), undefined);
});

test('it is open from the opening minute until closing', () => {
  assert.equal(isOpenAt(CHECK, at('2026-09-28T09:00') - 1), false);
  assert.equal(isOpenAt(CHECK, at('2026-09-28T09:00')), true);
  assert.equal(isOpenAt(CHECK, at('2026-09-28T12:00')), false);
});

test('hours are said with days of the same hours together', () => {
  const week = {
    1: [[510, 720]],
    2: [[510, 720]],
    3: [[510, 720]],
    5: [[510, 720]],
    6: [
      [540, 720],
      [780, 1080],
    ],
  } as const;
  const said = hoursInWords({ id: 'x', timeZone: 'UTC', week, holidays: ['2026-10-01'], makeUpDays: {} });
  assert.equal(said['zh'], '周一至周三、周五 8:30–12:00；周六 9:00–12:00、13:00–18:00；法定节假日休息');
  assert.equal(said['en'], 'Mon–Wed, Fri 8:30–12:00; Sat 9:00–12:00 and 13:00–18:00; closed on public holidays');
  const always = { id: 'x', timeZone: 'UTC', week: {}, holidays: [], makeUpDays: {} };
  const days = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, [[0, 1440] as const]]));
  assert.deepEqual(hoursInWords({ ...always, week: days }), { zh: '全天', en: 'At any hour' });
});
