import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import en from '#web/ops/strings.en.json' with { type: 'json' };
import zh from '#web/ops/strings.zh.json' with { type: 'json' };

const WEB = fileURLToPath(new URL('../../web/', import.meta.url));
const PLURAL = /_(zero|one|two|few|many|other)$/;
const bare = (keys: Iterable<string>): Set<string> => new Set([...keys].map((key) => key.replace(PLURAL, '')));

async function source(): Promise<string> {
  let all = '';
  for await (const file of glob('**/*.{ts,tsx}', { cwd: WEB })) all += await readFile(WEB + file, 'utf8');
  return all;
}

/** A key is used when it stands in the source as a whole, or begins like one that is put together there (`grade.${grade}`). */
function usedKeys(code: string): (key: string) => boolean {
  const whole = new Set([...code.matchAll(/['"`]([a-z][A-Za-z]*\.[A-Za-z._]+)['"`]/g)].map(([, key]) => key!));
  const begun = [...code.matchAll(/`([a-z][A-Za-z]*\.(?:[a-z]+_)?)\$\{[^}]+\}([A-Za-z]*)`/g)].map(([, head, tail]) => ({
    head: head!,
    tail: tail!,
  }));
  return (key) => whole.has(key) || begun.some(({ head, tail }) => key.startsWith(head) && key.endsWith(tail));
}

test('Chinese and English say the same things', () => {
  assert.deepEqual([...bare(Object.keys(zh))].sort(), [...bare(Object.keys(en))].sort());
});

test('each language has exactly the plural forms it needs', () => {
  const needed = (language: string): readonly string[] =>
    new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  for (const [language, words] of [
    ['en', en],
    ['zh', zh],
  ] as const) {
    const plurals = bare(Object.keys(words).filter((key) => PLURAL.test(key)));
    for (const key of plurals)
      assert.deepEqual(
        Object.keys(words)
          .filter((each) => PLURAL.test(each) && each.replace(PLURAL, '') === key)
          .map((each) => PLURAL.exec(each)![1])
          .sort(),
        [...needed(language)].sort(),
        `${language} ${key}`,
      );
  }
});

test('no word is written that no screen says', async () => {
  const isUsed = usedKeys(await source());
  assert.deepEqual(
    [...bare(Object.keys(en))].filter((key) => !isUsed(key)),
    [],
  );
});

test('no screen says a word that is not written', async () => {
  const code = await source();
  const said = [...code.matchAll(/\b(?:t|text)\(\s*'([^']+)'/g)].map(([, key]) => key!);
  const written = bare(Object.keys(en));
  assert.ok(said.length > 100);
  assert.deepEqual(
    [...new Set(said)].filter((key) => !written.has(key)),
    [],
  );
});

test('both languages fill the same gaps in a sentence', () => {
  const gaps = (words: string): string[] => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort();
  const english = en as Record<string, string>;
  for (const [key, words] of Object.entries(zh)) assert.deepEqual(gaps(words), gaps(english[key]!), key);
});

test('nobody shouts', () => {
  for (const words of [...Object.values(en), ...Object.values(zh)]) assert.doesNotMatch(words, /[!！]/);
});
