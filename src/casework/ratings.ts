/** Who reported has the last word: whether it is solved, and what happens when it is not. */
import { conflict, notFound } from '#kernel/errors.ts';
import { DAY } from '#kernel/time.ts';
import { getText, listPhotos } from './details.ts';
import { type Ground, SYSTEM } from './ground.ts';
import { levelAbove } from './library.ts';
import type { Pen } from './pen.ts';
import type { CaseRecord, ReportChild } from './record.ts';
import { reopen } from './verification.ts';

export interface NewRating {
  readonly solved: boolean;
  readonly satisfied: number | undefined;
  /** Why it is not solved, free of personal data: the reason a reopened case is given. */
  readonly reason: string;
}

const OVER: ReadonlySet<string> = new Set(['closed', 'evaluated', 'dismissed']);
/** Who reported adds something: told to everybody who works on it, and kept with the report. Errors: `text.…`. */
export function noteOnReport(
  pen: Pen,
  caseId: string,
  reportId: string,
  note: { readonly text: string; readonly photos: readonly string[] },
): void {
  const { reporter } = getReport(pen.get(caseId), reportId);
  pen.write(
    caseId,
    'note',
    { text: getText({ ...note }, 'text'), report: reportId, photos: listPhotos({ ...note }) },
    reporter,
  );
}

/** Stands for a clock: the deadline that a resident has missed the end of. */
const BY_RESIDENT = 'resident';

function getReport(record: CaseRecord, reportId: string): ReportChild {
  const report = record.children.find((child) => child.kind === 'report' && child.id === reportId);
  if (report?.kind !== 'report') throw notFound('report.unknown', 'There is no such report.', 'reportId');
  return report;
}

/**
 * "Not solved" reopens the case. When it had been reopened before, it also goes up one level: who has said it twice is not sent round
 * the same circle a third time. The same word again changes nothing.
 * Errors: `rating.too_early`, `rating.too_late`.
 */
export function rateReport(pen: Pen, ground: Ground, caseId: string, reportId: string, rating: NewRating): void {
  const record = pen.get(caseId);
  const { reporter, rating: before } = getReport(record, reportId);
  const { solved, satisfied, reason } = rating;
  if (!OVER.has(record.state) || record.closedAt === undefined) {
    throw conflict('rating.too_early', 'It is still being worked on; say so when it is said to be done.', 'solved');
  }
  const { reopenWithinDays } = ground.book;
  if (pen.at > record.closedAt + reopenWithinDays * DAY) {
    throw conflict(
      'rating.too_late',
      `A report is rated within ${reopenWithinDays} days of its end. If the trouble is back, report it again.`,
      'solved',
    );
  }
  const isSame = solved && before?.solved === true && before.satisfied === satisfied && before.at >= record.closedAt;
  if (isSame) return;
  pen.write(caseId, 'report.rated', { reportId, solved, satisfied }, reporter);
  if (solved) return;
  const reopenedBefore = record.reopened;
  reopen(pen, ground, record, { reason }, reporter);
  if (reopenedBefore === 0) return;
  const up = { deadline: BY_RESIDENT, step: reopenedBefore, dueAt: pen.at, level: levelAbove(record.level) };
  pen.write(caseId, 'escalate', up, SYSTEM);
}
