import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJudge, normalBelow } from '#domains/shared-bikes/judge.ts';
import { indexShapes } from '#domains/shared-bikes/shapes.ts';
import { DEFAULT_RULES, VERDICTS } from '#domains/shared-bikes/shared-bikes.types.ts';
import { at, bay, box, NOON, PLANE, plaza, zone } from './plaza.ts';

const one = { bays: [bay('A', 0, 0, 2)], zones: [] };

function judged(x: number, y: number, error = 0, ground: Parameters<typeof createJudge>[0] = one) {
  const judge = createJudge(ground, PLANE, DEFAULT_RULES);
  judge.judge(x, y, error);
  return { verdict: VERDICTS[judge.verdict], bay: judge.bay, zone: judge.zone, probability: judge.probability };
}

test('a position inside a bay is in it, one within its own error is likely in it, one beyond is outside', () => {
  assert.equal(judged(3, 1).verdict, 'in-bay');
  assert.equal(judged(3, 16.9).verdict, 'likely-in-bay');
  assert.equal(judged(3, 17.1).verdict, 'outside');
});

test('the nearer the bay, the likelier; and never certain', () => {
  const [inside, near, far] = [judged(3, 1), judged(3, 5), judged(3, 15)].map(({ probability }) => probability);
  assert.ok(inside! > near! && near! > far! && inside! < 1, `${inside} ${near} ${far}`);
});

test('a bike just outside the error is not accused: only further away is it certain to be outside', () => {
  assert.ok(judged(3, 18).probability < DEFAULT_RULES.certainFrom);
  assert.ok(judged(3, 26).probability >= DEFAULT_RULES.certainFrom);
});

test('a better position is believed more: with an error of three metres ten metres away is outside', () => {
  assert.equal(judged(3, 12, 3).verdict, 'outside');
  assert.ok(judged(3, 12, 3).probability > 0.99);
});

test('of two bays the nearer one has the bike, and only that one', () => {
  const ground = { bays: [bay('A', 0, 0, 2), bay('B', 12, 0, 2)], zones: [] };
  assert.equal(judged(8, 1, 0, ground).bay, 0);
  assert.equal(judged(10.5, 1, 0, ground).bay, 1);
  const city = plaza(ground);
  city.tell('b', 'locked', 8, 1, NOON);
  assert.deepEqual([city.fleet.inBay(0), city.fleet.inBay(1)], [1, 0]);
});

test('deep inside a forbidden zone is forbidden for certain; at its edge it is not', () => {
  const ground = { bays: [], zones: [zone('exit', 'exit-buffer', box(-100, -100, 200, 200))] };
  assert.ok(judged(0, 0, 0, ground).probability > 0.99);
  const edge = judged(99, 0, 0, ground);
  assert.equal(edge.verdict, 'forbidden');
  assert.ok(edge.probability < 0.7, String(edge.probability));
});

test('a bay inside a forbidden zone stays allowed', () => {
  const ground = { bays: [bay('A', 0, 0, 2)], zones: [zone('exit', 'exit-buffer', box(-100, -100, 200, 200))] };
  assert.equal(judged(3, 4, 0, ground).verdict, 'likely-in-bay');
});

test('the share of positions in a bay is what a circular error says', () => {
  assert.ok(Math.abs(normalBelow(1.96) - 0.975) < 1e-4);
  assert.ok(Math.abs(normalBelow(-1) - 0.158655) < 1e-5);
});

test('the nearest of fourteen thousand shapes is the one that measuring all of them finds', () => {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const polygons = Array.from({ length: 2_000 }, () => box(random() * 900, random() * 900, 2 + random() * 9, 2));
  const shapes = indexShapes(polygons, PLANE, 30);
  const alone = polygons.map((polygon) => indexShapes([polygon], PLANE, 30));
  for (let i = 0; i < 300; i++) {
    const [x, y] = [random() * 1_000 - 50, random() * 1_000 - 50];
    const distances = alone.map((shape) => (shape.nearest(x, y, 30) < 0 ? Infinity : shape.distance()));
    const least = Math.min(...distances);
    const found = shapes.nearest(x, y, 30);
    assert.equal(found < 0 ? Infinity : shapes.distance(), least);
  }
});

test('a bike that reports from within its own error has not moved: place, bay and standing time stay', () => {
  const city = plaza(one);
  city.tell('b', 'locked', 3, 1, NOON);
  city.tell('b', 'seen-standing', 3, 15, NOON + 60_000);
  const the = city.fleet.columns();
  assert.equal(the.since[0], NOON);
  assert.equal(city.fleet.inBay(0), 1);
  city.tell('b', 'seen-standing', 3, 40, NOON + 120_000);
  assert.equal(the.since[0], NOON + 120_000, 'somebody carried it away');
  assert.equal(city.fleet.inBay(0), 0);
});

test('time runs forward for every bike: a late start of a trip does not undo its end', () => {
  const city = plaza(one);
  assert.equal(city.tell('b', 'locked', 3, 1, NOON), 1);
  assert.equal(city.tell('b', 'unlocked', 3, 1, NOON - 1), 0);
  assert.equal(city.fleet.inBay(0), 1);
  assert.equal(city.fleet.refused.backwards, 1);
  assert.equal(city.tell('b', 'unlocked', 3, 1, NOON), 1, 'the same instant is taken');
});

test('new ground judges every standing bike anew and keeps how long it has stood', () => {
  const city = plaza(one);
  city.tell('b', 'locked', 100, 1, NOON);
  assert.equal(city.fleet.judgementOf(0).verdict, 'outside');
  const moved = city.fleet.move({ bays: [bay('B', 97, 0, 4)], zones: [] });
  assert.equal(moved.judgementOf(0).verdict, 'in-bay');
  assert.equal(moved.columns().since[0], NOON);
  assert.equal(moved.inBay(0), 1);
});

test('a place of 0,0, another city and the future are refused and counted', () => {
  const { fleet } = plaza(one);
  const told = (lon: number, lat: number, when: number) =>
    fleet.apply(
      {
        operator: 0,
        slots: Int32Array.of(fleet.slotOf(0, 'x')),
        kinds: Uint8Array.of(1),
        lon: Float64Array.of(lon),
        lat: Float64Array.of(lat),
        at: Float64Array.of(when),
        error: Float32Array.of(0),
      },
      NOON,
    );
  const [lon, lat] = at(0, 0);
  assert.equal(told(0, 0, NOON), 0);
  assert.equal(told(Number.NaN, lat, NOON), 0);
  assert.equal(told(lon + 10, lat, NOON), 0);
  assert.equal(told(lon, lat, NOON + 60_001), 0);
  assert.deepEqual(fleet.refused, { backwards: 0, nowhere: 2, elsewhere: 1, future: 1 });
  assert.equal(told(lon, lat, NOON + 60_000), 1);
});
