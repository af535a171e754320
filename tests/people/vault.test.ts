import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listTables, quoted } from '#app/backup/catalogue.ts';
import type { Database } from '#kernel/ports.ts';
import { DAY, SECOND } from '#kernel/time.ts';
import { refuseWrongKey } from '#people/vault/key-check.ts';
import { PERSONAL_FIELDS } from '#people/vault/vault.types.ts';
import { parseVaultKey } from '#people/vault/vault-key.ts';
import { ANALYST, lockedRoom, MEI, someKey } from './locked-room.ts';
import { MORNING } from './town-hall.ts';

const LOOK = { purpose: 'answer-report', fields: ['name', 'phone'], caseId: 'case_1', by: ANALYST } as const;

/** Every row of every table as text; bytes in hex. */
async function dump(database: Database): Promise<string> {
  const parts: string[] = [];
  for (const { schema, name } of await listTables(database)) {
    const rows = await database.query<{ row: string }>(`select t::text as row from ${quoted(schema, name)} t`);
    parts.push(...rows.map(({ row }) => row));
  }
  return parts.join('\n');
}

test('what is kept comes back to who says why, and only the fields that were asked for', async (t) => {
  const { vault } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  assert.match(mei, /^p_[0-9A-Za-z]{22}$/);
  assert.deepEqual(await vault.reveal(mei, LOOK), { name: MEI.name, phone: MEI.phone });
});

test('no table of the database shows a name, a number, an address or the digits of a phone', async (t) => {
  const { vault, database } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  await vault.reveal(mei, { ...LOOK, fields: PERSONAL_FIELDS });
  await vault.change(mei, { note: 'third floor' });
  const everything = await dump(database);
  assert.ok(everything.includes(mei), 'the dump sees the vault');
  const planted = [...Object.values(MEI), 'third floor', '13800138000', '3800138000'];
  const inHex = planted.map((text) => Buffer.from(text).toString('hex'));
  assert.deepEqual(
    [...planted, ...inHex].filter((text) => everything.includes(text)),
    [],
  );
});

test('the same person kept twice shares nothing that can be seen but the number’s blind index', async (t) => {
  const { vault, database } = await lockedRoom(t);
  await vault.keep(MEI, 'report');
  await vault.keep(MEI, 'report');
  const rows = await database.query<{ contents: number; keys: number; phones: number }>(
    `select (select count(distinct content) from vault.fields)::int as contents, count(distinct data_key)::int as keys,
            count(distinct phone_index)::int as phones from vault.people`,
  );
  assert.deepEqual(rows, [{ contents: 2 * PERSONAL_FIELDS.length, keys: 2, phones: 1 }]);
});

test('a look is written down before it is answered, with who, why and what was there to see', async (t) => {
  const { vault, clock } = await lockedRoom(t);
  const mei = await vault.keep({ name: MEI.name }, 'report');
  await vault.reveal(mei, LOOK);
  clock.pass(SECOND);
  await vault.reveal(mei, { purpose: 'visit', fields: ['address'], by: { ...ANALYST, name: 'Luo', party: undefined } });
  assert.deepEqual(await vault.accesses(mei), [
    { at: MORNING + SECOND, by: 'Luo', party: undefined, purpose: 'visit', caseId: undefined, fields: [] },
    {
      at: MORNING,
      by: 'Wen',
      party: 'operations-centre',
      purpose: 'answer-report',
      caseId: 'case_1',
      fields: ['name'],
    },
  ]);
});

test('when the look cannot be written down nothing is shown', async (t) => {
  const { vault, database } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  await database.query('alter table vault.accesses add constraint full_disk check (false) not valid');
  await assert.rejects(vault.reveal(mei, LOOK), /full_disk/);
});

