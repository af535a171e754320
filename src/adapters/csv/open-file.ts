/**
 * Opens a recording as a stream of bytes, whatever it is wrapped in: plain, gzip, zip, tar, or tar in gzip. The wrapping is told by
 * its first bytes, never by the file's name, because recordings are renamed more often than repacked. Memory stays constant.
 *
 * Of an archive one file is read: the first whose name matches `member` (`*` stands for anything), else the first file at all.
 * Errors: `file.not_found`, `file.no_member` (names what there is), `file.unreadable` (encrypted, or packed in a way not read here).
 */
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { CityError, invalid } from '#kernel/errors.ts';

const TAR_BLOCK = 512;

/** Bytes to read, and the file to close when done, however it ended. */
export interface Recording {
  readonly bytes: Readable;
  close(): Promise<void>;
}

/** Opens the file, or the wanted member of the archive it is. */
export async function openRecording(path: string, member?: string): Promise<Recording> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new CityError('not_found', 'file.not_found', `${path} cannot be opened (${error.code}).`, 'FILE');
  });
  try {
    const bytes = await unwrap(handle, member);
    const close = async () => {
      bytes.destroy();
      await handle.close();
    };
    return { bytes, close };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function unwrap(handle: FileHandle, member: string | undefined): Promise<Readable> {
  const magic = await readAt(handle, 0, 4);
  if (magic.length === 4 && magic.readUInt32LE(0) === 0x04034b50) return openZip(handle, member);
  const bytes = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 18 });
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  return openTar(isGzip ? chain(bytes, createGunzip({ chunkSize: 1 << 18 })) : bytes, member);
}

/** Pipes and hands errors of the source on to whoever reads the end. */
function chain<T extends NodeJS.ReadWriteStream & Readable>(source: Readable, through: T): T {
  pipeline(source, through, () => undefined);
  return through;
}

const matcher = (member: string | undefined): ((name: string) => boolean) => {
  if (member === undefined) return () => true;
  const pattern = new RegExp(
    `^${member
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
  return (name) => pattern.test(name) || pattern.test(name.split('/').at(-1)!);
};

const noMember = (member: string | undefined, seen: readonly string[]) =>
  invalid(
    'file.no_member',
    `The archive holds no file${member ? ` matching "${member}"` : ''}; it holds: ${seen.slice(0, 8).join(', ') || 'nothing'}.`,
    'file.member',
  );

/** Reads the central directory at the end of a zip, then streams the one entry wanted. Stored and deflated entries, also zip64. */
async function openZip(handle: FileHandle, member: string | undefined): Promise<Readable> {
  const { size } = await handle.stat();
  const tail = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw invalid('file.unreadable', 'The zip has no directory at its end: it is cut off.', 'FILE');
  const directory = await readAt(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [...zipEntries(directory)];
  const wanted = matcher(member);
  const entry = entries.find(({ name }) => !name.endsWith('/') && wanted(name));
  if (!entry)
    throw noMember(
      member,
      entries.map(({ name }) => name),
    );
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8))
    throw invalid(
      'file.unreadable',
      `"${entry.name}" is encrypted or packed by method ${entry.method}, which is not read here.`,
      'FILE',
    );
  const header = await readAt(handle, entry.offset, 30);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = handle.createReadStream({
    start,
    end: start + entry.packedBytes - 1,
    autoClose: false,
    highWaterMark: 1 << 18,
  });
  return entry.method === 0 ? packed : chain(packed, createInflateRaw({ chunkSize: 1 << 18 }));
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packedBytes: number;
  readonly offset: number;
}

function* zipEntries(directory: Buffer): Generator<ZipEntry> {
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const [nameLength, extraLength, noteLength] = [
      directory.readUInt16LE(at + 28),
      directory.readUInt16LE(at + 30),
      directory.readUInt16LE(at + 32),
    ];
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
    const [, packedBytes, offset] = zip64(sizes, extra);
    yield {
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      packedBytes: packedBytes!,
      offset: offset!,
    };
    at += 46 + nameLength + extraLength + noteLength;
  }
}

/** Sizes of 0xffffffff stand in the zip64 field of the entry, in this order, only those that overflowed. */
function zip64(sizes: readonly number[], extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    return sizes.map((size) => {
      if (size !== 0xffffffff) return size;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    });
  }
  return [...sizes];
}

/** Passes bytes on as they are unless they begin with a tar header; then only those of the wanted member. */
async function openTar(bytes: Readable, member: string | undefined): Promise<Readable> {
  const chunks = bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const source = new ByteSource(chunks);
  const head = await source.peek(TAR_BLOCK);
  if (head.length < TAR_BLOCK || head.toString('latin1', 257, 262) !== 'ustar')
    return Readable.from(source.rest(), { objectMode: false });
  const wanted = matcher(member);
  const seen: string[] = [];
  for (
    let header = await source.take(TAR_BLOCK);
    header.length === TAR_BLOCK && header[0] !== 0;
    header = await source.take(TAR_BLOCK)
  ) {
    const size = Number.parseInt(header.toString('latin1', 124, 136).replaceAll('\0', '').trim() || '0', 8);
    const name = [345, 0]
      .map((at) => header.toString('utf8', at, at + (at ? 155 : 100)).replace(/\0.*$/s, ''))
      .filter(Boolean)
      .join('/');
    const isFile = header[156] === 0x30 || header[156] === 0;
    if (isFile) seen.push(name);
    if (isFile && wanted(name)) return Readable.from(source.limited(size), { objectMode: false });
    await source.skip(Math.ceil(size / TAR_BLOCK) * TAR_BLOCK);
  }
  throw noMember(member, seen);
}

/** A stream of chunks read by the byte. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterator<Buffer>) {
    this.#chunks = chunks;
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }

  /** Up to `length` bytes without consuming them. */
  async peek(length: number): Promise<Buffer> {
    while (this.#held.length < length && (await this.#more()));
    return this.#held.subarray(0, length);
  }

  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  async skip(length: number): Promise<void> {
    for await (const _ of this.limited(length));
  }

  async *limited(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) return;
      const part = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  rest(): AsyncGenerator<Buffer> {
    return this.limited(Number.POSITIVE_INFINITY);
  }
}
