/** What the sensing benches share: 20,000 Datastreams in a database of their own, a round of rows, and the table that is printed. */
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Database } from '#kernel/ports.ts';
import { createSensing, type SensingOptions } from '#sensing/sensing.ts';
import type { ObservationColumns, Sensing, ThingSeed } from '#sensing/sensing.types.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

export const THINGS = 10_000;
export const STREAMS_PER_THING = 2;
export const START = Date.UTC(2026, 0, 1);

const seeds = (): ThingSeed[] =>
  Array.from({ length: THINGS }, (_, n) => ({
    assetId: `asset-${n}`,
    name: `Logger ${n}`,
    description: 'Logger in a manhole',
    domain: 'water',
    assetClass: 'pressure-logger',
    place: [106.5 + n / 1e5, 29.5] as const,
    geometry: { type: 'Point', coordinates: [106.5 + n / 1e5, 29.5] } as const,
    properties: { bore: 300, material: 'ductile iron', cell: `cell-${n % 1500}` },
    datastreams: ['pressure', 'flow'].slice(0, STREAMS_PER_THING).map((indicator) => ({
      indicator,
      name: `${indicator} at ${n}`,
      description: indicator,
      unit: { name: indicator, symbol: 'kPa', ucum: 'kPa' },
      range: [0, 1e6] as const,
      normal: undefined,
      intervalSeconds: 60,
      lateAfterIntervals: 2,
      silentAfterIntervals: 5,
    })),
  }));

export interface BenchCity {
  readonly database: Database;
  readonly sensing: Sensing;
  readonly streams: readonly number[];
  readonly seededMs: number;
  readonly heard: { rows: number };
  close(): Promise<void>;
}

export async function openBenchCity(options: Partial<SensingOptions> = {}): Promise<BenchCity> {
  const afterwards: (() => unknown)[] = [];
  const database = await testDatabase({ after: (work) => void afterwards.push(work as () => unknown) }, ['sensing']);
  const heard = { rows: 0 };
  const onStored = (batch: ObservationBatch) => {
    heard.rows += batch.ids.length;
  };
  const clock = { now: () => Date.now() };
  const sensing = createSensing({ database, clock, log: quiet, onStored, ...options });
  await sensing.start();
  const begin = performance.now();
  await sensing.seedThings(seeds());
  const seededMs = performance.now() - begin;
  return {
    database,
    sensing,
    seededMs,
    heard,
    streams: Array.from(sensing.listDatastreams(), ({ id }) => id),
    async close() {
      await sensing.stop();
      for (const work of afterwards) await work();
    },
  };
}

/** `count` new Observations from the `first` on: every Datastream in turn, a minute later each time round. */
export function columnsFrom(streams: readonly number[], first: number, count: number): ObservationColumns {
  const row = (i: number) => first + i;
  return {
    count,
    datastreamIds: Float64Array.from({ length: count }, (_, i) => streams[row(i) % streams.length]!),
    phenomenonTimes: Float64Array.from(
      { length: count },
      (_, i) => START + Math.floor(row(i) / streams.length) * 60_000 + (row(i) % 1_000),
    ),
    resultTimes: new Float64Array(count).fill(Number.NaN),
    results: Float64Array.from({ length: count }, (_, i) => ((row(i) * 7_919) % 100_003) / 7),
  };
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

/** One line of the table: name | value | raw limit | ratio. */
export function line(name: string, value: string, limit = '', ratio = ''): void {
  console.log(`${name.padEnd(58)} | ${value.padStart(18)} | ${limit.padStart(18)} | ${ratio.padStart(6)}`);
}

export const perSecond = (rows: number, milliseconds: number): number => (rows / milliseconds) * 1000;
export const shown = (figure: number): string => Math.round(figure).toLocaleString('en');
