/** A call from ringing to the caller having been told, over real receipts, cases and the vault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import { BURST, DISPATCHER, LAMP, metresEast, NOON, PHOTO, VERIFIER, worker } from '#tests/casework/small-city.ts';
import { aForm, DESK, OTHER_DESK, switchboard } from './switchboard.ts';

const PHONE = '138-0013-8000';

test('the answer clock runs from ringing to answering, and only one desk gets the call', async (t) => {
  const { hotline, clock } = await switchboard(t);
  const rung = await hotline.ring({ clientId: 'pbx-1', line: 'east', phone: PHONE, rangAt: undefined });
  assert.equal((await hotline.ring({ clientId: 'pbx-1', line: 'east', phone: PHONE, rangAt: undefined })).id, rung.id);
  assert.deepEqual(
    (await hotline.listWaiting(OTHER_DESK)).map(({ id }) => id),
    [rung.id],
  );
  clock.pass(9 * SECOND);
  const results = await Promise.allSettled([hotline.answer(rung.id, DESK), hotline.answer(rung.id, OTHER_DESK)]);
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  const call = await hotline.getCall(rung.id);
  assert.equal(call.answeredAt! - call.rangAt, 9 * SECOND);
  const loser = call.takenBy!.id === DESK.id ? OTHER_DESK : DESK;
  assert.deepEqual(await hotline.listWaiting(loser), []);
  await assert.rejects(hotline.answer(rung.id, loser), { code: 'call.taken' });
});

test('a caller who hung up cannot be answered; a call of yesterday or tomorrow has not rung', async (t) => {
  const { hotline } = await switchboard(t);
  const { id } = await hotline.ring({ clientId: undefined, line: undefined, phone: undefined, rangAt: NOON - HOUR });
  await hotline.hangUp(id);
  await assert.rejects(hotline.answer(id, DESK), { code: 'call.ended' });
  const ring = (rangAt: number) => hotline.ring({ clientId: undefined, line: undefined, phone: undefined, rangAt });
  await assert.rejects(ring(NOON + 1), { code: 'call.rang_at' });
  await assert.rejects(ring(NOON - 13 * HOUR), { code: 'call.rang_at' });
});

test('a filed call becomes a receipt and a case, with the promise of its category counted from the ringing', async (t) => {
  const { hotline, receipts, taken, casework } = await switchboard(t);
  const call = await taken(5);
  const filed = await hotline.file(call.id, aForm(), DESK);
  assert.equal(filed.promisedAt, call.rangAt + 7 * DAY);
  assert.equal((await casework.getCase(filed.caseId!)).caseClass, LAMP.code);
  assert.equal((await receipts.follow(filed.code)).category, 'lamp');
  const again = await hotline.file(call.id, aForm(), DESK);
  assert.deepEqual([again.reference, again.code], [filed.reference, '']);
  assert.equal((await casework.listCases({ limit: 10 })).total, 1);
});

test('another class than the category’s own needs a reason, and runs in its own time', async (t) => {
  const { hotline, taken } = await switchboard(t);
  const call = await taken(0);
  await assert.rejects(hotline.file(call.id, aForm({ classId: 'danger' }), DESK), { code: 'hotline.class_reason' });
  await assert.rejects(hotline.file(call.id, aForm({ classId: 'never', classReason: 'x' }), DESK), {
    code: 'hotline.class',
  });
  const filed = await hotline.file(call.id, aForm({ classId: 'office-hour', classReason: 'She asked for it' }), DESK);
  // Sunday noon: the office opens on Monday at nine.
  assert.equal(new Date(filed.promisedAt).toISOString(), '2026-03-02T02:00:00.000Z');
  assert.equal(filed.call.filed!.classReason, 'She asked for it');
});

test('the same number is known again however it is written, and nothing of it stands in the tables of the hotline', async (t) => {
  const { hotline, taken, database } = await switchboard(t);
  const first = await taken(3, PHONE);
  const filed = await hotline.file(first.id, aForm(), DESK);
  assert.deepEqual(
    (await hotline.listEarlier('+86 13800138000')).map(({ reference }) => reference),
    [filed.reference],
  );
  assert.deepEqual(await hotline.listEarlier('138-0013-8001'), []);
  const rows = await database.query('SELECT row_to_json(c)::text AS row FROM hotline_calls c');
  assert.doesNotMatch(JSON.stringify(rows), /Li Mei|8000/);
});

test('a second caller joins the case of the first, and each is told', async (t) => {
  const { hotline, taken } = await switchboard(t);
  const one = await hotline.file((await taken(3)).id, aForm(), DESK);
  const joins = { joins: one.caseId, caller: { phone: '000-5550-7002' } };
  const two = await hotline.file((await taken(3)).id, aForm(joins), DESK);
  assert.equal(two.merged, true);
  assert.equal(two.caseId, one.caseId);
  assert.equal((await hotline.listOfCase(one.caseId!)).length, 2);
});

/** Confirmed, sent out, mended by everybody who was asked, and looked at. */
async function settle({ casework, city, clock, heard }: Awaited<ReturnType<typeof switchboard>>, caseId: string) {
  clock.pass(10 * MINUTE);
  await city.act(caseId, 'confirm');
  for (const order of (await casework.getCase(caseId)).workOrders) {
    const who = worker(order.party);
    await casework.actOnOrder(order.id, 'accept', {}, who);
    await casework.actOnOrder(order.id, 'arrive', {}, who);
    await casework.actOnOrder(order.id, 'finish', { feedback: 'Mended', photos: [PHOTO] }, who);
  }
  await city.act(caseId, 'verify_pass', { note: 'It is lit', photos: [PHOTO] }, VERIFIER);
  await heard();
}

