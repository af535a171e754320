/** A receipt as its holder follows it. Pure. */
import type { ReportCategory, ReportingRules } from '#kernel/reporting.ts';
import { DAY, type Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import { runningClock } from '../clocks.ts';
import { isOpen } from '../lifecycle.ts';
import type { CaseRecord, ReportChild } from '../record.ts';
import { publishedCount } from './blurring.ts';
import { shownCode } from './code.ts';
import { maskNumbers } from './masking.ts';
import type { Follow, Rating } from './receipts.types.ts';
import { type Story, toSteps } from './steps.ts';

/** What residents are told about the state of a case. */
export function publicState({ state, acknowledgedAt }: Pick<CaseRecord, 'state' | 'acknowledgedAt'>): Follow['state'] {
  switch (state) {
    case 'collected':
      return acknowledgedAt === undefined ? 'received' : 'checking';
    case 'opened':
      return 'checking';
    case 'dispatched':
    case 'in_progress':
      return 'being-handled';
    case 'handled':
      return 'done';
    case 'dismissed':
      return 'dismissed';
    default:
      return 'closed';
  }
}

export interface FollowContext {
  readonly reporting: ReportingRules;
  readonly category: ReportCategory | undefined;
  readonly address: Localized;
  readonly now: Instant;
}

export function toFollow(story: Story, { reporting, category, address, now }: FollowContext): Follow {
  const { receipt, way, looks } = story;
  const record = way.at(-1);
  const report = record && findReport(record, receipt.reportId);
  const { address: typed } = receipt;
  return {
    code: shownCode(receipt.code),
    reference: record?.reference ?? receipt.reference ?? shownCode(receipt.code),
    category: receipt.category,
    categoryName: category?.name ?? { zh: receipt.category, en: receipt.category },
    state: stateOf(story),
    place: receipt.place,
    address: typed === undefined ? address : Object.fromEntries(Object.keys(address).map((key) => [key, typed])),
    description: receipt.description,
    photos: receipt.photos,
    reportedAt: receipt.reportedAt,
    dueAt: record && isOpen(record.state) ? runningClock(record)?.dueAt : undefined,
    partyName: record?.partyName,
    toldBy: publishedCount(
      record?.children.filter(({ kind }) => kind === 'report').length ?? 0,
      reporting.privacy.smallestCount,
    ),
    steps: toSteps(story),
    answer: record && answerOf(story, record, report),
    rating: record && report && ratingOf(story, record, report),
    mayReopenUntil: record && reopenableUntil(record, reporting, now),
    hasContact: receipt.contact !== undefined,
    version: versionOf(story) + looks.length,
  };
}

/** Ledger sequences only grow, and looks are only added. A held receipt begins at 0 and is 1 when it was discarded. */
function versionOf({ receipt, way }: Story): number {
  if (receipt.state !== 'filed') return receipt.state === 'held' ? 0 : 1;
  return Math.max(1, ...way.map(({ sequence }) => sequence));
}

function stateOf({ receipt, way }: Story): Follow['state'] {
  if (receipt.state === 'held') return 'held-as-spam';
  if (receipt.state === 'discarded') return 'dismissed';
  const record = way.at(-1);
  return record === undefined ? 'received' : publicState(record);
}

export const findReport = (record: CaseRecord, reportId: string | undefined): ReportChild | undefined =>
  record.children.find((child): child is ReportChild => child.kind === 'report' && child.id === reportId);

/** What was done, in the words of who did it, and how it looks now. */
function answerOf({ receipt }: Story, record: CaseRecord, report: ReportChild | undefined): Follow['answer'] {
  if (isOpen(record.state) || record.closedAt === undefined || report?.answer === undefined) return undefined;
  const work =
    record.state === 'dismissed'
      ? undefined
      : record.orders.findLast(({ lead, state }) => lead && state === 'finished');
  const done = work?.feedback === undefined ? '' : maskNumbers(work.feedback);
  const sentence = Object.fromEntries(
    Object.entries(report.answer.sentence).map(([language, words]) => [
      language,
      done === '' ? words : language === 'zh' ? `${endZh(done)}${words}` : `${endEn(done)} ${words}`,
    ]),
  );
  return {
    at: record.closedAt,
    sentence,
    before: receipt.photos,
    after: [...new Set([...(work?.photos ?? []), ...(record.verified?.photos ?? [])])],
  };
}

const endZh = (text: string): string => (/[。！？.!?]$/u.test(text) ? text : `${text}。`);
const endEn = (text: string): string => (/[。！？.!?]$/u.test(text) ? text : `${text}.`);

/** A word from before the case was closed again is not about this ending; a "no" never is, because it had opened the case again. */
function ratingOf({ receipt }: Story, record: CaseRecord, { rating }: ReportChild): Rating | undefined {
  if (rating === undefined) return undefined;
  if (record.closedAt !== undefined && (!rating.solved || rating.at < record.closedAt)) return undefined;
  return { at: rating.at, solved: rating.solved, satisfied: rating.satisfied, comment: receipt.comment };
}

function reopenableUntil(record: CaseRecord, { answers }: ReportingRules, now: Instant): Instant | undefined {
  if (isOpen(record.state) || record.closedAt === undefined) return undefined;
  const until = record.closedAt + answers.reopenDays * DAY;
  return now <= until ? until : undefined;
}
