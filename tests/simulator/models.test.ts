import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE } from '#kernel/time.ts';
import { behaviourOf, MODELS } from '#simulator/models/models.ts';
import { type MeasuringPoint, observe, START } from '#simulator/models/physics.ts';
import { lot, seeded } from '#simulator/random.ts';
import { localClock, lookAround, trafficAt } from '#simulator/weather.ts';

const local = localClock('Asia/Shanghai');
const MORNING = Date.parse('2026-11-23T00:00:00Z'); // eight in the morning there, a Monday

const points: MeasuringPoint[] = Object.entries(MODELS).flatMap(([domain, model]) =>
  Object.keys(model).map((indicator, index) => ({
    datastreamId: index,
    assetId: `${domain}-${index}`,
    domain,
    assetClass: 'any',
    indicator,
    range: [-10, 150],
    normal: [10, 60],
    isNormalDeclared: true,
    silentAfterIntervals: 10,
    intervalSeconds: 60,
    lot: lot(`${domain}/${indicator}`),
  })),
);

test('over ten thousand random steps no instrument ever leaves its physical range, and a healthy one never leaves normal', () => {
  const random = seeded('7', 'steps');
  for (const point of points) {
    const behaviour = behaviourOf(point);
    let [at, memory] = [MORNING, START];
    for (let step = 0; step < 10_000; step++) {
      const seconds = random.between(1, 3_600);
      at += seconds * 1_000;
      const reading = observe(behaviour, point, { ...AROUND[step % AROUND.length]!, at }, memory, seconds, random);
      memory = reading.memory;
      const [low, high] = behaviour.absolute ? point.range : point.normal;
      if (!(reading.value >= low && reading.value <= high))
        assert.fail(`${point.domain} ${point.indicator} reads ${reading.value}`);
    }
  }
});
const AROUND = Array.from({ length: 500 }, (_, step) =>
  lookAround('7', local, MORNING + step * 17 * HOUR, [
    {
      from: MORNING + step * 17 * HOUR - 20 * MINUTE,
      to: MORNING + step * 17 * HOUR + 20 * MINUTE,
      peakMmH: (step % 5) * 20,
    },
  ]),
);

test('what an instrument reads is a matter of seed, state and time only', () => {
  const run = (seed: string) => {
    const random = seeded(seed, 'x');
    let memory = START;
    return Array.from({ length: 50 }, (_, step) => {
      const reading = observe(
        behaviourOf(points[3]!),
        points[3]!,
        lookAround(seed, local, MORNING + step * MINUTE),
        memory,
        60,
        random,
      );
      memory = reading.memory;
      return reading.value;
    });
  };
  assert.deepEqual(run('7'), run('7'));
  assert.notDeepEqual(run('7'), run('8'));
});

test('voltage gives way as load rises, and oil warms hours after it', () => {
  const evening = lookAround('7', local, MORNING + 12 * HOUR);
  const night = lookAround('7', local, MORNING - 5 * HOUR);
  const point = { ...points[0]!, domain: 'power', lot: 0.3 };
  const share = (indicator: string, around: typeof evening) =>
    behaviourOf({ ...point, indicator }).share(point, around);
  assert.ok(share('voltage', evening) < share('voltage', night));
  assert.ok(share('current', evening) > share('current', night));
  const oil = behaviourOf({ ...point, indicator: 'oil-temperature' });
  const still = {
    next: () => 0.5,
    between: () => 0,
    normal: () => 0,
    waiting: () => 0,
    pick: <T>(items: readonly T[]) => items[0]!,
  };
  const cold = observe(oil, point, night, START, 60, still);
  const soon = observe(oil, point, evening, cold.memory, 600, still);
  const later = observe(oil, point, evening, cold.memory, (6 * HOUR) / 1_000, still);
  assert.ok(soon.value - cold.value < 0.25 * (later.value - cold.value), `${cold.value} ${soon.value} ${later.value}`);
});

test('rain that fell is still in the drains when the sky is clear again', () => {
  const shower = [{ from: MORNING, to: MORNING + 30 * MINUTE, peakMmH: 40 }];
  const after = lookAround('no rain of its own', local, MORNING + 40 * MINUTE, shower).weather;
  assert.ok(after.wetness > 0.3);
  assert.equal(lookAround('x', local, MORNING + 15 * MINUTE, shower).weather.rainMmH >= 30, true);
});

test('the rush hours are at eight and at six, and only on working days', () => {
  assert.ok(trafficAt(8, true) > 1.4 * trafficAt(11, true));
  assert.ok(trafficAt(18, true) > 1.2 * trafficAt(14, true));
  assert.ok(trafficAt(8, false) < 0.5 * trafficAt(8, true));
  assert.equal(lookAround('7', local, MORNING).hour, 8);
  assert.equal(lookAround('7', local, MORNING - DAY).isWorkday, false);
});
