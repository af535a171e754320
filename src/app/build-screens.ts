/** Builds the screens when their sources have changed since the last build. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const STAMP = join(root, 'dist/web/.sources');

/** Resolves to true when something was built. Errors: the bundler's own words. */
export async function buildScreens(): Promise<boolean> {
  const sources = await fingerprint();
  const built = existsSync(STAMP) ? await readFile(STAMP, 'utf8') : undefined;
  if (built === sources) return false;
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  if (code !== 0) throw new Error(`The screens could not be built:\n${Buffer.concat(said).toString()}`);
  await mkdir(join(root, 'dist/web'), { recursive: true });
  await writeFile(STAMP, sources);
  return true;
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
