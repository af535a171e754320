import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#kernel/case.ts';
import {
  aFinding,
  BURST,
  type City,
  dispatchedBurst,
  handled,
  LAMP,
  LOW_PRESSURE,
  metresEast,
  NOON,
  PHOTO,
  RESIDENT,
  RULES,
  smallCity,
  VERIFIER,
  worker,
} from './small-city.ts';

const SEEN = { photos: [PHOTO], comment: 'Dry.' };
const DAYS = 24 * 3_600_000;

/** A low pressure measured by one sensor, handled at 30 minutes. */
async function handledLow(city: City) {
  await city.casework.onFinding({ change: 'raised', finding: aFinding() });
  const { id } = await city.onlyCase();
  city.pass(30);
  return handled(city, await city.act(id, 'confirm'));
}
const clear = (city: City, clearedAt: number) =>
  city.casework.onFinding({ change: 'cleared', finding: aFinding({ clearedAt, lastAt: clearedAt }) });
const lookAt = async (city: City, seconds: number, observed = city.now()) => {
  city.setTime(NOON + seconds * 1_000);
  city.latest.set(17, observed);
  await city.tick();
  return (await city.onlyCase()).state;
};

test('sensors close a case when they have been normal for 15 minutes since the handling: not at 14:59, but at 15:00', async (t) => {
  const city = await smallCity(t);
  await handledLow(city);
  await clear(city, NOON + 20 * 60_000);
  assert.equal(await lookAt(city, 45 * 60 - 1, NOON + 45 * 60_000), 'handled');
  assert.equal(
    await lookAt(city, 45 * 60, NOON + 45 * 60_000 - 1),
    'handled',
    'the newest Observation is a millisecond too old',
  );
  assert.equal(await lookAt(city, 45 * 60, NOON + 45 * 60_000), 'evaluated');
});

test('pressure that comes back after the handling is counted from there', async (t) => {
  const city = await smallCity(t);
  await handledLow(city);
  await clear(city, NOON + 40 * 60_000);
  assert.equal(await lookAt(city, 55 * 60 - 1, NOON + 60 * 60_000), 'handled');
  assert.equal(await lookAt(city, 55 * 60, NOON + 60 * 60_000), 'evaluated');
});

test('an alarm that stands, a sensor that is silent and an alarm that returns keep the case open', async (t) => {
  const city = await smallCity(t);
  await handledLow(city);
  assert.equal(await lookAt(city, 90 * 60), 'handled', 'it stands');
  await clear(city, NOON + 40 * 60_000);
  city.latest.clear();
  await city.tick();
  assert.equal((await city.onlyCase()).state, 'handled', 'it is silent');
  await city.casework.onFinding({ change: 'raised', finding: aFinding({ key: 'again', since: NOON + 50 * 60_000 }) });
  assert.equal(await lookAt(city, 120 * 60), 'handled', 'it is back');
});

test('a class that only a person verifies is never closed by sensors', async (t) => {
  const city = await smallCity(t, { classes: [BURST, { ...LOW_PRESSURE, verifyBy: 'person' }] });
  await handledLow(city);
  await clear(city, NOON + 20 * 60_000);
  assert.equal(await lookAt(city, 120 * 60), 'handled');
});

test('a class that only sensors verify is not closed by a person while it has sensors', async (t) => {
  const city = await smallCity(t, {
    classes: [
      { ...BURST, verifyBy: 'sensors' },
      { ...LOW_PRESSURE, verifyBy: 'sensors' },
    ],
  });
  const { id } = await handledLow(city);
  await assert.rejects(city.act(id, 'verify_pass', SEEN, VERIFIER), { code: 'case.verified_by_sensors' });
});

test('another person closes it with a photo, not without', async (t) => {
  const city = await smallCity(t);
  const done = await handled(city, await dispatchedBurst(city));
  await assert.rejects(city.act(done.id, 'verify_pass', {}, VERIFIER), {
    code: 'verify.photo_needed',
    field: 'photos',
  });
  const closed = await city.act(done.id, 'verify_pass', SEEN, VERIFIER);
  assert.equal(closed.state, 'evaluated');
  assert.deepEqual(
    closed.events.slice(-2).map(({ type }) => type),
    ['verify_pass', 'evaluate'],
  );
});

test('who handled never verifies: not the account, not the party, not its crew, not a party that only helped', async (t) => {
  const city = await smallCity(t);
  const done = await handled(city, await dispatchedBurst(city));
  const sameAccount: Actor = { ...worker('waterworks'), party: 'centre' };
  const refused = { code: 'case.handler_verifies', kind: 'forbidden' };
  for (const actor of [
    sameAccount,
    worker('waterworks', 'the-boss'),
    worker('waterworks-crew-1'),
    worker('traffic-police', 'colleague'),
  ]) {
    await assert.rejects(city.act(done.id, 'verify_pass', SEEN, actor), refused);
    await assert.rejects(city.act(done.id, 'verify_fail', { reason: 'Wet.' }, actor), refused);
  }
  assert.equal((await city.act(done.id, 'verify_pass', SEEN, worker('waterworks-east'))).state, 'evaluated');
});

