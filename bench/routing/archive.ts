/** Reads a `.tar.gz` of plain files, as much of the format as that takes: name, size, content in blocks of 512 bytes. */
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

export function filesIn(archive: Uint8Array): Map<string, string> {
  const tar = gunzipSync(archive);
  const text = (from: number, length: number) =>
    tar
      .subarray(from, from + length)
      .toString('utf8')
      .replace(/\0.*$/s, '');
  const files = new Map<string, string>();
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const isFile = tar[at + 156] === 0 || tar[at + 156] === 48;
    if (isFile) files.set(text(at, 100), tar.subarray(at + BLOCK, at + BLOCK + size).toString('utf8'));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
