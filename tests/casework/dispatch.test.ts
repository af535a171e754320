import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aBurst,
  BURST,
  type City,
  DISPATCHER,
  dispatchedBurst,
  handled,
  LAMP,
  metresEast,
  NOON,
  PARTIES,
  PHOTO,
  SMALL_BORE,
  smallCity,
  worker,
} from './small-city.ts';

const WATER = worker('waterworks');

async function confirmed(city: City, facts: { readonly bore_mm?: number }) {
  await city.casework.onFinding({ change: 'raised', finding: aBurst({ facts }) });
  return city.act((await city.onlyCase()).id, 'confirm');
}

test('a bore of 499 mm has one plan, 500 mm another; an unknown bore has none and the waterworks go alone', async (t) => {
  const plans = [];
  for (const facts of [{ bore_mm: 499 }, { bore_mm: 500 }, {}]) {
    const sent = await confirmed(await smallCity(t), facts);
    plans.push([sent.plan?.id, sent.workOrders.length, sent.party]);
  }
  assert.deepEqual(plans, [
    ['burst-below-500', 7, 'waterworks'],
    ['burst-from-500', 3, 'waterworks'],
    [undefined, 1, 'waterworks'],
  ]);
});

test('a case of the district is not pushed down to a street; pushing it up to the city is allowed', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  const pushed = city.act(sent.id, 'dispatch', { party: 'ferry-street' }, DISPATCHER);
  await assert.rejects(pushed, { code: 'case.pushed_down', kind: 'conflict', field: 'party' });
  const up = await city.act(sent.id, 'dispatch', { party: 'centre' }, DISPATCHER);
  assert.equal(up.party, 'centre');
});

test('at the owning level only who does that work may be given it', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await assert.rejects(city.act(sent.id, 'dispatch', { party: 'fire' }, DISPATCHER), { code: 'case.not_its_work' });
  await assert.rejects(city.act(sent.id, 'dispatch', { party: 'nobody' }, DISPATCHER), {
    code: 'party.unknown',
    field: 'party',
  });
  const other = await city.act(sent.id, 'dispatch', { party: 'waterworks-east' }, DISPATCHER);
  assert.deepEqual(
    other.workOrders.filter(({ lead }) => lead).map(({ party, state }) => [party, state]),
    [
      ['waterworks', 'cancelled'],
      ['waterworks-east', 'issued'],
    ],
  );
});

test('the system itself pushes nothing down: without a party that may lead, the case stays open and escalates', async (t) => {
  const city = await smallCity(
    t,
    { parties: PARTIES.filter(({ id }) => !id.startsWith('waterworks')), plans: [] },
    {
      responsibilityAt: () => ({
        cell: 'c',
        community: 'o',
        street: 's',
        district: 'd',
        address: { en: 'Here' },
        partyFor: (role) => (role === 'waterworks' ? 'ferry-street' : undefined),
        gridWorker: undefined,
      }),
    },
  );
  const open = await confirmed(city, {});
  assert.deepEqual([open.state, open.workOrders.length, open.clock?.stage], ['opened', 0, 'accept']);
  city.pass(10);
  await city.tick();
  assert.equal((await city.onlyCase()).escalations, 1);
  const sent = await city.act(open.id, 'dispatch', { party: 'centre' }, DISPATCHER);
  assert.deepEqual([sent.state, sent.workOrders[0]?.party], ['dispatched', 'centre']);
});

test('a bounce is counted with its reason and does not set the handling clock back', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await assert.rejects(city.act(sent.id, 'return', {}, WATER), { code: 'reason.missing' });
  city.pass(5);
  const back = await city.act(sent.id, 'return', { reason: 'The pipe is the eastern works’.' }, WATER);
  assert.deepEqual([back.state, back.bounces, back.party], ['opened', 1, undefined]);
  city.pass(5);
  const again = await city.act(sent.id, 'dispatch', { party: 'waterworks-east' }, DISPATCHER);
  const lead = again.workOrders.findLast((order) => order.lead);
  assert.equal(lead?.party, 'waterworks-east');
  await city.act(sent.id, 'accept', {}, worker('waterworks-east'));
  assert.equal((await city.onlyCase()).clock?.dueAt, NOON + 180 * 60_000);
});

test('after the last bounce the class allows, the first receiver leads and nobody returns it any more', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await city.act(sent.id, 'return', { reason: 'Not ours.' }, WATER);
  await city.act(sent.id, 'dispatch', { party: 'waterworks-east' }, DISPATCHER);
  const second = await city.act(sent.id, 'return', { reason: 'Not ours either.' }, worker('waterworks-east'));
  assert.deepEqual([second.state, second.party, second.bounces], ['dispatched', 'waterworks', 2]);
  assert.equal(second.events.at(-1)?.details.firstReceiverLeads, true);
  await assert.rejects(city.act(sent.id, 'return', { reason: 'Still not ours.' }, WATER), {
    code: 'case.first_receiver_leads',
    kind: 'conflict',
  });
  await assert.rejects(city.act(sent.id, 'dispatch', { party: 'waterworks-east' }, DISPATCHER), {
    code: 'case.first_receiver_leads',
  });
});

