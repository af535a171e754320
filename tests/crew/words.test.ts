import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTION_KINDS, TASK_KINDS } from '#adapters/crew/api.types.ts';
import en from '#web/crew/strings.en.json' with { type: 'json' };
import zh from '#web/crew/strings.zh.json' with { type: 'json' };

const english = en as Record<string, string>;
const chinese = zh as Record<string, string>;

test('Chinese and English fill the same gaps', () => {
  const gaps = (words: string) => [...new Set([...words.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();
  for (const [key, words] of Object.entries(chinese)) assert.deepEqual(gaps(words), gaps(english[key]!), key);
});

test('every kind of task and of action has its words', () => {
  for (const kind of TASK_KINDS) assert.ok(english[`kind.${kind}`], kind);
  for (const kind of ACTION_KINDS) assert.ok(english[`step.${kind}`], kind);
});
