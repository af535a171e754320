/**
 * Residents' reports of New Haven as labelled reports, in the order of time. The type stands in a cell as JSON (`label`) beside the
 * report's own words (`user_value`: the summary, then the description). The recording's own `probability` is not used.
 */
import type { LabelledReport } from '#casework/understanding/understanding.types.ts';
import { readTable } from './recordings.ts';

export interface Told extends LabelledReport {
  /** Row in the recordings, header not counted, files in the order given: what hand labels refer to. */
  readonly row: number;
}

export async function readNewHaven(files: readonly string[]): Promise<Told[]> {
  const rows = (await Promise.all(files.map(readTable))).flat();
  return rows
    .map(toReport)
    .filter((report) => report !== undefined)
    .sort((a, b) => a.at - b.at || a.row - b.row);
}

function toReport({ created_at = '', lng, lat, category = '' }: Record<string, string>, row: number): Told | undefined {
  const cell = parseCell(category);
  const at = Date.parse(created_at);
  if (cell === undefined || Number.isNaN(at)) return undefined;
  const [longitude, latitude] = [Number.parseFloat(lng ?? ''), Number.parseFloat(lat ?? '')];
  const place = Number.isFinite(longitude) && Number.isFinite(latitude) ? ([longitude, latitude] as const) : undefined;
  return { row, at, place, text: cell.text, category: cell.label };
}

/** Line ends inside a text stand in the cell unescaped. */
function parseCell(cell: string): { text: string; label: string } | undefined {
  try {
    const { user_value: text, label } = JSON.parse(cell.replaceAll(/\p{Cc}/gu, ' '));
    return typeof text === 'string' && typeof label === 'string' ? { text, label } : undefined;
  } catch {
    return undefined;
  }
}

/** Only the reports of the so many most frequent categories. */
export function ofLargest(reports: readonly Told[], count: number): { reports: Told[]; categories: string[] } {
  const sizes = new Map<string, number>();
  for (const { category } of reports) sizes.set(category, (sizes.get(category) ?? 0) + 1);
  const categories = [...sizes]
    .sort(([a, size], [b, other]) => other - size || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([category]) => category);
  return { reports: reports.filter(({ category }) => categories.includes(category)), categories };
}
