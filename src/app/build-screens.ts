/** Builds the screens when their sources have changed since the last build. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SCREENS = join(root, 'dist/web');
/** Inside the screens: what they were built from. */
const STAMP = '.sources';

/**
 * Resolves to true when something was built. They are built aside and put in place whole, so that a city that runs meanwhile does not
 * lose its pages. Errors: the bundler's own words.
 */
export async function buildScreens(): Promise<boolean> {
  const sources = await fingerprint();
  if ((await builtFrom()) === sources) return false;
  const aside = `${SCREENS}.${process.pid}`;
  await bundle(aside);
  await writeFile(join(aside, STAMP), sources);
  await putInPlace(aside, sources);
  await rm(aside, { recursive: true, force: true });
  return true;
}

const builtFrom = (): Promise<string | undefined> => readFile(join(SCREENS, STAMP), 'utf8').catch(() => undefined);

/** Another city that starts at the same moment may have been faster; what it has put there is as good. */
async function putInPlace(aside: string, sources: string): Promise<void> {
  if ((await builtFrom()) === sources) return;
  const before = `${aside}.before`;
  await rename(SCREENS, before).catch(() => undefined);
  await rename(aside, SCREENS).catch(async (error: Error) => {
    if ((await builtFrom()) !== sources) throw error;
  });
  await rm(before, { recursive: true, force: true });
}

async function bundle(outDir: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      ...['--config', 'web/vite.config.ts'],
      ...['--logLevel', 'warn'],
      ...['--outDir', outDir, '--emptyOutDir'],
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  if (code !== 0) throw new Error(`The screens could not be built:\n${Buffer.concat(said).toString()}`);
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = [];
  for await (const file of glob(['web/**/*.{ts,tsx,css,html,json,svg,webmanifest}', 'package-lock.json'], {
    cwd: root,
  }))
    files.push(file);
  for (const file of files.sort()) hash.update(file).update(await readFile(join(root, file)));
  return hash.digest('hex');
}