test('who does not say why or what sees nothing, and leaves no trace in the person’s list', async (t) => {
  const { vault } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  await assert.rejects(vault.reveal(mei, { ...LOOK, purpose: 'curiosity' as never }), { code: 'reveal.purpose' });
  await assert.rejects(vault.reveal(mei, { ...LOOK, fields: [] }), { code: 'reveal.fields', field: 'fields' });
  await assert.rejects(vault.reveal(mei, { ...LOOK, fields: ['income' as never] }), { code: 'reveal.fields' });
  await assert.rejects(vault.reveal('p_nobody', LOOK), { code: 'person.unknown', kind: 'not_found' });
  assert.deepEqual(await vault.accesses(mei), []);
});

test('a caller’s earlier pseudonyms are found however the number is written', async (t) => {
  const { vault, clock } = await lockedRoom(t);
  const first = await vault.keep({ phone: '+86 138-0013-8000' }, 'report');
  clock.pass(SECOND);
  const second = await vault.keep({ phone: '13800138000' }, 'call');
  await vault.keep({ phone: '13800138001' }, 'call');
  for (const written of ['138 0013 8000', '0086 13800138000', '(+86)138.0013.8000', '１３８００１３８０００'])
    assert.deepEqual(await vault.findByPhone(written), [second, first], written);
  await assert.rejects(vault.findByPhone('ring me'), { code: 'person.phone', field: 'phone' });
});

test('a number that changed is found by the new one only', async (t) => {
  const { vault } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  await vault.change(mei, { phone: '02361234567', note: null, name: ' 何梅 ' });
  assert.deepEqual(await vault.findByPhone(MEI.phone), []);
  assert.deepEqual(await vault.findByPhone('+86 23 6123 4567'), [mei]);
  assert.deepEqual(await vault.reveal(mei, { ...LOOK, fields: PERSONAL_FIELDS }), {
    name: '何梅',
    phone: '02361234567',
    email: MEI.email,
    address: MEI.address,
  });
  await vault.change(mei, { phone: null });
  assert.deepEqual(await vault.findByPhone('02361234567'), []);
});

const REFUSED = [
  [{}, 'person.empty', undefined],
  [{ name: '  ', phone: '' }, 'person.empty', undefined],
  [{ name: 'x'.repeat(101) }, 'text.too_long', 'name'],
  [{ address: 'x'.repeat(301) }, 'text.too_long', 'address'],
  [{ note: 'x'.repeat(501) }, 'text.too_long', 'note'],
  [{ phone: '1234' }, 'person.phone', 'phone'],
  [{ phone: '1'.repeat(16) }, 'person.phone', 'phone'],
  [{ phone: '138x0138000' }, 'person.phone', 'phone'],
  [{ email: 'mei@home' }, 'person.email', 'email'],
  [{ email: 'mei home@x.example' }, 'person.email', 'email'],
] as const;
for (const [person, code, field] of REFUSED)
  test(`${JSON.stringify(person).slice(0, 40)} is refused as ${code}, naming the field and not its content`, async (t) => {
    const { vault } = await lockedRoom(t);
    await assert.rejects(vault.keep(person, 'report'), (error: Error & { code: string; field?: string }) => {
      assert.deepEqual([error.code, error.field], [code, field]);
      assert.ok(!Object.values(person).some((text) => text.trim() !== '' && error.message.includes(text)));
      return true;
    });
  });

test('five and fifteen digits are numbers, and a hundred characters a name', async (t) => {
  const { vault } = await lockedRoom(t);
  await vault.keep({ phone: '12345' }, 'call');
  await vault.keep({ phone: '+123456789012345', name: 'x'.repeat(100) }, 'call');
});

test('control characters and odd spaces do not get in', async (t) => {
  const { vault } = await lockedRoom(t);
  const someone = await vault.keep({ name: ' Mei\u0000\nHe\t' }, 'report');
  assert.deepEqual(await vault.reveal(someone, LOOK), { name: 'Mei He' });
});

