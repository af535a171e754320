/** POST Service Request: what is required, what is taken, what is never told again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLACE, reportingTown } from './reporting-town.ts';

const HERE = [
  ['lat', String(PLACE[1])],
  ['long', String(PLACE[0])],
] as const;
const LAMP = [['service_code', 'street-light'], ...HERE, ['description', 'The lamp is out']] as const;

test('a form becomes a request with a number at once, in XML and in JSON', async (t) => {
  const town = await reportingTown(t);
  const inXml = await town.post('requests.xml', LAMP);
  assert.equal(inXml.status, 200, inXml.text);
  assert.equal(inXml.type, 'text/xml; charset=utf-8');
  const { request } = inXml.body.service_requests;
  assert.deepEqual(Object.keys(request), ['service_request_id', 'service_notice', 'account_id']);
  const inJson = await town.post('requests.json', LAMP);
  assert.equal(inJson.type, 'application/json; charset=utf-8');
  assert.equal(inJson.body.length, 1);
  assert.equal(typeof inJson.body[0].service_request_id, 'string');
  assert.notEqual(inJson.body[0].service_request_id, request.service_request_id);
});

test('a place is required: both numbers, a known address, or a known address id', async (t) => {
  const town = await reportingTown(t);
  const send = async (...fields: [string, string][]) => {
    const { status, body } = await town.post('requests.json', [['service_code', 'street-light'], ...fields]);
    return status === 200 ? 200 : [status, body[0].description.split(' ')[0]];
  };
  assert.deepEqual(await send(), [400, 'A']);
  assert.deepEqual(await send(['lat', '29.56']), [400, 'lat']);
  assert.deepEqual(await send(['lat', 'north'], ['long', '106.55']), [400, 'lat']);
  assert.deepEqual(await send(['lat', '91'], ['long', '106.55']), [400, 'lat']);
  assert.deepEqual(await send(['lat', '10'], ['long', '10']), [400, 'lat:']);
  assert.deepEqual(await send(['address_string', 'Nowhere at all']), [400, 'address_string']);
  assert.equal(await send(['address_string', 'Ferry Steps Road']), 200);
  assert.deepEqual(await send(['address_id', 'W-LOG-99']), [400, 'address_id']);
  assert.equal(await send(['address_id', 'W-LOG-1']), 200);
});

test('a service must be named and known', async (t) => {
  const town = await reportingTown(t);
  const missing = await town.post('requests.json', HERE);
  assert.deepEqual(
    [missing.status, missing.body],
    [400, [{ code: 400, description: 'service_code was not provided.' }]],
  );
  const unknown = await town.post('requests.json', [['service_code', 'zeppelin'], ...HERE]);
  assert.deepEqual([unknown.status, unknown.body[0].code], [404, 404]);
});

test('attributes of every datatype are taken, repeated ones as a list, those we never asked for are left alone', async (t) => {
  const town = await reportingTown(t);
  const { status, body, text } = await town.post('requests.json', [
    ['service_code', 'survey'],
    ...HERE,
    ['description', 'Lamps'],
    ['attribute[post]', 'P-17'],
    ['attribute[lamps]', '3'],
    ['attribute[since]', '2026-02-28T19:00:00+08:00'],
    ['attribute[story]', 'A long story\nin two lines'],
    ['attribute[colour]', 'yellow'],
    ['attribute[when][]', 'dusk'],
    ['attribute[when][]', 'dawn'],
    ['attribute[easting]', '532000'],
  ]);
  assert.equal(status, 200, text);
  const [stored] = await town.requests.list({ ids: [body[0].service_request_id], limit: 1 });
  assert.deepEqual(stored?.answers, {
    post: 'P-17',
    lamps: 3,
    since: '2026-02-28T19:00:00+08:00',
    story: 'A long story\nin two lines',
    colour: 'yellow',
    when: ['dusk', 'dawn'],
  });
});

test('an attribute that is required and missing, or is not what its datatype says, is refused by its name', async (t) => {
  const town = await reportingTown(t);
  const base: [string, string][] = [['service_code', 'survey'], ...HERE.map(([a, b]): [string, string] => [a, b])];
  const refused = async (...attributes: [string, string][]) => {
    const { status, body } = await town.post('requests.json', [...base, ...attributes]);
    return [status, body[0].description.includes(attributes.at(-1)?.[0].replace('[]', '') ?? 'attribute[colour]')];
  };
  const colour: [string, string] = ['attribute[colour]', 'white'];
  assert.deepEqual(await refused(), [400, true]);
  assert.deepEqual(await refused(['attribute[colour]', 'blue']), [400, true]);
  assert.deepEqual(await refused(colour, ['attribute[colour]', 'yellow']), [400, true]);
  assert.deepEqual(await refused(colour, ['attribute[lamps]', 'many']), [400, true]);
  assert.deepEqual(await refused(colour, ['attribute[since]', 'yesterday']), [400, true]);
  assert.deepEqual(await refused(colour, ['attribute[when][]', 'noon']), [400, true]);
});

test('who reports is kept in the vault and told to nobody', async (t) => {
  const town = await reportingTown(t);
  const secrets = {
    first_name: 'Ming',
    last_name: 'Zhao',
    phone: '+86 138 0013 8000',
    email: 'ming@mail.example',
    device_id: 'dev-77',
    account_id: 'acc-88',
  };
  const id = await town.reportLamp({ ...secrets, description: 'Dark. Call me: 13800138000' });
  const told = [
    (await town.get(`requests/${id}.xml?extensions=true`)).text,
    (await town.get('requests.json?extensions=true')).text,
    (await town.get('servicerequestupdates.json')).text,
  ].join('\n');
  for (const secret of ['Ming', 'Zhao', '13800138000', '138 0013 8000', 'mail.example', 'dev-77', 'acc-88'])
    assert.ok(!told.includes(secret), secret);
  const [{ contact } = { contact: '' }] = await town.database.query<{ contact: string }>(
    'SELECT contact FROM receipts WHERE id = $1',
    [id],
  );
  const by = { kind: 'account' as const, id: 'a', name: 'a' };
  const person = await town.vault.reveal(contact, { purpose: 'own-data', fields: ['name', 'email', 'note'], by });
  assert.deepEqual([person.name, person.email], ['Ming Zhao', 'ming@mail.example']);
  assert.match(person.note ?? '', /dev-77.*acc-88/);
});

test('with a key, the sender’s own number sent again is the same request; without one it is another', async (t) => {
  const town = await reportingTown(t);
  const key = await town.key('integrator');
  const own = { service_request_id_ext: '4711' };
  const first = await town.reportLamp({ ...own, api_key: key });
  assert.equal(await town.reportLamp({ ...own, api_key: key }), first);
  assert.notEqual(await town.reportLamp({ service_request_id_ext: '4712', api_key: key }), first);
  assert.notEqual(await town.reportLamp({ ...own, api_key: await town.key('integrator') }), first);
  const anonymous = await town.reportLamp(own);
  assert.notEqual(await town.reportLamp(own), anonymous);
});

test('a key that is not of this city, or may not report, is 403', async (t) => {
  const town = await reportingTown(t);
  for (const key of ['guessed', await town.key('auditor')]) {
    const { status, body } = await town.post('requests.json', [...LAMP, ['api_key', key]]);
    assert.deepEqual([status, body[0].code], [403, 403]);
  }
  const header = await town.get('requests.xml', { headers: { authorization: 'Bearer guessed' } });
  assert.deepEqual([header.status, header.body.errors.error.code], [403, '403']);
});

test('one address may send so many an hour and is then asked to wait; a key sends on', async (t) => {
  const town = await reportingTown(t);
  for (let sent = 0; sent < 40; sent++) await town.reportLamp();
  const refused = await town.post('requests.json', LAMP);
  assert.deepEqual([refused.status, refused.body[0].code, refused.headers.get('retry-after')], [429, 429, '60']);
  await town.reportLamp({ api_key: await town.key('integrator') });
  town.clock.pass(3_600_001);
  await town.reportLamp();
});

test('what is no form is refused; a report held as spam has a number, shows nothing and is in no list', async (t) => {
  const town = await reportingTown(t);
  const json = await fetch(`${town.endpoint}/requests.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  assert.equal(json.status, 400);
  const id = await town.reportLamp({ description: 'casino bonus for you' });
  const [held] = (await town.get(`requests/${id}.json`)).body;
  assert.deepEqual([held.status, held.description, held.lat], ['open', null, null]);
  assert.deepEqual((await town.get('requests.json')).body, []);
});
