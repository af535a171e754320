/**
 * `npm test`: everything, in one run of node's test runner. Brings up what the tests need for real: a PostgreSQL server of their
 * own, a Chromium, the built screens. `--unit` leaves out the whole city and the browser; other arguments name test files.
 */
import { spawn } from 'node:child_process';
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildScreens } from '../src/app/build-screens.ts';
import { createLog } from '../src/platform/log.ts';
import { openEmbedded } from '../src/platform/storage/embedded.ts';
import { needChromium } from './chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const WHOLE_CITY = [
  'tests/browser/**/*.test.ts',
  'tests/city/**/*.test.ts',
  'tests/burst-main.test.ts',
  'tests/docs.test.ts',
];

/** The whole suite takes about ten minutes; on a machine that does other things it may take longer. */
const LONGEST_MS = 45 * 60_000;

const args = process.argv.slice(2);
const unitOnly = args.includes('--unit');
const named = args.filter((arg) => !arg.startsWith('-'));

async function list(patterns: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob([...patterns], { cwd: root })) files.push(file);
  return files.sort();
}

const wholeCity = new Set(await list(WHOLE_CITY));
const everything = named.length > 0 ? named : await list(['tests/**/*.test.ts']);
// The long ones first, so that the short ones fill the other core meanwhile.
const files = [
  ...everything.filter((file) => wholeCity.has(file)),
  ...everything.filter((file) => !wholeCity.has(file)),
].filter((file) => !unitOnly || !wholeCity.has(file));

const server = await mkdtemp(join(tmpdir(), 'cityloom-tests-'));
const embedded = await openEmbedded(server, createLog('error'));
try {
  const env: NodeJS.ProcessEnv = { ...process.env, CITYLOOM_TEST_SERVER: server };
  if (files.some((file) => wholeCity.has(file))) {
    env['CITYLOOM_CHROMIUM'] = needChromium();
    await buildScreens();
  }
  process.exitCode = await run(files, env);
} finally {
  await embedded.stop();
  await rm(server, { recursive: true, force: true });
}

function run(testFiles: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--test', '--test-concurrency=2', '--test-timeout=900000', '--test-reporter=spec', ...testFiles],
    { cwd: root, stdio: 'inherit', env },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  // A test that waits for ever is a failure, not a night without an answer.
  setTimeout(() => {
    process.stderr.write('The tests take longer than they may; they are stopped.\n');
    child.kill('SIGKILL');
  }, LONGEST_MS).unref();
  return new Promise((done, fail) => child.on('error', fail).on('close', (code) => done(code ?? 1)));
}
