/** Copies of the template town with one thing spoilt. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const packPath = (name: string): string => fileURLToPath(new URL(`../../packs/${name}`, import.meta.url));
export const MOUNTAIN_CITY = packPath('mountain-city');
export const TEMPLATE_TOWN = packPath('template');

/** A copy of the town; gone after the test. */
export async function copyOfTown(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cityloom-pack-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await cp(TEMPLATE_TOWN, directory, { recursive: true });
  return directory;
}

/** A copy in which one file reads differently. */
export async function spoiltTown(t: TestContext, file: string, from: string | RegExp, to: string): Promise<string> {
  const directory = await copyOfTown(t);
  const text = await readFile(join(directory, file), 'utf8');
  const spoilt = text.replace(from, to);
  if (spoilt === text) throw new Error(`${file} does not hold ${from}`);
  await writeFile(join(directory, file), spoilt);
  return directory;
}
