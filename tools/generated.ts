/** Writes every generated file, or with `--check` says which of them are not what the code would write. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const GENERATORS = [
  'tools/registry.ts',
  'tools/configuration-doc.ts',
  'tools/case-lifecycle-doc.ts',
  'tools/city/write-schemas.ts',
  'tools/city/generate.ts',
];

let failed = 0;
for (const generator of GENERATORS) {
  if (!existsSync(new URL(`../${generator}`, import.meta.url))) {
    process.stderr.write(`${generator} is missing\n`);
    failed += 1;
    continue;
  }
  const { status, stderr, stdout } = spawnSync(process.execPath, [generator, ...process.argv.slice(2)], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) continue;
  failed += 1;
  process.stderr.write(`${generator}:\n${stdout}${stderr}`);
}
process.exitCode = failed === 0 ? 0 : 1;
