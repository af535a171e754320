/**
 * Finds and reads the recordings of residents' requests. They lie in CITYLOOM_DATA (default ../shared/data) under `requests/` and
 * never become part of the project: whoever has none is told what was skipped.
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openRecording } from '#adapters/csv/open-file.ts';
import { readRows } from '#adapters/csv/rows.ts';

const FORMAT = { separator: ',', quote: '"', comment: undefined, skipLines: 0, encoding: 'utf-8' };

/** Paths of the recordings whose name matches, sorted; empty when there are none. */
export function listRecordings(name: RegExp): string[] {
  const folder = resolve(process.env.CITYLOOM_DATA ?? '../shared/data', 'requests');
  try {
    return readdirSync(folder)
      .filter((file) => name.test(file))
      .sort()
      .map((file) => join(folder, file));
  } catch {
    return [];
  }
}

export function sayWhatIsMissing(what: string): void {
  const folder = resolve(process.env.CITYLOOM_DATA ?? '../shared/data', 'requests');
  console.log(`Skipped: no ${what} found in ${folder}. Set CITYLOOM_DATA to the folder of recordings.`);
}

/** Every row of a CSV file with a header, by column name. */
export async function readTable(path: string): Promise<Record<string, string>[]> {
  const recording = await openRecording(path);
  const table: Record<string, string>[] = [];
  let names: readonly string[] | undefined;
  try {
    for await (const rows of readRows(recording.bytes, FORMAT)) {
      for (const { cells } of rows) {
        if (names === undefined) names = cells;
        else table.push(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])));
      }
    }
  } finally {
    await recording.close();
  }
  return table;
}
