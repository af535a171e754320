import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '#kernel/time.ts';
import { PLACE } from '#tests/casework/small-city.ts';
import { type Answer, type Centre, NOON, operationsCentre } from './operations-centre.ts';
import { EAST } from './small-pack.ts';

/** The pressure has fallen at logger 1; the analyst confirmed a burst there. */
async function burst(t: Parameters<typeof operationsCentre>[0]) {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst', { party: 'centre' });
  const dispatcher = await centre.caller('dispatcher', { party: 'centre' });
  const { body } = await analyst.send('POST', '/reports', {
    caseClass: 'water.main-burst',
    place: PLACE,
    description: 'Water on the road',
    source: 'hotline',
  });
  const id: string = body.caseId;
  await analyst.send('POST', `/cases/${id}/actions`, { action: 'locate', assetId: 'W-MAIN-12' });
  const confirmed = await analyst.send('POST', `/cases/${id}/actions`, { action: 'confirm' });
  return { centre, analyst, dispatcher, id, confirmed };
}

const handler = (centre: Centre, party: string, areas: string[] = []) => centre.caller('handler', { party, areas });
const casesOf = async (who: { get(path: string): Promise<Answer> }, query = '') =>
  (await who.get(`/cases${query}`)).body.cases.map(({ id }: { id: string }) => id);

test('a limit passed becomes a case in the queue, with its evidence and what the analyst may do', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  await centre.report(1, 350, NOON - MINUTE);
  await centre.report(1, 100);
  const { body } = await analyst.get('/cases?open=true');
  assert.equal(body.total, 1);
  assert.deepEqual(body.cases[0].actions, ['acknowledge', 'confirm', 'dismiss', 'merge', 'regrade', 'locate', 'note']);
  const detail = (await analyst.get(`/cases/${body.cases[0].id}`)).body;
  assert.equal(detail.evidence.length, 1);
  const [chart] = detail.evidence;
  assert.deepEqual(
    [chart.thingName.en, chart.unit, chart.normal, chart.alarmAt],
    ['Lower Terrace 1', 'kPa', [310, 420], NOON],
  );
  assert.deepEqual(
    chart.limits.map((limit: Answer) => [limit.grade, limit.below]),
    [
      ['yellow', 248],
      ['red', 138],
    ],
  );
});

test('a handler sees the cases of the own party and those its orders are in, a crew those of its company, nobody else’s', async (t) => {
  const { centre, id } = await burst(t);
  for (const party of ['waterworks', 'waterworks-crew-1', 'gas', 'traffic-police', 'fire'])
    assert.deepEqual(await casesOf(await handler(centre, party)), [id], party);
  const stranger = await handler(centre, 'waterworks-east');
  assert.deepEqual(await casesOf(stranger), []);
  assert.deepEqual(await casesOf(stranger, '?party=waterworks'), []);
  const answer = await stranger.get(`/cases/${id}`);
  assert.deepEqual([answer.status, answer.body.code], [404, 'case.unknown']);
  assert.equal((await stranger.send('POST', `/cases/${id}/actions`, { action: 'note', text: 'x' })).status, 404);
});

test('areas bound everyone: the case is in the first street, not in the second', async (t) => {
  const { centre, id } = await burst(t);
  const analystOf = (area: string) => centre.caller('analyst', { areas: [area] });
  for (const area of ['D1', 'S1', 'C1', 'cell-1']) assert.deepEqual(await casesOf(await analystOf(area)), [id], area);
  const elsewhere = await analystOf('S2');
  assert.deepEqual(await casesOf(elsewhere), []);
  assert.equal((await elsewhere.get(`/cases/${id}`)).status, 404);
  assert.deepEqual((await elsewhere.get('/work-orders')).body.workOrders, []);
  assert.deepEqual((await elsewhere.get('/search?q=SC-')).body.results, []);
  assert.deepEqual((await elsewhere.get('/day')).body.ticks, []);
  assert.deepEqual(await casesOf(await handler(centre, 'waterworks', ['S2'])), []);
});

