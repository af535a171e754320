/** mySociety's service request updates, out and in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATUSES } from '#adapters/open311/statuses.ts';
import { DAY, HOUR } from '#kernel/time.ts';
import { NOON, reportingTown, type Town } from './reporting-town.ts';

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
const updatesOf = async (town: Town, query = '') =>
  (await town.get(`servicerequestupdates.json?locale=en${query}`)).body;
const send = (town: Town, key: string, fields: Record<string, string>) =>
  town.post('servicerequestupdates.json', Object.entries({ api_key: key, ...fields }));
const eventsOf = async (town: Town, id: string) => {
  const [request] = await town.requests.list({ ids: [id], limit: 1 });
  return (await town.casework.getCase(request!.caseId!)).events;
};

test('every step of a case is an update with its own number and one of the thirteen statuses', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  town.clock.pass(HOUR);
  await town.bring(id, 'closed');
  const updates = await updatesOf(town);
  assert.deepEqual(
    updates.map(({ status }: { status: string }) => status),
    ['FOR_TRIAGE', 'INVESTIGATING', 'ACTION_SCHEDULED', 'IN_PROGRESS', 'IN_PROGRESS', 'FIXED'],
  );
  const last = updates.at(-1);
  assert.deepEqual(last, {
    update_id: last.update_id,
    service_request_id: id,
    status: 'FIXED',
    updated_datetime: iso(NOON + HOUR),
    description: 'Done, checked and closed.',
    media_url: null,
  });
  assert.equal(new Set(updates.map(({ update_id }: { update_id: string }) => update_id)).size, updates.length);
  assert.deepEqual(await updatesOf(town), updates);
  assert.equal(STATUSES.length, 13);
});

test('in XML they are service_request_updates/request_update', async (t) => {
  const town = await reportingTown(t);
  await town.bring(await town.reportLamp(), 'dispatched');
  const { body, type } = await town.get('servicerequestupdates.xml');
  assert.equal(type, 'text/xml; charset=utf-8');
  assert.equal(body.service_request_updates.request_update.length, 3);
});

test('who joins a case that is under way is told where it stands, and then every further step', async (t) => {
  const town = await reportingTown(t);
  await town.bring(await town.reportLamp(), 'in_progress');
  town.clock.pass(HOUR / 2);
  const joined = await town.reportLamp({ description: 'Dark here too' });
  const statuses = async () =>
    (await updatesOf(town, `&service_request_id=${joined}`)).map(({ status }: { status: string }) => status);
  assert.deepEqual(await statuses(), ['IN_PROGRESS']);
});

test('a dismissed case needs no further action; one that was reopened is open again', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  await town.bring(id, 'dismissed');
  assert.equal((await updatesOf(town)).at(-1).status, 'NO_FURTHER_ACTION');
  const key = await town.key('integrator');
  const answer = await send(town, key, {
    service_request_id: id,
    update_id: '1',
    status: 'REOPEN',
    description: 'It is still dark',
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await updatesOf(town)).find(({ status }: { status: string }) => status === 'REOPEN')?.status, 'REOPEN');
  const [request] = (await town.get(`requests/${id}.json`)).body;
  assert.equal(request.status, 'open');
});

test('a period picks its updates, both ends included; without one the last 90 days', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  town.clock.pass(HOUR);
  await town.bring(id, 'in_progress');
  const count = async (from: number, to: number) =>
    (await updatesOf(town, `&start_date=${iso(from)}&end_date=${iso(to)}`)).length;
  assert.equal(await count(NOON, NOON), 1);
  assert.equal(await count(NOON + 1_000, NOON + HOUR), 3);
  assert.equal(await count(NOON + HOUR + 1_000, NOON + DAY), 0);
  assert.equal(
    (await town.get(`servicerequestupdates.json?start_date=${iso(NOON - 91 * DAY)}&end_date=${iso(NOON)}`)).status,
    400,
  );
  town.clock.pass(91 * DAY);
  assert.deepEqual(await updatesOf(town), []);
});

test('an update needs a key, a request, a number and a status of the thirteen', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  const key = await town.key('integrator');
  const fields = { service_request_id: id, update_id: 'u1', status: 'IN_PROGRESS', description: 'On it' };
  const status = async (change: Record<string, string>) => (await send(town, key, { ...fields, ...change })).status;
  assert.equal((await town.post('servicerequestupdates.json', Object.entries(fields))).status, 403);
  assert.equal(await status({ service_request_id: 'none' }), 404);
  for (const missing of ['service_request_id', 'update_id', 'status'])
    assert.equal(await status({ [missing]: '' }), 400, missing);
  assert.equal(await status({ status: 'LOST' }), 400);
  assert.equal(await status({ updated_datetime: 'now' }), 400);
  for (const [n, each] of STATUSES.entries())
    assert.equal(await status({ status: each, update_id: `all-${n}` }), 200, each);
  assert.equal(await status({ status: 'in progress', update_id: 'spaced' }), 200);
});

test('the same update sent again is answered the same and told to the case once; another sender’s number is another update', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  const key = await town.key('integrator');
  const fields = {
    service_request_id: id,
    update_id: 'u1',
    status: 'INVESTIGATING',
    description: 'We look at it',
    email: 'ming@mail.example',
  };
  const first = await send(town, key, fields);
  assert.match(first.body[0].update_id, /^upd_/);
  assert.deepEqual((await send(town, key, fields)).body, first.body);
  const notes = async () =>
    (await eventsOf(town, id)).filter(({ type }) => type === 'note').map(({ details }) => details['text']);
  assert.deepEqual(await notes(), ['INVESTIGATING: We look at it #u1']);
  const other = await send(town, await town.key('integrator'), fields);
  assert.notDeepEqual(other.body, first.body);
  assert.equal((await notes()).length, 2);
  const elsewhere = await town.reportLamp({ lat: '29.57' });
  assert.equal((await send(town, key, { ...fields, service_request_id: elsewhere })).status, 400);
  assert.ok(!JSON.stringify(await updatesOf(town)).includes('mail.example'));
});

test('an update that broke off between being stored and being told is told when it is sent again', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  const key = await town.key('integrator');
  const fields = { service_request_id: id, update_id: 'u1', status: 'PLANNED', description: 'Next week' };
  await send(town, key, fields);
  await town.database.query('UPDATE open311_received_updates SET told_at = NULL');
  await send(town, key, fields);
  assert.equal((await eventsOf(town, id)).filter(({ type }) => type === 'note').length, 1);
  const rows = await town.database.query<{ told_at: Date | null }>('SELECT told_at FROM open311_received_updates');
  assert.notEqual(rows[0]?.told_at, null);
});
