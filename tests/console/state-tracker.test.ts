import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStateTracker } from '#adapters/console/state-tracker.ts';
import type { Finding, FindingChange, FindingKind } from '#kernel/finding.ts';
import type { Grade } from '#kernel/words.ts';
import type { Liveness } from '#sensing/sensing.types.ts';

/** Three pumps with one Datastream each, numbered alike; a fourth Thing belongs to no domain. */
function pumps(heard: Record<number, Liveness> = {}) {
  const things = [1, 2, 3, 4].map((id) => ({
    id,
    name: `Pump ${id}`,
    assetId: `W-PUMP-${id}`,
    domain: id === 4 ? undefined : 'water',
    assetClass: 'pump',
    place: undefined,
    datastreamIds: [id],
    properties: {},
  }));
  const tracker = createStateTracker({
    listThings: () => things,
    liveness: (id) => heard[id] ?? 'reporting',
    findThingByAsset: (assetId) => things.find((thing) => thing.assetId === assetId),
  });
  return { tracker, heard };
}

const finding = (
  thingId: number | undefined,
  grade: Grade,
  kind: FindingKind = 'limit',
  key = `${kind}:${thingId}`,
): Finding => ({
  key,
  kind,
  domain: 'water',
  grade,
  worstGrade: grade,
  thingId,
  assetId: undefined,
  datastreamId: thingId,
  indicator: 'pressure',
  place: [106.5, 29.5],
  since: 0,
  lastAt: 0,
  clearedAt: undefined,
  raisedAt: 0,
  value: 1,
  limit: 2,
  opens: undefined,
  basis: [],
  sentence: {},
  facts: {},
});
const change = (kind: FindingChange['change'], about: Finding): FindingChange => ({ change: kind, finding: about });

test('a Thing wears the worst grade of its findings, and ok again when the last is cleared', () => {
  const { tracker } = pumps();
  const low = finding(1, 'yellow', 'limit', 'low');
  const fast = finding(1, 'red', 'rate', 'fast');
  tracker.onFinding(change('raised', low));
  tracker.onFinding(change('raised', fast));
  assert.equal(tracker.stateOf(1), 'red');
  tracker.onFinding(change('eased', { ...fast, grade: 'blue' }));
  assert.equal(tracker.stateOf(1), 'yellow');
  tracker.onFinding(change('cleared', low));
  assert.equal(tracker.stateOf(1), 'blue');
  tracker.onFinding(change('cleared', fast));
  assert.equal(tracker.stateOf(1), 'ok');
});

test('a grade is stronger than silence, silence than being late', () => {
  const { tracker, heard } = pumps({ 1: 'silent', 2: 'late', 3: 'expected' });
  tracker.reset([finding(1, 'blue')], 0);
  assert.deepEqual([1, 2, 3].map(tracker.stateOf), ['blue', 'late', 'ok']);
  tracker.onFinding(change('cleared', finding(1, 'blue')));
  assert.equal(tracker.stateOf(1), 'silent');
  heard[1] = 'reporting';
  tracker.sweep(1);
  assert.equal(tracker.stateOf(1), 'ok');
});

test('a finding of silence is shown as silence, not as a measured grade', () => {
  const { tracker } = pumps({ 1: 'silent' });
  tracker.reset([finding(1, 'orange', 'silence')], 0);
  assert.equal(tracker.stateOf(1), 'silent');
});

test('a finding that names only the asset colours the asset’s Thing', () => {
  const { tracker } = pumps();
  tracker.onFinding(change('raised', { ...finding(undefined, 'red', 'domain'), assetId: 'W-PUMP-3' }));
  assert.equal(tracker.stateOf(3), 'red');
});

test('only what changed is told, once, however often it flickered', () => {
  const { tracker } = pumps({ 2: 'late' });
  tracker.reset([], 0);
  assert.deepEqual(tracker.takeChanges(), { ids: [2], states: ['late'] });
  assert.equal(tracker.takeChanges(), undefined);
  tracker.onFinding(change('raised', finding(1, 'red')));
  tracker.onFinding(change('cleared', finding(1, 'red')));
  assert.equal(tracker.takeChanges(), undefined);
  tracker.onFinding(change('raised', finding(1, 'red')));
  tracker.onFinding(change('escalated', finding(1, 'red')));
  assert.deepEqual(tracker.takeChanges(), { ids: [1], states: ['red'] });
  tracker.onFinding(change('cleared', finding(1, 'red')));
  assert.deepEqual(tracker.takeChanges(), { ids: [1], states: ['ok'] });
});

test('taking the findings anew forgets those that are over', () => {
  const { tracker } = pumps();
  tracker.reset([finding(1, 'red'), finding(2, 'blue')], 0);
  tracker.takeChanges();
  tracker.reset([finding(2, 'blue')], 0);
  assert.deepEqual(tracker.takeChanges(), { ids: [1], states: ['ok'] });
});

test('the whole view lists what is not ok and counts every Thing of a domain', () => {
  const { tracker } = pumps({ 2: 'silent', 4: 'silent' });
  tracker.reset([finding(1, 'orange')], 0);
  assert.deepEqual(tracker.view(), {
    things: { ids: [1, 2, 4], states: ['orange', 'silent', 'silent'] },
    counts: { water: { ok: 1, late: 0, silent: 1, blue: 0, yellow: 0, orange: 1, red: 0 } },
  });
});