test('each role is offered what it may do, and refused the rest by code', async (t) => {
  const { centre, id, analyst, dispatcher } = await burst(t);
  const offered = async (who: typeof analyst) => (await who.get(`/cases/${id}`)).body.actions.toSorted();
  assert.deepEqual(await offered(await centre.caller('auditor')), []);
  assert.deepEqual(await offered(await handler(centre, 'gas')), ['note']);
  assert.deepEqual(await offered(await handler(centre, 'waterworks')), [
    'accept',
    'note',
    'request_deferral',
    'return',
  ]);
  const desk = await offered(dispatcher);
  assert.ok(
    desk.includes('dispatch') && desk.includes('pause') && !desk.includes('accept') && !desk.includes('verify_pass'),
  );
  const attempt = async (who: typeof analyst, action: string) => {
    const { status, body } = await who.send('POST', `/cases/${id}/actions`, {
      action,
      reason: 'x',
      party: 'waterworks',
    });
    return [status, body.code];
  };
  assert.deepEqual(await attempt(analyst, 'dispatch'), [403, 'caller.not_permitted']);
  assert.deepEqual(await attempt(await centre.caller('auditor'), 'note'), [403, 'caller.not_permitted']);
  assert.deepEqual(await attempt(await handler(centre, 'gas'), 'accept'), [403, 'case.not_yours']);
  assert.deepEqual(await attempt(await centre.caller('administrator'), 'accept'), [403, 'case.not_yours']);
  assert.deepEqual(await attempt(await centre.caller('administrator'), 'escalate'), [403, 'action.system_only']);
  assert.deepEqual(await attempt(await centre.caller('verifier'), 'verify_pass'), [409, 'case.move_not_allowed']);
});

test('who handled never verifies, neither the account nor the party; another person does', async (t) => {
  const { centre, id } = await burst(t);
  const photo = await centre.blobs.put(Buffer.from([0xff, 0xd8, 0xff]), 'image/jpeg');
  const works = await centre.caller(['handler', 'verifier'], { party: 'waterworks' });
  const act = (who: typeof works, action: string, details: object = {}) =>
    who.send('POST', `/cases/${id}/actions`, { action, ...details });
  assert.equal((await act(works, 'accept')).status, 200);
  const orders = (await works.get('/work-orders?open=true')).body.workOrders;
  for (const order of orders) {
    const crew = await handler(centre, order.party);
    const refused = await (await handler(centre, 'centre')).send('POST', `/work-orders/${order.id}/actions`, {
      action: 'finish',
      feedback: 'x',
    });
    assert.notEqual(refused.status, 200);
    for (const step of [{ action: 'accept' }, { action: 'finish', feedback: 'done', photos: [photo] }])
      await crew.send('POST', `/work-orders/${order.id}/actions`, step);
  }
  const handled = (await works.get(`/cases/${id}`)).body;
  assert.equal(handled.state, 'handled');
  assert.deepEqual(handled.actions, ['note']);
  assert.deepEqual(handled.photos, [{ key: photo, kind: 'after', at: NOON }]);
  const own = await act(works, 'verify_pass', { photos: [photo] });
  assert.deepEqual([own.status, own.body.code], [403, 'case.handler_verifies']);
  const verifier = await centre.caller('verifier', { party: 'centre' });
  assert.ok((await verifier.get(`/cases/${id}`)).body.actions.includes('verify_pass'));
  assert.equal((await act(verifier, 'verify_pass', { photos: [photo] })).body.state, 'evaluated');
});

test('a work order is moved by its own party only, and cancelled by the desk', async (t) => {
  const { centre, dispatcher } = await burst(t);
  const orders = (await dispatcher.get('/work-orders?open=true')).body.workOrders;
  assert.equal(orders.length, 7);
  const gas = orders.find((order: Answer) => order.party === 'gas');
  const move = (who: typeof dispatcher, action: string) =>
    who.send('POST', `/work-orders/${gas.id}/actions`, { action, reason: 'x' });
  const fire = await handler(centre, 'fire');
  assert.deepEqual(
    [(await move(fire, 'accept')).status, (await move(fire, 'accept')).body.code],
    [403, 'order.not_yours'],
  );
  assert.equal((await move(dispatcher, 'accept')).body.code, 'caller.not_permitted');
  const own = await handler(centre, 'gas');
  assert.deepEqual(
    (await own.get('/work-orders')).body.workOrders.map(({ id }: Answer) => id),
    [gas.id],
  );
  assert.equal((await move(own, 'accept')).status, 200);
  assert.equal((await move(own, 'cancel')).body.code, 'caller.not_permitted');
  assert.equal((await move(dispatcher, 'cancel')).status, 200);
  assert.equal((await own.send('POST', '/work-orders/none/actions', { action: 'accept' })).body.code, 'order.unknown');
});

test('the queue and a case are shown as they were at an instant', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  await centre.report(1, 100);
  const [id] = await casesOf(analyst);
  centre.clock.pass(10 * MINUTE);
  await analyst.send('POST', `/cases/${id}/actions`, { action: 'dismiss', reason: 'A test of the valve' });
  assert.deepEqual(await casesOf(analyst, '?open=true'), []);
  assert.deepEqual(await casesOf(analyst, `?open=true&at=${NOON + MINUTE}`), [id]);
  assert.deepEqual(await casesOf(analyst, `?open=true&at=${NOON - MINUTE}`), []);
  assert.equal((await analyst.get(`/cases/${id}?at=${NOON + MINUTE}`)).body.state, 'collected');
  assert.equal((await analyst.get(`/cases/${id}?at=${NOON - MINUTE}`)).status, 404);
});

