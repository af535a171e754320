/** A council's app as such apps are written: XML only, forms, a poll of updates; it knows nothing of this city but its discovery. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { MINUTE } from '#kernel/time.ts';
import { PLACE, reportingTown } from './reporting-town.ts';

const parser = new XMLParser({ parseTagValue: false });
const xmlOf = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  assert.match(response.headers.get('content-type') ?? '', /^text\/xml/);
  return { ok: response.ok, document: parser.parse(await response.text()) };
};
const list = <T>(entries: T | T[] | undefined): T[] => (entries === undefined ? [] : ([entries].flat() as T[]));

test('it finds the endpoint, asks what can be reported, reports as its user, and hears until it is fixed', async (t) => {
  const town = await reportingTown(t);
  const { discovery } = (await xmlOf(`${town.url}/open311/discovery.xml`)).document;
  const endpoint = list<{ specification: string; url: string }>(discovery.endpoints.endpoint).find(
    ({ specification }) => specification.endsWith('GeoReport_v2'),
  )!.url;

  const services = list<Record<string, string>>(
    (await xmlOf(`${endpoint}/services.xml?jurisdiction_id=`)).document.services.service,
  );
  const survey = services.find(({ metadata }) => metadata === 'true')!;
  const definition = (await xmlOf(`${endpoint}/services/${survey['service_code']}.xml`)).document.service_definition;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server describes.
  const required = list<any>(definition.attributes.attribute).filter((attribute) => attribute.required === 'true');

  const key = await town.key('integrator');
  const form = new URLSearchParams({
    api_key: key,
    jurisdiction_id: '',
    service_code: survey['service_code']!,
    lat: String(PLACE[1]),
    long: String(PLACE[0]),
    description:
      'title: Lamp\n\ndetail: It is dark at the steps\n\nurl: https://app.example/report/4711\n\nSubmitted via an app',
    email: 'user@mail.example',
    first_name: 'Ming',
    last_name: '',
    phone: '',
    media_url: 'https://app.example/photo/4711.jpeg',
    service_request_id_ext: '4711',
    public_anonymity_required: 'TRUE',
    'attribute[easting]': '532000',
  });
  for (const attribute of required)
    form.append(`attribute[${attribute.code}]`, list<{ key: string }>(attribute.values.value)[0]!.key);
  const sent = await xmlOf(`${endpoint}/requests.xml`, { method: 'POST', body: form });
  assert.equal(sent.ok, true);
  const id = sent.document.service_requests.request.service_request_id;
  assert.ok(id.length > 0);

  const statuses = async () => {
    const to = new Date(town.clock.now()).toISOString();
    const from = new Date(town.clock.now() - 60 * MINUTE).toISOString();
    const { document } = await xmlOf(`${endpoint}/servicerequestupdates.xml?start_date=${from}&end_date=${to}`);
    return list<Record<string, string>>(document.service_request_updates.request_update)
      .filter((update) => update['service_request_id'] === id)
      .map((update) => update['status']);
  };
  town.clock.pass(MINUTE);
  await town.bring(id, 'closed');
  assert.deepEqual((await statuses()).at(-1), 'FIXED');

  const comment = {
    api_key: key,
    service_request_id: id,
    update_id: '99',
    status: 'OPEN',
    updated_datetime: new Date(town.clock.now()).toISOString(),
    description: 'It is dark again',
    email: 'user@mail.example',
    last_name: 'Zhao',
    first_name: 'Ming',
  };
  const update = await xmlOf(`${endpoint}/servicerequestupdates.xml`, {
    method: 'POST',
    body: new URLSearchParams(comment),
  });
  assert.ok(update.document.service_request_updates.request_update.update_id.length > 0);
  assert.equal((await statuses()).at(-1), 'REOPEN');
  const { document } = await xmlOf(`${endpoint}/requests.xml?service_request_id=${id}`);
  assert.equal(document.service_requests.request.status, 'open');
});
