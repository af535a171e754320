import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aBurst,
  aFinding,
  type City,
  DISPATCHER,
  dispatchedBurst,
  handled,
  LAMP,
  metresEast,
  NOON,
  PHOTO,
  RESIDENT,
  smallCity,
  VERIFIER,
  worker,
} from './small-city.ts';

const TABLES = ['cases', 'work_orders', 'reports', 'case_findings'];

const readModel = (city: City) =>
  Promise.all(TABLES.map((table) => city.database.query(`SELECT * FROM ${table} ORDER BY 1`)));

/** A busy hour: several cases in every kind of trouble. */
async function busyHour(city: City): Promise<void> {
  const sent = await dispatchedBurst(city);
  await city.act(sent.id, 'return', { reason: 'Not ours.' }, worker('waterworks'));
  await city.act(sent.id, 'dispatch', { party: 'waterworks-east' }, DISPATCHER);
  city.pass(12);
  await city.tick();
  await city.casework.report({
    caseClass: LAMP.code,
    place: metresEast(4_000),
    description: 'Dark.',
    source: 'resident',
    reporter: RESIDENT,
    photos: [],
  });
  await city.casework.onFinding({
    change: 'raised',
    finding: aFinding({ key: 'low-1', place: metresEast(8_000), since: city.now() }),
  });
  await city.casework.onFinding({
    change: 'raised',
    finding: aFinding({ key: 'low-2', place: metresEast(8_900), since: city.now() }),
  });
  await city.casework.onFinding({
    change: 'raised',
    finding: aBurst({ key: 'burst-2', place: metresEast(8_500), basis: ['low-1', 'low-2'] }),
  });
  await city.act(sent.id, 'pause', { reason: 'Waiting for a part.' }, DISPATCHER);
  city.pass(30);
  await city.act(sent.id, 'resume', {}, DISPATCHER);
  const open = await city.casework.getCase(sent.id);
  const done = await handled(city, open);
  await city.act(done.id, 'verify_fail', { reason: 'Wet.' }, VERIFIER);
  const again = await handled(city, await city.casework.getCase(sent.id));
  await city.act(again.id, 'verify_pass', { photos: [PHOTO] }, VERIFIER);
  const lamp = (await city.cases()).find(({ caseClass }) => caseClass === LAMP.code);
  await city.act(lamp!.id, 'dismiss', { reason: 'It was day.' });
}

test('the read model thrown away and rebuilt from the events is the same, row by row', async (t) => {
  const city = await smallCity(t);
  await busyHour(city);
  const before = await readModel(city);
  await city.casework.rebuild();
  assert.deepEqual(await readModel(city), before);
  assert.ok(before.every((rows) => rows.length > 0));
});

test('an event is written once: changing, deleting and emptying are refused by the database itself', async (t) => {
  const city = await smallCity(t);
  await dispatchedBurst(city);
  for (const sql of [
    `UPDATE case_events SET type = 'note' WHERE sequence = 2`,
    'DELETE FROM case_events WHERE sequence = 2',
    'TRUNCATE case_events',
  ]) {
    await assert.rejects(city.database.query(sql), /written once/, sql);
  }
});

test('the queue as it was: before the alarm nothing, then collected, then dispatched, then closed', async (t) => {
  const city = await smallCity(t);
  city.pass(1);
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  const { id } = await city.onlyCase();
  city.pass(1);
  const sent = await city.act(id, 'confirm');
  city.pass(1);
  await city.act((await handled(city, sent)).id, 'verify_pass', { photos: [PHOTO] }, VERIFIER);
  city.pass(1);
  const at = async (minutes: number, open?: boolean) => {
    const { cases } = await city.casework.listCases({ at: NOON + minutes * 60_000, limit: 10, open });
    return cases.map(({ state }) => state);
  };
  assert.deepEqual(
    [await at(0.99), await at(1), await at(2), await at(3), await at(4)],
    [[], ['collected'], ['dispatched'], ['evaluated'], ['evaluated']],
  );
  assert.deepEqual([await at(2.99, true), await at(3, true)], [['dispatched'], []]);

  const then = await city.casework.getCase(id, NOON + 60_000);
  assert.deepEqual([then.state, then.events.length, then.workOrders.length], ['collected', 1, 0]);
  await assert.rejects(city.casework.getCase(id, NOON), { code: 'case.unknown' });
});

