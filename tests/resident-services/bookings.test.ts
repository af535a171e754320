/** What a resident may rely on after booking, and what the city may rely on when two hundred book at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR } from '#kernel/time.ts';
import { metresEast } from '#tests/casework/small-city.ts';
import { aBooking, at, CARD, CHECK, doorstep, MONDAY, REPAIR } from './doorstep.ts';

const TUESDAY = '2026-09-29';
const fulfilled = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

test('of two hundred people who press at the same moment exactly seven get a slot of seven, with seven different numbers', async (t) => {
  const { services, slotsOf, listKept } = await doorstep(t);
  const [slot] = await slotsOf('repair', TUESDAY);
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, () => services.book(aBooking(REPAIR, slot!.id))),
  );
  assert.equal(fulfilled(results), 7);
  const refusals = results.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
  assert.deepEqual(new Set(refusals), new Set(['slot.full']));
  const numbers = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value.booking.queueNumber] : []));
  assert.deepEqual(numbers.toSorted(), ['X001', 'X002', 'X003', 'X004', 'X005', 'X006', 'X007']);
  assert.equal((await slotsOf('repair', TUESDAY))[0]!.free, 0);
  assert.equal((await listKept()).length, 7, 'the vault keeps nothing of those who got nothing');
});

test('the same booking sent twenty times at once takes one slot and answers one code', async (t) => {
  const { services, slotsOf, listKept } = await doorstep(t);
  const [slot] = await slotsOf('repair', TUESDAY);
  const booking = aBooking(REPAIR, slot!.id);
  const answers = await Promise.all(Array.from({ length: 20 }, () => services.book(booking)));
  assert.equal(new Set(answers.map((answer) => answer.booking.code)).size, 1);
  assert.equal(answers.filter(({ isNew }) => isNew).length, 1);
  assert.equal((await slotsOf('repair', TUESDAY))[0]!.free, 6);
  assert.equal((await listKept()).length, 1);
});

test('two people who change places with each other a hundred times never lose a slot, never hold two, never wait for ever', async (t) => {
  const { services, slotsOf } = await doorstep(t);
  const [a, b] = await slotsOf('repair', TUESDAY);
  const one = await services.book(aBooking(REPAIR, a!.id));
  const two = await services.book(aBooking(REPAIR, b!.id));
  for (let round = 0; round < 50; round++) {
    const [to, from] = round % 2 === 0 ? [b!, a!] : [a!, b!];
    await Promise.all([services.change(one.booking.code, to.id), services.change(two.booking.code, from.id)]);
  }
  assert.deepEqual(
    (await slotsOf('repair', TUESDAY)).slice(0, 3).map(({ free }) => free),
    [6, 6, 7],
  );
});

test('a change to a full slot is refused and the old slot is kept', async (t) => {
  const { services, slotsOf } = await doorstep(t, { services: [{ ...REPAIR, capacity: 1 }] });
  const [first, second] = await slotsOf('repair', TUESDAY);
  const mine = await services.book(aBooking(REPAIR, first!.id));
  await services.book(aBooking(REPAIR, second!.id));
  await assert.rejects(services.change(mine.booking.code, second!.id), { code: 'slot.full' });
  const after = await services.getBooking(mine.booking.code);
  assert.equal(after.slot.id, first!.id);
  assert.equal(after.state, 'booked');
  assert.deepEqual(
    (await slotsOf('repair', TUESDAY)).slice(0, 2).map(({ free }) => free),
    [0, 0],
  );
});

test('cancelling frees the slot once, however often it is pressed, and starts the days the vault may keep the contact', async (t) => {
  const { services, slotsOf, listKept } = await doorstep(t);
  const [slot] = await slotsOf('repair', TUESDAY);
  const { booking } = await services.book(aBooking(REPAIR, slot!.id));
  await services.cancel(booking.code);
  assert.equal((await services.cancel(booking.code.toLowerCase())).state, 'cancelled');
  assert.equal((await slotsOf('repair', TUESDAY))[0]!.free, 7);
  assert.equal((await listKept())[0]!.keep_until?.getTime(), MONDAY + 30 * DAY);
});

test('it may be changed and cancelled until two hours before, and not a moment later', async (t) => {
  const { services, slotsOf, clock } = await doorstep(t);
  const [first, second] = await slotsOf('repair', TUESDAY);
  const { booking } = await services.book(aBooking(REPAIR, first!.id));
  assert.equal(booking.mayChangeUntil, at('2026-09-29T07:00'));
  clock.pass(at('2026-09-29T07:00') - MONDAY);
  assert.equal((await services.getBooking(booking.code)).mayChangeUntil, at('2026-09-29T07:00'));
  clock.pass(1);
  assert.equal((await services.getBooking(booking.code)).mayChangeUntil, undefined);
  await assert.rejects(services.cancel(booking.code), { code: 'booking.too_late' });
  await assert.rejects(services.change(booking.code, second!.id), { code: 'booking.too_late' });
});

test('numbers are counted per place and local day, and say how many are before one', async (t) => {
  const { services, slotsOf } = await doorstep(t);
  const tuesday = await slotsOf('check', TUESDAY);
  const room = tuesday.find(({ place }) => place?.id === 'room')!;
  const hall = tuesday.find(({ place }) => place?.id === 'hall')!;
  const book = async (slot: string) => (await services.book(aBooking(CHECK, slot))).booking;
  const [first, second] = [await book(room.id), await book(room.id)];
  assert.deepEqual([first.queueNumber, second.queueNumber], ['B001', 'B002']);
  assert.deepEqual([first.before, second.before], [0, 1]);
  assert.equal((await book(hall.id)).queueNumber, 'B001');
  const [wednesday] = await slotsOf('check', '2026-09-30');
  assert.equal((await book(wednesday!.id)).queueNumber, 'B001');
  await services.act(first.id, 'started', 'Nurse Tang');
  assert.equal((await services.getBooking(second.code)).before, 0);
});

test('who does not come until the slot is over is missed; who stands at the counter is not', async (t) => {
  const { services, slotsOf, clock, listKept } = await doorstep(t);
  const [slot] = await slotsOf('check', TUESDAY);
  const [absent, present] = [
    (await services.book(aBooking(CHECK, slot!.id))).booking,
    (await services.book(aBooking(CHECK, slot!.id))).booking,
  ];
  await services.act(present.id, 'arrive', 'Nurse Tang');
  assert.equal(await services.tick(slot!.end - 1), 0);
  clock.pass(slot!.end - MONDAY);
  assert.equal(await services.tick(clock.now()), 1);
  assert.equal(await services.tick(clock.now()), 0);
  assert.equal((await services.getBooking(absent.code)).state, 'missed');
  assert.equal((await services.getBooking(present.code)).state, 'arrived');
  await services.act(absent.id, 'arrive', 'Nurse Tang');
  assert.equal((await services.getBooking(absent.code)).state, 'arrived', 'who comes late may still be served');
  assert.deepEqual(
    (await listKept()).map(({ keep_until }) => keep_until),
    [null, null],
  );
});

test('a worker comes to the door: told who sets out, done, the door forgotten, then rated', async (t) => {
  const { services, slotsOf, clock } = await doorstep(t);
  const [slot] = await slotsOf('repair', TUESDAY);
  const { booking } = await services.book(aBooking(REPAIR, slot!.id));
  clock.pass(DAY + HOUR);
  const [visit] = await services.listVisits({ parties: ['grid-worker-here'] });
  assert.deepEqual(visit!.actions, ['arrive', 'set-out', 'done', 'missed']);
  assert.deepEqual(visit!.place, [106.55, 29.56]);
  assert.match(visit!.contact!, /^p_/);
  await assert.rejects(services.rate(booking.code, { satisfied: 5, comment: undefined }), { code: 'rating.too_early' });
  await services.act(visit!.id, 'set-out', 'Lin An');
  assert.equal((await services.getBooking(booking.code)).worker, 'Lin An');
  await services.act(visit!.id, 'arrive', 'Lin An');
  const done = await services.act(visit!.id, 'done', 'Lin An');
  assert.equal(done.place, undefined);
  assert.equal(done.cell, 'cell-1');
  const rated = await services.rate(booking.code, { satisfied: 5, comment: '很快' });
  assert.deepEqual(rated.rating, { satisfied: 5, comment: '很快' });
  assert.deepEqual(
    rated.steps.map(({ kind }) => kind),
    ['booked', 'set-out', 'arrive', 'done', 'rated'],
  );
});

test('the same step sent twice by one phone is one step; a step that does not follow is refused', async (t) => {
  const { services, slotsOf } = await doorstep(t);
  const [slot] = await slotsOf('repair', TUESDAY);
  const { booking } = await services.book(aBooking(REPAIR, slot!.id));
  await Promise.all([services.act(booking.id, 'set-out', 'Lin An'), services.act(booking.id, 'set-out', 'Lin An')]);
  assert.equal((await services.getBooking(booking.code)).steps.length, 2);
  await services.act(booking.id, 'done', 'Lin An');
  await assert.rejects(services.act(booking.id, 'set-out', 'Lin An'), { code: 'booking.move_not_allowed' });
  await assert.rejects(services.act('booking_none', 'done', 'Lin An'), { code: 'booking.unknown' });
});

test('who may not have a service is told why, in the city’s words, and nothing is taken', async (t) => {
  const { services, slotsOf, listKept } = await doorstep(t);
  const [slot] = await slotsOf('card', TUESDAY);
  const answers = { how: 'new' };
  const ask = (more: object) => services.book(aBooking(CARD, slot!.id, { answers, ...more }));
  await assert.rejects(ask({}), { code: 'eligibility.missing', field: 'eligibility.age-60' });
  await assert.rejects(ask({ eligibility: { 'age-60': false } }), {
    code: 'booking.not_eligible',
    details: { refusal: { en: 'From 60.', zh: '须满60岁。' } },
  });
  const old = { 'age-60': true };
  await assert.rejects(ask({ eligibility: old, answers: {} }), { code: 'answers.missing', field: 'answers.how' });
  await assert.rejects(ask({ eligibility: old, answers: { how: 'old' } }), { code: 'answers.wrong' });
  await assert.rejects(ask({ eligibility: old, contact: { name: 'Li Mei' } }), { field: 'contact.phone' });
  await assert.rejects(ask({ eligibility: old, clientId: 'x' }), { code: 'booking.client_id' });
  assert.equal((await listKept()).length, 0);
  assert.ok((await ask({ eligibility: old })).isNew);
});

test('nobody comes outside the city or outside the areas of a service, or to nowhere', async (t) => {
  const { services, slotsOf } = await doorstep(t, {
    services: [REPAIR, { ...REPAIR, id: 'far', within: ['community-2'] }],
  });
  const [slot] = await slotsOf('repair', TUESDAY);
  const [far] = await slotsOf('far', TUESDAY);
  await assert.rejects(services.book(aBooking(REPAIR, slot!.id, { place: undefined })), { code: 'place.missing' });
  await assert.rejects(services.book(aBooking(REPAIR, slot!.id, { place: [0, 0] })), { code: 'place.outside' });
  await assert.rejects(services.book(aBooking({ ...REPAIR, id: 'far' }, far!.id)), { code: 'place.outside' });
  const { booking } = await services.book(aBooking(REPAIR, slot!.id, { place: metresEast(20) }));
  assert.equal(booking.party, 'grid-worker-there');
});

test('a time that is over, or that the service does not have, is refused by name', async (t) => {
  const { services, slotsOf, clock } = await doorstep(t);
  const [slot] = await slotsOf('repair', TUESDAY);
  await assert.rejects(services.book(aBooking(REPAIR, 'repair~door~zzz')), { code: 'slot.unknown' });
  await assert.rejects(services.book(aBooking({ ...REPAIR, id: 'none' }, slot!.id)), { code: 'service.unknown' });
  clock.pass(2 * DAY);
  await assert.rejects(services.book(aBooking(REPAIR, slot!.id)), { code: 'slot.over' });
});

test('a code is read however it is typed, a wrong one is unknown, and the tables hold nobody’s name', async (t) => {
  const { services, slotsOf, database } = await doorstep(t);
  const [slot] = await slotsOf('repair', TUESDAY);
  const { booking } = await services.book(aBooking(REPAIR, slot!.id));
  assert.match(booking.code, /^[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  const typed = ` ${booking.code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`;
  assert.equal((await services.getBooking(typed)).id, booking.id);
  const last = booking.code.at(-1)!;
  const wrong = booking.code.slice(0, -1) + (last === '7' ? '8' : '7');
  await assert.rejects(services.getBooking(wrong), { code: 'booking.unknown' });
  const rows = await database.query('SELECT row_to_json(b)::text AS row FROM resident_services_bookings b');
  assert.doesNotMatch(JSON.stringify(rows), /Li Mei|5550|Ferry/);
});
