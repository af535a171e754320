/**
 * The blocks of an OpenStreetMap extract (.osm.pbf): a file is a row of blobs, each with its length in front and mostly deflated. One
 * block is in memory at a time.
 *
 * Errors, each naming the file: `osm.not_found`, `osm.too_large` (above 500 MB: cut the city out first), `osm.broken` (not such a file,
 * or cut short), `osm.unsupported` (a feature or compression that is not read here).
 */
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { CityError, invalid } from '#kernel/errors.ts';
import { BrokenMessage, Message } from './protobuf.ts';

const LARGEST_FILE = 500 * 1024 * 1024;
/** The format's own limits. */
const LARGEST_HEADER = 64 * 1024;
const LARGEST_BLOB = 32 * 1024 * 1024;
const READ_HERE = new Set(['OsmSchema-V0.6', 'DenseNodes']);
const inflated = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

/** Hands each data block to `take`, in the order of the file. */
export async function eachBlock(path: string, take: (block: Message) => void): Promise<void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new CityError('not_found', 'osm.not_found', `${path} cannot be opened (${error.code}).`, 'FILE');
  });
  try {
    await readBlobs(path, file, take);
  } catch (error) {
    throw error instanceof BrokenMessage ? broken(path, error.message) : error;
  } finally {
    await file.close();
  }
}

async function readBlobs(path: string, file: FileHandle, take: (block: Message) => void): Promise<void> {
  const { size } = await file.stat();
  if (size > LARGEST_FILE)
    throw new CityError(
      'too_large',
      'osm.too_large',
      `${path} has more than 500 MB: cut the city out of it first.`,
      'FILE',
    );
  if (size === 0) throw broken(path, 'it is empty');
  for (let at = 0; at < size; ) {
    const headerLength = (await readAt(path, file, at, 4)).readUInt32BE(0);
    if (headerLength > LARGEST_HEADER) throw broken(path, `no block begins at byte ${at}`);
    const { type, length } = readHeader(new Message(await readAt(path, file, at + 4, headerLength)));
    if (length > LARGEST_BLOB) throw broken(path, `the block at byte ${at} is larger than the format allows`);
    const data = await unpack(path, new Message(await readAt(path, file, at + 4 + headerLength, length)));
    if (at === 0 && type !== 'OSMHeader') throw broken(path, 'it does not begin with a header');
    if (type === 'OSMHeader') checkFeatures(path, new Message(data));
    if (type === 'OSMData') take(new Message(data));
    at += 4 + headerLength + length;
  }
}

async function readAt(path: string, file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  if (bytesRead < length) throw broken(path, `it ends in the middle of a block, at byte ${at + bytesRead}`);
  return buffer;
}

function readHeader(header: Message): { type: string; length: number } {
  let [type, length] = ['', -1];
  while (header.next()) {
    if (header.tag === 1) type = header.text();
    else if (header.tag === 3) length = header.varint();
    else header.skip();
  }
  if (length < 0) throw new BrokenMessage('a block does not say how long it is');
  return { type, length };
}

async function unpack(path: string, blob: Message): Promise<Uint8Array> {
  while (blob.next()) {
    if (blob.tag === 1) return blob.view();
    if (blob.tag === 3) {
      return inflated(Buffer.from(blob.view()), { maxOutputLength: LARGEST_BLOB }).catch((error: Error) => {
        throw broken(path, `a block cannot be inflated (${error.message})`);
      });
    }
    if (blob.tag > 3)
      throw new CityError('unsupported', 'osm.unsupported', `${path} is compressed otherwise than by zlib.`, 'FILE');
    blob.skip();
  }
  throw broken(path, 'a block holds nothing');
}

function checkFeatures(path: string, header: Message): void {
  while (header.next()) {
    if (header.tag !== 4) {
      header.skip();
      continue;
    }
    const feature = header.text();
    if (!READ_HERE.has(feature))
      throw new CityError(
        'unsupported',
        'osm.unsupported',
        `${path} needs ${feature}, which is not read here.`,
        'FILE',
      );
  }
}

const broken = (path: string, why: string): CityError =>
  invalid('osm.broken', `${path} is not a whole .osm.pbf file: ${why}.`, 'FILE');
