/**
 * Photos as they may be kept: really a JPEG, PNG or WebP, and without what the camera wrote about place, time, device and owner.
 * Only the container is rewritten, never the picture. A JPEG's orientation is kept as the one Exif entry, so that it stays upright.
 */
import { invalid } from '#kernel/errors.ts';

export type ImageType = 'image/jpeg' | 'image/png' | 'image/webp';

/** Errors: `photo.not_an_image` when the first bytes are none of the three, `photo.damaged` when the container breaks off. */
export function cleanImage(content: Uint8Array): { content: Uint8Array; mediaType: ImageType } {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const mediaType = findImageType(bytes);
  if (mediaType === 'image/jpeg') return { mediaType, content: cleanJpeg(bytes) };
  if (mediaType === 'image/png') return { mediaType, content: cleanPng(bytes) };
  if (mediaType === 'image/webp') return { mediaType, content: cleanWebp(bytes) };
  throw invalid('photo.not_an_image', 'A photo is a JPEG, PNG or WebP file.', 'photo');
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const damaged = () => invalid('photo.damaged', 'The picture breaks off before its end.', 'photo');

export function findImageType(bytes: Buffer): ImageType | undefined {
  if (bytes.length >= 4 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return 'image/png';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  return undefined;
}

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;
const START_OF_SCAN = 0xda;
const END = 0xd9;

/** Keeps JFIF, the colour profile and Adobe's colour transform; drops Exif, XMP, IPTC, maker notes and comments, and what follows the end. */
function cleanJpeg(bytes: Buffer): Buffer {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw damaged();
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === START_OF_SCAN) {
      kept.push(bytes.subarray(at, endOfJpeg(bytes, at)));
      return Buffer.concat(kept);
    }
    const length = bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at, at + 2 + length);
    if (length < 2 || segment.length < length + 2) throw damaged();
    if (isPicture(marker, segment)) kept.push(segment);
    else if (marker === APP1) kept.push(...uprightOf(segment));
    at += 2 + length;
  }
  throw damaged();
}

function isPicture(marker: number, segment: Buffer): boolean {
  if (marker === COMMENT) return false;
  if (marker < APP0 || marker > APP15) return true;
  if (marker === APP2) return segment.toString('latin1', 4, 15) === 'ICC_PROFILE';
  return marker === APP14 || (marker === APP0 && segment.toString('latin1', 4, 8) === 'JFIF');
}

/** The last end marker that a scan's data can hold: cameras hide previews and video behind it. */
function endOfJpeg(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from + 2); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1]!;
    if (marker === END) return at + 2;
    // Between the scans of a progressive picture come tables and the next scan; step over them whole.
    if (marker >= 0xc0 && !(marker >= 0xd0 && marker <= 0xd8) && at + 3 < bytes.length)
      at += 1 + bytes.readUInt16BE(at + 2);
  }
  return bytes.length;
}

/** A new Exif segment that says which way up the picture is, and nothing else; empty when it is upright. */
function uprightOf(segment: Buffer): Buffer[] {
  const orientation = findOrientation(segment);
  if (orientation === undefined || orientation === 1) return [];
  const exif = Buffer.from(
    'ffe100224578696600004d4d002a000000080001011200030000000100000000000000000000',
    'hex',
  ).subarray(0, 36);
  exif.writeUInt16BE(orientation, 28);
  return [exif];
}

const ORIENTATION = 0x0112;

function findOrientation(segment: Buffer): number | undefined {
  if (segment.toString('latin1', 4, 10) !== 'Exif\0\0') return undefined;
  const tiff = segment.subarray(10);
  if (tiff.length < 14) return undefined;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (at + 2 <= tiff.length ? (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)) : 0);
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let i = 0, entry = first + 2; i < u16(first); i++, entry += 12) {
    if (entry + 12 > tiff.length) return undefined;
    const value = u16(entry + 8);
    if (u16(entry) === ORIENTATION) return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** What a PNG needs to be drawn; text, time and Exif chunks are left out. */
const PNG_PICTURE = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'sBIT',
  'pHYs',
  'bKGD',
  'cICP',
]);

function cleanPng(bytes: Buffer): Buffer {
  const kept: Buffer[] = [PNG_SIGNATURE];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const chunk = bytes.subarray(at, at + 12 + length);
    if (chunk.length < 12 + length) throw damaged();
    if (PNG_PICTURE.has(type)) kept.push(chunk);
    if (type === 'IEND') return Buffer.concat(kept);
    at += 12 + length;
  }
  throw damaged();
}

/** What a WebP needs to be drawn. */
const WEBP_PICTURE = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;

function cleanWebp(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const chunk = Buffer.from(bytes.subarray(at, at + 8 + length + (length % 2)));
    if (chunk.length < 8 + length) throw damaged();
    if (type === 'VP8X' && length >= 1) chunk[8]! &= ~(EXIF_FLAG | XMP_FLAG);
    if (WEBP_PICTURE.has(type)) kept.push(chunk);
    at += 8 + length + (length % 2);
  }
  if (kept.length === 0) throw damaged();
  const body = Buffer.concat(kept);
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([head, body]);
}

// Size ---------------------------------------------------------------------------------------------------------------------------------

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Width and height as the header states them, read without decoding anything; undefined when it states none. */
export function findImageSize(content: Uint8Array): ImageSize | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const type = findImageType(bytes);
  if (type === 'image/png' && bytes.length >= 24)
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (type === 'image/jpeg') return jpegSize(bytes);
  return type === 'image/webp' ? webpSize(bytes) : undefined;
}

/** Start of frame: the markers C0 to CF but for the tables among them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function jpegSize(bytes: Buffer): ImageSize | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (isFrame(marker)) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    if (marker === START_OF_SCAN) return undefined;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function webpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 30) return undefined;
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (kind !== 'VP8L') return undefined;
  const packed = bytes.readUInt32LE(21);
  return { width: (packed & 0x3fff) + 1, height: ((packed >> 14) & 0x3fff) + 1 };
}