test('contact data go when their time has come, not a moment before, and leave that they were there', async (t) => {
  const { vault, clock } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  const until = MORNING + 365 * DAY;
  await vault.reveal(mei, LOOK);
  await vault.release(mei, until);
  assert.deepEqual(await vault.describe(mei), { fields: PERSONAL_FIELDS, since: MORNING, until });

  clock.pass(365 * DAY - 1);
  assert.equal(await vault.tick(clock.now()), 0);
  assert.equal((await vault.reveal(mei, LOOK)).phone, MEI.phone);
  clock.pass(1);
  assert.equal(await vault.tick(clock.now()), 1);
  assert.deepEqual(await vault.describe(mei), { pseudonym: mei, erasedAt: until, reason: 'retention' });
  await assert.rejects(vault.reveal(mei, LOOK), { code: 'person.erased', kind: 'conflict' });
  await assert.rejects(vault.change(mei, { name: 'x' }), { code: 'person.erased' });
  assert.deepEqual(await vault.findByPhone(MEI.phone), []);
  assert.equal((await vault.accesses(mei)).length, 2, 'who looked stays told');
});

test('a case that goes on again keeps its reporter’s contact', async (t) => {
  const { vault, clock } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  await vault.release(mei, MORNING + DAY);
  await vault.release(mei, undefined);
  assert.equal(await vault.tick(clock.now() + 1_000 * DAY), 0);
  await assert.rejects(vault.release('p_nobody', undefined), { code: 'person.unknown' });
});

test('more than one batch falls due in one tick', async (t) => {
  const { vault, database } = await lockedRoom(t);
  await database.query(
    `insert into vault.people (pseudonym, purpose, key_id, data_key, since, keep_until)
     select 'p_' || n, 'report', 'k', '', now(), $1 from generate_series(1, 1201) n`,
    [new Date(MORNING)],
  );
  assert.equal(await vault.tick(MORNING - 1), 0);
  assert.equal(await vault.tick(MORNING), 1_201);
});

test('who wants their data gone has them gone; asking twice changes nothing; closing later harms nothing', async (t) => {
  const { vault, clock } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  const stone = await vault.erase(mei, 'own-wish');
  assert.deepEqual(stone, { pseudonym: mei, erasedAt: MORNING, reason: 'own-wish' });
  clock.pass(DAY);
  assert.deepEqual(await vault.erase(mei, 'retention'), stone);
  await vault.release(mei, MORNING + DAY);
  await assert.rejects(vault.erase('p_nobody', 'own-wish'), { code: 'person.unknown' });
});

test('a vault with somebody in it refuses another key in plain words; an empty one takes any', async (t) => {
  const { vault, database, key, open } = await lockedRoom(t);
  const other = someKey();
  await refuseWrongKey(database, other);
  const mei = await vault.keep(MEI, 'report');
  await refuseWrongKey(database, key);
  await assert.rejects(refuseWrongKey(database, other), { code: 'vault.wrong_key', field: 'CITYLOOM_VAULT_KEY' });
  await assert.rejects(open(other).reveal(mei, LOOK), { code: 'vault.sealed' });
  assert.deepEqual(await vault.accesses(mei), []);
});

test('what is sealed opens only in its own row and its own field', async (t) => {
  const { vault, database } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'report');
  const other = await vault.keep({ name: 'x', note: 'y' }, 'report');
  const move = (from: string, field: string, to: string, as: string) =>
    database.query(
      'update vault.fields set content = (select content from vault.fields where pseudonym = $1 and field = $2) where pseudonym = $3 and field = $4',
      [from, field, to, as],
    );
  await move(mei, 'phone', other, 'name');
  await assert.rejects(vault.reveal(other, LOOK), { code: 'vault.sealed' });
  await database.query(
    'update vault.people set data_key = (select data_key from vault.people where pseudonym = $1) where pseudonym = $2',
    [mei, other],
  );
  await assert.rejects(vault.reveal(other, { ...LOOK, fields: ['note'] }), { code: 'vault.sealed' });
  await move(mei, 'address', mei, 'phone');
  await assert.rejects(vault.reveal(mei, LOOK), { code: 'vault.sealed' });
});

