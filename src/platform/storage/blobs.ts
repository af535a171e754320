/** Content-addressed files in the data folder: `blobs/ab/cdef…` holds the content, `.type` its media type. Written once, atomically. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Blobs } from '#kernel/ports.ts';

const KEY = /^[0-9a-f]{64}$/;

export function openBlobs(folder: string): Blobs {
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key.slice(2));
  const made = new Map<string, Promise<unknown>>();
  /** Each of the 256 folders is made once. */
  function makeFolder(path: string): Promise<unknown> {
    let making = made.get(path);
    if (making === undefined) {
      making = mkdir(path, { recursive: true });
      making.catch(() => made.delete(path));
      made.set(path, making);
    }
    return making;
  }
  return {
    async put(content, mediaType) {
      const key = createHash('sha256').update(content).digest('hex');
      const path = pathOf(key);
      await makeFolder(dirname(path));
      await writeFile(`${path}.type`, mediaType);
      const draft = `${path}.${process.pid}.part`;
      await writeFile(draft, content, { flush: true });
      await rename(draft, path);
      return key;
    },
    async find(key) {
      if (!KEY.test(key)) return undefined;
      const content = await readFile(pathOf(key)).catch(() => undefined);
      if (content === undefined) return undefined;
      const mediaType = await readFile(`${pathOf(key)}.type`, 'utf8').catch(() => 'application/octet-stream');
      return { content, mediaType };
    },
  };
}
