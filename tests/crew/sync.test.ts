/** What was done on phones reaches the city once, in order, and nothing that did not go through is swallowed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '#kernel/time.ts';
import { aFinding, metresEast } from '#tests/casework/small-city.ts';
import { crewTown, EAST, PLACE, RUBBISH } from './crew-town.ts';

const GRID = ['handler', 'verifier'] as const;

test('a check on site files what a resident told, and the same batch sent again changes nothing', async (t) => {
  const { phone, action, told, casework, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  const batch = [action('check.confirm', caseId, { photos: [photo] })];

  const first = await grid.sync(...batch);
  const events = (await casework.getCase(caseId)).events.length;
  const again = await grid.sync(...batch);

  assert.deepEqual(
    first.map(({ result }) => result),
    ['done'],
  );
  assert.deepEqual(again, first);
  const detail = await casework.getCase(caseId);
  assert.equal(detail.events.length, events);
  assert.equal(detail.state, 'dispatched');
});

test('half a batch that arrived before the line broke is not done again with the whole', async (t) => {
  const { phone, action, casework, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const batch = [
    action('patrol', 'rubbish', { photos: [photo] }),
    action('patrol', 'tree', { photos: [photo], place: { lon: metresEast(100)[0], lat: PLACE[1], accuracy: 5 } }),
    action('shift.start', 'shift'),
  ];
  await grid.sync(...batch.slice(0, 2));
  const results = await grid.sync(...batch);

  assert.deepEqual(
    results.map(({ result }) => result),
    ['done', 'done', 'done'],
  );
  const { cases } = await casework.listCases({ limit: 10 });
  assert.equal(cases.length, 2);
  assert.deepEqual(
    cases.map(({ reports }) => reports),
    [1, 1],
  );
});

test('the same batch on two lines at once is done once', async (t) => {
  const { phone, action, casework, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const batch = [action('patrol', 'rubbish', { photos: [photo] })];
  const answers = await Promise.all([grid.sync(...batch), grid.sync(...batch), grid.sync(...batch)]);
  assert.deepEqual(new Set(answers.map(([each]) => each?.caseId)).size, 1);
  const { cases } = await casework.listCases({ limit: 10 });
  assert.deepEqual(
    cases.map(({ reports }) => reports),
    [1],
  );
});

test('the morning’s action sent again in the evening is answered with the morning’s answer', async (t) => {
  const { phone, action, clock, community } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const begin = action('shift.start', 'shift');
  const [morning] = await grid.sync(begin);
  clock.pass(8 * HOUR);
  await grid.sync(action('shift.end', 'shift'));
  const [evening] = (await grid.post([begin], undefined, clock.now())).body.results;
  assert.equal(evening!.result, morning!.result);
  assert.equal(await community.findShift(grid.id), undefined);
});

test('a patrol report stands by itself as the check on site: it is sent to who answers for it at once', async (t) => {
  const { phone, action, casework, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const [result] = await grid.sync(action('patrol', 'rubbish', { photos: [photo] }));
  const detail = await casework.getCase(result!.caseId!);
  assert.equal(detail.state, 'dispatched');
  assert.equal(detail.party, 'cleaning');
});

test('two phones take the same work order: one has it, the other is told who and keeps what was done', async (t) => {
  const { phone, action, told, casework, photo, clock } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  await grid.sync(action('check.confirm', caseId, { photos: [photo] }));
  const [one, two] = [await phone('cleaning', ['handler']), await phone('cleaning', ['handler'])];
  const [task] = (await two.day()).tasks;
  const order = { caseId, baseVersion: task!.version };
  clock.pass(MINUTE);

  const [won] = await one.sync(action('order.accept', task!.target, order));
  const lost = await two.sync(
    action('order.accept', task!.target, order),
    action('order.set_out', task!.target, order),
    action('order.arrive', task!.target, order),
  );

  assert.equal(won!.result, 'done');
  assert.deepEqual(
    lost.map(({ result, code }) => [result, code]),
    [
      ['conflict', 'order.move_not_allowed'],
      ['conflict', 'crew.after_conflict'],
      ['conflict', 'crew.after_conflict'],
    ],
  );
  assert.equal(lost[0]!.standing?.state, 'accepted');
  assert.equal(lost[0]!.standing?.by, 'cleaning');
  assert.equal((await casework.getCase(caseId)).workOrders[0]!.state, 'accepted');
});

test('who lost may write what was done as a note, and the case has it with their name', async (t) => {
  const { phone, action, told, casework, photo } = await crewTown(t);
  const [one, two] = [await phone('grid-c1', [...GRID], ['C1']), await phone('grid-c1', [...GRID], ['C1'])];
  const caseId = await told();
  await one.sync(action('check.dismiss', caseId, { details: { reason: 'Nothing there' } }));
  const [late] = await two.sync(action('check.confirm', caseId, { photos: [photo] }));
  assert.deepEqual([late!.result, late!.code, late!.standing?.state], ['conflict', 'check.over', 'dismissed']);

  const [noted] = await two.sync(
    action('note', caseId, { details: { text: 'I saw it there at noon' }, photos: [photo] }),
  );
  assert.equal(noted!.result, 'done');
  const { events } = await casework.getCase(caseId);
  assert.equal(events.at(-1)!.details.text, 'I saw it there at noon');
});

test('what was done ten hours ago without a network is done now, and keeps its own time', async (t) => {
  const { phone, action, told, clock, photo, community, casework } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  const noon = clock.now();
  const ownClock = 7 * MINUTE;
  const written = action('check.confirm', caseId, {
    photos: [photo],
    at: noon + 5 * MINUTE + ownClock,
    offset: -ownClock,
  });
  clock.pass(10 * HOUR);
  const response = await fetchWithClock(grid, [written], clock.now() + ownClock);

  assert.deepEqual([response!.result, response!.doneAt, response!.flags], ['done', noon + 5 * MINUTE, []]);
  const kept = await community.findAction(written.id);
  assert.deepEqual([kept!.doneAt, kept!.receivedAt], [noon + 5 * MINUTE, clock.now()]);
  // The clocks of the case run by the city's own time.
  assert.equal((await casework.getCase(caseId)).events.at(-1)!.at, clock.now());
});

/** Sends with a phone whose own clock shows `sentAt`. */
const fetchWithClock = async (
  grid: Awaited<ReturnType<Awaited<ReturnType<typeof crewTown>>['phone']>>,
  actions: Parameters<typeof grid.post>[0],
  sentAt: number,
) => (await grid.post(actions, undefined, sentAt)).body.results[0];

