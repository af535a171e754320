import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure, figureApartFrom, phrase, shownUnit } from '#kernel/phrase.ts';

const TEMPLATES = {
  zh: { fell: '{asset}降至{value} {unit}，历时{span}。', 'span.minutes': '{n}分钟' },
  en: { fell: '{asset} fell to {value} {unit} in {span}.', 'span.minutes': '{n} min', only: 'only in English' },
};

test('a sentence is filled in every language from the same words', () => {
  const words = {
    asset: { zh: '水厂', en: 'the waterworks' },
    value: 92.04,
    unit: { unit: 'Cel' },
    span: { seconds: 300 },
  };
  assert.deepEqual(phrase(TEMPLATES, 'fell', words), {
    zh: '水厂降至92 °C，历时5分钟。',
    en: 'The waterworks fell to 92 °C in 5 min.',
  });
});

test('a template that a language lacks is borrowed from another', () => {
  assert.equal(phrase(TEMPLATES, 'only', {}).zh, 'Only in English');
});

test('figures have three significant places, whole numbers stay whole', () => {
  const shown = [92, 92.04, 0.00712, 4.5, -4.5, 0, 1234.6, 12345, 1234567, 100, 0.999, -0.0001].map((value) =>
    figure(value),
  );
  assert.deepEqual(shown, [
    '92',
    '92',
    '0.00712',
    '4.5',
    '−4.5',
    '0',
    '1235',
    '12,345',
    '1,234,567',
    '100',
    '0.999',
    '−0.0001',
  ]);
});

test('a value that barely passes its limit is shown with enough places to see it', () => {
  assert.equal(figureApartFrom(49.48, 49.5), '49.48');
  assert.equal(figureApartFrom(49.4, 49.5), '49.4');
  assert.equal(figureApartFrom(49.5, 49.5), '49.5');
});

test('units are shown as people write them', () => {
  assert.deepEqual(['kPa', 'Cel', '%{LEL}', '[NTU]', 'u{strain}', 'm3/h'].map(shownUnit), [
    'kPa',
    '°C',
    '%LEL',
    'NTU',
    'µε',
    'm³/h',
  ]);
});
