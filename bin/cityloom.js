#!/usr/bin/env node
// Starts Cityloom on Node 24 or newer. An older system Node hands over to the one that was installed with the project.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

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
