/** A pressure logger and its reports, for the sentences of the detection tests. Minutes are counted from NOON. */

import type { Change, Engine, Subject } from '#detection/detection.types.ts';
import { createEngine } from '#detection/engine.ts';
import type { Finding } from '#kernel/finding.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { IndicatorRule } from '#kernel/rules.ts';
import { MINUTE } from '#kernel/time.ts';

export const NOON = Date.parse('2026-03-01T12:00:00Z');
export const minute = (minutes: number): number => NOON + minutes * MINUTE;

export const PRESSURE: IndicatorRule = {
  id: 'pressure',
  name: { zh: '供水压力', en: 'Water pressure' },
  unit: 'kPa',
  range: [0, 1600],
  normal: [310, 420],
  intervalSeconds: 60,
  limits: [],
};

export const logger = (rule: Partial<IndicatorRule> = {}, rest: Partial<Subject> = {}): Subject => ({
  datastreamId: 1,
  thingId: 11,
  assetId: 'W-LOG-12',
  assetName: { zh: '下阶台12号测点', en: 'Lower Terrace 12' },
  domain: 'water',
  place: [106.5, 29.5],
  rule: { ...PRESSURE, ...rule },
  normal: undefined,
  facts: {},
  ...rest,
});

/** [minute, value] or [minute, value, datastreamId]; ids are given in this order. */
export type Report = readonly [minutes: number, value: number, datastreamId?: number];

let nextId = 1;
export function batchOf(reports: readonly Report[], receivedAt?: number, firstId?: number): ObservationBatch {
  const start = firstId ?? nextId;
  nextId = start + reports.length;
  return {
    ids: Float64Array.from(reports, (_, i) => start + i),
    datastreamIds: Float64Array.from(reports, (report) => report[2] ?? 1),
    phenomenonTimes: Float64Array.from(reports, (report) => minute(report[0])),
    results: Float64Array.from(reports, (report) => report[1]),
    receivedAt: receivedAt ?? minute(Math.max(0, ...reports.map((report) => report[0]))),
  };
}

export function engineFor(...subjects: Subject[]): Engine {
  const engine = createEngine();
  engine.watch(subjects);
  return engine;
}

/** What one logger's reports lead to: `raised orange at 3`, in minutes. */
export function storyOf(subject: Subject, reports: readonly Report[]): string[] {
  return tell(engineFor(subject).judge(batchOf(reports)));
}

export const tell = (changes: readonly Change[]): string[] =>
  changes.map((change) => `${change.change} ${change.finding.grade} at ${(change.at - NOON) / MINUTE}`);

export const findingsOf = (subject: Subject, reports: readonly Report[]): Finding[] =>
  engineFor(subject)
    .judge(batchOf(reports))
    .map((change) => change.finding);
