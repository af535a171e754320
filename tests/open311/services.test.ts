/** GET Service List and GET Service Definition. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportingTown, SURVEY } from './reporting-town.ts';

test('every category of the pack is a service, a real-time one, in the order of the pack', async (t) => {
  const town = await reportingTown(t);
  const { body, headers } = await town.get('services.json', { headers: { 'accept-language': 'en-GB,en;q=0.9' } });
  assert.deepEqual(
    body.map((each: { service_code: string }) => each.service_code),
    ['street-light', 'survey', 'no-light-at-home'],
  );
  assert.deepEqual(body[0], {
    service_code: 'street-light',
    service_name: 'Street light out',
    description: 'A lamp is out',
    metadata: false,
    type: 'realtime',
    keywords: 'lamp,dark',
    group: 'Streets & squares',
  });
  assert.equal(body[1].metadata, true);
  assert.equal(headers.get('access-control-allow-origin'), '*');
});

test('in XML the same stands in services/service, with markup in words escaped', async (t) => {
  const town = await reportingTown(t);
  const { text, body, type } = await town.get('services.xml?locale=en');
  assert.equal(type, 'text/xml; charset=utf-8');
  assert.match(text, /<group>Streets &amp; squares<\/group>/);
  assert.deepEqual(Object.keys(body), ['?xml', 'services']);
  assert.deepEqual(Object.keys(body.services.service[0]), [
    'service_code',
    'service_name',
    'description',
    'metadata',
    'type',
    'keywords',
    'group',
  ]);
  assert.equal(body.services.service[1].metadata, 'true');
});

test('who asks in no language of the city is answered in the city’s own', async (t) => {
  const town = await reportingTown(t);
  const names = async (path: string, language?: string) =>
    (await town.get(path, language === undefined ? {} : { headers: { 'accept-language': language } })).body[0]
      .service_name;
  assert.equal(await names('services.json'), '路灯不亮');
  assert.equal(await names('services.json', 'fr'), '路灯不亮');
  assert.equal(await names('services.json', 'fr,en;q=0.5'), 'Street light out');
  assert.equal(await names('services.json?locale=zh', 'en'), '路灯不亮');
});

test('a definition has its questions in the pack’s order, counted from one, of every datatype; lists have values', async (t) => {
  const town = await reportingTown(t);
  const { body } = await town.get('services/survey.json?locale=en');
  assert.deepEqual(Object.keys(body), ['service_code', 'attributes']);
  assert.deepEqual(
    body.attributes.map(({ order, code, datatype, required }: Record<string, unknown>) => [
      order,
      code,
      datatype,
      required,
    ]),
    SURVEY.map(({ code, datatype, required }, index) => [index + 1, code, datatype, required]),
  );
  assert.deepEqual(body.attributes[0], {
    variable: true,
    code: 'post',
    datatype: 'string',
    required: false,
    datatype_description: 'On the post',
    order: 1,
    description: 'post?',
  });
  assert.deepEqual(body.attributes[4].values, [
    { key: 'white', name: 'The white' },
    { key: 'yellow', name: 'The yellow' },
  ]);
});

test('in XML a definition is service_definition/attributes/attribute/values/value', async (t) => {
  const town = await reportingTown(t);
  const { body } = await town.get('services/survey.xml?locale=en');
  const { service_code, attributes } = body.service_definition;
  assert.equal(service_code, 'survey');
  assert.equal(attributes.attribute.length, 6);
  assert.deepEqual(attributes.attribute[5].values.value, [
    { key: 'dusk', name: 'The dusk' },
    { key: 'night', name: 'The night' },
    { key: 'dawn', name: 'The dawn' },
  ]);
});

test('a service without questions has an empty list of attributes, one that is unknown is 404', async (t) => {
  const town = await reportingTown(t);
  assert.deepEqual((await town.get('services/street-light.json')).body, {
    service_code: 'street-light',
    attributes: [],
  });
  const unknown = await town.get('services/zeppelin.json');
  assert.deepEqual([unknown.status, unknown.body[0].code], [404, 404]);
});

test('who has the list already is told that nothing changed', async (t) => {
  const town = await reportingTown(t);
  const first = await town.get('services.xml');
  const etag = first.headers.get('etag')!;
  assert.equal((await town.get('services.xml', { headers: { 'if-none-match': etag } })).status, 304);
  assert.equal((await town.get('services.xml?locale=en', { headers: { 'if-none-match': etag } })).status, 200);
});
