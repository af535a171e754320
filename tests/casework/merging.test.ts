import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aBurst,
  aFinding,
  BURST,
  type City,
  dispatchedBurst,
  LAMP,
  LOW_PRESSURE,
  metresEast,
  NOON,
  PHOTO,
  RESIDENT,
  smallCity,
  worker,
} from './small-city.ts';

const low = (id: number, more: Parameters<typeof aFinding>[0] = {}) =>
  aFinding({ key: `limit:${id}:${more.since ?? NOON}`, datastreamId: id, grade: 'yellow', ...more });
const raise = (city: City, finding: ReturnType<typeof aFinding>) =>
  city.casework.onFinding({ change: 'raised', finding });
const call = (
  city: City,
  more: { metres?: number; caseClass?: string; source?: 'resident' | 'grid_worker' | 'hotline' } = {},
) =>
  city.casework.report({
    caseClass: more.caseClass ?? BURST.code,
    place: metresEast(more.metres ?? 0),
    description: 'Water is coming out of the road.',
    source: more.source ?? 'hotline',
    reporter: more.source === 'grid_worker' ? worker('grid-0412') : RESIDENT,
    photos: [],
  });

test('two alarms of one class 499 metres apart are one trouble, 501 metres apart two', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17));
  await raise(city, low(18, { place: metresEast(499) }));
  assert.equal((await city.cases()).length, 1);
  await raise(city, low(19, { place: metresEast(501) }));
  assert.equal((await city.cases()).length, 2);
});

test('30 minutes after the first was over it is the same trouble, a millisecond later another', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17));
  await city.casework.onFinding({
    change: 'cleared',
    finding: low(17, { since: NOON, clearedAt: NOON, lastAt: NOON }),
  });
  await raise(city, low(18, { since: NOON + 30 * 60_000 }));
  assert.equal((await city.cases()).length, 1);
  await city.casework.onFinding({
    change: 'cleared',
    finding: low(18, { since: NOON + 30 * 60_000, clearedAt: NOON + 30 * 60_000 }),
  });
  await raise(city, low(19, { since: NOON + 60 * 60_000 + 1 }));
  assert.equal((await city.cases()).length, 2);
});

test('while an alarm stands, the trouble lasts: hours later a neighbour still joins it', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17));
  await raise(city, low(18, { since: NOON + 5 * 3_600_000 }));
  assert.equal((await city.onlyCase()).findings, 2);
});

test('a low pressure near a burst main joins its case', async (t) => {
  const city = await smallCity(t);
  await raise(city, aBurst());
  await raise(city, low(17, { place: metresEast(300) }));
  const one = await city.onlyCase();
  assert.deepEqual([one.caseClass, one.findings], [BURST.code, 2]);
});

test('a burst main drawn from two low pressures far apart turns the first case and takes in the second', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17));
  await raise(city, low(18, { place: metresEast(800) }));
  await raise(city, aBurst({ place: metresEast(400), basis: [`limit:17:${NOON}`, `limit:18:${NOON}`] }));
  const [open, merged] = await city.cases();
  assert.deepEqual([open?.caseClass, open?.state, open?.findings], [BURST.code, 'collected', 3]);
  assert.deepEqual([merged?.state, merged?.mergedInto], ['merged', open?.id]);
  assert.equal(open?.clock?.dueAt, NOON + 5 * 60_000, 'the five minutes of a burst, not the thirty of a low pressure');
  assert.deepEqual(open?.facts, { bore_mm: 300 });
  assert.deepEqual(open?.place, metresEast(400), 'the case lies at the pipe now');
});

test('a low pressure that worsens into a burst turns its own case', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17));
  const worse = low(17, { grade: 'red', opens: BURST.code, lastAt: NOON + 60_000 });
  await city.casework.onFinding({ change: 'escalated', finding: worse });
  const one = await city.onlyCase();
  assert.deepEqual([one.caseClass, one.grade], [BURST.code, 'red']);
});

