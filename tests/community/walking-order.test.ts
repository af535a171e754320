import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE } from '#kernel/time.ts';
import { type Stop, walkingOrder, walkMetres } from '#kernel/walking-order.ts';
import { metresEast, NOON, PLACE } from '#tests/casework/small-city.ts';

const WALK = { now: NOON, from: PLACE, detourFactor: 1.3, metresPerMinute: 70 };
const stop = (id: string, metres: number, dueInMinutes?: number): Stop => ({
  id,
  place: metresEast(metres),
  dueAt: dueInMinutes === undefined ? undefined : NOON + dueInMinutes * MINUTE,
});
const ids = (stops: readonly Stop[]) => stops.map(({ id }) => id);

test('along one street the round goes to its end without turning back', () => {
  const stops = [stop('c', 300), stop('a', 100), stop('d', 400), stop('b', 200)];
  assert.deepEqual(ids(walkingOrder(stops, WALK)), ['a', 'b', 'c', 'd']);
});

test('a round that crosses itself is uncrossed', () => {
  const [lon, lat] = PLACE;
  const corner = (id: string, east: number, north: number): Stop => ({
    id,
    place: [metresEast(east)[0], lat + north / 111_195],
    dueAt: undefined,
  });
  // Nearest first goes a, b, then back past the start to c and d.
  const stops = [corner('a', 10, 0), corner('b', -15, 0), corner('c', 60, 0), corner('d', -80, 0)];
  const length = (order: readonly Stop[]) =>
    order.reduce((sum, each, index) => sum + walkMetres(order[index - 1]?.place ?? [lon, lat], each.place!, 1), 0);
  const order = walkingOrder(stops, { ...WALK, from: [lon, lat] });
  assert.equal(Math.round(length(stops)), 250);
  assert.equal(Math.round(length(order)), 200);
});

test('what would be late comes first, however far; what has time waits for its place in the round', () => {
  // 700 m with detours of 1.3 are 13 minutes on foot, and a quarter of an hour is kept in hand.
  const far = (dueInMinutes: number) => ids(walkingOrder([stop('near', 50), stop('far', 700, dueInMinutes)], WALK));
  assert.deepEqual(far(27), ['far', 'near']);
  assert.deepEqual(far(29), ['near', 'far']);
});

test('of what is late the first due is the first gone to', () => {
  const stops = [stop('later', 50, -5), stop('earlier', 500, -60)];
  assert.deepEqual(ids(walkingOrder(stops, WALK)), ['earlier', 'later']);
});

test('without knowing where I stand the order is by due time, and nothing is lost', () => {
  const stops = [stop('none', 10), stop('late', 900, 500), stop('soon', 800, 60)];
  assert.deepEqual(ids(walkingOrder(stops, { ...WALK, from: undefined })), ['soon', 'late', 'none']);
});

test('a task without a place comes last', () => {
  const stops = [{ id: 'call', place: undefined, dueAt: NOON }, stop('walk', 2_000)];
  assert.deepEqual(ids(walkingOrder(stops, WALK)), ['walk', 'call']);
});

test('sixty tasks are put in order before a finger has left the screen', () => {
  const stops = Array.from({ length: 60 }, (_, index) => ({
    id: String(index),
    place: [PLACE[0] + ((index * 37) % 61) / 5_000, PLACE[1] + ((index * 53) % 59) / 5_000] as const,
    dueAt: undefined,
  }));
  const begun = performance.now();
  const order = walkingOrder(stops, WALK);
  assert.ok(performance.now() - begun < 200);
  assert.equal(new Set(ids(order)).size, 60);
});
