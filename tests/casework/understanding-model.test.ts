/** A trained model on disk: what is read back is what was written, and what is broken says so. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openModel } from '#casework/understanding/category-model.ts';
import { decodeModel, encodeModel } from '#casework/understanding/model-file.ts';
import { findModel, followModel, modelPath, saveModel } from '#casework/understanding/model-store.ts';
import { trainFromCases } from '#casework/understanding/training.ts';
import type { LabelledReport } from '#casework/understanding/understanding.types.ts';
import { HOUR } from '#kernel/time.ts';
import { eventually } from '#tests/support/city.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const SAID = [
  ['the street light is out', '路灯'],
  ['路灯不亮，楼梯很黑', '路灯'],
  ['rubbish beside the bins', '垃圾'],
  ['垃圾桶满了没人收', '垃圾'],
  ['a deep pothole', '坑'],
] as const;
const REPORTS: LabelledReport[] = Array.from({ length: 150 }, (_, i) => {
  const [text, category] = SAID[i % SAID.length]!;
  return { text: `${text} ${i}`, category, at: NOW + i * HOUR, place: [106.5 + (i % 3) / 100, 29.5] };
});
const MODEL = trainFromCases(REPORTS, [], ['路灯', '垃圾', '坑'], NOW);

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cityloom-model-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('a model survives saving and loading bit for bit', async (t) => {
  const path = modelPath(await folder(t));
  await saveModel(path, MODEL);
  const loaded = await findModel(path);
  assert.deepEqual(loaded, MODEL);
  assert.deepEqual(encodeModel(loaded!), encodeModel(MODEL));
  const [before, after] = [openModel(MODEL), openModel(loaded!)];
  for (const { text, place } of REPORTS) assert.deepEqual(after.suggest(text, place), before.suggest(text, place));
});

test('a city that has not trained has no model, and that is no error', async (t) => {
  assert.equal(await findModel(modelPath(await folder(t))), undefined);
});

test('saving leaves nothing beside the model, and replaces the one before', async (t) => {
  const data = await folder(t);
  await saveModel(modelPath(data), { ...MODEL, reports: 1 });
  await saveModel(modelPath(data), MODEL);
  assert.deepEqual(await readdir(join(data, 'models')), ['categories.model']);
  assert.equal((await findModel(modelPath(data)))?.reports, MODEL.reports);
});

const code = (expected: string) => ({ name: 'CityError', code: expected });

test('one changed byte anywhere is found', () => {
  const file = encodeModel(MODEL);
  for (const at of [0, 13, Math.floor(file.length / 2), file.length - 1]) {
    const changed = file.slice();
    changed[at]! ^= 1;
    assert.throws(() => decodeModel(changed), code('model.broken'), `byte ${at}`);
  }
});

test('a file cut short is broken, wherever it was cut', () => {
  const file = encodeModel(MODEL);
  for (const length of [0, 5, 40, file.length - 1]) {
    assert.throws(() => decodeModel(file.slice(0, length)), code('model.broken'), `${length} bytes`);
  }
});

test('a model of another version asks to be trained again', () => {
  const file = encodeModel(MODEL);
  file[6] = 9;
  assert.throws(() => decodeModel(file), code('model.unknown_version'));
});

test('tables that do not fit the head are refused although the checksum is right', () => {
  const wrong = [
    { ...MODEL, weights: MODEL.weights.slice(1) },
    { ...MODEL, squareLogRatios: new Float32Array([...MODEL.squareLogRatios, 0]) },
    { ...MODEL, rarities: MODEL.rarities.map(() => Number.NaN) },
    { ...MODEL, categories: [] },
    { ...MODEL, temperature: 0 },
  ];
  for (const model of wrong) assert.throws(() => decodeModel(encodeModel(model)), code('model.broken'));
});

test('a broken file on disk is a coded error for whoever opens it', async (t) => {
  const path = modelPath(await folder(t));
  await saveModel(path, MODEL);
  await writeFile(path, (await readFile(path)).subarray(0, 1_000));
  await assert.rejects(findModel(path), code('model.broken'));
});

test('the words of the residents do not stand in the file', () => {
  const file = Buffer.from(encodeModel(MODEL));
  for (const word of ['pothole', 'rubbish', '楼梯']) assert.equal(file.indexOf(word), -1, word);
});

test('who follows the model hears of a new one, and no longer after leaving', async (t) => {
  const path = modelPath(await folder(t));
  const heard: number[] = [];
  const leave = followModel(path, 20, () => void heard.push(1));
  t.after(leave);
  await saveModel(path, MODEL);
  await eventually(
    async () => heard.length,
    (count) => count > 0,
    5_000,
  );
  leave();
});