test('a crew on the way to a low pressure stays on the way when it turns out to be a burst, and the plan waits for the analyst', async (t) => {
  const city = await smallCity(t, { classes: [BURST, { ...LOW_PRESSURE, needsConfirmation: false }, LAMP] });
  await raise(city, low(17));
  const sent = await city.onlyCase();
  await city.order(sent, 'handle', 'accept');
  await raise(city, aBurst({ basis: [`limit:17:${NOON}`] }));
  const turned = await city.onlyCase();
  assert.deepEqual([turned.state, turned.awaitsConfirmation, turned.workOrders.length], ['in_progress', true, 1]);
  assert.ok(city.casework.allowedActions(turned).includes('confirm'));

  const confirmed = await city.act(turned.id, 'confirm');
  assert.equal(confirmed.state, 'in_progress');
  assert.deepEqual(
    confirmed.workOrders.map(({ role, state }) => [role, state]),
    [
      ['waterworks', 'accepted'],
      ...['traffic-police', 'power', 'gas-company', 'telecom', 'fire', 'grid-worker'].map((role) => [role, 'issued']),
    ],
  );
  await assert.rejects(city.act(turned.id, 'confirm'), { code: 'case.move_not_allowed' });
});

test('evidence that opens nothing waits until something is drawn from it', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17, { opens: undefined }));
  assert.equal((await city.cases()).length, 0);
  await raise(city, aBurst({ basis: [`limit:17:${NOON}`] }));
  const one = await city.onlyCase();
  assert.deepEqual(
    one.children.map(({ datastreamId }) => datastreamId),
    [17, undefined],
  );
  assert.deepEqual(await city.database.query('SELECT * FROM waiting_findings'), []);
});

test('evidence that comes after what was drawn from it still finds its case; evidence that clears alone is forgotten', async (t) => {
  const city = await smallCity(t);
  await raise(city, aBurst({ basis: [`limit:17:${NOON}`] }));
  await raise(city, low(17, { opens: undefined }));
  assert.equal((await city.onlyCase()).findings, 2);
  await raise(city, low(18, { opens: undefined }));
  await city.casework.onFinding({ change: 'cleared', finding: low(18, { opens: undefined, clearedAt: NOON + 1 }) });
  assert.deepEqual(await city.database.query('SELECT * FROM waiting_findings'), []);
});

test('the same change told twice is written once', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17));
  const worse = { change: 'escalated' as const, finding: low(17, { grade: 'orange', lastAt: NOON + 60_000 }) };
  await city.casework.onFinding(worse);
  const before = (await city.casework.events(0, 100)).length;
  await city.casework.onFinding(worse);
  await raise(city, low(17));
  assert.equal((await city.casework.events(0, 100)).length, before);
});

test('the grade follows the worst alarm that stands, down as well as up, and stays when all are over', async (t) => {
  const city = await smallCity(t);
  const grades: string[] = [];
  const tell = async (change: 'raised' | 'escalated' | 'eased' | 'cleared', finding: ReturnType<typeof aFinding>) => {
    await city.casework.onFinding({ change, finding });
    grades.push((await city.onlyCase()).grade);
  };
  await tell('raised', low(17, { grade: 'yellow' }));
  await tell('raised', low(18, { grade: 'blue' }));
  await tell('escalated', low(18, { grade: 'red', lastAt: NOON + 1 }));
  await tell('eased', low(18, { grade: 'blue', lastAt: NOON + 2 }));
  await tell('cleared', low(17, { grade: 'yellow', clearedAt: NOON + 3 }));
  await tell('cleared', low(18, { grade: 'blue', clearedAt: NOON + 4 }));
  assert.deepEqual(grades, ['yellow', 'yellow', 'red', 'yellow', 'blue', 'blue']);
});

test('a grade set by a person holds until an alarm is worse', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17, { grade: 'yellow' }));
  const { id } = await city.onlyCase();
  await city.act(id, 'regrade', { grade: 'orange', reason: 'A hospital hangs on it.' });
  await city.casework.onFinding({ change: 'eased', finding: low(17, { grade: 'blue', lastAt: NOON + 1 }) });
  assert.equal((await city.onlyCase()).grade, 'orange');
  await city.casework.onFinding({ change: 'escalated', finding: low(17, { grade: 'red', lastAt: NOON + 2 }) });
  assert.equal((await city.onlyCase()).grade, 'red');
});

test('a resident’s report waits to be checked, a grid worker’s own is opened and sent out at once', async (t) => {
  const city = await smallCity(t);
  await call(city, { source: 'resident', caseClass: LAMP.code });
  assert.equal((await city.onlyCase()).state, 'collected');
  await call(city, { source: 'grid_worker', metres: 2_000 });
  const [burst] = await city.cases();
  assert.deepEqual([burst?.state, burst?.caseClass], ['dispatched', BURST.code]);
});

