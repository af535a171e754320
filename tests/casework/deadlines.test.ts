import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plusSeconds } from '#kernel/time.ts';
import {
  aBurst,
  aFinding,
  BURST,
  DISPATCHER,
  dispatchedBurst,
  handled,
  LAMP,
  metresEast,
  NOON,
  PHOTO,
  smallCity,
  VERIFIER,
  worker,
} from './small-city.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const lampOut = (since: number) =>
  aFinding({ key: `domain:lamp:${since}`, opens: LAMP.code, since, domain: 'power', grade: 'blue' });

test('an alarm that nobody acknowledges is silent at 4:59 and goes a level up at 5:00', async (t) => {
  const city = await smallCity(t);
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  city.setTime(plusSeconds(NOON, 299));
  await city.tick();
  assert.equal((await city.onlyCase()).escalations, 0);

  city.setTime(plusSeconds(NOON, 300));
  await city.tick();
  const escalated = await city.onlyCase();
  assert.deepEqual([escalated.escalations, escalated.level], [1, 'city']);
});

test('the same deadline never escalates twice at the same step, however often the clock is looked at', async (t) => {
  const city = await smallCity(t);
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  city.pass(6);
  for (const _ of [1, 2, 3]) await city.tick();
  assert.equal((await city.onlyCase()).escalations, 1);
});

test('it escalates again with growing spaces: after 5, 10, 20, 40 and 80 minutes, then no more', async (t) => {
  const city = await smallCity(t, { classes: [{ ...BURST, level: 'cell' }, LAMP] });
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  const seen: [number, string][] = [];
  for (let minute = 1; minute <= 200; minute++) {
    city.pass(1);
    await city.tick();
    const { escalations, level } = await city.onlyCase();
    if (escalations > seen.length) seen.push([minute, level]);
  }
  assert.deepEqual(seen, [
    [5, 'community'],
    [10, 'street'],
    [20, 'district'],
    [40, 'city'],
    [80, 'city'],
  ]);
});

test('a desk that was down for an hour finds every missed step once, as if it had been there', async (t) => {
  const city = await smallCity(t, { classes: [{ ...BURST, level: 'cell' }, LAMP] });
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  city.pass(60);
  await city.another().tick(city.now());
  const { escalations, level, events } = await city.onlyCase();
  assert.deepEqual([escalations, level], [4, 'city']);
  const due = events
    .filter(({ type }) => type === 'escalate')
    .map(({ details }) => (Number(details.dueAt) - NOON) / 60_000);
  assert.deepEqual(due, [5, 10, 20, 40]);
});

test('a party that does not accept in time is escalated; one that accepts at the last second is not', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await city.order(sent, 'traffic', 'accept');
  await city.order(sent, 'residents', 'accept');
  city.setTime(plusSeconds(NOON, 599));
  await city.order(sent, 'repair', 'accept');
  city.setTime(plusSeconds(NOON, 600));
  await city.tick();
  assert.equal((await city.onlyCase()).escalations, 0);

  // Power, gas and the fire brigade had 15 minutes, telecom 30. Each order speaks for itself; the level of the case stays.
  city.setTime(plusSeconds(NOON, 900));
  await city.tick();
  const late = await city.onlyCase();
  assert.deepEqual([late.escalations, late.level], [3, 'district']);
});

test('accepted at 10:00 to the second is on time, a millisecond later it is late', async (t) => {
  const city = await smallCity(t, { classes: [{ ...BURST, needsConfirmation: false, verifyBy: 'person' }, LAMP] });
  const flags = [];
  for (const late of [0, 1]) {
    const began = city.now();
    await city.casework.onFinding({
      change: 'raised',
      finding: aBurst({ since: began, place: metresEast(2_000 * late) }),
    });
    const open = (await city.cases()).find(({ state }) => state === 'dispatched')!;
    city.setTime(began + 600_000 + late);
    const done = await handled(city, open);
    const closed = await city.act(done.id, 'verify_pass', { photos: [PHOTO] }, VERIFIER);
    flags.push(closed.evaluation?.accept);
  }
  assert.deepEqual(flags, [
    { dueAt: NOON + 600_000, onTime: true },
    { dueAt: NOON + 1_200_000, onTime: false },
  ]);
});

