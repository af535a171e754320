import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationsCentre } from './operations-centre.ts';

const segment = (marker: number, payload: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
};
const photo = (ballast = 100) =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.from('Exif\0\0 taken at 29.563 N by Wang')),
    segment(0xda, Buffer.from('01010000', 'hex')),
    Buffer.alloc(ballast, 7),
    Buffer.from([0xff, 0xd9]),
  ]);

test('a photo goes in as it is or as a form, comes out without its secrets, and may be cached for ever', async (t) => {
  const centre = await operationsCentre(t);
  const crew = await centre.caller('handler', { party: 'waterworks' });
  const raw = await crew.send('POST', '/photos', photo(), { 'content-type': 'image/jpeg' });
  assert.equal(raw.status, 201);
  const form = new FormData();
  form.set('photo', new Blob([photo()], { type: 'image/jpeg' }), 'street.jpg');
  const sent = await crew.send('POST', '/photos', form);
  assert.deepEqual(sent.body, raw.body);

  const stored = await fetch(`${centre.url}/api/v1/photos/${raw.body.key}`, { headers: crew.headers });
  assert.equal(stored.headers.get('content-type'), 'image/jpeg');
  assert.equal(stored.headers.get('cache-control'), 'private, max-age=31536000, immutable');
  assert.equal(stored.headers.get('x-content-type-options'), 'nosniff');
  assert.equal((await stored.text()).includes('Wang'), false);
});

test('what only calls itself a photo is refused, and nothing else of the store is served', async (t) => {
  const centre = await operationsCentre(t);
  const crew = await centre.caller('handler', { party: 'waterworks' });
  const page = await crew.send('POST', '/photos', Buffer.from('<script>alert(1)</script>'), {
    'content-type': 'image/jpeg',
  });
  assert.deepEqual([page.status, page.body.code], [400, 'photo.not_an_image']);
  const json = await crew.send('POST', '/photos', { photo: 'x' });
  assert.deepEqual([json.status, json.body.code], [400, 'photo.missing']);
  assert.equal((await crew.send('POST', '/photos', new FormData())).body.code, 'photo.missing');
  const other = await centre.blobs.put(Buffer.from('a document'), 'text/html');
  assert.equal((await crew.get(`/photos/${other}`)).body.code, 'photo.unknown');
  assert.equal((await crew.get('/photos/..%2f..%2fetc')).status, 400);
});

test('ten megabytes are a photo, one byte more is too much, either way it comes', async (t) => {
  const centre = await operationsCentre(t);
  const crew = await centre.caller('handler', { party: 'waterworks' });
  const most = 10 * 1_048_576;
  const overhead = photo(0).length;
  const raw = (size: number) => crew.send('POST', '/photos', photo(size - overhead), { 'content-type': 'image/jpeg' });
  const form = (size: number) => {
    const body = new FormData();
    body.set('photo', new Blob([photo(size - overhead)]), 'a.jpg');
    return crew.send('POST', '/photos', body);
  };
  assert.equal((await raw(most)).status, 201);
  assert.equal((await form(most)).status, 201);
  assert.equal((await raw(most + 1)).status, 413);
  assert.equal((await form(most + 1)).status, 413);
});
