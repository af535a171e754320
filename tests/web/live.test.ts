import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFrameReader, retryAfter } from '#web/ops/sse.view.ts';

test('a frame that arrives in pieces is one frame', () => {
  const reader = createFrameReader();
  assert.deepEqual(reader.push('id: e-7\nevent: ca'), []);
  assert.deepEqual(reader.push('se\ndata: {"a":1}\n\n'), [{ id: 'e-7', event: 'case', data: '{"a":1}' }]);
});

test('heartbeats are heard and say nothing', () => {
  assert.deepEqual(createFrameReader().push(': alive\n\n'), []);
});

test('a frame without an id keeps the last one, so that resuming loses nothing', () => {
  const frames = createFrameReader().push('id: e-1\nevent: state\ndata: 1\n\nevent: values\ndata: 2\n\n');
  assert.deepEqual(
    frames.map(({ id }) => id),
    ['e-1', 'e-1'],
  );
});

test('data of several lines is joined as the standard says', () => {
  assert.deepEqual(createFrameReader().push('data: a\r\ndata: b\r\n\r\n'), [
    { id: undefined, event: 'message', data: 'a\nb' },
  ]);
});

test('a lost city is asked again soon, and never more rarely than every fifteen seconds', () => {
  assert.equal(retryAfter(0), 500);
  assert.equal(retryAfter(50), 15_000);
});
