import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { ReceiptView } from '#adapters/residents/api.types.ts';
import { metresEast } from '#tests/casework/small-city.ts';
import { PLACE, REPORTING, residentsCity, solved, zeroBits } from './residents-city.ts';

test('a report becomes a case and a receipt whose code tells how it stands, with or without its dashes', async (t) => {
  const city = await residentsCity(t);
  const { status, body } = await city.report();
  assert.equal(status, 201);
  assert.match(body.code, /^[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  assert.equal(body.follow.state, 'received');
  const typed = await city.follow(body.code.toLowerCase().replaceAll('-', ' '));
  assert.equal(typed.reference, body.reference);
  assert.equal(typed.steps[0]?.sentence['zh'], '您的报告已收到。');
  const { children, events } = await city.caseOf(body.code);
  assert.equal(children.length, 1);
  assert.equal(events[0]?.type, 'collect');
});

test('the same report sent ten times at once is one case and one receipt', async (t) => {
  const city = await residentsCity(t);
  const clientId = randomUUID();
  const bodies = await Promise.all(Array.from({ length: 10 }, () => city.reportBody({ clientId })));
  const answers = await Promise.all(bodies.map((body) => city.send('POST', '/reports', body)));
  const codes = new Set(answers.map(({ body }) => (body as ReceiptView).code));
  assert.equal(codes.size, 1);
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ status }) => status === 200).length, 9);
  const { total } = await city.casework.listCases({ limit: 10 });
  assert.equal(total, 1);
  assert.equal((await city.caseOf([...codes][0]!)).reports, 1);
});

test('a report that arrives again after days, without a proof, is answered the same receipt', async (t) => {
  const city = await residentsCity(t);
  const clientId = randomUUID();
  const first = await city.report({ clientId });
  city.later(2);
  const again = await city.send('POST', '/reports', { ...(await city.reportBody({ clientId })), proof: undefined });
  assert.equal(again.status, 200);
  assert.equal((again.body as ReceiptView).code, first.body.code);
  const claimed = await city.send('GET', `/receipts/by-client/${clientId}`);
  assert.equal((claimed.body as ReceiptView).code, first.body.code);
});

test('forty neighbours at one moment are one case, forty receipts, and one chain of events', async (t) => {
  const city = await residentsCity(t);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      city.report(
        { place: metresEast(i % 5), description: `路口有个大坑，第${i}次看到` },
        { 'x-forwarded-for': `10.0.0.${i}` },
      ),
    ),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
  assert.equal(new Set(answers.map(({ body }) => body.code)).size, 40);
  assert.equal(answers.filter(({ body }) => body.merged).length, 39);
  const events = await city.casework.events(0, 1_000);
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, index) => index + 1),
  );
  assert.equal((await city.follow(answers[0]!.body.code)).toldBy, 40);
});

test('who says it is the same as a case nearby joins it; a case far away is not joined on anybody’s word', async (t) => {
  const city = await residentsCity(t);
  const first = await city.report();
  const { id } = await city.caseOf(first.body.code);
  const near = await city.report({ category: 'noise', joins: id, place: metresEast(400), description: '一样的问题' });
  const far = await city.report({ joins: id, place: metresEast(2_000), description: '别处的坑' });
  assert.deepEqual([near.body.merged, far.body.merged], [true, false]);
  assert.equal(near.body.follow.steps.at(-1)?.kind, 'joined');
});

test('telephone, identity and card numbers do not reach the ledger or the receipt', async (t) => {
  const city = await residentsCity(t);
  const description =
    '打我电话 138 1234 5678 或 010-62345678，身份证11010519491231002X，邮箱 wang@example.org，路灯编号 20451 三天没亮';
  const { body } = await city.report({ description });
  const ledger = JSON.stringify(await city.casework.events(0, 100));
  for (const secret of ['1234 5678', '62345678', '11010519491231002X', 'wang@example'])
    assert.equal(ledger.includes(secret) || body.follow.description.includes(secret), false, secret);
  assert.ok(body.follow.description.includes('20451 三天没亮'));
});

