/**
 * The form of a backup: one gzip file of records, each a letter, a 4-byte big-endian length, and that many bytes.
 *
 *   H  head as JSON: format, when it was taken, the migrations that made the tables
 *   T  a table begins: JSON with schema, name and columns     D  its next bytes, as PostgreSQL's COPY text
 *   B  a photo begins: JSON with key and media type           D  its next bytes
 *   E  the table or photo ends: JSON with its bytes and, for a table, its rows
 *   S  where every sequence stood: JSON
 *   Z  the end: SHA-256 of every byte before this record, in hex
 *
 * COPY text is the same in every PostgreSQL, and floats come back bit by bit. A file without a right Z is not a backup: it is read
 * to its end before anything of it is used.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { CityError } from '#kernel/errors.ts';

export const FORMAT = 'cityloom-backup-1';

export type Letter = 'H' | 'T' | 'B' | 'D' | 'E' | 'S' | 'Z';
const LETTERS = 'HTBDESZ';
const HEADER_BYTES = 5;
/** Longer records are not written, so a longer length is damage and not a wish for memory. */
const MOST_BYTES = 64 * 1_048_576;

export interface Head {
  readonly format: typeof FORMAT;
  readonly takenAt: string;
  readonly migrations: readonly { readonly room: string; readonly name: string; readonly sha256: string }[];
}
export interface TableStart {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}
export interface BlobStart {
  readonly key: string;
  readonly mediaType: string;
}
export interface SectionEnd {
  readonly bytes: number;
  readonly rows?: number | undefined;
}
export interface SequenceState {
  readonly schema: string;
  readonly name: string;
  /** As text: it may be larger than a double holds. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

export function toRecord(letter: Letter, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(letter, 0, 'latin1');
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, payload]);
}

export const toJsonRecord = (letter: Letter, value: unknown): Buffer =>
  toRecord(letter, Buffer.from(JSON.stringify(value)));

export interface FileRecord {
  readonly letter: Letter;
  readonly payload: Buffer;
}

export const damaged = (why: string): CityError =>
  new CityError('invalid', 'backup.damaged', `This backup cannot be trusted: ${why}. Nothing was written.`);

/** The records of a file up to its Z, whose checksum is compared. Errors: `backup.damaged`. */
export async function* readRecords(path: string): AsyncGenerator<FileRecord> {
  const sum = createHash('sha256');
  let rest: Buffer = Buffer.alloc(0);
  let complete = false;
  for await (const chunk of unzipped(path)) {
    if (complete) throw damaged('something follows its end');
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= HEADER_BYTES && !complete) {
      const letter = rest.toString('latin1', at, at + 1);
      const end = at + HEADER_BYTES + rest.readUInt32BE(at + 1);
      if (!LETTERS.includes(letter) || end - at > MOST_BYTES)
        throw damaged('it is not a Cityloom backup, or was altered');
      if (end > rest.length) break;
      const record = { letter: letter as Letter, payload: rest.subarray(at + HEADER_BYTES, end) };
      if (letter === 'Z') {
        if (record.payload.toString() !== sum.digest('hex')) throw damaged('its checksum is wrong');
        complete = true;
      } else {
        sum.update(rest.subarray(at, end));
        yield record;
      }
      at = end;
    }
    rest = rest.subarray(at);
  }
  if (!complete || rest.length > 0) throw damaged('it breaks off before its end');
}

/** A file that is no gzip, or is cut, is a damaged backup; a file that is not there is just not there. */
async function* unzipped(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1_048_576 });
  const plain = createGunzip({ chunkSize: 262_144 });
  file.on('error', (error) => plain.destroy(error));
  try {
    for await (const chunk of file.pipe(plain)) yield chunk as Buffer;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('Z_')) throw damaged('it is cut or is not gzip');
    if (code === 'ENOENT') throw new CityError('not_found', 'backup.not_found', `There is no file ${path}.`, 'FILE');
    throw error;
  } finally {
    file.destroy();
  }
}
