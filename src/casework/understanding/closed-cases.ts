/** What the city's closed cases teach: what people wrote, and which category it turned out to be. */
import type { Position } from '#kernel/geo.ts';
import type { Database } from '#kernel/ports.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import type { LabelledReport } from './understanding.types.ts';

/** The newest so many; older words are forgotten, and training stays a matter of minutes. */
const MOST_REPORTS = 20_000;

/**
 * Reports of closed cases, each with the category of the class its case was closed as: if an analyst put it right, what was right
 * counts and not what was first said. Dismissed and merged-away cases teach nothing. Where several categories open one class nobody
 * knows which was meant; those classes are left out.
 */
export async function listClosedReports(
  database: Database,
  categories: readonly ReportCategory[],
): Promise<LabelledReport[]> {
  const codes = new Map<string, string>();
  for (const { caseClass, code } of categories) codes.set(caseClass, codes.has(caseClass) ? '' : code);
  const rows = await database.query<Row>(
    `SELECT case_class, child ->> 'at' AS at, child -> 'place' AS place, child -> 'sentence' AS sentence
     FROM cases CROSS JOIN LATERAL jsonb_array_elements(record -> 'children') AS child
     WHERE state IN ('closed', 'evaluated') AND child ->> 'kind' = 'report' AND case_class = ANY($1)
     ORDER BY closed_at DESC, id LIMIT $2`,
    [[...codes].filter(([, code]) => code !== '').map(([caseClass]) => caseClass), MOST_REPORTS],
  );
  return rows
    .map(({ case_class, at, place, sentence }) => ({
      text: [...new Set(Object.values(sentence))].join('\n'),
      category: codes.get(case_class) ?? '',
      at: Number(at),
      place,
    }))
    .filter(({ text }) => text.trim() !== '');
}

interface Row {
  readonly case_class: string;
  readonly at: string;
  readonly place: Position;
  /** What was written stands in every language the city speaks. */
  readonly sentence: Readonly<Record<string, string>>;
}
