/** The commands of the README and the guides are run as they stand, against a city of their own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { glob, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cityloom, eventually, ROOT, startCity } from '#tests/support/city.ts';

/** Proven by whoever reads this report: the install, the start and the suite itself. */
const RUN_ELSEWHERE =
  /^(npm ci\b|npm start\b|npm test\b|npm run (check|bench|test:unit|fix|dev:web)\b|git clone\b|cd |apt-get |sudo )/;

interface Line {
  readonly file: string;
  readonly command: string;
}

async function listCommands(): Promise<Line[]> {
  const lines: Line[] = [];
  const files = ['README.md', 'CONTRIBUTING.md'];
  for await (const file of glob('docs/**/*.md', { cwd: ROOT })) files.push(file);
  for (const file of files.sort()) {
    const text = await readFile(join(ROOT, file), 'utf8');
    for (const [, block] of text.matchAll(/```sh\n([\s\S]*?)```/g)) {
      for (const command of (block ?? '').replaceAll('\\\n', ' ').split('\n')) {
        const bare = command.replace(/\s+#.*$/, '').trim();
        if (bare !== '' && !bare.startsWith('#')) lines.push({ file, command: bare });
      }
    }
  }
  return lines;
}

const commands = (await listCommands()).filter(({ command }) => !RUN_ELSEWHERE.test(command));

test('every command in the documents does what it says', async (t) => {
  const city = await startCity(t, ['--no-troubles', '--hands-off', '--log', 'warn']);
  const desk = await mkdtemp(join(tmpdir(), 'cityloom-docs-'));
  t.after(() => rm(desk, { recursive: true, force: true }));
  await Promise.all(
    ['node_modules', 'bin', 'src', 'packs', 'simulator', 'package.json', 'docs'].map((name) =>
      symlink(join(ROOT, name), join(desk, name)),
    ),
  );
  const key = await city.key('docs', 'integrator');
  const env = {
    ...process.env,
    CITYLOOM_DATA_DIR: city.dataDir,
    KEY: key,
    PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
  };
  // A reader types these when the city says that it is up; the simulator is ready a little later.
  await eventually(
    () => cityloom(['simulate', 'list', '--data', city.dataDir]),
    ({ code }) => code === 0,
    120_000,
  );
  assert.ok(commands.length > 5, 'the documents show commands');
  for (const { file, command } of commands) {
    await t.test(`${file}: ${command}`, async () => {
      const told = command
        .replaceAll('http://localhost:8080', city.url)
        .replaceAll('npx cityloom', `node ${join(ROOT, 'bin/cityloom.js')}`);
      const { code, output } = await runShell(told, desk, env);
      assert.equal(code, 0, output);
    });
  }
});

function runShell(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((done, fail) => child.on('error', fail).on('close', (code) => done({ code, output })));
}