test('a failed verification sends it back to the same party with what was left of its time', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  city.pass(100);
  const done = await handled(city, sent);
  city.pass(60);
  await assert.rejects(city.act(done.id, 'verify_fail', {}, VERIFIER), { code: 'reason.missing' });
  const back = await city.act(done.id, 'verify_fail', { reason: 'It still drips.' }, VERIFIER);
  assert.deepEqual([back.state, back.party, back.onTime], ['dispatched', 'waterworks', undefined]);
  await city.act(done.id, 'accept', {}, worker('waterworks'));
  assert.equal((await city.onlyCase()).clock?.dueAt, city.now() + 80 * 60_000);
  await city.act(done.id, 'finish', { feedback: 'Tightened.', photos: [PHOTO] }, worker('waterworks'));
  const closed = await city.act(done.id, 'verify_pass', SEEN, VERIFIER);
  assert.deepEqual([closed.onTime, closed.evaluation?.verifyFailures, closed.evaluation?.onTime], [true, 1, true]);
});

test('handled at 180:00 is on time, a millisecond later it is not', async (t) => {
  const onTime = [];
  for (const late of [0, 1]) {
    const city = await smallCity(t, { plans: [] });
    const sent = await dispatchedBurst(city);
    await city.order(sent, 'handle', 'accept');
    city.setTime(NOON + 180 * 60_000 + late);
    onTime.push((await city.order(sent, 'handle', 'finish', { feedback: 'Done.' })).onTime);
  }
  assert.deepEqual(onTime, [true, false]);
});

async function closedWithReport(city: City) {
  const reporting = {
    caseClass: BURST.code,
    place: metresEast(10),
    description: 'Water.',
    source: 'resident' as const,
    reporter: RESIDENT,
    photos: [],
  };
  await city.casework.report(reporting);
  const { id } = await city.onlyCase();
  const done = await handled(city, await city.act(id, 'confirm'));
  return city.act(done.id, 'verify_pass', SEEN, VERIFIER);
}

test('who reported is answered when the case is closed, and when it is dismissed', async (t) => {
  const city = await smallCity(t);
  await closedWithReport(city);
  const reporting = {
    caseClass: LAMP.code,
    place: metresEast(5_000),
    description: 'Dark.',
    source: 'resident' as const,
    reporter: RESIDENT,
    photos: [],
  };
  const { caseId } = await city.casework.report(reporting);
  await city.act(caseId, 'dismiss', { reason: 'It was day.' });
  const rows = await city.database.query<{ outcome: string; zh: string; answered_at: Date }>(
    `SELECT answer ->> 'outcome' AS outcome, answer #>> '{sentence,zh}' AS zh, answered_at FROM reports ORDER BY at, id`,
  );
  assert.deepEqual(
    rows.map(({ outcome }) => outcome),
    ['closed', 'dismissed'],
  );
  assert.ok(rows.every(({ zh, answered_at }) => zh.length > 0 && answered_at.getTime() === city.now()));
});

test('reopened 30 days after its closure, to the second; not a second later', async (t) => {
  const city = await smallCity(t);
  const closed = await closedWithReport(city);
  city.setTime(closed.closedAt! + 30 * DAYS + 1_000);
  await assert.rejects(city.act(closed.id, 'reopen', { reason: 'Wet again.' }, VERIFIER), {
    code: 'case.too_old_to_reopen',
    kind: 'conflict',
  });
});

test('a reopened case goes to who had it, with fresh clocks, and says so in its evaluation', async (t) => {
  const city = await smallCity(t);
  const closed = await closedWithReport(city);
  city.setTime(closed.closedAt! + 30 * DAYS);
  await assert.rejects(city.act(closed.id, 'reopen', {}, VERIFIER), { code: 'reason.missing' });
  const open = await city.act(closed.id, 'reopen', { reason: 'Wet again.' }, VERIFIER);
  assert.deepEqual([open.state, open.party, open.closedAt], ['dispatched', 'waterworks', undefined]);
  assert.equal(open.clock?.startedAt, city.now());
  const again = await city.act((await handled(city, open)).id, 'verify_pass', SEEN, VERIFIER);
  assert.deepEqual([again.state, again.evaluation?.reopened], ['evaluated', 1]);
});

test('a resident reopens only what they reported themselves', async (t) => {
  const city = await smallCity(t);
  const closed = await closedWithReport(city);
  const neighbour: Actor = { ...RESIDENT, id: 'resident-2' };
  await assert.rejects(city.act(closed.id, 'reopen', { reason: 'Wet.' }, neighbour), {
    code: 'case.not_reporter',
    kind: 'forbidden',
  });
  assert.equal((await city.act(closed.id, 'reopen', { reason: 'Wet.' }, RESIDENT)).state, 'dispatched');
});

test('how long a case may be reopened is the city’s to say', async (t) => {
  const city = await smallCity(t, { ...RULES, reopenWithinDays: 1 });
  const closed = await closedWithReport(city);
  city.setTime(closed.closedAt! + DAYS + 1);
  await assert.rejects(city.act(closed.id, 'reopen', { reason: 'Wet again.' }, VERIFIER), {
    code: 'case.too_old_to_reopen',
  });
});

test('a dismissed case is reopened as an open one that somebody must take', async (t) => {
  const city = await smallCity(t);
  await city.casework.onFinding({ change: 'raised', finding: aFinding() });
  const { id } = await city.onlyCase();
  await city.act(id, 'dismiss', { reason: 'A test of the pump.' });
  const open = await city.act(id, 'reopen', { reason: 'It was not.' }, VERIFIER);
  assert.deepEqual([open.state, open.clock?.stage], ['opened', 'accept']);
});
