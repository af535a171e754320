import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Runs a generator with `--check`; what it says is wrong, and its exit code. */
async function check(generator: string): Promise<{ code: unknown; said: string }> {
  const path = fileURLToPath(new URL(`../../tools/city/${generator}`, import.meta.url));
  const child = spawn(process.execPath, [path, '--check'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, said };
}

test('the mountain city is what its generator makes, byte for byte', async () => {
  assert.deepEqual(await check('generate.ts'), { code: 0, said: '' });
});

test('the JSON Schemas that editors complete from are what the code says', async () => {
  assert.deepEqual(await check('write-schemas.ts'), { code: 0, said: '' });
});
