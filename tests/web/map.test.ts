import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast } from '#web/kit/colour.view.ts';
import { PALETTES, quietHue } from '#web/ops/map/palette.view.ts';
import { buildStyle, FIRST_LAYER_ABOVE_POINTS, type StyleInput } from '#web/ops/map/style.view.ts';

const input = (given: Partial<StyleInput> = {}): StyleInput => ({
  palette: PALETTES.light,
  language: 'zh',
  origin: 'http://city.test',
  bounds: [107.2, 30.4, 107.4, 30.6],
  domains: [{ id: 'water', colour: '#3b82c4' }],
  hiddenDomains: new Set(),
  focusDomain: undefined,
  scale: 1,
  ...given,
});

test('the map asks nobody but the city', () => {
  const text = JSON.stringify(buildStyle(input()));
  assert.deepEqual(
    [...text.matchAll(/https?:\/\/[^/"]+/g)].map(([found]) => found).filter((host) => host !== 'http://city.test'),
    [],
  );
  assert.doesNotMatch(text, /"(glyphs|sprite)"/);
});

test('light and dark are the same layers in the same order', () => {
  const ids = (palette: StyleInput['palette']): string[] => buildStyle(input({ palette })).layers.map(({ id }) => id);
  assert.deepEqual(ids(PALETTES.light), ids(PALETTES.dark));
  assert.ok(ids(PALETTES.light).includes(FIRST_LAYER_ABOVE_POINTS));
});

test('few layers: every one costs frames', () => {
  assert.ok(buildStyle(input()).layers.length <= 24);
});

test('cases lie above everything else', () => {
  assert.deepEqual(
    buildStyle(input())
      .layers.slice(-2)
      .map(({ id }) => id),
    ['case-clusters', 'case-marks'],
  );
});

test('names are in the language of the screen', () => {
  const field = (language: string): string =>
    JSON.stringify(buildStyle(input({ language })).layers.find(({ id }) => id === 'road-names'));
  assert.match(field('zh'), /name_zh/);
  assert.doesNotMatch(field('en'), /name_zh/);
});

test('a network that is well stays nearer to the ground than any grade', () => {
  for (const palette of [PALETTES.light, PALETTES.dark]) {
    const quiet = contrast(quietHue('#3b82c4', palette), palette.ground);
    for (const grade of ['orange', 'red'] as const)
      assert.ok(contrast(palette.grades[grade], palette.ground) > quiet, `${grade} in ${palette.theme}`);
  }
});
