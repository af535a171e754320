import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findIsolation } from '#domains/water/isolation.ts';
import { draw } from './drawn-network.ts';

const sorted = (ids: readonly string[]): string[] => [...ids].sort();

/**
 *  S1 ─ a ─ V1 ─ b ─ c ─ V2 ─ d ─ S2
 */
const line = draw(`
  S1 - a
  a - V1
  V1 - b
  b - c
  c - V2
  V2 - d
  d - S2
`);

test('a pipe between two valves is cut off by these two, the nearer first', () => {
  const isolation = findIsolation(line, 'b-c');
  assert.deepEqual(isolation.valveNodes, ['V1', 'V2']);
  assert.deepEqual(isolation.valves, ['asset-V1', 'asset-V2']);
  assert.deepEqual(sorted(isolation.links), ['V1-b', 'b-c', 'c-V2']);
  assert.equal(isolation.links[0], 'b-c');
  assert.deepEqual(sorted(isolation.nodes), ['b', 'c']);
  assert.deepEqual(isolation.sourcesInside, []);
});

test('a pipe that ends at a valve needs that valve', () => {
  assert.deepEqual(findIsolation(line, 'V1-b').valveNodes, ['V1', 'V2']);
});

test('a valve towards a dead end need not be closed, but what lies behind it goes dry', () => {
  const branch = draw(`
    S1 - V1
    V1 - b
    b - V2
    V2 - end
  `);
  const isolation = findIsolation(branch, 'V1-b');
  assert.deepEqual(isolation.valveNodes, ['V1']);
  assert.deepEqual(sorted(isolation.links), ['V1-b', 'V2-end', 'b-V2']);
  assert.ok(isolation.nodes.includes('end'));
});

test('in a dead end the one valve before it is enough', () => {
  const end = draw(`
    S1 - a
    a - V1
    V1 - b
    b - end
  `);
  assert.deepEqual(findIsolation(end, 'b-end').valveNodes, ['V1']);
  assert.deepEqual(sorted(findIsolation(end, 'b-end').nodes), ['b', 'end']);
});

test('in a loop the water comes from both sides, so both sides are closed', () => {
  const loop = draw(`
    S1 - a
    a - V1
    V1 - b
    b - V2
    V2 - c
    c - V3
    V3 - a
  `);
  assert.deepEqual(sorted(findIsolation(loop, 'V1-b').valveNodes), ['V1', 'V2']);
  assert.deepEqual(sorted(findIsolation(loop, 'V1-b').links), ['V1-b', 'b-V2']);
});

test('a valve that is met from both sides lies inside and is left alone', () => {
  const loop = draw(`
    S1 - V1
    V1 - b
    b - V9
    V9 - c
    c - b
  `);
  const isolation = findIsolation(loop, 'b-V9');
  assert.deepEqual(isolation.valveNodes, ['V1']);
  assert.deepEqual(sorted(isolation.links), ['V1-b', 'V9-c', 'b-V9', 'c-b']);
});

test('a valve that refuses is replaced by the next ring', () => {
  const long = draw(`
    S1 - V0
    V0 - a
    a - V1
    V1 - b
    b - V2
    V2 - S2
  `);
  assert.deepEqual(findIsolation(long, 'V1-b').valveNodes, ['V1', 'V2']);
  const second = findIsolation(long, 'V1-b', { refusing: new Set(['asset-V1']) });
  assert.deepEqual(sorted(second.valveNodes), ['V0', 'V2']);
  assert.ok(second.links.includes('V0-a'));
});

test('a source inside the ring is named, because no valve stops it', () => {
  const fed = draw(`
    S1 - V1
    V1 - b
    b - T1
    b - V2
    V2 - end
  `);
  const isolation = findIsolation(fed, 'V1-b');
  assert.deepEqual(isolation.sourcesInside, ['T1']);
  assert.deepEqual(isolation.valveNodes, ['V1']);
});

test('a network without any valve drains as a whole', () => {
  const bare = draw(`
    S1 - a
    a - b
  `);
  const isolation = findIsolation(bare, 'a-b');
  assert.deepEqual(isolation.valves, []);
  assert.deepEqual(isolation.sourcesInside, ['S1']);
});

test('a district fed only through the drained part goes dry with it; one with its own source does not', () => {
  const districts = draw(`
    S1 - V1
    V1 - b
    b - V2
    V2 - c
    c - d
    b - V3
    V3 - e
    e - S2
  `);
  const isolation = findIsolation(districts, 'V1-b');
  assert.deepEqual(sorted(isolation.valveNodes), ['V1', 'V3']);
  assert.ok(isolation.links.includes('c-d'));
  assert.ok(!isolation.links.includes('V3-e'));
});

test('a pipe that nobody knows isolates nothing', () => {
  assert.deepEqual(findIsolation(line, 'WM-0').links, []);
});
