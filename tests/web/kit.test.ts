import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { MINUTE, SECOND } from '#kernel/time.ts';
import { clockFace } from '#web/kit/clock.view.ts';
import { contrast, mix } from '#web/kit/colour.view.ts';
import { formatNumber, minutesFigure, percentFigure, printedUnit } from '#web/kit/number.view.ts';
import { sparkline } from '#web/kit/sparkline.view.ts';
import { agoOf, axisTimes, clockTime, dateKey, offsetMinutes, spanOf, whenText } from '#web/kit/time.view.ts';

const NOON = Date.UTC(2026, 2, 1, 4);
const ZONE = 'Asia/Shanghai';

test('numbers carry at most three significant places and never lose a thousand', () => {
  assert.equal(formatNumber(98.234, 'en'), '98.2');
  assert.equal(formatNumber(412.6, 'en'), '413');
  assert.equal(formatNumber(12_345, 'en'), '12,345');
  assert.equal(formatNumber(0.0421, 'zh'), '0.042');
  assert.equal(formatNumber(-3.456, 'en'), '−3.46');
});

test('a hundred per cent is said only when nothing at all is missing', () => {
  assert.deepEqual(percentFigure(0.99999, 'en'), { value: '99.9', unit: '%' });
  assert.deepEqual(percentFigure(1, 'en'), { value: '100', unit: '%' });
  assert.deepEqual(percentFigure(undefined, 'en'), { value: '–', unit: '' });
});

test('the response reads as minutes until it is an hour', () => {
  assert.deepEqual(minutesFigure(400, 'en'), { value: '6:40', unit: 'min' });
  assert.deepEqual(minutesFigure(3_599, 'en'), { value: '59:59', unit: 'min' });
  assert.deepEqual(minutesFigure(3_600, 'en'), { value: '1:00', unit: 'h' });
  assert.deepEqual(minutesFigure(400, 'zh'), { value: '6:40', unit: '分' });
});

test('units read as they are printed on the device', () => {
  assert.deepEqual(['Cel', '[NTU]', '%{LEL}', 'u{strain}', 'mm/s2', 'kPa'].map(printedUnit), [
    '°C',
    'NTU',
    '% LEL',
    'µε',
    'mm/s²',
    'kPa',
  ]);
});

test('a clock is calm, then speaks up, then is overdue, each from its very second', () => {
  const clock = { startedAt: NOON, dueAt: NOON + 120 * MINUTE, pausedSince: undefined };
  assert.equal(clockFace(clock, NOON + 90 * MINUTE).tone, 'calm');
  assert.equal(clockFace(clock, NOON + 90 * MINUTE + 1).tone, 'soon');
  assert.equal(clockFace(clock, NOON + 120 * MINUTE).tone, 'soon');
  assert.equal(clockFace(clock, NOON + 120 * MINUTE + 1).tone, 'overdue');
});

test('a clock of ten minutes speaks up from the start: a quarter of an hour always matters', () => {
  assert.equal(clockFace({ startedAt: NOON, dueAt: NOON + 10 * MINUTE, pausedSince: undefined }, NOON).tone, 'soon');
});

test('a paused clock stands still, however late it gets', () => {
  const clock = { startedAt: NOON, dueAt: NOON + 60 * MINUTE, pausedSince: NOON + 10 * MINUTE };
  const face = clockFace(clock, NOON + 500 * MINUTE);
  assert.equal(face.tone, 'paused');
  assert.deepEqual(face.span, { key: 'span.minutes', values: { count: 50 } });
});

test('what is left is rounded down: nobody is promised time that is not there', () => {
  assert.deepEqual(spanOf(59 * SECOND), { key: 'span.exact', values: { text: '0:59' } });
  assert.deepEqual(spanOf(10 * MINUTE - 1), { key: 'span.exact', values: { text: '9:59' } });
  assert.deepEqual(spanOf(60 * MINUTE - 1), { key: 'span.minutes', values: { count: 59 } });
  assert.deepEqual(spanOf(200 * MINUTE), { key: 'span.hoursMinutes', values: { hours: 3, minutes: 20 } });
  assert.deepEqual(spanOf(47.9 * 60 * MINUTE), { key: 'span.hours', values: { count: 47 } });
  assert.deepEqual(spanOf(48 * 60 * MINUTE), { key: 'span.days', values: { count: 2 } });
  assert.deepEqual(agoOf(59 * SECOND), { key: 'span.seconds', values: {} });
});

test('times are the city’s, wherever the browser sits', () => {
  assert.equal(clockTime(NOON, ZONE), '12:00');
  assert.equal(clockTime(NOON, 'Europe/London'), '04:00');
  assert.equal(dateKey(Date.UTC(2026, 1, 28, 16), ZONE), '2026-03-01');
  assert.equal(whenText(NOON - 24 * 60 * MINUTE, NOON, ZONE, 'en'), '28 Feb 12:00');
  assert.equal(offsetMinutes(NOON, ZONE), 480);
  assert.equal(offsetMinutes(NOON, 'Asia/Kolkata'), 330);
});

test('the axis stands on round local hours, also in a zone of half hours', () => {
  const times = axisTimes(NOON, NOON + 6 * 60 * MINUTE, 7, 'Asia/Kolkata');
  assert.deepEqual(
    times.map((at) => clockTime(at, 'Asia/Kolkata')),
    ['10:00', '11:00', '12:00', '13:00', '14:00', '15:00'],
  );
});

test('a gap in the values is a gap in the line', () => {
  const { path } = sparkline([1, 2, null, 3], 30, 10);
  assert.equal(path.split('M').length - 1, 2);
  assert.equal(sparkline([null, null], 30, 10).path, '');
});

test('every ink can be read on every surface it lies on, light and dark', async () => {
  const css = await readFile(new URL('../../web/kit/tokens.css', import.meta.url), 'utf8');
  const pairs = new Map(
    [...css.matchAll(/(--[\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
      name!,
      [light!, dark!] as const,
    ]),
  );
  const inks = ['--ink', '--ink-2', '--ink-3', '--grade-red-ink'];
  const surfaces = ['--ground', '--surface', '--surface-raised', '--surface-sunken'];
  for (const theme of [0, 1] as const)
    for (const ink of inks)
      for (const surface of surfaces) {
        const ratio = contrast(pairs.get(ink)![theme], pairs.get(surface)![theme]);
        assert.ok(ratio >= 4.5, `${ink} on ${surface} in theme ${theme}: ${ratio.toFixed(2)}`);
      }
});

test('a hue half drawn back lies half-way to the ground', () => {
  assert.equal(mix('#000000', '#ffffff', 0.5), '#808080');
});
