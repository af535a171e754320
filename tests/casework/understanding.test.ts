/** What the city understands of a report in its residents' own words, before it has closed a single case and after. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PACK_SECTIONS } from '#app/pack-sections.ts';
import { openModel } from '#casework/understanding/category-model.ts';
import { featuresOf } from '#casework/understanding/features.ts';
import { calibrate, fit, lessonsOf, trainFromCases, trainFromPack } from '#casework/understanding/training.ts';
import { createUnderstanding } from '#casework/understanding/understanding.ts';
import type { CategoryModel, LabelledReport } from '#casework/understanding/understanding.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import { HOUR } from '#kernel/time.ts';
import { loadPack } from '#territory/pack/load-pack.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const { categories } = (await loadPack('packs/mountain-city', PACK_SECTIONS)).reporting;
const fromPack = openModel(trainFromPack(categories, NOW));

const first = (text: string): string => fromPack.suggest(text)[0]!.category;
const firstThree = (text: string): string[] =>
  fromPack
    .suggest(text)
    .slice(0, 3)
    .map(({ category }) => category);

/** Sentences that stand nowhere in the pack. */
const CHINESE: readonly (readonly [string, string])[] = [
  ['我们楼下那盏路灯这几天晚上都不亮', 'street-light'],
  ['井盖被车压碎了，怕小孩掉下去', 'manhole-cover'],
  ['马路上有个很深的坑，电瓶车摔了好几个', 'road-damage'],
  ['垃圾桶满出来了，好几天没人清运', 'rubbish'],
  ['楼道里闻到很重的煤气味', 'gas-smell'],
  ['整栋楼从早上开始就没有水', 'no-water'],
  ['自来水放出来是黄的，还有铁锈味', 'water-quality'],
  ['半夜工地还在施工，吵得睡不着', 'noise'],
  ['装修垃圾堆在单元门口没人拉走', 'building-rubbish'],
  ['雨停了两个小时，路口的水还没退', 'ponding'],
  ['家里突然停电了，整层楼都黑了', 'power-cut'],
  ['大风把树吹倒了，横在路中间', 'trees'],
];
const ENGLISH: readonly (readonly [string, string])[] = [
  ['The lamp outside number 12 has been dark for days', 'street-light'],
  ['A manhole has lost its cover by the school', 'manhole-cover'],
  ['Huge potholes, my bicycle wheel is bent', 'road-damage'],
  ['The bins are overflowing and nobody collects the rubbish', 'rubbish'],
  ['I can smell gas in the stairwell', 'gas-smell'],
  ['No water from any tap since this morning', 'no-water'],
  ['Builders are drilling in the middle of the night, terrible noise', 'noise'],
  ['The power went off in the whole building', 'power-cut'],
];

test('a city that has closed no case yet understands Chinese sentences by the words of its pack', () => {
  const right = CHINESE.filter(([text, category]) => first(text) === category);
  const near = CHINESE.filter(([text, category]) => firstThree(text).includes(category));
  assert.deepEqual(
    CHINESE.filter((each) => !near.includes(each)).map(([text]) => [text, firstThree(text)]),
    [],
  );
  assert.ok(right.length >= 10, `${right.length} of ${CHINESE.length} first`);
});

test('and English ones', () => {
  const near = ENGLISH.filter(([text, category]) => firstThree(text).includes(category));
  assert.deepEqual(
    ENGLISH.filter((each) => !near.includes(each)).map(([text]) => [text, firstThree(text)]),
    [],
  );
  const right = ENGLISH.filter(([text, category]) => first(text) === category);
  assert.ok(right.length >= 6, `${right.length} of ${ENGLISH.length} first`);
});

test('a sentence may mix both languages', () => {
  assert.equal(first('路灯坏了 the street light is out'), 'street-light');
});

test('a typing error costs the word, not the category', () => {
  assert.ok(firstThree('the stret ligth is brokn').includes('street-light'));
});

test('words that were never heard, and no words at all, are answered with what is usual and with little certainty', () => {
  for (const text of ['', '   ', '🦄🦄🦄', 'xqzw vbnq', '龘靐']) {
    const suggestions = fromPack.suggest(text);
    assert.equal(suggestions.length, categories.length);
    assert.ok(suggestions[0]!.probability < 0.3, `${text}: ${suggestions[0]!.probability}`);
  }
});

test('probabilities are those of one choice: none is negative, together they are one, the most probable comes first', () => {
  const probabilities = fromPack.suggest('路灯不亮').map(({ probability }) => probability);
  assert.ok(probabilities.every((each) => each >= 0 && each <= 1));
  assert.ok(Math.abs(probabilities.reduce((a, b) => a + b) - 1) < 1e-9);
  assert.deepEqual(
    probabilities,
    probabilities.toSorted((a, b) => b - a),
  );
});

test('a text of ten thousand characters is judged by its beginning', () => {
  const beginning = '路灯不亮，'.repeat(700);
  const long = beginning + '垃圾没人清运，'.repeat(930);
  assert.ok(long.length >= 10_000);
  assert.deepEqual(fromPack.suggest(long), fromPack.suggest(long.slice(0, 2_000)));
  assert.equal(first(long), 'street-light');
});

