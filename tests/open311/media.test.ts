/** Photos with a report: as files in the form, or as an address elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHOTO, PLACE, reportingTown } from './reporting-town.ts';

function form(more: Record<string, string | Blob> = {}): FormData {
  const data = new FormData();
  const fields = {
    service_code: 'street-light',
    lat: String(PLACE[1]),
    long: String(PLACE[0]),
    description: 'Dark',
    ...more,
  };
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}
const png = () => new Blob([PHOTO], { type: 'image/png' });

test('a photo in the form is kept and shown under media_url to anyone', async (t) => {
  const town = await reportingTown(t);
  const posted = await town.post('requests.json', form({ media: png() }));
  assert.equal(posted.status, 200, posted.text);
  const [shown] = (await town.get(`requests/${posted.body[0].service_request_id}.json?extensions=true`)).body;
  assert.equal(shown.extended_attributes.photos.length, 1);
  assert.equal(shown.media_url, shown.extended_attributes.photos[0].media_url);
  const photo = await fetch(shown.media_url);
  assert.deepEqual([photo.status, photo.headers.get('content-type')], [200, 'image/png']);
  assert.ok((await photo.arrayBuffer()).byteLength > 0);
});

test('fields and repeated attributes of a multipart form count as in the other', async (t) => {
  const town = await reportingTown(t);
  const data = form({ service_code: 'survey', 'attribute[colour]': 'white', media: png() });
  data.append('attribute[when][]', 'dusk');
  data.append('attribute[when][]', 'night');
  data.append('media', new Blob([]));
  const posted = await town.post('requests.xml', data);
  assert.equal(posted.status, 200, posted.text);
  const [stored] = await town.requests.list({
    ids: [posted.body.service_requests.request.service_request_id],
    limit: 1,
  });
  assert.deepEqual([stored?.answers, stored?.photos.length], [{ colour: 'white', when: ['dusk', 'night'] }, 1]);
});

test('what is no picture is refused by its content, whatever it calls itself; so are too many', async (t) => {
  const town = await reportingTown(t);
  const script = await town.post('requests.json', form({ media: new Blob(['<script>'], { type: 'image/png' }) }));
  assert.deepEqual([script.status, script.body[0].code], [400, 400]);
  const many = form();
  for (let n = 0; n < 4; n++) many.append('media', png(), `${n}.png`);
  assert.equal((await town.post('requests.json', many)).status, 400);
  assert.deepEqual((await town.get('requests.json')).body, []);
});

test('an address of a picture must be one of the web, and is told as it is', async (t) => {
  const town = await reportingTown(t);
  const id = await town.reportLamp({ media_url: 'https://photos.example/lamp.jpg?size=full' });
  assert.equal((await town.get(`requests/${id}.json`)).body[0].media_url, 'https://photos.example/lamp.jpg?size=full');
  for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'lamp.jpg', 'https://user:pass@photos.example/'])
    assert.equal((await town.post('requests.json', form({ media_url: url }))).status, 400, url);
});

test('nobody sees a photo of a home, nor one that belongs to no report', async (t) => {
  const town = await reportingTown(t);
  const posted = await town.post('requests.json', form({ service_code: 'no-light-at-home', media: png() }));
  const [{ photos } = { photos: [] }] = await town.database.query<{ photos: string[] }>(
    'SELECT photos FROM receipts WHERE id = $1',
    [posted.body[0].service_request_id],
  );
  assert.equal((await fetch(`${town.endpoint}/media/${photos[0]}`)).status, 404);
  assert.equal((await fetch(`${town.endpoint}/media/${'0'.repeat(64)}`)).status, 404);
});
