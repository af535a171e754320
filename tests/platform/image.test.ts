import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { cleanImage } from '#platform/image.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const segment = (marker: number, payload: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
};
const START = hex('ffd8');
const JFIF = segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'));
const TABLE = segment(0xdb, Buffer.alloc(65, 1));
const SCAN = Buffer.concat([segment(0xda, hex('0101003f00')), hex('1234 ff00 5678 ffd0 9abc ffd9')]);

/** Exif in little-endian with an orientation and, behind it, where the photo was taken. */
const exif = (orientation: number) => {
  const tiff = hex('49492a0008000000 0100 1201 0300 01000000 00000000 00000000');
  tiff.writeUInt16LE(orientation, 18);
  return segment(
    0xe1,
    Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from('GPS 29.5630 N 106.5516 E, owner Wang')]),
  );
};
const jpeg = (...parts: Buffer[]) => Buffer.concat([START, ...parts]);

test('a JPEG loses where and by whom it was taken, and keeps its picture byte for byte', () => {
  const comment = segment(0xfe, Buffer.from('taken by Wang'));
  const iptc = segment(0xed, Buffer.from('Photoshop 3.0\0 Wang'));
  const { content, mediaType } = cleanImage(jpeg(JFIF, exif(1), iptc, comment, TABLE, SCAN));
  assert.equal(mediaType, 'image/jpeg');
  assert.deepEqual(content, jpeg(JFIF, TABLE, SCAN));
});

test('a photo taken with the phone on its side stays upright', () => {
  const { content } = cleanImage(jpeg(JFIF, exif(6), TABLE, SCAN));
  const text = Buffer.from(content).toString('latin1');
  assert.ok(text.includes('Exif\0\0MM\0*'));
  assert.equal(text.includes('GPS'), false);
  const kept = Buffer.from(content).subarray(JFIF.length + 2);
  assert.equal(kept.readUInt16BE(2) + 2 + JFIF.length + 2 + TABLE.length + SCAN.length, content.length);
  assert.equal(kept.readUInt16BE(28), 6);
  assert.deepEqual(cleanImage(content).content, content);
});

test('what a camera hides behind the end of a JPEG goes', () => {
  const { content } = cleanImage(jpeg(TABLE, SCAN, Buffer.from('MotionPhoto_Data ftypmp42')));
  assert.deepEqual(content, jpeg(TABLE, SCAN));
});

test('a colour profile is part of the picture, XMP is not', () => {
  const profile = segment(0xe2, Buffer.from('ICC_PROFILE\0\x01\x01'));
  const preview = segment(0xe2, Buffer.from('MPF\0 another picture'));
  const xmp = segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>'));
  assert.deepEqual(cleanImage(jpeg(profile, preview, xmp, TABLE, SCAN)).content, jpeg(profile, TABLE, SCAN));
});

test('a progressive JPEG keeps every scan', () => {
  const scans = Buffer.concat([SCAN.subarray(0, SCAN.length - 2), TABLE, SCAN]);
  assert.deepEqual(cleanImage(jpeg(TABLE, scans, Buffer.from('tail'))).content, jpeg(TABLE, scans));
});

const chunk = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
};
const SIGNATURE = hex('89504e470d0a1a0a');
const IHDR = chunk('IHDR', Buffer.alloc(13));
const IDAT = chunk('IDAT', deflateSync(Buffer.alloc(4)));
const IEND = chunk('IEND', Buffer.alloc(0));

test('a PNG loses its texts, time and Exif', () => {
  const said = [
    chunk('tEXt', Buffer.from('Author\0Wang')),
    chunk('tIME', Buffer.alloc(7)),
    chunk('eXIf', Buffer.from('MM')),
  ];
  const { content, mediaType } = cleanImage(Buffer.concat([SIGNATURE, IHDR, ...said, IDAT, IEND, Buffer.from('tail')]));
  assert.equal(mediaType, 'image/png');
  assert.deepEqual(content, Buffer.concat([SIGNATURE, IHDR, IDAT, IEND]));
});

const webpChunk = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, data, Buffer.alloc(data.length % 2)]);
};
const webp = (...chunks: Buffer[]) => {
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from('RIFF'), length, body]);
};

test('a WebP loses Exif and XMP, and says so in its header', () => {
  const flags = (value: number) => webpChunk('VP8X', Buffer.from([value, 0, 0, 0, 1, 0, 0, 1, 0, 0]));
  const picture = webpChunk('VP8 ', Buffer.alloc(5, 9));
  const { content, mediaType } = cleanImage(
    webp(flags(0x1c), picture, webpChunk('EXIF', Buffer.from('GPS')), webpChunk('XMP ', Buffer.from('<x/>'))),
  );
  assert.equal(mediaType, 'image/webp');
  assert.deepEqual(content, webp(flags(0x10), picture));
});

test('what is no picture is refused, whatever it calls itself', () => {
  for (const other of ['<svg onload="alert(1)"/>', 'GIF89a', '<html>', '', 'RIFF\0\0\0\0WAVE'])
    assert.throws(() => cleanImage(Buffer.from(other)), { code: 'photo.not_an_image', field: 'photo' }, other);
});

test('a picture that breaks off is refused at every length', () => {
  const whole = jpeg(JFIF, exif(6), TABLE);
  for (let length = 4; length < whole.length; length++)
    assert.throws(() => cleanImage(whole.subarray(0, length)), { code: 'photo.damaged' }, `JPEG of ${length} bytes`);
  const png = Buffer.concat([SIGNATURE, IHDR, IDAT, IEND]);
  for (let length = 8; length < png.length; length++)
    assert.throws(() => cleanImage(png.subarray(0, length)), { code: 'photo.damaged' }, `PNG of ${length} bytes`);
});