test('saying a word a thousand times makes nothing certain that was not', () => {
  const once = fromPack.suggest('noise').find(({ category }) => category === 'noise')!.probability;
  const often = fromPack.suggest('noise '.repeat(400)).find(({ category }) => category === 'noise')!.probability;
  assert.ok(often < 0.999_999, `${once} → ${often}`);
});

test('what a text is made of does not depend on case, width or form of its letters', () => {
  assert.deepEqual(featuresOf('ＰＯＴＨＯＬＥ'), featuresOf('pothole'));
  assert.deepEqual(featuresOf('Café'), featuresOf('Cafe\u0301'));
});

// Learning from closed cases -----------------------------------------------------------------------------------------------------------

const HARBOUR: Position = [106.5, 29.5];
const HILL: Position = [106.6, 29.6];

/** Neighbours of two quarters: at the harbour they mean rubbish when they say "the usual", on the hill they mean noise. */
function closed(count: number): LabelledReport[] {
  const say: readonly (readonly [string, string, Position])[] = [
    ['the usual again please do something', 'rubbish', HARBOUR],
    ['the usual again please do something', 'noise', HILL],
    ['the grumbler is at it again all night', 'noise', HILL],
    ['bags at the corner as every week', 'rubbish', HARBOUR],
  ];
  return Array.from({ length: count }, (_, i) => {
    const [text, category, place] = say[i % say.length]!;
    return { text, category, place, at: NOW - (count - i) * HOUR };
  });
}

const CODES = categories.map(({ code }) => code);
const TRAINED = trainFromCases(closed(520), lessonsOf(categories), CODES, NOW);

test('closed cases teach words that the pack does not have', () => {
  assert.notEqual(first('the grumbler is at it again'), 'noise');
  assert.equal(openModel(TRAINED).suggest('the grumbler is at it again')[0]!.category, 'noise');
});

test('and what the pack knew is not forgotten', () => {
  assert.equal(openModel(TRAINED).suggest('我们楼下那盏路灯这几天晚上都不亮')[0]!.category, 'street-light');
});

test('where the words do not tell, the place does', () => {
  const { suggest } = openModel(TRAINED);
  const text = 'the usual again please do something';
  assert.equal(suggest(text, HARBOUR)[0]!.category, 'rubbish');
  assert.equal(suggest(text, HILL)[0]!.category, 'noise');
  assert.deepEqual(suggest(text, [0, 0]), suggest(text));
});

test('the model says how it did on the newest fifth, which it had not seen', () => {
  const { accuracy, reports, trainedUntil } = TRAINED;
  assert.equal(accuracy?.reports, 104);
  assert.ok(accuracy.top1 >= 0.75 && accuracy.top3 >= accuracy.top1);
  assert.equal(reports, 520);
  assert.equal(trainedUntil, NOW - HOUR);
});

test('a model that was too sure is made modest by the reports it had not seen', () => {
  const learnt = closed(400).filter(({ text }) => !text.startsWith('the usual'));
  const model = fit(learnt, [], ['rubbish', 'noise']);
  const turned = learnt.map((each, i) => (i % 3 === 0 ? { ...each, category: 'rubbish' } : each));
  assert.ok(calibrate(model, turned).temperature > model.temperature);
});

test('fewer than a hundred unseen reports change no temperature', () => {
  const model = fit(closed(400), [], ['rubbish', 'noise']);
  assert.equal(calibrate(model, closed(99)), model);
  assert.notEqual(calibrate(model, closed(100)), model);
});

test('the same reports teach the same model, number for number', () => {
  const learn = () => trainFromCases(closed(200), [], ['rubbish', 'noise'], NOW);
  assert.deepEqual(learn(), learn());
});

// In the running city ----------------------------------------------------------------------------------------------------------------------

test('a running city begins with the words of its pack and takes a trained model when told to', async () => {
  const stored: (CategoryModel | undefined)[] = [undefined];
  const understanding = createUnderstanding({ categories, findModel: async () => stored.at(-1), now: NOW });
  await understanding.reload();
  assert.equal(understanding.state().learntFrom, 'pack');
  stored.push(TRAINED);
  await understanding.reload();
  assert.equal(understanding.state().learntFrom, 'cases');
  assert.equal(understanding.suggest('the grumbler is at it again')[0]!.category, 'noise');
});

test('a broken model leaves the one in force where it is', async () => {
  const answers = [Promise.resolve(undefined), Promise.reject(new Error('broken'))];
  const understanding = createUnderstanding({ categories, findModel: () => answers.shift()!, now: NOW });
  await understanding.reload();
  await assert.rejects(understanding.reload(), /broken/);
  assert.equal(understanding.suggest('路灯不亮')[0]!.category, 'street-light');
});

test('a category that the pack gave up is not suggested; a new one waits at the end', async () => {
  const changed: ReportCategory[] = categories
    .filter(({ code }) => code !== 'street-light')
    .concat({ ...categories[0]!, code: 'robots' });
  const model = trainFromPack(categories, NOW);
  const understanding = createUnderstanding({ categories: changed, findModel: async () => model, now: NOW });
  await understanding.reload();
  const suggested = understanding.suggest('路灯不亮');
  assert.equal(suggested.length, categories.length);
  assert.ok(!suggested.some(({ category }) => category === 'street-light'));
  assert.deepEqual(suggested.at(-1), { category: 'robots', probability: 0 });
  assert.ok(Math.abs(suggested.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-9);
});
