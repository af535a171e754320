import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR } from '#kernel/time.ts';
import { PLACE } from '#tests/casework/small-city.ts';
import { type Answer, NOON } from '#tests/console/operations-centre.ts';
import { dumpOutsideVault, lookedAfter } from './looked-after.ts';

const AUNT = { name: '邹文秀', phone: '13911112222', address: '下阶台7号3单元501', note: 'knocks twice, hears badly' };
const BODY = {
  person: AUNT,
  rules: ['water-silent'],
  cell: 'cell-1',
  expiresAt: NOON + 300 * DAY,
  given: 'on-paper',
};
const GRID = { party: 'grid-0412', areas: ['C1'] };

/** A carer, and somebody at the desk; the aunt's meter ran at noon. */
async function neighbourhood(t: Parameters<typeof lookedAfter>[0]) {
  const city = await lookedAfter(t);
  const [meter] = city.sensing.findThingByAsset('W-LOG-3')!.datastreamIds;
  const carer = await city.caller(['handler', 'verifier'], GRID);
  const desk = await city.caller(['analyst', 'dispatcher'], { party: 'centre' });
  const administrator = await city.caller('administrator');
  await city.report(3, 350);
  return { ...city, meter: meter!, carer, desk, administrator };
}

async function silent(t: Parameters<typeof lookedAfter>[0]) {
  const city = await neighbourhood(t);
  const made = await city.carer.send('POST', '/care', { ...BODY, meter: city.meter });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  city.clock.pass(13 * HOUR);
  await city.care.tick(city.clock.now());
  const { body } = await city.carer.get('/cases');
  const enrolment = made.body.enrolments[0] as { id: string };
  return { ...city, enrolment, aunt: body.cases[0] as Answer, seen: body };
}

test('a silent home becomes one case for its community, at the cell and not at the home', async (t) => {
  const { seen, aunt, care, clock, carer } = await silent(t);
  assert.equal(seen.total, 1);
  assert.equal(aunt.caseClass, 'community.care-check');
  assert.deepEqual(aunt.address, { en: 'cell-1', zh: 'cell-1' });
  assert.notDeepEqual(aunt.place, PLACE);
  assert.equal(aunt.cell, 'cell-1');
  assert.deepEqual(aunt.visibleTo, ['grid-0412']);
  clock.pass(HOUR);
  await care.tick(clock.now());
  await care.tick(clock.now());
  assert.equal((await carer.get('/cases')).body.total, 1, 'told again, it is the same case');
});

test('nobody else sees it, counts it, finds it or its work order, whatever their role', async (t) => {
  const { aunt, desk, administrator, caller, clock } = await silent(t);
  const strangers = [desk, administrator, await caller('auditor'), await caller('handler', { party: 'waterworks' })];
  for (const stranger of strangers) {
    assert.deepEqual((await stranger.get('/cases')).body, { cases: [], total: 0 });
    assert.equal((await stranger.get(`/cases/${aunt.id}`)).status, 404);
    assert.deepEqual((await stranger.get('/work-orders')).body.workOrders, []);
    assert.deepEqual((await stranger.get(`/search?q=${aunt.reference}`)).body.results, []);
    const at = clock.now();
    assert.deepEqual((await stranger.get(`/cases?at=${at}`)).body.total, 0);
  }
  assert.equal((await desk.send('POST', `/cases/${aunt.id}/actions`, { action: 'note', text: 'x' })).status, 404);
});

test('the carer learns who it is by saying so, and the person can see who looked', async (t) => {
  const { aunt, carer, enrolment, vault, care } = await silent(t);
  const contacts = await carer.get(`/cases/${aunt.id}/contacts`);
  assert.deepEqual(contacts.body.purposes, ['care']);
  assert.deepEqual(
    contacts.body.contacts.map(({ id, kind, fields }: Answer) => ({ id, kind, fields })),
    [{ id: enrolment.id, kind: 'care', fields: ['name', 'phone', 'address', 'note'] }],
  );
  assert.equal(contacts.headers.get('cache-control'), 'no-store');
  const reveal = (purpose: string) =>
    carer.send('POST', `/cases/${aunt.id}/contacts/${enrolment.id}/reveal`, { purpose, fields: ['name', 'address'] });
  assert.equal((await reveal('answer-report')).status, 403);
  assert.deepEqual((await reveal('care')).body.person, { name: AUNT.name, address: AUNT.address });
  const { pseudonym } = (await care.list({}))[0]!;
  const accesses = await vault.accesses(pseudonym);
  assert.deepEqual(
    accesses.map(({ purpose, fields, party, caseId }) => ({ purpose, fields, party, caseId })),
    [{ purpose: 'care', fields: ['name', 'address'], party: 'grid-0412', caseId: aunt.id }],
  );
});

test('in the whole database outside the vault nothing names the person or leads to the meter’s home', async (t) => {
  const { database, carer, aunt, enrolment } = await silent(t);
  await carer.send('POST', `/cases/${aunt.id}/contacts/${enrolment.id}/reveal`, { purpose: 'care', fields: ['name'] });
  const everything = await dumpOutsideVault(database);
  assert.ok(everything.includes(aunt.id));
  assert.deepEqual(
    [...Object.values(AUNT), '3911112222'].filter((text) => everything.includes(text)),
    [],
  );
});

