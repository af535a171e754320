import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import {
  firstWindowHours,
  instantAt,
  keyStep,
  liveWindow,
  played,
  shareOf,
  windowHolding,
} from '#web/ops/conductor.view.ts';

const NOON = Date.UTC(2026, 2, 1, 4);

test('the present stands near the right edge of the window, not on it', () => {
  const window = liveWindow(NOON, 6);
  assert.equal(window.end - window.begin, 6 * HOUR);
  const share = shareOf(window, NOON);
  assert.ok(share > 0.95 && share < 1, String(share));
});

test('dragging to the present or beyond is live again', () => {
  const window = liveWindow(NOON, 6);
  assert.equal(instantAt(window, 1, NOON), undefined);
  assert.equal(instantAt(window, shareOf(window, NOON), NOON), undefined);
  assert.equal(instantAt(window, 0, NOON), window.begin);
  assert.equal(instantAt(window, -3, NOON), window.begin);
});

test('play runs at its speed and ends in the present', () => {
  assert.equal(played(NOON - HOUR, 500, 60, NOON), NOON - HOUR + 30 * SECOND);
  assert.equal(played(NOON - 30 * SECOND, 500, 60, NOON), undefined);
  assert.equal(played(NOON - 30 * SECOND - 1, 500, 60, NOON), NOON - 1);
});

test('the window moves only when the head would leave it, and never into the future', () => {
  const window = liveWindow(NOON, 6);
  assert.equal(windowHolding(window, NOON - 3 * HOUR, NOON), window);
  const earlier = windowHolding(window, NOON - 10 * HOUR, NOON);
  assert.ok(earlier.begin < NOON - 10 * HOUR && earlier.end > NOON - 10 * HOUR);
  assert.equal(earlier.end - earlier.begin, 6 * HOUR);
  assert.ok(windowHolding(earlier, NOON - MINUTE, NOON).end <= window.end);
});

test('a city that began within the hour is shown by the hour', () => {
  assert.equal(firstWindowHours([{ at: NOON - HOUR + 1 }], NOON), 1);
  assert.equal(firstWindowHours([{ at: NOON - HOUR }, { at: NOON }], NOON), 6);
  assert.equal(firstWindowHours([], NOON), 6);
});

test('keys step in whole seconds, page keys further, other keys not at all', () => {
  const window = liveWindow(NOON, 1);
  assert.equal(keyStep('ArrowRight', window), 30 * SECOND);
  assert.equal(keyStep('ArrowLeft', window), -30 * SECOND);
  assert.equal(keyStep('PageUp', window), 5 * MINUTE);
  assert.equal(keyStep('x', window), 0);
});