test('a key is 32 bytes in base64 and nothing else', () => {
  const text = Buffer.alloc(32, 7).toString('base64');
  assert.equal(parseVaultKey(`${text}\n`, 'CITYLOOM_VAULT_KEY').id.length, 24);
  for (const bad of [
    '',
    'secret',
    Buffer.alloc(31).toString('base64'),
    Buffer.alloc(33).toString('base64'),
    `${text}!`,
  ])
    assert.throws(() => parseVaultKey(bad, 'CITYLOOM_VAULT_KEY'), {
      code: 'vault.key_invalid',
      field: 'CITYLOOM_VAULT_KEY',
    });
});

const CONSENT = {
  scope: 'care:water-silent',
  givenAt: MORNING,
  expiresAt: MORNING + 365 * DAY,
  given: 'on-paper',
  recordedBy: 'Luo',
};

test('a consent holds from when it was given until it ends, and is found by scope', async (t) => {
  const { vault } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'care');
  const consent = await vault.giveConsent({ ...CONSENT, pseudonym: mei });
  const validAt = async (at: number, scope = CONSENT.scope) =>
    (await vault.listConsents({ scope, validAt: at })).map(({ id }) => id);
  assert.deepEqual(await validAt(MORNING - 1), []);
  assert.deepEqual(await validAt(MORNING), [consent.id]);
  assert.deepEqual(await validAt(CONSENT.expiresAt - 1), [consent.id]);
  assert.deepEqual(await validAt(CONSENT.expiresAt), []);
  assert.deepEqual(await validAt(MORNING, 'care:missed-visit'), []);
});

test('a consent that is withdrawn ends at once; with the last one the data of who is cared for go', async (t) => {
  const { vault, clock } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'care');
  const water = await vault.giveConsent({ ...CONSENT, pseudonym: mei });
  const visits = await vault.giveConsent({ ...CONSENT, scope: 'care:missed-visit', pseudonym: mei });
  clock.pass(DAY);
  assert.equal((await vault.withdrawConsent(water.id, 'Mei')).withdrawnAt, MORNING + DAY);
  assert.deepEqual(await vault.listConsents({ pseudonym: mei, validAt: clock.now() }), [visits]);
  assert.equal((await vault.reveal(mei, { ...LOOK, purpose: 'care' })).phone, MEI.phone);
  await vault.withdrawConsent(visits.id, 'Mei');
  assert.deepEqual(await vault.describe(mei), {
    pseudonym: mei,
    erasedAt: MORNING + DAY,
    reason: 'withdrawn-consent',
  });
  await assert.rejects(vault.withdrawConsent(visits.id, 'Mei'), { code: 'consent.withdrawn' });
  await assert.rejects(vault.withdrawConsent('consent_none', 'Mei'), { code: 'consent.unknown' });
});

test('when the last consent runs out the data of who is cared for go by themselves', async (t) => {
  const { vault } = await lockedRoom(t);
  const mei = await vault.keep(MEI, 'care');
  assert.equal(await vault.tick(CONSENT.expiresAt), 0, 'the consent is still to be written down');
  await vault.giveConsent({ ...CONSENT, pseudonym: mei });
  assert.equal(await vault.tick(CONSENT.expiresAt - 1), 0);
  assert.equal(await vault.tick(CONSENT.expiresAt), 1);
  assert.deepEqual(await vault.describe(mei), {
    pseudonym: mei,
    erasedAt: CONSENT.expiresAt,
    reason: 'retention',
  });
});

test('a consent names a scope, ends, is told how it was given, and belongs to somebody', async (t) => {
  const { vault } = await lockedRoom(t);
  const pseudonym = await vault.keep(MEI, 'care');
  const refuse = (change: object, code: string) =>
    assert.rejects(vault.giveConsent({ ...CONSENT, pseudonym, ...change }), { code });
  await refuse({ scope: 'Everything!' }, 'consent.scope');
  await refuse({ expiresAt: MORNING }, 'consent.expiry');
  await refuse({ expiresAt: MORNING + 733 * DAY }, 'consent.expiry');
  await refuse({ given: ' ' }, 'consent.given');
  await refuse({ recordedBy: '' }, 'consent.recorded_by');
  await refuse({ pseudonym: 'p_nobody' }, 'person.unknown');
});
