/**
 * `npm run bench`: every figure beside the raw limit it is held against, measured in the same run. Each bench is a program of its own
 * that prints lines; this one runs them one after the other, so that they do not take each other's cores, and keeps the output.
 * `npm run bench -- intake mqtt` runs those whose name holds one of the words.
 */
import { spawn } from 'node:child_process';
import { glob, mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);

const files: string[] = [];
for await (const file of glob('bench/*.bench.ts', { cwd: root })) files.push(file);
const chosen = files.sort().filter((file) => words.length === 0 || words.some((word) => basename(file).includes(word)));

let report = `${new Date().toISOString()} · Node ${process.version} · ${cpus().length} × ${cpus()[0]?.model.trim()} · ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n`;
process.stdout.write(report);
let failed = 0;
for (const file of chosen) {
  const head = `\n── ${basename(file, '.bench.ts')} ──\n`;
  process.stdout.write(head);
  const { code, said } = await runBench(file);
  report += head + said;
  if (code !== 0) {
    failed += 1;
    const line = `stopped with code ${code}\n`;
    process.stdout.write(line);
    report += line;
  }
}
await mkdir(join(root, '.ci/output'), { recursive: true });
await writeFile(join(root, '.ci/output/bench.txt'), report);
process.exitCode = failed === 0 ? 0 : 1;

async function runBench(file: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [file], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    process.stdout.write(chunk);
  });
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  return { code, said };
}
