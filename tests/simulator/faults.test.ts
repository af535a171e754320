import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import { createFaults } from '#simulator/faults/faults.ts';
import { FAULT_KINDS, findKind } from '#simulator/faults/kinds.ts';
import { targetBeyond } from '#simulator/faults/limits.ts';
import { applyPushes, weightOf } from '#simulator/faults/pushes.ts';
import { schedule } from '#simulator/faults/schedule.ts';
import { createTroubles } from '#simulator/troubles.ts';
import { createWorld } from '#simulator/world.ts';
import { RULES, ruleOf, smallCity } from './small-city.ts';

const NOON = Date.parse('2026-11-23T04:00:00Z');
const kind = (id: string) => findKind(id)!;

async function city(t: TestContext, seed = '7') {
  const { pack, points } = smallCity();
  const world = await createWorld(pack, points, seed, NOON);
  t.after(() => world.water?.close());
  const faults = createFaults(world, ruleOf);
  const read = (assetId: string, at: number) => world.read(world.of(assetId)[0]!, at);
  for (const instrument of world.instruments) world.read(instrument, NOON);
  return { world, faults, read };
}
const first = (seed: string, count: number) => {
  const coming = schedule(seed, FAULT_KINDS);
  return Array.from({ length: count }, () => coming.next().value).map(
    (next) => `${next.kind.id} ${next.number} ${next.afterSeconds.toFixed(3)}`,
  );
};

test('the same seed brings the same faults at the same times, another seed others', () => {
  assert.deepEqual(first('7', 200), first('7', 200));
  assert.notDeepEqual(first('7', 200), first('8', 200));
});

test('a main breaks within the first 45 seconds, and every kind has shown itself within half an hour', () => {
  const coming = schedule('7', FAULT_KINDS);
  const early = Array.from({ length: 60 }, () => coming.next().value).filter(
    ({ afterSeconds }) => afterSeconds < 1_800,
  );
  assert.ok(early.some(({ kind: { id }, afterSeconds }) => id === 'burst' && afterSeconds < 45));
  assert.deepEqual(
    FAULT_KINDS.filter(({ id }) => !early.some((each) => each.kind.id === id)),
    [],
  );
});

test('a kind never comes twice within a third of its mean', () => {
  const coming = schedule('7', FAULT_KINDS);
  const last = new Map<string, number>();
  for (let count = 0; count < 500; count++) {
    const { kind: each, afterSeconds, number } = coming.next().value;
    assert.ok(number === 1 || afterSeconds - last.get(each.id)! >= each.meanMinutes * 20);
    last.set(each.id, afterSeconds);
  }
});

test('a day of troubles never puts more than nine things wrong at once, and never stops', async (t) => {
  const { faults } = await city(t);
  const troubles = createTroubles(faults, '7', 1, NOON);
  let [most, begun] = [0, 0];
  for (let at = NOON; at < NOON + 24 * HOUR; at += 30 * SECOND) {
    faults.tick(at);
    begun += troubles.tick(at).length;
    most = Math.max(most, faults.active().length);
  }
  assert.ok(most <= 9, `${most} at once`);
  assert.ok(begun > 40, `only ${begun} in a day`);
});

test('a burst drawn by the seed is one that a logger notices, at the same main each time', async (t) => {
  const [a, b] = [await city(t), await city(t)];
  const fault = a.faults.begin(kind('burst'), NOON, { number: 1 })!;
  assert.equal(b.faults.begin(kind('burst'), NOON, { number: 1 })?.assetId, fault.assetId);
  const pressures = a.world.instruments
    .filter(({ point }) => point.indicator === 'pressure')
    .map((each) => a.world.read(each, NOON)!);
  assert.ok(Math.min(...pressures) < 0.85 * 380, `${pressures}`);
  assert.ok([...a.faults.attentive(NOON)].length > 0, 'loggers that felt it report more often');
});

test('crews close the valves and the leak stops; the repair opens them and the pressure comes back', async (t) => {
  const { world, faults, read } = await city(t);
  const before = read('WL-J-2-2', NOON)!;
  const fault = faults.begin(kind('burst'), NOON, { assetId: 'P-2-2-e1', number: 1 })!;
  const broken = read('WL-J-2-2', NOON)!;
  assert.ok(broken < before - 50, `${before} → ${broken}`);
  assert.equal(faults.isolate(fault), true);
  assert.ok(world.water!.leakLps('P-2-2-e1') < 0.01);
  faults.mend(fault, NOON + MINUTE);
  assert.ok(Math.abs(read('WL-J-2-2', NOON + MINUTE)! - before) < 10);
  assert.equal(world.water!.closedValves().size, 0);
  assert.deepEqual(faults.active(), []);
});

test('a gas leak passes the limit where it is, is felt next door below it, and dies away when it is mended', async (t) => {
  const { faults, read } = await city(t);
  const fault = faults.begin(kind('leak'), NOON, { assetId: 'GD-0', number: 1 })!;
  const later = NOON + 5 * MINUTE;
  assert.ok(read('GD-0', later)! > 20);
  assert.ok(read('GD-1', later)! > 5 && read('GD-1', later)! < 20, `${read('GD-1', later)}`);
  assert.ok(read('GD-3', later)! < 5, 'too far away to be felt');
  faults.mend(fault, later);
  assert.ok(read('GD-0', later + 10 * MINUTE)! < 5);
});

test('a silent device says nothing and then speaks again', async (t) => {
  const { faults, read } = await city(t);
  const fault = faults.begin(kind('silence'), NOON, { assetId: 'GD-2', number: 1 })!;
  assert.equal(read('GD-2', NOON + SECOND), undefined);
  faults.mend(fault, NOON + MINUTE);
  assert.notEqual(read('GD-2', NOON + MINUTE + SECOND), undefined);
});

test('what nobody mends goes away by itself after its time', async (t) => {
  const { faults } = await city(t);
  const fault = faults.begin(kind('co'), NOON, { number: 1 })!;
  faults.tick(fault.endsAt - 1);
  assert.equal(faults.active().length, 1);
  faults.tick(fault.endsAt);
  assert.equal(faults.active().length, 0);
});

test('where the city measures nothing that would show a fault, the fault does not happen', async (t) => {
  const { faults } = await city(t);
  assert.equal(faults.begin(kind('vibration'), NOON, { number: 1 }), undefined);
  assert.equal(faults.begin(kind('co'), NOON, { assetId: 'GD-1', number: 1 }), undefined);
});

test('a fault is driven beyond the mildest limit that opens a case, a severe one beyond the worst', () => {
  const methane = RULES['gas/detector/methane']!;
  assert.equal(targetBeyond(methane, [0, 5], 'above', 0), 50);
  assert.ok(targetBeyond(methane, [0, 5], 'above', 0.99)! > 80);
  assert.equal(targetBeyond(methane, [0, 5], 'below', 0), undefined);
  assert.ok(targetBeyond(RULES['water/pressure-logger/pressure']!, [380, 560], 'below', 0)! < 0.85 * 380);
});

test('a push grows to most of its size in two time constants, and is gone some time after its release', () => {
  const push = { kind: 'towards', target: 100, since: 0, growSeconds: 60 } as const;
  assert.equal(weightOf(push, -1), 0);
  assert.ok(Math.abs(weightOf(push, 120_000) - 0.865) < 0.01);
  assert.equal(weightOf({ ...push, releasedAt: 600_000 }, 600_000 + 10 * 60_000), 0);
  assert.equal(applyPushes([{ kind: 'freeze', since: 0 }], 5, 3, 1), 3);
});
