/**
 * How long detection takes per Observation: 20,000 Datastreams with four graded limits, silence and (second figure) rate and stuck
 * value, 2 million Observations of which one in a thousand is beyond a limit. Prints nanoseconds per Observation.
 */

import type { Subject } from '#detection/detection.types.ts';
import { createEngine } from '#detection/engine.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { IndicatorRule } from '#kernel/rules.ts';

const SUBJECTS = 20_000;
const OBSERVATIONS = 2_000_000;
const BATCH = 1_000;
const START = Date.parse('2026-03-01T00:00:00Z');

const LIMITS: IndicatorRule = {
  id: 'pressure',
  name: { zh: '供水压力', en: 'Water pressure' },
  unit: 'kPa',
  range: [0, 1600],
  normal: [310, 420],
  intervalSeconds: 60,
  limits: [
    { grade: 'blue', below: 290, clearAt: 300, forSeconds: 60, clearForSeconds: 60 },
    { grade: 'yellow', belowRatioOfNormal: 0.8, clearAtRatio: 0.9, forSeconds: 60, clearForSeconds: 60 },
    { grade: 'orange', below: 200, clearAt: 250, forSeconds: 0, clearForSeconds: 120 },
    { grade: 'red', below: 138, clearAt: 200, forSeconds: 0, clearForSeconds: 120 },
  ],
  silence: { grade: 'blue', lateAfterIntervals: 2, silentAfterIntervals: 5 },
};
const EVERYTHING: IndicatorRule = {
  ...LIMITS,
  rate: { grade: 'yellow', perMinute: 200, direction: 'fall' },
  stuck: { grade: 'blue', forSeconds: 3_600, minReports: 10, tolerance: 0 },
};

const subjectsWith = (rule: IndicatorRule): Subject[] =>
  Array.from({ length: SUBJECTS }, (_, i) => ({
    datastreamId: i + 1,
    thingId: i + 1,
    assetId: `W-${i}`,
    assetName: { zh: `测点${i}`, en: `Logger ${i}` },
    domain: 'water',
    place: [106.5, 29.5] as const,
    rule,
    normal: undefined,
    facts: {},
  }));

function batches(): ObservationBatch[] {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  return Array.from({ length: OBSERVATIONS / BATCH }, (_, b) => {
    const begin = b * BATCH;
    const at = (i: number) => START + Math.floor((begin + i) / SUBJECTS) * 60_000;
    return {
      ids: Float64Array.from({ length: BATCH }, (_, i) => begin + i + 1),
      datastreamIds: Float64Array.from({ length: BATCH }, (_, i) => ((begin + i) % SUBJECTS) + 1),
      phenomenonTimes: Float64Array.from({ length: BATCH }, (_, i) => at(i)),
      results: Float64Array.from({ length: BATCH }, () => (random() < 0.001 ? 100 : 320 + random() * 90)),
      receivedAt: at(BATCH - 1),
    };
  });
}

function measure(name: string, rule: IndicatorRule, input: readonly ObservationBatch[]): void {
  const figures: number[] = [];
  let changes = 0;
  for (let run = 0; run < 5; run++) {
    const engine = createEngine();
    engine.watch(subjectsWith(rule));
    changes = 0;
    const begin = process.hrtime.bigint();
    for (const batch of input) changes += engine.judge(batch).length;
    figures.push(Number(process.hrtime.bigint() - begin) / OBSERVATIONS);
  }
  figures.sort((a, b) => a - b);
  console.log(
    `${name}: ${figures[2]!.toFixed(0)} ns per observation (median of 5, worst ${figures[4]!.toFixed(0)}; ${changes} changes)`,
  );
}

const input = batches();
measure('limits and silence', LIMITS, input);
measure('limits, silence, rate and stuck value', EVERYTHING, input);

const engine = createEngine();
engine.watch(subjectsWith(LIMITS));
for (const batch of input.slice(0, 20)) engine.judge(batch);
const begin = process.hrtime.bigint();
for (let i = 0; i < 100; i++) engine.tick(START + i);
console.log(
  `tick over ${SUBJECTS} datastreams: ${(Number(process.hrtime.bigint() - begin) / 100 / 1e6).toFixed(3)} ms`,
);
const saved = process.hrtime.bigint();
const memory = engine.save();
console.log(
  `memory of ${SUBJECTS} datastreams: ${(memory.columns.byteLength / 1e6).toFixed(1)} MB, saved in ${(Number(process.hrtime.bigint() - saved) / 1e6).toFixed(1)} ms`,
);