test('the day shows when cases came and went, in the city’s hours', async (t) => {
  const centre = await operationsCentre(t);
  const analyst = await centre.caller('analyst');
  await centre.report(1, 100);
  const [id] = await casesOf(analyst);
  centre.clock.pass(HOUR);
  await analyst.send('POST', `/cases/${id}/actions`, { action: 'dismiss', reason: 'A test' });
  const { body } = await analyst.get('/day');
  assert.equal(body.date, '2026-03-01');
  assert.equal(body.hours.length, 24);
  assert.deepEqual(
    body.ticks.map(({ caseId, at }: Answer) => [caseId, at]),
    [[id, NOON]],
  );
  assert.deepEqual(
    body.hours.filter(({ opened }: Answer) => opened > 0).map(({ begin }: Answer) => begin),
    [NOON],
  );
  assert.deepEqual(
    body.changes.map(({ caseId }: Answer) => caseId),
    [id],
  );
  assert.deepEqual((await analyst.get('/day?date=2026-02-28')).body.ticks, []);
});

test('a report of a resident taken by phone joins the case of the same trouble', async (t) => {
  const { analyst, id } = await burst(t);
  const report = { caseClass: 'water.main-burst', place: PLACE, description: 'No water', source: 'hotline' };
  const near = await analyst.send('POST', '/reports', report);
  assert.deepEqual([near.status, near.body.caseId, near.body.merged], [201, id, true]);
  const far = await analyst.send('POST', '/reports', { ...report, place: EAST });
  assert.deepEqual([far.body.merged, far.body.caseId === id], [false, false]);
  const posing = await analyst.send('POST', '/reports', { ...report, source: 'integrator' });
  assert.deepEqual([posing.status, posing.body.code, posing.body.field], [403, 'report.source', 'source']);
});

test('a wrong request is told which field is wrong', async (t) => {
  const { analyst, id } = await burst(t);
  const fields = async (method: string, path: string, body?: unknown) => {
    const answer = await analyst.send(method, path, body);
    return [answer.status, answer.body.code, answer.body.field];
  };
  const report = { caseClass: 'water.main-burst', place: PLACE, description: 'x', source: 'hotline' };
  assert.deepEqual(await fields('POST', '/reports', { ...report, place: [200, 29] }), [
    400,
    'request.invalid',
    'place.0',
  ]);
  assert.deepEqual(await fields('POST', '/reports', { ...report, place: undefined }), [
    400,
    'request.invalid',
    'place',
  ]);
  assert.deepEqual(await fields('POST', '/reports', { ...report, photos: ['../etc'] }), [
    400,
    'request.invalid',
    'photos.0',
  ]);
  assert.deepEqual(await fields('POST', `/cases/${id}/actions`, { action: 'explode' }), [
    400,
    'request.invalid',
    'action',
  ]);
  assert.deepEqual((await fields('POST', `/cases/${id}/actions`, { action: 'dismiss' })).slice(0, 1), [400]);
  assert.deepEqual(await fields('GET', '/cases?grade=purple'), [400, 'request.invalid', 'grade']);
  assert.deepEqual(await fields('GET', '/cases?limit=0'), [400, 'request.invalid', 'limit']);
  assert.deepEqual(await fields('GET', '/datastreams/1/series?from=5&to=5'), [400, 'series.empty', 'to']);
  assert.deepEqual(await fields('GET', '/datastreams/99/series?from=1&to=5'), [404, 'datastream.unknown', 'id']);
  assert.deepEqual(await fields('GET', '/day?date=2026-02-31x'), [400, 'request.invalid', 'date']);
});

test('a stand-in for all teams takes the work of whichever has it, and does not verify it afterwards', async (t) => {
  const { centre, id } = await burst(t);
  const standIn = await centre.caller(['handler', 'verifier']);
  assert.equal((await standIn.send('POST', `/cases/${id}/actions`, { action: 'accept' })).body.state, 'in_progress');
  const photo = await centre.blobs.put(Buffer.from([0xff, 0xd8, 0xff]), 'image/jpeg');
  const orders = (await standIn.get('/work-orders?open=true')).body.workOrders;
  for (const order of orders)
    for (const step of [{ action: 'accept' }, { action: 'finish', feedback: 'done', photos: [photo] }])
      await standIn.send('POST', `/work-orders/${order.id}/actions`, step);
  const handled = (await standIn.get(`/cases/${id}`)).body;
  assert.deepEqual([handled.state, handled.actions], ['handled', ['note']]);
  const own = await standIn.send('POST', `/cases/${id}/actions`, { action: 'verify_pass', photos: [photo] });
  assert.deepEqual([own.status, own.body.code], [403, 'case.handler_verifies']);
});
