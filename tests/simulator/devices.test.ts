import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backlog } from '#simulator/devices/outlet.ts';
import { Timetable } from '#simulator/devices/timetable.ts';

const points = Array.from({ length: 600 }, (_, index) => ({
  datastreamId: index + 1,
  intervalSeconds: index % 2 ? 60 : 300,
}));

test('in five minutes every device reports as often as its interval says, and never all at once', () => {
  const timetable = new Timetable(points);
  const reports = new Map<number, number>();
  let busiest = 0;
  for (let second = 1_000_000; second < 1_000_300; second++) {
    const due = timetable.due(second);
    busiest = Math.max(busiest, due.length);
    for (const { datastreamId } of due) reports.set(datastreamId, (reports.get(datastreamId) ?? 0) + 1);
  }
  assert.deepEqual(
    [...new Set(points.map(({ datastreamId, intervalSeconds }) => reports.get(datastreamId)! * intervalSeconds))],
    [300],
  );
  assert.ok(busiest < 25, `${busiest} at once; the average is ${timetable.rate()}`);
  assert.ok(Math.abs(timetable.rate() - 6) < 1e-9);
});

test('a device that notices something speaks at once, once, and keeps its turn', () => {
  const timetable = new Timetable([points[0]!]);
  const turn = Array.from({ length: 300 }, (_, second) => second).find((second) => timetable.due(second).length === 1)!;
  timetable.bringForward(points[0]!, turn + 300);
  timetable.bringForward(points[0]!, turn + 310);
  assert.equal(timetable.due(turn + 300).length, 1);
  assert.equal(timetable.due(turn + 310).length, 1);
  assert.equal(timetable.due(turn + 311).length, 0);
});

test('while the city is away the newest readings are kept, and those put back go first again', () => {
  const backlog = new Backlog(3);
  const reading = (value: number) => ({ datastreamId: 1, at: value, value });
  backlog.add([1, 2, 3, 4].map(reading));
  assert.deepEqual([backlog.size, backlog.lost], [3, 1]);
  const taken = backlog.take(2);
  assert.deepEqual(
    taken.map(({ value }) => value),
    [2, 3],
  );
  backlog.putBack(taken);
  backlog.add([reading(5)]);
  assert.deepEqual(
    backlog.take(9).map(({ value }) => value),
    [3, 4, 5],
  );
  assert.equal(backlog.lost, 2);
});
