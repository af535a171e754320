/** GET Service Requests and GET Service Request: what is shown, and which are meant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE } from '#kernel/time.ts';
import { metresEast } from '#tests/casework/small-city.ts';
import { type Heard, NOON, PLACE, reportingTown, type Town } from './reporting-town.ts';

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
const idsOf = async (town: Town, query: string) =>
  (await town.get(`requests.json?${query}`)).body.map(
    (each: { service_request_id: string }) => each.service_request_id,
  );

/** In the standard's order. */
const FIELDS =
  'service_request_id status status_notes service_name service_code description agency_responsible service_notice requested_datetime updated_datetime expected_datetime address address_id zipcode lat long media_url'.split(
    ' ',
  );

test('a request has every field of the standard, in JSON as an array and in XML under service_requests/request', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp({ description: 'Dark & <wet>', media_url: 'https://photos.example/1.jpg' });
  await town.bring(id, 'dispatched');
  const body: Heard['body'] = (await town.get(`requests/${id}.json?locale=en`)).body;
  const { expected_datetime, address } = body[0];
  assert.deepEqual(body, [
    {
      service_request_id: id,
      status: 'open',
      status_notes: 'Given to whoever is responsible.',
      service_name: 'Street light out',
      service_code: 'street-light',
      description: 'Dark & <wet>',
      agency_responsible: 'power',
      service_notice: null,
      requested_datetime: iso(NOON),
      updated_datetime: iso(NOON),
      expected_datetime,
      address,
      address_id: null,
      zipcode: null,
      lat: PLACE[1],
      long: PLACE[0],
      media_url: 'https://photos.example/1.jpg',
    },
  ]);
  assert.match(expected_datetime, /^2026-03-02T\d{2}:\d{2}:\d{2}Z$/);
  assert.match(address, /Ferry Steps Road/);
  const xml = await town.get(`requests/${id}.xml?locale=en`);
  assert.deepEqual(Object.keys(xml.body.service_requests.request), FIELDS);
  assert.match(xml.text, /<description>Dark &amp; &lt;wet&gt;<\/description>/);
  assert.match(xml.text, /<zipcode\/>/);
});

test('no requests are an empty list in both formats', async (t) => {
  const town = await reportingTown(t);
  assert.equal((await town.get('requests.json')).text, '[]');
  assert.match((await town.get('requests.xml')).text, /<service_requests\/>/);
});

test('a list of ids overrides every other argument', async (t) => {
  const town = await reportingTown(t);
  const first = await town.reportLamp();
  town.clock.pass(100 * DAY);
  const second = await town.reportLamp();
  const others =
    'status=closed&service_code=survey&start_date=2001-01-01T00:00:00Z&end_date=2020-01-01T00:00:00Z&status=odd';
  assert.deepEqual(await idsOf(town, `service_request_id=${first},${second},unknown&${others}`), [second, first]);
});

test('without a period it is the last 90 days: 90 days old is in, a second older is out', async (t) => {
  const town = await reportingTown(t);
  await town.reportLamp();
  town.clock.pass(90 * DAY);
  assert.equal((await idsOf(town, '')).length, 1);
  town.clock.pass(1_000);
  assert.equal((await idsOf(town, '')).length, 0);
});

test('a period includes both its ends and spans at most 90 days', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  const ask = (from: number, to: number) => idsOf(town, `start_date=${iso(from)}&end_date=${iso(to)}`);
  assert.deepEqual(await ask(NOON, NOON), [id]);
  assert.deepEqual(await ask(NOON + 1_000, NOON + DAY), []);
  assert.deepEqual(await ask(NOON - DAY, NOON - 1_000), []);
  assert.deepEqual(await ask(NOON - 90 * DAY, NOON), [id]);
  const long = await town.get(`requests.json?start_date=${iso(NOON - 90 * DAY - 1_000)}&end_date=${iso(NOON)}`);
  assert.deepEqual([long.status, long.body[0].code], [400, 400]);
  const backwards = await town.get(`requests.json?start_date=${iso(NOON)}&end_date=${iso(NOON - 1_000)}`);
  assert.equal(backwards.status, 400);
});

test('a date carries its zone, also when its plus sign came as a space; one without is refused', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  assert.deepEqual(await idsOf(town, 'start_date=2026-03-01T14:00:00+08:00&end_date=2026-03-01T15:00:00%2B08:00'), [
    id,
  ]);
  for (const date of ['2026-03-01T14:00:00', '2026-03-01', 'yesterday'])
    assert.equal((await town.get(`requests.xml?start_date=${date}`)).status, 400, date);
});

test('service codes and statuses narrow the list; an unknown status is refused, an unknown code finds nothing', async (t) => {
  const town = await reportingTown(t);
  const [lamp, survey] = [
    await town.reportLamp(),
    await town.reportLamp({ service_code: 'survey', 'attribute[colour]': 'white', lat: '29.57' }),
  ];
  await town.bring(lamp, 'closed');
  assert.deepEqual(await idsOf(town, 'service_code=street-light'), [lamp]);
  assert.deepEqual((await idsOf(town, 'service_code=street-light,survey')).toSorted(), [lamp, survey].toSorted());
  assert.deepEqual(await idsOf(town, 'service_code=zeppelin'), []);
  assert.deepEqual(await idsOf(town, 'status=closed'), [lamp]);
  assert.deepEqual(await idsOf(town, 'status=open'), [survey]);
  assert.equal((await idsOf(town, 'status=open,closed')).length, 2);
  assert.equal((await idsOf(town, 'status=&service_code=')).length, 2);
  assert.equal((await town.get('requests.json?status=lost')).status, 400);
});

