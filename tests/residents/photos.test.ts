import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ResidentsCity, residentsCity } from './residents-city.ts';

const u16 = (value: number) => [value >> 8, value & 255];
const segment = (marker: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([0xff, marker, ...u16(content.length + 2)]), content]);

/** An Exif block that says when, with what, and where: latitude and longitude in the GPS directory. */
function exifWithPlace(): Buffer {
  const tiff = Buffer.alloc(200);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(2, 8);
  tiff.set([0x01, 0x0f, 0, 2, 0, 0, 0, 12, 0, 0, 0, 60], 10); // Make, ASCII
  tiff.set([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 80], 22); // pointer to the GPS directory
  tiff.write('SpyPhone 9000', 60, 'latin1');
  tiff.writeUInt16BE(1, 80);
  tiff.set([0, 2, 0, 5, 0, 0, 0, 3, 0, 0, 0, 120], 82); // GPSLatitude
  tiff.write('GPS29.5600N106.5500E', 120, 'latin1');
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]));
}

function jpeg({ width = 640, height = 480, extra = [] as Buffer[], tail = Buffer.alloc(0) } = {}): Buffer {
  const frame = Buffer.from([8, ...u16(height), ...u16(width), 1, 1, 0x11, 0]);
  const scan = Buffer.concat([segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), Buffer.from([0x12, 0x34, 0x56])]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...extra,
    segment(0xc0, frame),
    scan,
    Buffer.from([0xff, 0xd9]),
    tail,
  ]);
}

async function upload(city: ResidentsCity, content: Uint8Array, type = 'image/jpeg') {
  const sent = await city.send('POST', '/photos', content, { 'content-type': type, 'x-proof': await city.solve() });
  return { ...sent, body: sent.body as { key: string; code: string; field: string } };
}

test('place, device and hidden parts are gone from a photo before it is kept', async (t) => {
  const city = await residentsCity(t);
  const xmp = segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>owner</x:xmpmeta>'));
  const comment = segment(0xfe, Buffer.from('<script>alert(1)</script>'));
  const photo = jpeg({ extra: [exifWithPlace(), xmp, comment], tail: Buffer.from('<html>behind the end</html>') });
  const { status, body } = await upload(city, photo);
  assert.equal(status, 201);
  const kept = Buffer.from((await city.blobs.find(body.key))!.content).toString('latin1');
  for (const secret of ['Exif', 'GPS', 'SpyPhone', 'xmpmeta', 'script', 'html'])
    assert.equal(kept.includes(secret), false, secret);
});

test('only what is a picture is taken, whatever it says it is', async (t) => {
  const city = await residentsCity(t);
  const html = Buffer.from('<!doctype html><script>alert(1)</script>');
  const gif = Buffer.from('GIF89a/*<script>*/=1;alert(1)');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  for (const content of [html, gif, svg]) {
    const { status, body } = await upload(city, content);
    assert.deepEqual([status, body.code], [400, 'photo.not_an_image']);
  }
  assert.deepEqual((await upload(city, jpeg().subarray(0, 10))).body.code, 'photo.damaged');
});

test('a photo is at most 2,048 pixels across and 10 MB, and says which it was not', async (t) => {
  const city = await residentsCity(t);
  assert.equal((await upload(city, jpeg({ width: 2_048, height: 1_536 }))).status, 201);
  const wide = await upload(city, jpeg({ width: 2_049, height: 10 }));
  assert.deepEqual([wide.status, wide.body.code], [413, 'photo.too_many_pixels']);
  const heavy = await upload(city, Buffer.alloc(10 * 1_048_576 + 1, 0xff));
  assert.equal(heavy.status, 413);
});

test('a photo needs a proof; one is shown only when a report that was passed on holds it', async (t) => {
  const city = await residentsCity(t);
  const unproven = await city.send('POST', '/photos', jpeg(), { 'content-type': 'image/jpeg' });
  assert.equal((unproven.body as { code: string }).code, 'proof.malformed');
  const { key } = (await upload(city, jpeg())).body;
  const show = async (photo: string) => (await city.send('GET', `/photos/${photo}`)).status;
  assert.equal(await show(key), 404);
  await city.report({ photos: [key], description: '代开发票' });
  assert.equal(await show(key), 404, 'held as spam');
  const [held] = await city.receipts.listHeld(1);
  await city.receipts.judgeHeld(held!.id, 'release', 'Wen');
  assert.equal(await show(key), 200);
  const answer = await city.send('GET', `/photos/${key}`);
  assert.match(answer.headers.get('content-security-policy') ?? '', /sandbox/);
});

test('a report has as many photos as the pack allows, and no more', async (t) => {
  const city = await residentsCity(t);
  const keys = [];
  for (let i = 0; i < 4; i++) keys.push((await upload(city, jpeg({ width: 100 + i }))).body.key);
  assert.equal((await city.report({ photos: keys.slice(0, 3) })).status, 201);
  assert.equal((await city.report({ photos: keys })).body.code, 'photos.too_many');
});
