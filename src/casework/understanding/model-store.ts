/**
 * Where a city keeps its text model: one file in its data folder. A file, not a row: it is a few megabytes that can be computed again from
 * the closed cases at any time, so it need not be in every backup, and it is replaced whole. Written beside and renamed, so that
 * whoever reads sees the old model or the new one and never half of it.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeModel, encodeModel } from './model-file.ts';
import type { CategoryModel } from './understanding.types.ts';

export const modelPath = (dataDir: string): string => join(dataDir, 'models', 'categories.model');

/** Undefined: the city has not trained one. Errors: those of `decodeModel`. */
export async function findModel(path: string): Promise<CategoryModel | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return bytes === undefined ? undefined : decodeModel(bytes);
}

export async function saveModel(path: string, model: CategoryModel): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.part`;
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(encodeModel(model));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Calls when another model lies there, looking every so many milliseconds; the answer stops it. Does not keep the process alive. */
export function followModel(path: string, everyMs: number, onChange: () => void): () => void {
  watchFile(path, { interval: everyMs, persistent: false }, onChange);
  return () => unwatchFile(path, onChange);
}