test('a grid worker who sees what a resident reported has checked it', async (t) => {
  const city = await smallCity(t);
  await call(city, { source: 'resident' });
  const seen = await call(city, { source: 'grid_worker', metres: 100 });
  assert.equal(seen.merged, true);
  const one = await city.onlyCase();
  assert.deepEqual([one.state, one.reports], ['dispatched', 2]);
  assert.equal(one.events.find(({ type }) => type === 'confirm')?.actor.id, 'grid-0412-worker');
});

test('a sensor that agrees with a resident opens what needs no analyst', async (t) => {
  const city = await smallCity(t);
  await call(city, { source: 'resident', caseClass: LAMP.code });
  await raise(city, aFinding({ key: 'domain:lamp:1', opens: LAMP.code, domain: 'power', grade: 'blue' }));
  assert.equal((await city.onlyCase()).state, 'dispatched');
});

test('merging by hand moves findings and reports, and calls off the orders of the case that ends', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await call(city, { metres: 3_000 });
  const [, other] = await city.cases();
  const ended = await city.act(sent.id, 'merge', { into: other!.id, reason: 'One pipe.' });
  assert.deepEqual([ended.state, ended.mergedInto], ['merged', other?.id]);
  assert.ok(ended.workOrders.every(({ state }) => state === 'cancelled'));
  const host = await city.casework.getCase(other!.id);
  assert.deepEqual([host.findings, host.reports, host.grade], [1, 1, 'red']);
  await city.casework.onFinding({ change: 'cleared', finding: aBurst({ clearedAt: NOON + 1 }) });
  assert.equal(
    (await city.casework.getCase(other!.id)).children.find(({ kind }) => kind === 'finding')?.clearedAt,
    NOON + 1,
  );
});

test('a case is not merged into itself, nor into one that is over', async (t) => {
  const city = await smallCity(t);
  await call(city);
  await call(city, { metres: 3_000 });
  const [one, two] = await city.cases();
  await assert.rejects(city.act(one!.id, 'merge', { into: one!.id }), { code: 'case.merge_into_itself' });
  await city.act(two!.id, 'dismiss', { reason: 'A garden hose.' });
  await assert.rejects(city.act(one!.id, 'merge', { into: two!.id }), { code: 'case.merge_into_over' });
  await assert.rejects(city.act(one!.id, 'merge', { into: 'case_nowhere' }), { code: 'case.unknown' });
});

test('an alarm that gets worse after its case was dismissed is a new case, which follows the old one', async (t) => {
  const city = await smallCity(t);
  await raise(city, aBurst({ grade: 'orange' }));
  const { id } = await city.onlyCase();
  await city.act(id, 'dismiss', { reason: 'A test of the pump.' });
  city.pass(10);
  await city.casework.onFinding({ change: 'eased', finding: aBurst({ grade: 'yellow', lastAt: NOON + 1 }) });
  assert.equal((await city.cases()).length, 1);
  await city.casework.onFinding({ change: 'escalated', finding: aBurst({ grade: 'red', lastAt: NOON + 2 }) });
  const [fresh] = await city.cases();
  assert.equal(fresh?.events[0]?.details.follows, id);
  await city.act(id, 'note', { text: 'See the new case.' });
  await city.casework.onFinding({ change: 'cleared', finding: aBurst({ clearedAt: NOON + 3 }) });
  assert.equal((await city.casework.getCase(fresh!.id)).children[0]?.clearedAt, NOON + 3);
});

test('a finding that opens a class the pack does not have stays evidence', async (t) => {
  const city = await smallCity(t);
  await raise(city, low(17, { opens: 'water.unheard-of' }));
  assert.equal((await city.cases()).length, 0);
});

test('a report says what it is in words that can be kept', async (t) => {
  const city = await smallCity(t);
  const report = {
    caseClass: BURST.code,
    place: NOWHERE,
    source: 'hotline' as const,
    reporter: RESIDENT,
    photos: [PHOTO],
  };
  const send = (more: object) => city.casework.report({ ...report, description: 'Water.', ...more });
  await assert.rejects(send({ description: '  ' }), { code: 'description.missing', field: 'description' });
  await assert.rejects(send({ description: 'a\u0000b' }), { code: 'text.not_unicode' });
  await assert.rejects(send({ description: '\ud800' }), { code: 'text.not_unicode' });
  await assert.rejects(send({ description: 'x'.repeat(4_001) }), { code: 'text.too_long' });
  await assert.rejects(send({ caseClass: 'nothing' }), { code: 'case_class.unknown', field: 'caseClass' });
  await send({ description: 'x'.repeat(4_000) });
});

const NOWHERE = metresEast(9_000);
