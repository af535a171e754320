/** The words of every screen, checked page by page: a page is a folder with its strings and the code that says them. */
import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const WEB = fileURLToPath(new URL('../../web/', import.meta.url));
const PLURAL = /_(zero|one|two|few|many|other)$/;
const bare = (keys: Iterable<string>): Set<string> => new Set([...keys].map((key) => key.replace(PLURAL, '')));

type Words = Readonly<Record<string, string>>;
const readWords = async (page: string, language: string): Promise<Words> =>
  JSON.parse(await readFile(`${WEB}${page}/strings.${language}.json`, 'utf8')) as Words;

const pages: string[] = [];
for await (const file of glob('*/strings.en.json', { cwd: WEB })) pages.push(file.split('/')[0]!);

async function source(page: string): Promise<string> {
  let all = '';
  for await (const file of glob(`{${page},kit}/**/*.{ts,tsx}`, { cwd: WEB })) all += await readFile(WEB + file, 'utf8');
  return all;
}

/** A key is used when it stands in the source as a whole, or begins like one that is put together there (`grade.${grade}`). */
function usedKeys(code: string): (key: string) => boolean {
  const whole = new Set([...code.matchAll(/['"`]([a-z][A-Za-z]*\.[A-Za-z._]+)['"`]/g)].map(([, key]) => key!));
  const begun = [...code.matchAll(/`([a-z][A-Za-z]*\.(?:[a-z]+[_.])?)\$\{[^}]+\}([A-Za-z]*)`/g)].map(
    ([, head, tail]) => ({
      head: head!,
      tail: tail!,
    }),
  );
  return (key) => whole.has(key) || begun.some(({ head, tail }) => key.startsWith(head) && key.endsWith(tail));
}

for (const page of pages.sort()) {
  const [zh, en] = await Promise.all([readWords(page, 'zh'), readWords(page, 'en')]);

  test(`${page}: Chinese and English say the same things`, () => {
    assert.deepEqual([...bare(Object.keys(zh))].sort(), [...bare(Object.keys(en))].sort());
  });

  test(`${page}: each language has exactly the plural forms it needs`, () => {
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

  test(`${page}: no word is written that no screen says`, async () => {
    const isUsed = usedKeys(await source(page));
    assert.deepEqual(
      [...bare(Object.keys(en))].filter((key) => !isUsed(key)),
      [],
    );
  });

  test(`${page}: no screen says a word that is not written`, async () => {
    const code = await source(page);
    const said = [...code.matchAll(/\b(?:t|text|word)\(\s*'([^']+)'/g)].map(([, key]) => key!);
    const written = bare(Object.keys(en));
    assert.ok(said.length > 10);
    assert.deepEqual(
      [...new Set(said)].filter((key) => !written.has(key)),
      [],
    );
  });

  test(`${page}: both languages fill the same gaps in a sentence`, () => {
    const gaps = (words: string): string[] => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort();
    for (const [key, words] of Object.entries(zh)) assert.deepEqual(gaps(words), gaps(en[key]!), key);
  });

  test(`${page}: nobody shouts`, () => {
    for (const words of [...Object.values(en), ...Object.values(zh)]) assert.doesNotMatch(words, /[!！]/);
  });
}
