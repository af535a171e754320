#!/usr/bin/env node
// Starts Cityloom on Node 24 or newer. An older system Node hands over to the one that was installed with the project.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

/**
 * On a large machine V8 gives young objects 128 MB and glibc a heap to every thread, and the server would hold both for good; with less
 * it works as fast. This has to be said before they begin, so the process starts itself anew: same id, still one process. Where that
 * cannot be done (Windows) it goes on as it is and takes more memory.
 */
const YOUNG = '--max-semi-space-size';
const isSaid = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((word) => word.includes(YOUNG));
if (isNewEnough && process.argv[2] === 'up' && !isSaid && process.platform !== 'win32') {
  const args = [...process.execArgv, `${YOUNG}=16`, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.execve?.(process.execPath, [process.execPath, ...args], { MALLOC_ARENA_MAX: '2', ...process.env });
}

if (isNewEnough) {
  process.env.NODE_COMPILE_CACHE ??= join(home, 'node_modules/.cache/node-compile');
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const { main } = await import('../src/app/cli/cityloom.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const installed = join(home, 'node_modules/.bin/node');
  if (!existsSync(installed)) {
    process.stderr.write(`Cityloom needs Node 24; this is ${process.version}. Run npm ci: it brings one along.\n`);
    process.exit(1);
  }
  const child = spawn(installed, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
