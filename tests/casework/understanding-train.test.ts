/** `cityloom train`: what closed cases teach, when it refuses, and when it keeps what it has. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { train, trainer } from '#app/cli/train.ts';
import { PACK_SECTIONS } from '#app/pack-sections.ts';
import { openModel } from '#casework/understanding/category-model.ts';
import { listClosedReports } from '#casework/understanding/closed-cases.ts';
import { findModel, modelPath } from '#casework/understanding/model-store.ts';
import type { LabelledReport } from '#casework/understanding/understanding.types.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import { HOUR } from '#kernel/time.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { testDatabase } from '#tests/support/database.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const all = (await loadPack('packs/mountain-city', PACK_SECTIONS)).reporting.categories;
const categories = all.filter(({ code }) => ['street-light', 'rubbish', 'noise'].includes(code));

const SLANG = [
  ['the owl has closed its eye again', 'street-light'],
  ['the mountain at the gate grows', 'rubbish'],
  ['the grumbler is awake', 'noise'],
] as const;

const slang = (count: number, from = NOW): LabelledReport[] =>
  Array.from({ length: count }, (_, i) => {
    const [text, category] = SLANG[i % SLANG.length]!;
    return { text: `${text} ${i % 7}`, category, at: from + i * HOUR };
  });
const wrong = (reports: LabelledReport[]): LabelledReport[] =>
  reports.map((each, i) => ({ ...each, category: SLANG[(i + 1) % SLANG.length]![1] }));

test('the first training is held against the words of the pack, on reports that neither knew', () => {
  const { before, after, model } = train({ reports: slang(300), categories, inForce: undefined, now: NOW });
  assert.equal(before.reports, 60);
  assert.equal(after.reports, 60);
  assert.ok(after.top1 > before.top1);
  assert.deepEqual(model.accuracy, after);
  assert.equal(model.reports, 300);
});

test('under two hundred reports it refuses with the number', () => {
  const tryWith = (count: number) => train({ reports: slang(count), categories, inForce: undefined, now: NOW });
  assert.throws(() => tryWith(199), { code: 'train.too_few', message: /199/ });
  assert.doesNotThrow(() => tryWith(200));
});

test('a model is only held against reports that it has not learnt from', () => {
  const first = train({ reports: slang(300), categories, inForce: undefined, now: NOW }).model;
  const again = (count: number) => train({ reports: slang(count), categories, inForce: first, now: NOW });
  assert.throws(() => again(300), { code: 'train.too_few' });
  assert.throws(() => again(329), { code: 'train.too_few' });
  assert.equal(again(330).after.reports, 30);
});

test('learning from mistakes makes it worse, and the figures say so', () => {
  const good = train({ reports: slang(300), categories, inForce: undefined, now: NOW }).model;
  const later = NOW + 300 * HOUR;
  const { before, after } = train({
    reports: [...wrong(slang(300)), ...slang(60, later)],
    categories,
    inForce: { ...good, trainedUntil: later - 1 },
    now: NOW,
  });
  assert.equal(before.top1, 1);
  assert.ok(after.top1 < before.top1);
});

test('a pack without categories has nothing to learn', () => {
  assert.throws(() => train({ reports: slang(300), categories: [], inForce: undefined, now: NOW }), {
    code: 'train.no_categories',
  });
});

test('closed cases teach under the class they were closed as; dismissed and open ones teach nothing', async (t) => {
  const database = await testDatabase(t, ['casework']);
  const insert = (id: string, state: string, caseClass: string, children: object[]) =>
    database.query(
      `INSERT INTO cases (id, reference, case_class, domain, state, is_open, grade, cell, community, street, district,
         opened_at, closed_at, updated_at, sequence, record, longitude, latitude)
       VALUES ($1, $1, $2, 'community', $3, false, 'blue', '', '', '', '', now(), now(), now(), 1, $4, 106.5, 29.5)`,
      [id, caseClass, state, JSON.stringify({ children })],
    );
  const report = (text: string, at: number) => ({
    kind: 'report',
    at,
    place: [106.5, 29.5],
    sentence: { zh: text, en: text },
  });
  const lightClass = categories.find(({ code }) => code === 'street-light')!.caseClass;
  await insert('c1', 'closed', lightClass, [report('灯不亮', NOW), { kind: 'finding', at: NOW }]);
  await insert('c2', 'evaluated', lightClass, [report('dark lane', NOW + 1), report('灯坏了', NOW + 2)]);
  await insert('c3', 'dismissed', lightClass, [report('nothing', NOW)]);
  await insert('c4', 'in_progress', lightClass, [report('not yet', NOW)]);
  await insert('c5', 'closed', 'no.such-class', [report('something else', NOW)]);

  const found = await listClosedReports(database, categories);
  const byTime = found.toSorted((a, b) => a.at - b.at);
  assert.deepEqual(
    byTime.map(({ text, category, at }) => [text, category, at - NOW]),
    [
      ['灯不亮', 'street-light', 0],
      ['dark lane', 'street-light', 1],
      ['灯坏了', 'street-light', 2],
    ],
  );
  assert.deepEqual(byTime[0]?.place, [106.5, 29.5]);
});

test('where two categories open one class nobody knows which was meant', async (t) => {
  const database = await testDatabase(t, ['casework']);
  const [light] = categories;
  const twins: ReportCategory[] = [light!, { ...light!, code: 'twin' }];
  await database.query(
    `INSERT INTO cases (id, reference, case_class, domain, state, is_open, grade, cell, community, street, district,
       opened_at, closed_at, updated_at, sequence, record, longitude, latitude)
     VALUES ('c1', 'c1', $1, 'power', 'closed', false, 'blue', '', '', '', '', now(), now(), now(), 1, $2, 106.5, 29.5)`,
    [
      light!.caseClass,
      JSON.stringify({ children: [{ kind: 'report', at: NOW, place: [0, 0], sentence: { zh: 'a' } }] }),
    ],
  );
  assert.equal((await listClosedReports(database, [light!])).length, 1);
  assert.deepEqual(await listClosedReports(database, twins), []);
});

test('the command trains on closed cases, says how it did before and after, and refuses a second time without news', async (t) => {
  const database = await testDatabase(t, ['casework']);
  const classes = new Map(categories.map(({ code, caseClass }) => [code, caseClass]));
  const cases = slang(210).map(({ text, category, at }) => ({
    case_class: classes.get(category),
    record: { children: [{ kind: 'report', at, place: [106.5, 29.5], sentence: { zh: text, en: text } }] },
  }));
  await database.query(
    `INSERT INTO cases (id, reference, case_class, domain, state, is_open, grade, cell, community, street, district,
       opened_at, closed_at, updated_at, sequence, record, longitude, latitude)
     SELECT 'c' || n, 'c' || n, each ->> 'case_class', 'community', 'closed', false, 'blue', '', '', '', '',
       now(), now(), now(), n, each -> 'record', 106.5, 29.5
     FROM jsonb_array_elements($1) WITH ORDINALITY AS cases (each, n)`,
    [JSON.stringify(cases)],
  );
  const [server] = await database.query<{ host: string; port: string; name: string }>(
    `SELECT current_setting('unix_socket_directories') AS host, current_setting('port') AS port, current_user AS name`,
  );
  const url = `postgresql://${server!.name}@/${database.name}?host=${encodeURIComponent(server!.host)}&port=${server!.port}`;
  const folder = await mkdtemp(join(tmpdir(), 'train-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const stdout = new PassThrough();
  const context = { stdout, stderr: new PassThrough(), env: { DATABASE_URL: url }, cwd: folder };
  const args = ['--data', folder, '--pack', resolve('packs/mountain-city')];

  assert.equal(await trainer.run(args, context), 0);
  assert.match(
    String(stdout.read()),
    /newest 42 of 210 reports.*before .* %.*after .* %.*Kept: .*categories\.model\n$/s,
  );
  const model = await findModel(modelPath(folder));
  assert.equal(model?.reports, 210);
  assert.equal(openModel(model).suggest('the grumbler is awake')[0]?.category, 'noise');

  await assert.rejects(trainer.run(args, context), { code: 'train.too_few' });
  assert.equal(await trainer.run([...args, '--force'], context), 0);
  await writeFile(modelPath(folder), 'not a model');
  await assert.rejects(trainer.run(args, context), { code: 'model.broken' });
  assert.equal(await trainer.run([...args, '--force'], context), 0);
  assert.equal((await findModel(modelPath(folder)))?.reports, 210);
});