test('when the case is settled the caller is to be told; what they say is the receipt’s rating and the hotline’s', async (t) => {
  const board = await switchboard(t);
  const { hotline, taken, receipts, heard } = board;
  const filed = await hotline.file((await taken(3)).id, aForm(), DESK);
  await assert.rejects(
    hotline.tell(filed.call.id, { reached: true, solved: true, satisfied: 5, comment: undefined }, DESK),
    { code: 'call.not_settled' },
  );
  await settle(board, filed.caseId!);
  assert.deepEqual(
    (await hotline.listToTell(10)).map(({ id }) => id),
    [filed.call.id],
  );
  const nobody = { reached: false, solved: undefined, satisfied: undefined, comment: undefined };
  assert.equal((await hotline.tell(filed.call.id, nobody, DESK)).filed!.attempts, 1);
  assert.equal((await hotline.listToTell(10)).length, 1, 'who was not reached is tried again');
  await hotline.tell(filed.call.id, { reached: true, solved: true, satisfied: 5, comment: '谢谢' }, DESK);
  await heard();
  assert.deepEqual(await hotline.listToTell(10), []);
  assert.equal((await receipts.follow(filed.code)).rating?.satisfied, 5);
});

test('"not solved" on the phone reopens the case, and its caller is to be told again when it is settled again', async (t) => {
  const board = await switchboard(t);
  const { hotline, taken, casework, heard } = board;
  const filed = await hotline.file((await taken(3)).id, aForm(), DESK);
  await settle(board, filed.caseId!);
  await hotline.tell(filed.call.id, { reached: true, solved: false, satisfied: 2, comment: 'Dark again' }, DESK);
  await heard();
  const call = await hotline.getCall(filed.call.id);
  assert.notEqual((await casework.getCase(filed.caseId!)).state, 'closed');
  assert.deepEqual([call.filed!.settledAt, call.filed!.toldAt, call.filed!.solved], [undefined, undefined, false]);
});

test('the first receiver leads: six others join the burst, and the party that was sent first answers for it', async (t) => {
  const board = await switchboard(t);
  const { hotline, taken, casework, city, heard } = board;
  const filed = await hotline.file((await taken(3)).id, aForm({ category: 'burst' }), DESK);
  await city.act(filed.caseId!, 'confirm');
  await heard();
  const detail = await casework.getCase(filed.caseId!);
  assert.equal(detail.caseClass, BURST.code);
  const lead = detail.workOrders.find((order) => order.lead)!;
  for (const order of detail.workOrders) await casework.actOnOrder(order.id, 'accept', {}, worker(order.party));
  await heard();
  const after = await casework.getCase(filed.caseId!);
  assert.equal(after.workOrders.filter((order) => order.lead).length, 1);
  assert.ok(after.workOrders.length > 5);
  assert.equal(after.party, lead.party);
  assert.equal((await hotline.getCall(filed.call.id)).filed!.party, lead.party);
});

test('a case that was sent on to another party still counts for the first', async (t) => {
  const board = await switchboard(t);
  const { hotline, taken, city, heard } = board;
  const filed = await hotline.file((await taken(3)).id, aForm({ category: 'burst' }), DESK);
  const before = await city.act(filed.caseId!, 'confirm');
  const first = before.party!;
  await city.act(filed.caseId!, 'dispatch', { party: 'waterworks-east' }, DISPATCHER);
  await heard();
  assert.equal((await hotline.getCall(filed.call.id)).filed!.party, first);
});

test('a case that went on in another takes its callers along', async (t) => {
  const board = await switchboard(t);
  const { hotline, taken, city, heard } = board;
  const one = await hotline.file((await taken(3)).id, aForm(), DESK);
  const far = aForm({ place: metresEast(150), caller: { phone: '000-5550-7002' } });
  const two = await hotline.file((await taken(3)).id, far, DESK);
  assert.notEqual(one.caseId, two.caseId);
  await city.act(two.caseId!, 'merge', { into: one.caseId });
  await heard();
  assert.equal((await hotline.getCall(two.call.id)).filed!.caseId, one.caseId);
});

test('what the city decided while nobody listened is learnt at the next start', async (t) => {
  const board = await switchboard(t);
  const { hotline, taken, database } = board;
  const filed = await hotline.file((await taken(3)).id, aForm(), DESK);
  await settle(board, filed.caseId!);
  await database.query('UPDATE hotline_calls SET settled_at = NULL');
  await hotline.start();
  assert.equal((await hotline.listToTell(10)).length, 1);
});
