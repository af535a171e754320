import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ACTION_KINDS, TASK_KINDS } from '#adapters/crew/api.types.ts';
import en from '#web/crew/strings.en.json' with { type: 'json' };
import zh from '#web/crew/strings.zh.json' with { type: 'json' };

const FOLDER = fileURLToPath(new URL('../../web/crew/', import.meta.url));
const english = en as Record<string, string>;
const chinese = zh as Record<string, string>;

test('Chinese and English say the same things and fill the same gaps', () => {
  const gaps = (words: string) => [...new Set([...words.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [key, words] of Object.entries(chinese)) assert.deepEqual(gaps(words), gaps(english[key]!), key);
});

test('every kind of task and of action has its words', () => {
  for (const kind of TASK_KINDS) assert.ok(english[`kind.${kind}`], kind);
  for (const kind of ACTION_KINDS) assert.ok(english[`step.${kind}`], kind);
});

test('no word is written that no screen says, and none is said that is not written', async () => {
  let code = '';
  for await (const file of glob('**/*.{ts,tsx}', { cwd: FOLDER })) code += await readFile(FOLDER + file, 'utf8');
  const whole = new Set([...code.matchAll(/'([a-z]+\.[A-Za-z_.]+)'/g)].map(([, key]) => key!));
  // How long something takes is put into words by the kit.
  const begun = ['span.', ...[...code.matchAll(/`([a-z]+\.)\$\{/g)].map(([, head]) => head!)];
  assert.deepEqual(
    Object.keys(en).filter((key) => !whole.has(key) && !begun.some((head) => key.startsWith(head))),
    [],
  );
  const said = [...code.matchAll(/\bword\(\s*'([^']+)'/g)].map(([, key]) => key!);
  assert.ok(said.length > 50);
  assert.deepEqual(
    said.filter((key) => english[key] === undefined),
    [],
  );
});

test('nobody shouts', () => {
  for (const words of [...Object.values(en), ...Object.values(zh)]) assert.doesNotMatch(words, /[!！]/);
});