test('pages follow each other newest first, and the page after the last is empty', async (t) => {
  const town = await reportingTown(t);
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    ids.unshift(await town.reportLamp());
    town.clock.pass(MINUTE);
  }
  assert.deepEqual(await idsOf(town, 'page_size=2'), ids.slice(0, 2));
  assert.deepEqual(await idsOf(town, 'page=2&page_size=2'), ids.slice(2, 4));
  assert.deepEqual(await idsOf(town, 'page=3&page_size=2'), ids.slice(4));
  assert.deepEqual(await idsOf(town, 'page=4&page_size=2'), []);
  for (const query of ['page=0', 'page=1.5', 'page_size=0', 'page_size=1001', 'page=many'])
    assert.equal((await town.get(`requests.json?${query}`)).status, 400, query);
});

test('what changed since is found by its time of change', async (t) => {
  const town = await reportingTown(t);
  const [first, second] = [await town.reportLamp(), await town.reportLamp({ lat: '29.57' })];
  town.clock.pass(HOUR);
  await town.bring(first, 'in_progress');
  assert.deepEqual(await idsOf(town, `updated_after=${iso(NOON + HOUR)}`), [first]);
  assert.deepEqual(await idsOf(town, `updated_before=${iso(NOON + HOUR - 1_000)}`), [second]);
});

test('around a place: within the radius, not beyond; the three belong together', async (t) => {
  const town = await reportingTown(t);
  const near = await town.reportLamp();
  const far = metresEast(400);
  await town.reportLamp({ long: String(far[0]) });
  const at = `lat=${PLACE[1]}&long=${PLACE[0]}`;
  assert.deepEqual(await idsOf(town, `${at}&radius=390`), [near]);
  assert.equal((await idsOf(town, `${at}&radius=410`)).length, 2);
  assert.equal((await town.get(`requests.json?${at}`)).status, 400);
});

test('two neighbours’ reports of one lamp are two requests that close together, at the time the case was closed', async (t) => {
  const town = await reportingTown(t);
  const ids = [await town.reportLamp(), await town.reportLamp({ description: 'Still dark' })];
  town.clock.pass(HOUR);
  await town.bring(ids[0]!, 'closed');
  town.clock.pass(HOUR);
  const { body } = await town.get(`requests.json?service_request_id=${ids.join(',')}&locale=en`);
  assert.equal(body.length, 2);
  for (const each of body)
    assert.deepEqual(
      [each.status, each.updated_datetime, each.expected_datetime, each.status_notes],
      ['closed', iso(NOON + HOUR), null, 'Done, checked and closed.'],
    );
});

test('a report about somebody’s home is shown roughly, without address and picture', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp({ service_code: 'no-light-at-home', media_url: 'https://photos.example/home.jpg' });
  const [shown] = (await town.get(`requests/${id}.json`)).body;
  assert.deepEqual([shown.address, shown.media_url], [null, null]);
  assert.notEqual(shown.lat, PLACE[1]);
  assert.ok(Math.abs(shown.lat - PLACE[1]) < 0.002 && Math.abs(shown.long - PLACE[0]) < 0.002);
});

test('extensions add what happened, the answers from lists, and the city’s reference', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp({
    service_code: 'survey',
    'attribute[colour]': 'yellow',
    'attribute[story]': 'Mrs Zhao says',
  });
  await town.bring(id, 'closed');
  const [plain] = (await town.get(`requests/${id}.json`)).body;
  assert.equal('notes' in plain, false);
  const [full] = (await town.get(`requests/${id}.json?extensions=true&locale=en`)).body;
  assert.deepEqual(full.attributes, [{ code: 'colour', label: 'colour?', value: 'The yellow' }]);
  assert.match(full.extended_attributes.reference, /^SC-20260301-/);
  assert.deepEqual(
    full.notes.map((note: { type: string }) => note.type),
    ['for_triage', 'investigating', 'action_scheduled', 'in_progress', 'in_progress', 'fixed'],
  );
  assert.ok(!JSON.stringify(full).includes('Wang') && !JSON.stringify(full).includes('Zhao'));
  const xml = await town.get('requests.xml?extensions=true&locale=en');
  assert.equal(xml.body.service_requests.request.notes.note.length, 6);
});

test('a number nobody has is 404; a token is never handed out, and the number itself is taken for one', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp();
  assert.deepEqual((await town.get('requests/none.json')).body[0].code, 404);
  assert.deepEqual((await town.get(`tokens/${id}.json`)).body, [{ token: id, service_request_id: id }]);
  assert.deepEqual((await town.get(`tokens/${id}.xml`)).body.service_requests.request, {
    token: id,
    service_request_id: id,
  });
  assert.equal((await town.get('tokens/none.xml')).status, 404);
});