test('what is wrong with a report is said by code and field, and its proof is not lost', async (t) => {
  const city = await residentsCity(t);
  const proof = await city.solve();
  const wrong: [Record<string, unknown>, string, string][] = [
    [{ category: 'weather' }, 'category.unknown', 'category'],
    [{ place: [0, 0] }, 'place.outside', 'place'],
    [{ place: [PLACE[0], 91] }, 'place.not_a_position', 'place'],
    [{ description: '  ' }, 'description.missing', 'description'],
    [{ description: '坑'.repeat(5_000) }, 'text.too_long', 'description'],
    [{ description: '坑\u0000' }, 'text.not_unicode', 'description'],
    [{ clientId: 'x' }, 'receipt.client_id', 'clientId'],
    [{ answers: { where: 'moon' } }, 'answers.not_a_choice', 'answers.where'],
    [{ answers: { colour: 'red' } }, 'answers.unknown', 'answers.colour'],
    [{ photos: ['a'.repeat(64)] }, 'photo.unknown', 'photos[0]'],
    [{ writtenAt: city.clock.now() + 3_600_000 }, 'receipt.written_at', 'writtenAt'],
    [{ contact: { phone: 'abc' } }, 'person.phone', 'phone'],
  ];
  for (const [more, code, field] of wrong) {
    const { status, body } = await city.report({ ...more, proof });
    assert.deepEqual([status, body.code, body.field], [400, code, field]);
  }
  assert.equal((await city.report({ proof, description: '坑'.repeat(2_000) })).status, 201);
});

test('answers of every kind are kept with the report in the ledger', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report({ answers: { where: 'pavement' } });
  const { events } = await city.caseOf(body.code);
  const [child] = events[0]!.details.children as { answers: unknown; category: string }[];
  assert.deepEqual(child?.answers, { where: 'pavement' });
  assert.equal(child?.category, 'road-damage');
});

// Proof of work ------------------------------------------------------------------------------------------------------------------------

test('without a solved challenge of this city nothing is taken, and a solved one is good once', async (t) => {
  const city = await residentsCity(t);
  const attempt = async (proof: unknown) => {
    const { status, body } = await city.report({ proof });
    return [status, body.code];
  };
  assert.deepEqual(await attempt(undefined), [400, 'proof.malformed']);
  assert.deepEqual(await attempt('nonsense'), [400, 'proof.malformed']);
  assert.deepEqual(await attempt(solved({ challenge: 'A'.repeat(46), bits: 4 })), [400, 'proof.expired']);
  const { challenge } = (await city.send('POST', '/challenges')).body as { challenge: string };
  const unsolved = Array.from({ length: 100 }, (_, nonce) => `${challenge}.${nonce}`).find(
    (proof) => zeroBits(proof) < 4,
  );
  assert.deepEqual(await attempt(unsolved), [400, 'proof.insufficient']);
  const good = await city.solve();
  assert.equal((await city.report({ proof: good })).status, 201);
  assert.deepEqual(await attempt(good), [409, 'proof.used']);
});

test('a challenge ends after ten minutes, not before', async (t) => {
  const city = await residentsCity(t);
  const [early, late] = [await city.solve(), await city.solve()];
  city.later(10 / 1_440);
  assert.equal((await city.report({ proof: early })).status, 201);
  city.later(1 / 86_400);
  assert.deepEqual((await city.report({ proof: late })).body.code, 'proof.expired');
});

// Limits ---------------------------------------------------------------------------------------------------------------------------------

test('a device that has reported as often as it may is told when to come back, and then may', async (t) => {
  const city = await residentsCity(t);
  const device = { 'x-device': 'device-of-somebody' };
  for (let i = 0; i < 10; i++)
    assert.equal(
      (await city.report({ description: `第${i}个坑` }, { ...device, 'x-forwarded-for': `10.1.0.${i}` })).status,
      201,
    );
  const refused = await city.report({ description: '又一个坑' }, { ...device, 'x-forwarded-for': '10.1.0.99' });
  assert.deepEqual([refused.status, refused.body.code], [429, 'request.too_many']);
  assert.equal(refused.headers.get('retry-after'), '3600');
  assert.equal(
    (await city.report({}, { 'x-device': 'device-of-another', 'x-forwarded-for': '10.1.0.99' })).status,
    201,
  );
  city.later(2 / 24);
  assert.equal((await city.report({}, { ...device, 'x-forwarded-for': '10.1.0.99' })).status, 201);
});

