/** Errors: arrays of code and description, in the format that was asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hear, reportingTown } from './reporting-town.ts';

test('in JSON an error is an array, in XML errors/error, both with code and description', async (t) => {
  const town = await reportingTown(t);
  const json = await town.get('requests/none.json');
  assert.deepEqual([json.status, json.type], [404, 'application/json; charset=utf-8']);
  assert.deepEqual(json.body, [{ code: 404, description: 'service_request_id none was not found.' }]);
  const xml = await town.get('requests/none.xml');
  assert.deepEqual([xml.status, xml.type], [404, 'text/xml; charset=utf-8']);
  assert.equal(
    xml.text,
    '<?xml version="1.0" encoding="utf-8"?>\n<errors><error><code>404</code><description>service_request_id none was not found.</description></error></errors>\n',
  );
});

test('only the extension chooses the format: what a header asks for does not matter, and without an extension there is nothing', async (t) => {
  const town = await reportingTown(t);
  const xml = await town.get('services.xml', { headers: { accept: 'application/json' } });
  assert.equal(xml.type, 'text/xml; charset=utf-8');
  for (const path of ['services', 'requests', 'services/street-light', 'services.html', 'nonsense.xml']) {
    const { status, body } = await town.get(path);
    assert.deepEqual([status, body.errors.error.code], [404, '404'], path);
  }
  assert.deepEqual((await town.get('nonsense.json')).body[0].code, 404);
  assert.equal((await hear(`${town.url}/open311/nonsense.json`)).body[0].code, 404);
});

test('a jurisdiction that is not this one is 404; this one, and none, are answered', async (t) => {
  const town = await reportingTown(t);
  for (const path of ['services.json', 'services/survey.json', 'requests.json', 'servicerequestupdates.json']) {
    const wrong = await town.get(`${path}?jurisdiction_id=elsewhere.example`);
    assert.deepEqual([wrong.status, wrong.body[0].code], [404, 404], path);
    for (const right of ['', '?jurisdiction_id=', '?jurisdiction_id=small-city', '?jurisdiction_id=127.0.0.1'])
      assert.equal((await town.get(path + right)).status, 200, path + right);
  }
  const posted = await town.post('requests.json', [
    ['service_code', 'street-light'],
    ['jurisdiction_id', 'elsewhere.example'],
  ]);
  assert.equal(posted.status, 404);
});

test('a form that breaks off is the sender’s error, not ours', async (t) => {
  const town = await reportingTown(t);
  const broken = await town.get('requests.json', {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nContent-Disposition: form-data; name="service_code"\r\n\r\nstreet',
  });
  assert.deepEqual([broken.status, broken.body[0].code], [400, 400]);
  const empty = await town.get('requests.xml', { method: 'POST' });
  assert.deepEqual([empty.status, empty.body.errors.error.code], [400, '400']);
});

test('control characters and broken letters that people paste never break the XML', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp({ description: 'Dark ]]> \u{1F4A1} & "so" on' });
  const { body } = await town.get(`requests/${id}.xml`);
  assert.equal(body.service_requests.request.description, 'Dark ]]> \u{1F4A1} & "so" on');
});
