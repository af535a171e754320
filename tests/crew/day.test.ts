/** The day as a phone gets it: mine and nothing else, and later only what has changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE } from '#kernel/time.ts';
import { dayAfter, mergeDay, tasksAfter } from '#web/crew/day.view.ts';
import { crewTown, EAST, NOON } from './crew-town.ts';

const GRID = ['handler', 'verifier'] as const;

test('a grid worker sees the own cells, what stands there, and what people told there', async (t) => {
  const { phone, told } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const here = await told();
  await told(EAST);
  const day = await grid.day();
  assert.deepEqual(
    day.ground?.cells.map(({ id }) => id),
    ['cell-1'],
  );
  assert.deepEqual(
    day.ground?.components.map(({ cell }) => cell),
    ['cell-1', 'cell-1', 'cell-1'],
  );
  assert.deepEqual(
    day.tasks.map(({ id }) => id),
    [`check:${here}`],
  );
  assert.deepEqual(
    day.cases.map(({ id }) => id),
    [here],
  );
});

test('a handler of a company sees its work orders, and no checks', async (t) => {
  const { phone, told, action, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const cleaner = await phone('cleaning', ['handler']);
  const caseId = await told();
  assert.deepEqual((await cleaner.day()).tasks, []);
  await grid.sync(action('check.confirm', caseId, { photos: [photo] }));
  assert.deepEqual(
    (await cleaner.day()).tasks.map(({ kind, state }) => [kind, state]),
    [['order', 'issued']],
  );
});

test('asked again, only what has changed is told, and what is no longer mine is named by its absence', async (t) => {
  const { phone, told, action, photo, clock } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const [first, second] = [await told(), await told([106.551, 29.5601])];
  const morning = await grid.day();
  const quiet = await grid.day(morning.version);
  assert.deepEqual([quiet.ground, quiet.tasks, quiet.taskIds.length], [undefined, [], 2]);

  clock.pass(MINUTE);
  await grid.sync(
    action('check.confirm', first, { photos: [photo] }),
    action('note', second, { details: { text: 'Seen' } }),
  );
  const noon = await grid.day(quiet.version);
  assert.deepEqual(noon.taskIds, [`check:${second}`]);
  const kept = mergeDay(morning, noon);
  assert.deepEqual(
    kept.tasks.map(({ id }) => id),
    [`check:${second}`],
  );
  assert.deepEqual(kept.ground, morning.ground);
});

test('a version of another start, or of another person, brings the whole day', async (t) => {
  const { phone, told } = await crewTown(t);
  const [one, two] = [await phone('grid-c1', [...GRID], ['C1']), await phone('grid-c2', [...GRID], ['C2'])];
  await told(EAST);
  const { version } = await one.day();
  const day = await two.day(version);
  assert.deepEqual(
    day.ground?.cells.map(({ id }) => id),
    ['cell-2'],
  );
  assert.equal(day.tasks.length, 1);
});

test('a home visit is on its carer’s list only, by pseudonym, and is done once', async (t) => {
  const { phone, action, community } = await crewTown(t);
  const [one, two] = [await phone('grid-c1', [...GRID], ['C1']), await phone('grid-c1', [...GRID], ['C1'])];
  await community.planVisits([{ pseudonym: 'p_x', carer: one.id, cell: 'cell-1', place: undefined, since: NOON }]);
  assert.deepEqual((await two.day()).tasks, []);
  const [task] = (await one.day()).tasks;
  assert.deepEqual([task!.kind, task!.sentence.en], ['visit', 'p_x']);
  const [stranger] = await two.sync(action('visit.done', task!.target));
  assert.deepEqual([stranger!.result, stranger!.code], ['refused', 'visit.not_yours']);
  const [done] = await one.sync(action('visit.done', task!.target));
  assert.equal(done!.result, 'done');
  const [again] = await one.sync(action('visit.missed', task!.target, { details: { reason: 'Nobody opened' } }));
  assert.deepEqual([again!.result, again!.standing?.state], ['conflict', 'done']);
});

test('a shift is handed over to a named colleague of the own team, who reads it in their day', async (t) => {
  const { phone, action, people } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const account = (name: string, party: string) =>
    people.createAccount({
      name,
      displayName: name.toUpperCase(),
      password: 'lanterns on the river',
      roles: ['handler'],
      party,
    });
  const [bo, stranger] = [await account('bo', 'grid-c1'), await account('cy', 'grid-c2')];
  assert.deepEqual((await grid.day()).ground?.colleagues, [{ account: bo.id, name: 'BO' }]);
  await grid.sync(action('shift.start', 'shift'));
  const [refused] = await grid.sync(action('shift.end', 'shift', { details: { next: stranger.id, note: 'Hello' } }));
  assert.deepEqual([refused!.result, refused!.code], ['refused', 'handover.next']);
  const [ended] = await grid.sync(action('shift.end', 'shift', { details: { next: bo.id, note: 'The lamp is out' } }));
  assert.equal(ended!.result, 'done');
  assert.equal((await grid.day()).shift, undefined);
});

test('what is written on the phone moves its task on before the city has heard of it', async (t) => {
  const { phone, told, action, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const cleaner = await phone('cleaning', ['handler']);
  await grid.sync(action('check.confirm', await told(), { photos: [photo] }));
  const { tasks } = await cleaner.day();
  const { target } = tasks[0]!;
  const after = (...kinds: ('order.accept' | 'order.set_out' | 'order.finish')[]) =>
    tasksAfter(
      tasks,
      kinds.map((kind) => ({ kind, target })),
    ).map(({ state }) => state);
  assert.deepEqual(after(), ['issued']);
  assert.deepEqual(after('order.accept', 'order.set_out'), ['on_the_way']);
  assert.deepEqual(after('order.accept', 'order.finish'), []);
});

test('what the city has acknowledged does not jump back before the new day has come', async (t) => {
  const { phone, told, action, photo, clock } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  const kept = await grid.day();
  const doneAt = clock.now();
  const after = dayAfter(kept, [
    { kind: 'check.confirm', target: caseId, doneAt },
    { kind: 'shift.start', target: 'shift', doneAt },
  ]);
  assert.deepEqual([after.tasks, after.shift], [[], { startedAt: doneAt }]);
  await grid.sync(action('check.confirm', caseId, { photos: [photo] }), action('shift.start', 'shift'));
  const fetched = mergeDay(after, await grid.day(kept.version));
  assert.deepEqual([fetched.tasks, fetched.shift], [[], { startedAt: doneAt }]);
});

test('a cell’s page says who answers for it, what stands there, what happened and what is open', async (t) => {
  const { phone, told, action, photo } = await crewTown(t);
  const grid = await phone('grid-c1', [...GRID], ['C1']);
  const caseId = await told();
  await grid.sync(action('check.confirm', caseId, { photos: [photo] }), action('patrol', 'tree', { photos: [photo] }));
  const { body: cell } = await grid.get('/cells/cell-1');
  assert.equal(cell.responsible.name, 'Lin An');
  assert.deepEqual(
    cell.components.map(({ things }: { things: unknown[] }) => things.length),
    [3, 1],
  );
  assert.equal(cell.open.length, 2);
  assert.deepEqual(
    cell.happened
      .filter(({ kind }: { kind: string }) => kind === 'patrol')
      .map(({ state }: { state: string }) => state)
      .sort(),
    ['check.confirm', 'patrol'],
  );
  assert.equal((await grid.get('/cells/cell-2')).status, 403);
  assert.equal((await grid.get('/cells/C1')).status, 404);
  const { body } = await grid.get(`/proofs?case=${caseId}`);
  assert.deepEqual(
    body.proofs.map(({ kind, photos }: { kind: string; photos: string[] }) => [kind, photos]),
    [['check.confirm', [photo]]],
  );
});

test('nobody gets in without work on site', async (t) => {
  const { phone } = await crewTown(t);
  const analyst = await phone('centre', ['analyst']);
  assert.equal((await analyst.get('/day')).status, 403);
  assert.equal((await analyst.post([])).status, 403);
});