test('the queue now and the queue at this very moment are the same', async (t) => {
  const city = await smallCity(t);
  await busyHour(city);
  const now = await city.casework.listCases({ limit: 100 });
  assert.deepEqual(await city.casework.listCases({ limit: 100, at: city.now() }), now);
});

test('a second later the city looks back on the same case in the same words', async (t) => {
  const city = await smallCity(t);
  await busyHour(city);
  const [first] = await city.cases();
  const at = city.now();
  city.pass(1);
  await city.act(first!.id, 'note', { text: 'Later.' });
  const { cases } = await city.casework.listCases({ at, limit: 100 });
  const {
    events: _,
    workOrders: __,
    children: ___,
    impact: _i,
    facts: _f,
    plan: _p,
    deferral: _d,
    evaluation: _e,
    ...summary
  } = first!;
  assert.deepEqual(
    cases.find(({ id }) => id === first?.id),
    summary,
  );
});

test('the queue is asked by state, grade, party, area, text and time, worst first', async (t) => {
  const city = await smallCity(t);
  await busyHour(city);
  const count = async (query: object) => (await city.casework.listCases({ limit: 100, ...query })).total;
  const all = (await city.casework.listCases({ limit: 100 })).cases;
  assert.deepEqual(all.map(({ state }) => state).slice(0, 1), ['collected']);
  assert.equal(await count({}), 4);
  assert.equal(await count({ open: true }), 1);
  assert.equal(await count({ states: ['dismissed', 'merged'] }), 2);
  assert.equal(await count({ domain: 'power' }), 1);
  assert.equal(await count({ grade: 'red' }), 2);
  assert.equal(await count({ party: 'traffic-police' }), 1);
  assert.equal(await count({ areas: ['district-1'] }), 4);
  assert.equal(await count({ areas: ['district-2'] }), 0);
  assert.equal(await count({ text: 'ferry steps' }), 4);
  assert.equal(await count({ text: 'SC-20260301-0002' }), 1);
  assert.equal(await count({ text: '渡口' }), 4);
  assert.equal(await count({ from: NOON + 1 }), 3);
  assert.equal(await count({ to: NOON + 1 }), 1);
  assert.equal((await city.casework.listCases({ limit: 2 })).cases.length, 2);
});

test('orders are listed by party and by whether they are open', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await city.order(sent, 'gas', 'accept');
  await city.order(sent, 'gas', 'finish', { feedback: 'No gas main is hurt.' });
  const keys = async (query: object) =>
    (await city.casework.listOrders(query)).map(({ key, state }) => `${key} ${state}`);
  assert.deepEqual(await keys({ party: 'gas' }), ['gas finished']);
  assert.deepEqual(await keys({ party: 'gas', open: true }), []);
  assert.equal((await keys({ open: true })).length, 6);
});

test('what the world is told comes in ledger order, after it is true, with the case as it then stood', async (t) => {
  const city = await smallCity(t);
  await dispatchedBurst(city);
  const events = await city.casework.events(1, 100);
  assert.deepEqual(
    city.changes.map(({ event }) => event),
    events,
  );
  assert.ok(city.changes.every(({ summary, event }) => summary.sequence === event.sequence));
  assert.deepEqual(
    city.changes.map(({ summary }) => summary.state).filter((state, index, all) => state !== all[index - 1]),
    ['collected', 'opened', 'dispatched'],
  );
});

test('a city whose clock steps back goes on after its last event', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  city.setTime(NOON - 3_600_000);
  await city.act(sent.id, 'note', { text: 'The clock was set back.' });
  const events = await city.casework.events(0, 100);
  assert.equal(events.at(-1)?.at, NOON);
});