test('a phone whose clock was set between writing and sending is flagged, and never dates into the future', async (t) => {
  const { phone, action, told, clock, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  const written = action('check.confirm', caseId, { photos: [photo], at: clock.now() + 3 * HOUR, offset: 0 });
  const [result] = (await grid.post([written], undefined, clock.now() + 3 * HOUR)).body.results;
  assert.deepEqual(result!.flags, ['clock-changed']);
  assert.equal(result!.doneAt, clock.now());
});

test('a photo taken elsewhere is flagged; beyond the accuracy and a hundred metres, and not before', async (t) => {
  const { phone, action, told, photo, community } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const [near, far] = [await told(), await told(metresEast(150))];
  const from = (metres: number, target: string) =>
    action('check.confirm', target, {
      photos: [photo],
      place: { lon: metresEast(metres)[0], lat: PLACE[1], accuracy: 20 },
    });
  const actions = [from(118, near), from(150 + 122, far)];
  const results = await grid.sync(...actions);
  assert.deepEqual(
    results.map(({ flags }) => flags),
    [[], ['far-from-place']],
  );
  const kept = await community.findAction(actions[1]!.id);
  assert.deepEqual([kept!.distanceMetres, kept!.photos], [122, [photo]]);
});

test('without a place the proof says so', async (t) => {
  const { phone, action, told, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const [result] = await grid.sync(action('check.confirm', await told(), { photos: [photo], place: undefined }));
  assert.deepEqual([result!.result, result!.flags], ['done', ['no-place']]);
});

test('a grid worker checks in the own area only, and only what people told', async (t) => {
  const { phone, action, told, photo, casework } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const elsewhere = await told(EAST);
  const [outside] = await grid.sync(action('check.confirm', elsewhere, { photos: [photo] }));
  assert.deepEqual([outside!.result, outside!.code], ['refused', 'caller.out_of_scope']);
  const cleaner = await phone('cleaning', ['handler'], ['C2']);
  const [noGrid] = await cleaner.sync(action('check.confirm', elsewhere, { photos: [photo] }));
  assert.deepEqual([noGrid!.result, noGrid!.code], ['refused', 'crew.not_grid']);
  assert.equal((await casework.getCase(elsewhere)).state, 'collected');
});

test('what turns out to be something else is filed as that, and what the resident told goes on in it', async (t) => {
  const { phone, action, told, photo, casework } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  const [result] = await grid.sync(action('check.other', caseId, { photos: [photo], details: { category: 'tree' } }));
  assert.equal(result!.result, 'done');
  const [was, filed] = [await casework.getCase(caseId), await casework.getCase(result!.caseId!)];
  assert.deepEqual([was.state, was.mergedInto], ['merged', filed.id]);
  assert.deepEqual([filed.caseClass, filed.reports, filed.state], ['community.tree', 2, 'dispatched']);
});

test('who handled never verifies, not even on a phone; somebody else closes it with a photo', async (t) => {
  const { phone, action, told, photo, casework } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const cleaner = await phone('cleaning', [...GRID]);
  const caseId = await told();
  await grid.sync(action('check.confirm', caseId, { photos: [photo] }));
  const [task] = (await cleaner.day()).tasks;
  const order = { caseId, photos: [photo] };
  await cleaner.sync(
    ...(['order.accept', 'order.set_out', 'order.arrive'] as const).map((kind) =>
      action(kind, task!.target, { caseId }),
    ),
    action('order.finish', task!.target, { ...order, details: { feedback: 'Cleared away' } }),
  );
  const [own] = await cleaner.sync(action('verify.pass', caseId, { photos: [photo] }));
  assert.deepEqual([own!.result, own!.code], ['refused', 'case.handler_verifies']);

  const toVerify = (await grid.day()).tasks;
  assert.deepEqual(
    toVerify.map(({ kind, after }) => [kind, after]),
    [['verify', [photo]]],
  );
  const [closed] = await grid.sync(
    action('verify.pass', caseId, { photos: [photo], baseVersion: toVerify[0]!.version }),
  );
  assert.equal(closed!.result, 'done');
  assert.equal((await casework.getCase(caseId)).closedAt !== undefined, true);
});

test('a verdict on work that was done anew meanwhile is a conflict: it was about something else', async (t) => {
  const { phone, action, told, photo } = await crewTown(t);
  const [grid, other] = [await phone('grid-c1', [...GRID], ['C1']), await phone('grid-c1', [...GRID], ['C1'])];
  const cleaner = await phone('cleaning', ['handler']);
  const caseId = await told();
  await grid.sync(action('check.confirm', caseId, { photos: [photo] }));
  const finish = async () => {
    const [task] = (await cleaner.day()).tasks;
    await cleaner.sync(
      action('order.accept', task!.target, { caseId }),
      action('order.finish', task!.target, { caseId, photos: [photo], details: { feedback: 'Cleared' } }),
    );
  };
  await finish();
  const seen = (await grid.day()).tasks[0]!.version;
  await other.sync(action('verify.fail', caseId, { details: { reason: 'Half done' } }));
  await finish();
  const [result] = await grid.sync(action('verify.pass', caseId, { photos: [photo], baseVersion: seen }));
  assert.deepEqual([result!.result, result!.code], ['conflict', 'verify.handled_anew']);
});

test('an action whose run was cut off between doing and writing down is found in the ledger, not done again', async (t) => {
  const { phone, action, told, photo, casework, database, clock, open } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  const [check, patrol] = [
    action('check.confirm', caseId, { photos: [photo] }),
    action('patrol', 'tree', { photos: [photo] }),
  ];
  await grid.sync(check, patrol);
  await database.query('UPDATE community_actions SET outcome = NULL');
  clock.pass(MINUTE);
  const restarted = await open();
  const { results } = (await grid.post([check, patrol], restarted.url)).body;
  assert.deepEqual(
    results.map(({ result }) => result),
    ['done', 'done'],
  );
  const { cases } = await casework.listCases({ limit: 10 });
  assert.deepEqual(cases.map(({ reports }) => reports).sort(), [1, 1]);
});

test('a claim that another run may be working on is left alone for a while', async (t) => {
  const { phone, action, told, photo, database, open } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const check = action('check.confirm', await told(), { photos: [photo] });
  await grid.sync(check);
  await database.query('UPDATE community_actions SET outcome = NULL');
  const { status, body } = await grid.post([check], (await open()).url);
  assert.deepEqual([status, (body as unknown as { code: string }).code], [503, 'crew.busy']);
});

test('an id of somebody else is refused, so that nobody answers for another', async (t) => {
  const { phone, action, photo } = await crewTown(t);
  const [one, two] = [await phone('grid-c1', [...GRID], ['C1']), await phone('grid-c2', [...GRID], ['C2'])];
  const report = action('patrol', 'rubbish', { photos: [photo] });
  await one.sync(report);
  const { status } = await two.post([report]);
  assert.equal(status, 409);
});

test('a photo that never arrived refuses the action, and the rest of the batch goes on', async (t) => {
  const { phone, action, told } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const results = await grid.sync(
    action('check.confirm', await told(), { photos: ['f'.repeat(64)] }),
    action('shift.start', 'shift'),
  );
  assert.deepEqual(
    results.map(({ result, code }) => [result, code]),
    [
      ['refused', 'photo.unknown'],
      ['done', undefined],
    ],
  );
});

test('a confidential case is known to its party alone: nobody else has it in the day, may touch it, or learns where it is', async (t) => {
  const { phone, action, casework, photo, community } = await crewTown(t);
  const facts = { visibleTo: 'grid-c1' };
  const finding = aFinding({ opens: RUBBISH.code, facts, datastreamId: undefined, assetId: undefined });
  await casework.onFinding({ change: 'raised', finding });
  const [carer, other] = [await phone('grid-c1', [...GRID], ['C1']), await phone('centre', ['verifier'], ['C1'])];
  const [known] = (await carer.day()).cases;
  assert.ok(known);
  assert.deepEqual((await other.day()).cases, []);
  assert.deepEqual((await other.get('/cells/cell-1')).body.open, []);
  assert.equal((await other.get(`/proofs?case=${known.id}`)).status, 404);

  const touch = action('verify.pass', known.id, { photos: [photo] });
  const [result] = await other.sync(touch);
  assert.deepEqual([result!.result, result!.code, result!.standing], ['refused', 'caller.out_of_scope', undefined]);
  assert.equal((await community.findAction(touch.id))?.distanceMetres, undefined);
});