test('found well, the concern is over and the case can close; the meter has its twelve hours again', async (t) => {
  const { aunt, carer, enrolment, care, clock, casework } = await silent(t);
  assert.equal((await carer.send('POST', `/care/${enrolment.id}/seen`)).status, 200);
  const order = (await carer.get('/work-orders')).body.workOrders[0];
  for (const action of ['accept', 'finish'])
    await carer.send('POST', `/work-orders/${order.id}/actions`, { action, feedback: 'She is well', photos: [] });
  await casework.tick(clock.now());
  assert.equal((await casework.getCase(aunt.id)).state, 'evaluated');
  clock.pass(12 * HOUR - 1);
  await care.tick(clock.now());
  assert.equal((await carer.get('/cases?open=true')).body.total, 0);
  clock.pass(1);
  await care.tick(clock.now());
  assert.equal((await carer.get('/cases?open=true')).body.total, 1);
});

test('a withdrawn consent ends everything at once: the watching, the concern, the data', async (t) => {
  const { aunt, carer, enrolment, vault, care, casework, clock, community } = await silent(t);
  const { pseudonym } = (await care.list({}))[0]!;
  assert.equal((await carer.send('DELETE', `/care/${enrolment.id}`)).status, 204);
  assert.deepEqual(await care.list({}), []);
  assert.deepEqual(await vault.describe(pseudonym), {
    pseudonym,
    erasedAt: clock.now(),
    reason: 'withdrawn-consent',
  });
  const [finding] = (await casework.getCase(aunt.id)).children;
  assert.equal(finding?.clearedAt, clock.now());
  assert.deepEqual((await carer.get(`/cases/${aunt.id}/contacts`)).body.contacts, []);
  clock.pass(5 * DAY);
  await care.tick(clock.now());
  assert.equal((await carer.get('/cases')).body.total, 1);
  assert.deepEqual(await community.planVisits(await care.listHomes()), { planned: 0, cancelled: 0 });
});

test('a consent that runs out ends it as well, on the day and not before', async (t) => {
  const { carer, meter, care, clock, vault, report } = await neighbourhood(t);
  const expiresAt = NOON + 2 * DAY;
  await carer.send('POST', '/care', { ...BODY, meter, expiresAt });
  clock.pass(2 * DAY - 1);
  await report(3, 350);
  await care.tick(clock.now());
  assert.equal((await care.list({})).length, 1);
  clock.pass(1);
  await vault.tick(clock.now());
  await care.tick(clock.now());
  assert.deepEqual(await care.list({}), []);
  assert.equal((await carer.get('/cases')).body.total, 0);
});

test('a vault that was told no while we were down is believed at the next turn', async (t) => {
  const { aunt, care, clock, vault, casework } = await silent(t);
  const { consentId } = (await care.list({}))[0]!;
  await vault.withdrawConsent(consentId, 'the person');
  await care.tick(clock.now());
  assert.deepEqual(await care.list({}), []);
  assert.equal((await casework.getCase(aunt.id)).children[0]?.clearedAt, clock.now());
});

test('another community’s people are as unknown as nobody, and who has no community looks after nobody', async (t) => {
  const { enrolment, caller } = await silent(t);
  const other = await caller('handler', { party: 'ferry-street' });
  assert.deepEqual((await other.get('/care')).body.enrolments, []);
  assert.equal((await other.send('DELETE', `/care/${enrolment.id}`)).status, 404);
  assert.equal((await other.send('POST', `/care/${enrolment.id}/seen`)).status, 404);
  const nobody = await caller('handler');
  assert.equal((await nobody.get('/care')).body.code, 'care.no_party');
});

test('a list shows rule, carer and cell, and no name', async (t) => {
  const { carer } = await silent(t);
  const text = JSON.stringify((await carer.get('/care')).body);
  assert.match(text, /"rule":"water-silent"/);
  assert.doesNotMatch(text, /邹|13911112222|p_/);
});

const REFUSED = [
  [{ meter: undefined }, 'care.meter', 'meter'],
  [{ meter: 999_999 }, 'care.meter', 'meter'],
  [{ cell: 'C1' }, 'care.cell', 'cell'],
  [{ expiresAt: NOON }, 'care.expiry', 'expiresAt'],
  [{ expiresAt: NOON + 367 * DAY }, 'care.expiry', 'expiresAt'],
  [{ carer: 'nobody' }, 'care.carer', 'carer'],
  [{ person: {} }, 'person.empty', undefined],
  [{ person: { phone: 'none' } }, 'person.phone', 'phone'],
] as const;
test('an enrolment that cannot be kept leaves nothing behind, and says which field', async (t) => {
  const { carer, meter, care, database } = await neighbourhood(t);
  for (const [change, code, field] of REFUSED) {
    const { status, body } = await carer.send('POST', '/care', { ...BODY, meter, ...change });
    assert.deepEqual([status, body.code, body.field], [400, code, field]);
  }
  assert.deepEqual(await care.list({}), []);
  assert.deepEqual(await database.query('select * from vault.people'), []);
});