test('working hours: a lamp reported on Friday evening has until Monday noon', async (t) => {
  const city = await smallCity(t);
  city.setTime(at('2026-11-27T19:00:00'));
  await city.casework.onFinding({ change: 'raised', finding: lampOut(city.now()) });
  const lamp = await city.onlyCase();
  assert.equal(lamp.state, 'dispatched');
  const [order] = lamp.workOrders;
  assert.equal(order?.acceptBy, at('2026-11-30T10:00:00'));
  assert.equal(order?.finishBy, at('2026-11-30T14:00:00'));
});

test('a pause over a weekend costs nothing: what was left on Friday is left on Monday', async (t) => {
  const city = await smallCity(t);
  city.setTime(at('2026-11-27T15:00:00'));
  await city.casework.onFinding({ change: 'raised', finding: lampOut(city.now()) });
  const { id } = await city.onlyCase();
  await city.act(id, 'accept', {}, worker('ferry-street'));
  city.setTime(at('2026-11-27T17:00:00')); // two of four working hours used
  const paused = await city.act(id, 'pause', { reason: 'Waiting for a part.' }, DISPATCHER);
  assert.equal(paused.clock?.pausedSince, city.now());
  city.setTime(at('2026-11-30T10:00:00'));
  const resumed = await city.act(id, 'resume', {}, DISPATCHER);
  assert.equal(resumed.clock?.pausedSince, undefined);
  assert.equal(resumed.clock?.dueAt, at('2026-11-30T12:00:00'));
});

test('nothing escalates while a case is paused', async (t) => {
  const city = await smallCity(t, { plans: [] });
  const sent = await dispatchedBurst(city);
  await city.act(sent.id, 'pause', { reason: 'The road is flooded.' }, DISPATCHER);
  city.pass(600);
  await city.tick();
  assert.equal((await city.onlyCase()).escalations, 0);
  await city.act(sent.id, 'resume', {}, DISPATCHER);
  city.pass(10);
  await city.tick();
  assert.equal((await city.onlyCase()).escalations, 1);
});

test('a pause forgives nothing: an overdue clock stays overdue', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await city.order(sent, 'repair', 'accept');
  city.pass(200);
  await city.act(sent.id, 'pause', { reason: 'Waiting for a part.' }, DISPATCHER);
  city.pass(600);
  const resumed = await city.act(sent.id, 'resume', {}, DISPATCHER);
  assert.equal(resumed.clock?.dueAt, NOON + 180 * 60_000);
});

test('a pause and a deferral say why, and both stay in the history', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await assert.rejects(city.act(sent.id, 'pause', {}, DISPATCHER), { code: 'reason.missing', field: 'reason' });
  const until = city.now() + 6 * 3_600_000;
  const crew = worker('waterworks');
  await city.act(sent.id, 'accept', {}, crew);
  await city.act(sent.id, 'request_deferral', { until, reason: 'A second leak.' }, crew);
  await assert.rejects(city.act(sent.id, 'approve_deferral', {}, crew), {
    code: 'case.requester_decides',
    kind: 'forbidden',
  });
  await assert.rejects(city.act(sent.id, 'approve_deferral', {}, worker('waterworks', 'the-boss')), {
    code: 'case.requester_decides',
  });
  const approved = await city.act(sent.id, 'approve_deferral', {}, DISPATCHER);
  assert.equal(approved.clock?.dueAt, until);
  assert.equal(approved.workOrders[0]?.finishBy, until);
  assert.equal(approved.deferral, undefined);
  const asked = approved.events.find(({ type }) => type === 'request_deferral');
  assert.deepEqual([asked?.actor.id, asked?.details.reason], [crew.id, 'A second leak.']);
});

test('a deferral ends later than the deadline it defers, by any measure', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  const dueAt = NOON + 180 * 60_000;
  const crew = worker('waterworks');
  const ask = (until: number) => city.act(sent.id, 'request_deferral', { until, reason: 'A second leak.' }, crew);
  await assert.rejects(ask(dueAt), { code: 'deferral.not_later', field: 'until' });
  await ask(dueAt + 1);
  const refused = await city.act(sent.id, 'refuse_deferral', { reason: 'The hospital has no water.' }, DISPATCHER);
  assert.equal(refused.workOrders[0]?.finishBy, dueAt);
});

test('an acknowledged alarm that is neither confirmed nor dismissed is not forgotten', async (t) => {
  const city = await smallCity(t);
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  const { id } = await city.onlyCase();
  await city.act(id, 'acknowledge');
  await assert.rejects(city.act(id, 'acknowledge'), { code: 'case.already_acknowledged' });
  city.pass(10);
  await city.tick();
  assert.equal((await city.onlyCase()).escalations, 1);
});
