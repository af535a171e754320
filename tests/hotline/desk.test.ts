/** The words of the desk, in both languages, and what its form decides. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { HotlineRulesView } from '#adapters/console/hotline-api.types.ts';
import { GRANTS, type Permission, ROLES } from '#kernel/roles.ts';
import { DAY, HOUR } from '#kernel/time.ts';
import { NOON, PLACE } from '#tests/casework/small-city.ts';
import { answersOf, EMPTY_DRAFT, missingOf, needsReason, promiseOf } from '#web/ops/hotline/desk.view.ts';
import { REPORTING } from './switchboard.ts';

const read = async (language: string) =>
  JSON.parse(
    await readFile(new URL(`../../web/ops/hotline/strings.${language}.json`, import.meta.url), 'utf8'),
  ) as Record<string, string>;

test('Chinese and English say the same things, fill the same gaps, and nobody shouts', async () => {
  const [zh, en] = await Promise.all([read('zh'), read('en')]);
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  const gaps = (words: string) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
  for (const [key, words] of Object.entries(zh)) assert.deepEqual(gaps(words), gaps(en[key]!), key);
  assert.doesNotMatch([...Object.values(zh), ...Object.values(en)].join(''), /[!！]/);
});

const having = (permission: Permission) => ROLES.filter((role) => GRANTS[role].has(permission));

test('the desk is for those who judge and send out; a telephone system may only tell of the line', () => {
  assert.deepEqual(having('hotline.desk'), ['administrator', 'analyst', 'dispatcher']);
  assert.deepEqual(having('hotline.line'), ['administrator', 'analyst', 'dispatcher', 'integrator']);
});

const [burst, lamp] = REPORTING.categories;
const asked = {
  code: 'how-many',
  datatype: 'multivaluelist' as const,
  required: true,
  question: { en: 'How many?' },
  hint: undefined,
  values: [],
};
const RULES: HotlineRulesView = {
  groups: REPORTING.groups,
  categories: [burst!, { ...lamp!, questions: [asked] }],
  classes: REPORTING.hotlineClasses,
  descriptionCharacters: 2_000,
};
const DRAFT = { ...EMPTY_DRAFT, description: 'It is dark', place: PLACE, category: 'burst' };

test('the form says what the caller must still be asked, in the order of the form', () => {
  assert.deepEqual(missingOf(EMPTY_DRAFT, RULES), ['description', 'where', 'category']);
  assert.deepEqual(missingOf(DRAFT, RULES), []);
  assert.deepEqual(missingOf({ ...DRAFT, category: 'lamp' }, RULES), ['questions']);
  assert.deepEqual(missingOf({ ...DRAFT, category: 'lamp', answers: { 'how-many': 'one' } }, RULES), []);
});

test('the category’s own class needs no reason, another does', () => {
  assert.equal(needsReason({ ...DRAFT, classId: 'lifeline' }, RULES), false);
  assert.equal(needsReason({ ...DRAFT, classId: 'danger' }, RULES), true);
  assert.deepEqual(missingOf({ ...DRAFT, classId: 'danger', classReason: ' ' }, RULES), ['classReason']);
  assert.deepEqual(missingOf({ ...DRAFT, classId: 'danger', classReason: 'Wires hang down' }, RULES), []);
});

test('the promise is counted from the ringing; one in working time is worked out by the city', () => {
  assert.equal(promiseOf(DRAFT, RULES, NOON), NOON + DAY);
  assert.equal(promiseOf({ ...DRAFT, classId: 'danger' }, RULES, NOON), NOON + 2 * HOUR);
  assert.equal(promiseOf({ ...DRAFT, classId: 'office-hour' }, RULES, NOON), undefined);
});

test('answers go as the city takes them: lists as lists, nothing empty, nothing of another category', () => {
  const answers = { 'how-many': 'one', old: 'x' };
  assert.deepEqual(answersOf({ ...DRAFT, category: 'lamp', answers }, RULES), { 'how-many': ['one'] });
  assert.deepEqual(answersOf({ ...DRAFT, answers }, RULES), {});
});
