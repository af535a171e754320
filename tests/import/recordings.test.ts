/** The ready mappings against the public recordings they are for. The recordings are not part of the project: without them this is skipped. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { CityIntake } from '#adapters/csv/city-intake.ts';
import { type ImportSummary, importFile } from '#adapters/csv/import-file.ts';
import { parseMapping } from '#adapters/csv/mapping.ts';
import type { Reading } from '#adapters/csv/translate.ts';
import { ROOT } from '#tests/support/city.ts';

const DATA = resolve(process.env.CITYLOOM_DATA ?? join(ROOT, '../shared/data'));

interface Expectation {
  readonly recording: string;
  readonly mapping: string;
  readonly told: (summary: ImportSummary, heard: readonly Reading[]) => void;
}

const span = (heard: readonly Reading[]) => [
  Math.min(...heard.map(({ value }) => value)),
  Math.max(...heard.map(({ value }) => value)),
];
const isWhole = ({ rejected }: ImportSummary) => assert.deepEqual(rejected, {});

const EXPECTATIONS: readonly Expectation[] = [
  {
    recording: 'water/scada-2019-levels.csv.gz',
    mapping: 'scada-levels.yaml',
    told: (summary, heard) => {
      isWhole(summary);
      assert.equal(summary.accepted, summary.rows);
      const [low, high] = span(heard);
      assert.ok(low! > 0 && high! < 12, `${low} … ${high} m`);
    },
  },
  {
    recording: 'indicators/transformer-etth1.csv.gz',
    mapping: 'transformer.yaml',
    told: (summary) => {
      isWhole(summary);
      assert.equal(summary.accepted, 7 * summary.rows);
    },
  },
  {
    recording: 'indicators/roadside-air-uci.csv.gz',
    mapping: 'roadside-air.yaml',
    told: (summary, heard) => {
      isWhole(summary);
      assert.ok(summary.missing > 1_000, 'the −200s are missing values');
      assert.ok(
        heard.every(({ value }) => value > -40),
        'no −200 got through',
      );
    },
  },
  {
    recording: 'indicators/drain-flow-1s.txt.gz',
    mapping: 'drain-flow.yaml',
    told: (summary) => {
      isWhole(summary);
      assert.ok(summary.last! - summary.first! < 2 * 86_400_000, 'two days, not two months: the day comes first');
    },
  },
  ...['reference', 'support-01-lowering'].map((state) => ({
    recording: `indicators/bridge-strain-${state}-100hz.csv.zip`,
    mapping: 'bridge-strain.yaml',
    told: (summary: ImportSummary) => {
      isWhole(summary);
      assert.equal(summary.accepted, summary.rows);
    },
  })),
  { recording: 'indicators/skab/valve1.tar.gz', mapping: 'pump-loop.yaml', told: isWhole },
];

for (const { recording, mapping, told } of EXPECTATIONS) {
  const path = join(DATA, recording);
  const skip = existsSync(path) ? false : `${recording} is not in ${DATA}; set CITYLOOM_DATA`;
  test(`${recording} is read whole by ${mapping}`, { skip }, async () => {
    const heard: Reading[] = [];
    const summary = await importFile({
      path,
      mapping: parseMapping(await readFile(join(ROOT, 'docs/adopt/mappings', mapping), 'utf8')),
      intake: listening(heard),
      now: () => Date.parse('2026-11-23T00:00:00Z'),
      batch: 8_000,
      maxErrors: Number.POSITIVE_INFINITY,
    });
    assert.ok(summary.rows > 900, `${summary.rows} rows`);
    told(summary, heard);
  });
}

function listening(heard: Reading[]): CityIntake {
  return {
    findById: () => assert.fail('these mappings name assets'),
    findByAsset: async () => undefined,
    create: async ({ range }, unit) => ({ datastreamId: 1, unit, range }),
    deliver: async (readings) => {
      for (const reading of readings) heard.push(reading);
      return { accepted: readings.length, duplicates: 0, refused: [] };
    },
  };
}