test('a class that allows no bounce is never returned', async (t) => {
  const city = await smallCity(t, { classes: [{ ...BURST, bounceLimit: 0 }] });
  const sent = await dispatchedBurst(city);
  await assert.rejects(city.act(sent.id, 'return', { reason: 'Not ours.' }, WATER), {
    code: 'case.first_receiver_leads',
  });
});

test('only the party that was asked acts on an order, or a crew of it', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await assert.rejects(city.order(sent, 'repair', 'accept', {}, worker('fire')), {
    code: 'order.not_yours',
    kind: 'forbidden',
  });
  await assert.rejects(city.act(sent.id, 'accept', {}, worker('fire')), { code: 'case.not_yours', kind: 'forbidden' });
  await assert.rejects(city.act(sent.id, 'accept', {}, DISPATCHER), { code: 'case.not_yours' });
  const accepted = await city.order(sent, 'repair', 'accept', {}, worker('waterworks-crew-2'));
  assert.equal(accepted.state, 'in_progress');
});

test('the case is in progress when its lead accepts, not when a helper does', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  assert.equal((await city.order(sent, 'traffic', 'accept')).state, 'dispatched');
  assert.equal((await city.order(sent, 'repair', 'accept')).state, 'in_progress');
});

test('an order that needs a photo is not finished without one, nor one without words', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await city.order(sent, 'repair', 'accept');
  await assert.rejects(city.order(sent, 'repair', 'finish', { feedback: 'Done.' }), {
    code: 'order.photo_needed',
    field: 'photos',
  });
  await assert.rejects(city.order(sent, 'repair', 'finish', { photos: [PHOTO] }), { code: 'feedback.missing' });
  await assert.rejects(city.order(sent, 'repair', 'finish', { feedback: 'Done.', photos: ['../etc'] }), {
    code: 'photos.not_a_key',
    field: 'photos[0]',
  });
  const done = await city.order(sent, 'repair', 'finish', { feedback: 'Done.', photos: [PHOTO] });
  assert.deepEqual(done.workOrders[0]?.photos, [PHOTO]);
});

test('an order is finished only after it was accepted, and only once', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  const done = { feedback: 'Done.' };
  await assert.rejects(city.order(sent, 'traffic', 'finish', done), {
    code: 'order.move_not_allowed',
    kind: 'conflict',
  });
  await city.order(sent, 'traffic', 'accept');
  await city.order(sent, 'traffic', 'finish', done);
  await assert.rejects(city.order(sent, 'traffic', 'finish', done), { code: 'order.move_not_allowed' });
});

test('a supporting order that is refused and that nobody else can take goes a level up and keeps the case from being handled', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  const refused = await city.order(sent, 'gas', 'refuse', { reason: 'No gas main here.' });
  assert.deepEqual([refused.escalations, refused.workOrders.find(({ key }) => key === 'gas')?.state], [1, 'refused']);
  const done = await handled(city, refused);
  assert.equal(done.state, 'in_progress');
  const letOff = await city.order(done, 'gas', 'cancel', { reason: 'There is none.' }, DISPATCHER);
  assert.equal(letOff.state, 'handled');
});

test('a refused order goes to whoever else answers for the role, and to whom the dispatcher names', async (t) => {
  const parties = PARTIES.map((party) =>
    party.id === 'gas'
      ? { ...party, parent: 'power' }
      : party.id === 'power'
        ? { ...party, roles: ['power', 'gas-company'] }
        : party,
  );
  const partyFor = (role: string) =>
    role === 'gas-company' ? 'gas' : PARTIES.find(({ roles }) => roles.includes(role))?.id;
  const city = await smallCity(
    t,
    { parties },
    {
      responsibilityAt: () => ({
        cell: 'c',
        community: 'o',
        street: 's',
        district: 'd',
        address: { en: 'Here' },
        partyFor,
        gridWorker: undefined,
      }),
    },
  );
  const sent = await dispatchedBurst(city);
  const refused = await city.order(sent, 'gas', 'refuse', { reason: 'No crew.' });
  const gas = refused.workOrders.filter(({ key }) => key === 'gas');
  assert.deepEqual(
    gas.map(({ party, state }) => [party, state]),
    [
      ['gas', 'refused'],
      ['power', 'issued'],
    ],
  );
  const named = await city.act(sent.id, 'dispatch', { party: 'fire', order: 'gas' }, DISPATCHER);
  assert.deepEqual([named.state, named.workOrders.at(-1)?.party], ['dispatched', 'fire']);
});

test('the lead order is not cancelled by itself', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  await assert.rejects(city.order(sent, 'repair', 'cancel', { reason: 'No.' }, DISPATCHER), { code: 'order.leads' });
});

