import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROLES, type Role } from '#kernel/roles.ts';
import { DAY } from '#kernel/time.ts';
import type { Answer } from '#tests/console/operations-centre.ts';
import { dumpOutsideVault, lookedAfter } from './looked-after.ts';

const LIU = { name: '柳依然', phone: '13733334444' };

test('from a report to the call back: staff see how many told us, a name only for a reason, and the person sees who looked', async (t) => {
  const city = await lookedAfter(t);
  const { caseId, pseudonym } = await city.tell(LIU);
  const desk = await city.caller('analyst', { party: 'centre' });

  const { body } = await desk.get(`/cases/${caseId}/contacts`);
  assert.equal(body.told, 1);
  assert.deepEqual(body.purposes, ['answer-report', 'visit', 'urgent-danger', 'check-of-complaint']);
  assert.doesNotMatch(JSON.stringify(body), /柳|137|p_/);

  const [{ id }] = body.contacts as Answer;
  const revealed = await desk.send('POST', `/cases/${caseId}/contacts/${id}/reveal`, {
    purpose: 'answer-report',
    fields: ['name', 'phone'],
  });
  assert.deepEqual(revealed.body, { person: LIU, shownSeconds: 60 });
  assert.equal(revealed.headers.get('cache-control'), 'no-store');
  const [access] = await city.vault.accesses(pseudonym);
  assert.deepEqual([access?.by, access?.purpose, access?.caseId], ['analyst', 'answer-report', caseId]);

  const everything = await dumpOutsideVault(city.database);
  assert.ok(everything.includes(pseudonym), 'casework knows the pseudonym');
  assert.deepEqual(
    [LIU.name, LIU.phone, '3733334444'].filter((text) => everything.includes(text)),
    [],
  );
});

test('without a reason, with another’s contact, or from another party there is nothing to see and nothing is written', async (t) => {
  const city = await lookedAfter(t);
  const { caseId, pseudonym } = await city.tell(LIU);
  const desk = await city.caller('analyst', { party: 'centre' });
  const [{ id }] = (await desk.get(`/cases/${caseId}/contacts`)).body.contacts as Answer;
  const ask = (who: typeof desk, contact: string, body: object) =>
    who.send('POST', `/cases/${caseId}/contacts/${contact}/reveal`, body);
  const fields = ['name'];

  assert.equal((await ask(desk, id, { fields })).status, 400);
  assert.equal((await ask(desk, id, { fields, purpose: 'curiosity' })).status, 400);
  assert.equal((await ask(desk, id, { fields: [], purpose: 'visit' })).status, 400);
  assert.equal((await ask(desk, id, { fields, purpose: 'own-data' })).body.code, 'reveal.not_yours');
  assert.equal((await ask(desk, id, { fields, purpose: 'care' })).body.code, 'reveal.not_yours');
  assert.equal((await ask(desk, 'receipt_other', { fields, purpose: 'visit' })).status, 404);
  const gas = await city.caller('handler', { party: 'gas' });
  assert.equal((await ask(gas, id, { fields, purpose: 'visit' })).status, 404);
  const verifier = await city.caller('verifier', { party: 'centre' });
  assert.equal((await ask(verifier, id, { fields, purpose: 'visit' })).status, 403);
  assert.deepEqual(await city.vault.accesses(pseudonym), []);
});

test('what has been erased is told as gone, and a look at it as a conflict', async (t) => {
  const city = await lookedAfter(t);
  const { caseId, pseudonym } = await city.tell(LIU);
  const desk = await city.caller('dispatcher', { party: 'centre' });
  await city.vault.erase(pseudonym, 'own-wish');
  const [contact] = (await desk.get(`/cases/${caseId}/contacts`)).body.contacts as Answer;
  assert.deepEqual([contact.erasedAt, contact.fields], [city.clock.now(), []]);
  const { status, body } = await desk.send('POST', `/cases/${caseId}/contacts/${contact.id}/reveal`, {
    purpose: 'visit',
    fields: ['phone'],
  });
  assert.deepEqual([status, body.code], [409, 'person.erased']);
});

test('the equity of communities counts who spoke up and what was found without them, and never a small number', async (t) => {
  const city = await lookedAfter(t);
  for (let n = 0; n < 5; n++) await city.tell({ name: 'N', phone: `1370000000${n}` });
  city.clock.pass(1);
  const desk = await city.caller('analyst');
  const ask = async () => (await desk.get('/equity?days=30')).body as Answer;
  const before = await ask();
  assert.equal(before.smallestCount, 5);
  const own = (view: Answer, id: string) => view.communities.find((each: Answer) => each.id === id);
  assert.deepEqual([own(before, 'C1').told, own(before, 'C1').residents], [5, 120]);
  assert.equal(own(before, 'C2').told, undefined);
  city.clock.pass(31 * DAY);
  assert.equal(own(await ask(), 'C1').told, undefined);
  assert.equal((await (await city.caller('handler', { party: 'waterworks' })).get('/equity')).status, 403);
});

const DESK: readonly Role[] = ['analyst', 'dispatcher', 'handler'];
const DOORS: Readonly<Record<string, readonly Role[]>> = {
  'GET /cases/none/contacts': DESK,
  'POST /cases/none/contacts/none/reveal': DESK,
  'GET /care': ['handler'],
  'POST /care': ['handler'],
  'DELETE /care/none': ['handler'],
  'POST /care/none/away': ['handler'],
  'POST /care/none/seen': ['handler'],
  'GET /equity': ['administrator', 'analyst', 'dispatcher', 'verifier', 'auditor'],
};

test('nobody gets in without a key, and each role only where the table says', async (t) => {
  const city = await lookedAfter(t);
  const callers = await Promise.all(
    ROLES.map(async (role) => ({ role, ...(await city.caller(role, { thingIds: [1], party: 'grid-0412' })) })),
  );
  for (const [door, allowed] of Object.entries(DOORS)) {
    const [method, path] = door.split(' ') as [string, string];
    assert.equal((await city.ask(method, path)).status, 401, `${door} as nobody`);
    for (const { role, send } of callers) {
      const { status, body } = await send(method, path);
      assert.equal(
        body.code !== 'caller.not_permitted' && status !== 403,
        allowed.includes(role),
        `${door} as ${role}`,
      );
    }
  }
});
