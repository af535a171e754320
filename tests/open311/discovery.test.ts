/** Service Discovery: where the interface is, in both formats, with every field. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hear, reportingTown } from './reporting-town.ts';

test('the discovery says in both formats the same: changeset, contact, key service, and an endpoint with its formats', async (t) => {
  const { url, endpoint } = await reportingTown(t);
  const json = await hear(`${url}/open311/discovery.json`);
  assert.equal(json.type, 'application/json; charset=utf-8');
  assert.deepEqual(Object.keys(json.body), ['changeset', 'contact', 'key_service', 'endpoints']);
  const [only, ...others] = json.body.endpoints;
  assert.deepEqual(others, []);
  assert.deepEqual(only, {
    specification: 'http://wiki.open311.org/GeoReport_v2',
    url: endpoint,
    changeset: json.body.changeset,
    type: 'production',
    formats: ['text/xml', 'application/json'],
  });
  assert.match(json.body.changeset, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
  assert.match(json.body.contact, /000-5550-12345/);
  assert.ok(json.body.key_service.length > 0);

  const xml = await hear(`${url}/open311/discovery.xml`);
  assert.equal(xml.type, 'text/xml; charset=utf-8');
  assert.match(xml.text, /^<\?xml version="1.0" encoding="utf-8"\?>\n<discovery><changeset>/);
  const { endpoints, ...rest } = xml.body.discovery;
  assert.deepEqual(rest, {
    changeset: json.body.changeset,
    contact: json.body.contact,
    key_service: json.body.key_service,
  });
  assert.deepEqual(endpoints.endpoint, { ...only, formats: { format: only.formats } });
});

test('the endpoint that the discovery names answers', async (t) => {
  const { url } = await reportingTown(t);
  const { body } = await hear(`${url}/open311/discovery.json`);
  const services = await hear(`${body.endpoints[0].url}/services.xml`);
  assert.equal(services.status, 200);
});