test('locating another pipe chooses the plan again: who is rightly sent keeps their order and clock, the others are called off', async (t) => {
  const city = await smallCity(
    t,
    {},
    { findAsset: (id) => (id === 'pipe-600' ? { place: metresEast(50), facts: { bore_mm: 600 } } : undefined) },
  );
  const sent = await dispatchedBurst(city);
  await city.order(sent, 'repair', 'accept');
  city.pass(20);
  await assert.rejects(city.act(sent.id, 'locate', { assetId: 'pipe-0' }), { code: 'asset.unknown', field: 'assetId' });
  await assert.rejects(city.act(sent.id, 'locate', {}), { code: 'locate.nothing' });
  const located = await city.act(sent.id, 'locate', { assetId: 'pipe-600', reason: 'Seen by the crew.' });
  assert.equal(located.plan?.id, 'burst-from-500');
  assert.equal(located.state, 'in_progress');
  assert.deepEqual(located.place, metresEast(50));
  assert.deepEqual(located.facts, { bore_mm: 600 });
  const states = located.workOrders.map(({ key, state }) => `${key} ${state}`);
  assert.deepEqual(states, [
    'repair accepted',
    'traffic issued',
    'power cancelled',
    'gas cancelled',
    'telecom cancelled',
    'water issued',
    'residents cancelled',
  ]);
  assert.equal(located.workOrders[1]?.acceptBy, NOON + 5 * 60_000);
});

test('a class that needs no analyst is opened and dispatched by the system, and the party’s acceptance is its acknowledgement', async (t) => {
  const city = await smallCity(t, { classes: [{ ...BURST, needsConfirmation: false }, LAMP] });
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  const sent = await city.onlyCase();
  assert.deepEqual(
    [sent.state, sent.acknowledgedAt, sent.acknowledgeBy],
    ['dispatched', undefined, NOON + 10 * 60_000],
  );
  assert.deepEqual(
    sent.events.slice(0, 3).map(({ type, actor }) => `${type} ${actor.kind}`),
    ['collect system', 'confirm system', 'plan.chosen system'],
  );
  city.pass(3);
  await city.order(sent, 'repair', 'accept');
  assert.equal((await city.onlyCase()).acknowledgedAt, NOON + 3 * 60_000);
});

test('two analysts confirm at the same moment, in two processes: one of them wins, the other is told', async (t) => {
  const city = await smallCity(t);
  await city.casework.onFinding({ change: 'raised', finding: aBurst() });
  const { id } = await city.onlyCase();
  const analyst = (name: string) => ({ kind: 'account' as const, id: name, name, party: 'centre' });
  const outcomes = await Promise.allSettled([
    city.casework.act(id, 'confirm', {}, analyst('first')),
    city.another().act(id, 'confirm', {}, analyst('second')),
  ]);
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const lost = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  assert.deepEqual(
    [lost.reason.code, lost.reason.kind, lost.reason.details.state],
    ['case.move_not_allowed', 'conflict', 'dispatched'],
  );
  assert.equal((await city.onlyCase()).workOrders.length, SMALL_BORE.orders.length);
});

test('many cases at once from two processes: every event has its place in the one chain', async (t) => {
  const city = await smallCity(t);
  const other = city.another();
  const raise = (casework: City['casework'], index: number) =>
    casework.onFinding({
      change: 'raised',
      finding: aBurst({ key: `burst-${index}`, place: metresEast(index * 2_000) }),
    });
  await Promise.all(Array.from({ length: 20 }, (_, index) => raise(index % 2 === 0 ? city.casework : other, index)));
  const events = await city.casework.events(0, 1_000);
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    Array.from({ length: 21 }, (_, index) => index + 1),
  );
  const references = (await city.casework.listCases({ limit: 50 })).cases.map(({ reference }) => reference);
  assert.equal(new Set(references).size, 20);
});

test('what is wrong with an action is said with a code, and nothing is written', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  const before = (await city.casework.events(0, 1_000)).length;
  await assert.rejects(city.act('case_nowhere', 'note', { text: 'x' }), { code: 'case.unknown', kind: 'not_found' });
  await assert.rejects(city.act(sent.id, 'evaluate'), { code: 'action.unknown', field: 'action' });
  await assert.rejects(city.act(sent.id, 'note', { text: 7 }), { code: 'text.not_text', field: 'text' });
  await assert.rejects(city.act(sent.id, 'regrade', { grade: 'pink', reason: 'x' }), {
    code: 'grade.unknown',
    field: 'grade',
  });
  await assert.rejects(city.act(sent.id, 'locate', { place: [200, 0] }), {
    code: 'place.not_a_position',
    field: 'place',
  });
  await assert.rejects(city.act(sent.id, 'verify_pass', { photos: [PHOTO] }), { code: 'case.move_not_allowed' });
  assert.equal((await city.casework.events(0, 1_000)).length, before);
});
