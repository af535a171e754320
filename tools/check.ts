/** `npm run check`: format and lint, types, unused code, generated files. Says each step's time; stops at nothing, fails if any failed. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string) => `node_modules/.bin/${name}`;

const STEPS: readonly { name: string; command: string; args: readonly string[] }[] = [
  { name: 'format and lint', command: bin('biome'), args: ['ci', '.'] },
  { name: 'types of the program', command: bin('tsc'), args: ['-p', '.'] },
  { name: 'types of the screens', command: bin('tsc'), args: ['-p', 'web'] },
  { name: 'unused code', command: bin('knip'), args: [] },
  {
    name: 'walls of the house',
    command: process.execPath,
    args: ['--test', '--test-reporter=dot', 'tests/architecture.test.ts'],
  },
  { name: 'generated files', command: process.execPath, args: ['tools/generated.ts', '--check'] },
];

let failed = 0;
for (const { name, command, args } of STEPS) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
  process.stdout.write(`${status === 0 ? '✔' : '✖'} ${name} (${seconds} s)\n`);
  if (status === 0) continue;
  failed += 1;
  process.stdout.write(`${stdout}${stderr}\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