test('an address is limited whatever device it says it is; a household of IPv6 is one address', async (t) => {
  const city = await residentsCity(t, { limits: { ...REPORTING.limits, reportsPerHourPerAddress: 3 } });
  const from = (i: number) => ({ 'x-forwarded-for': `2001:db8:1:2::${i}`, 'x-device': `device-number-${i}` });
  for (let i = 1; i <= 3; i++) assert.equal((await city.report({ description: `坑${i}` }, from(i))).status, 201);
  assert.equal((await city.report({}, from(4))).status, 429);
  assert.equal((await city.report({}, { 'x-forwarded-for': '2001:db8:1:3::1' })).status, 201);
});

// Abuse ----------------------------------------------------------------------------------------------------------------------------------

test('blocked words, however spaced, links and markup are held for a person, who lets them go or ends them', async (t) => {
  const city = await residentsCity(t);
  const spam = await city.report({ description: '代 开-发 票 加我' });
  const links = await city.report({ description: 'http://a.example http://b.example http://c.example' });
  const markup = await city.report({ description: '<a href="x">坑</a>' });
  assert.deepEqual(
    [spam.body.follow.state, links.body.follow.state, markup.body.follow.state],
    Array(3).fill('held-as-spam'),
  );
  assert.equal((await city.casework.listCases({ limit: 1 })).total, 0);
  const held = await city.receipts.listHeld(10);
  assert.deepEqual(
    held.map(({ why }) => why),
    ['blocked-word', 'links', 'markup'],
  );
  await city.receipts.judgeHeld(held[0]!.id, 'release', 'Wen');
  await city.receipts.judgeHeld(held[1]!.id, 'discard', 'Wen');
  await assert.rejects(city.receipts.judgeHeld(held[0]!.id, 'discard', 'Wen'), { code: 'receipt.judged' });
  const released = await city.follow(spam.body.code);
  assert.equal(released.state, 'received');
  assert.ok(released.steps.some(({ kind }) => kind === 'waiting'));
  assert.equal((await city.follow(links.body.code)).state, 'dismissed');
  assert.equal((await city.casework.listCases({ limit: 5 })).total, 1);
  assert.equal((await city.receipts.listHeld(10)).length, 1);
});

test('the same words from one device a third time within the hour are held; from a neighbour they are not', async (t) => {
  const city = await residentsCity(t);
  const description = '楼下的路面塌陷了一大块，很危险';
  const states = [];
  for (const device of ['device-1', 'device-1', 'device-1', 'device-2'])
    states.push((await city.report({ description }, { 'x-device': device })).body.follow.state);
  assert.deepEqual(states, ['received', 'received', 'held-as-spam', 'received']);
});

test('guessing codes: a wrong check character, an unknown code and nonsense are answered alike, and soon not at all', async (t) => {
  const city = await residentsCity(t);
  const { body } = await city.report();
  const from = { 'x-forwarded-for': '10.9.9.9' };
  const ask = (code: string) => city.send('GET', `/receipts/${code}`, undefined, from);
  const flipped = `${body.code.slice(0, -1)}${body.code.endsWith('7') ? '8' : '7'}`;
  const answers = await Promise.all([flipped, '0000-000-000', 'nonsense', '%E5%9D%91'].map(ask));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [404]);
  assert.equal(new Set(answers.map(({ body: answer }) => JSON.stringify(answer))).size, 1);
  for (let i = 0; i < 16; i++) await ask(`AAAA-AAA-AA${i % 10}`);
  assert.equal((await ask(body.code)).status, 429);
  assert.equal((await city.send('GET', `/receipts/${body.code}`)).status, 200);
});

test('neither addresses nor codes are in what is logged or counted', async (t) => {
  const said: string[] = [];
  const note = (fields: object, message: string) => void said.push(JSON.stringify([fields, message]));
  const city = await residentsCity(t, {}, { info: note, warn: note, error: note, debug: note });
  const from = { 'x-forwarded-for': '203.0.113.77' };
  const { body } = await city.report({}, from);
  await city.send('GET', `/receipts/${body.code}`, undefined, from);
  await city.send('GET', '/receipts/ABCD-EFG-HJK', undefined, from);
  const all = [...said, ...city.observed].join('\n');
  assert.ok(all.includes('GET /api/v1/residents/receipts/:code 404'));
  for (const secret of ['203.0.113', body.code, body.code.replaceAll('-', ''), 'ABCD-EFG'])
    assert.equal(all.includes(secret), false, secret);
});
