/** What comes in: findings of the machines and reports of people, each to its one case. */

import { invalid } from '#kernel/errors.ts';
import type { Finding, FindingChange } from '#kernel/finding.ts';
import type { CaseClass } from '#kernel/rules.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { NewReport } from './casework.types.ts';
import { startClock } from './clocks.ts';
import { roughlyWhere } from './confidential.ts';
import { findText } from './details.ts';
import { type Ground, SYSTEM, whereabouts } from './ground.ts';
import { isOpen } from './lifecycle.ts';
import { absorb, followGrade, type Match } from './merging.ts';
import { open } from './opening.ts';
import type { Pen } from './pen.ts';
import { reviseOrders } from './plans.ts';
import type { CaseRecord, Child, ClockChange, FindingChild, ReportChild } from './record.ts';
import type { RuleBook } from './rule-book.ts';

/** What names one change of one finding: the same change delivered twice has the same. */
export function changeId({ change, finding }: FindingChange): string {
  const at =
    change === 'raised' ? finding.since : change === 'cleared' ? (finding.clearedAt ?? finding.lastAt) : finding.lastAt;
  return `${change}@${at}`;
}

export const toFindingChild = (finding: Finding, seen: readonly string[]): FindingChild => ({
  kind: 'finding',
  id: finding.key,
  at: finding.since,
  lastAt: finding.lastAt,
  clearedAt: finding.clearedAt,
  place: finding.place,
  sentence: finding.sentence,
  grade: finding.grade,
  opens: finding.opens,
  basis: finding.basis,
  datastreamId: finding.datastreamId,
  assetId: finding.assetId,
  source: finding.kind,
  facts: finding.facts,
  seen,
});

/** Whether this very change is already in the history of the case. */
export const hasSeen = (record: CaseRecord, change: FindingChange): boolean =>
  record.children.some(
    (child) => child.kind === 'finding' && child.id === change.finding.key && child.seen.includes(changeId(change)),
  );

/** A finding that the case knows has changed: recorded, and the grade follows. A worse finding may turn the case into another class. */
export function recordChange(pen: Pen, ground: Ground, caseId: string, change: FindingChange): void {
  const record = pen.get(caseId);
  const { finding } = change;
  const known = record.children.find((child) => child.kind === 'finding' && child.id === finding.key);
  const seen = known?.kind === 'finding' ? known.seen : [];
  const child = toFindingChild(finding, [...seen, changeId(change)]);
  pen.write(
    caseId,
    'finding.changed',
    { change: change.change, finding: child, leads: finding.opens === record.caseClass },
    SYSTEM,
  );
  if (!isOpen(record.state)) return;
  const turnsInto =
    finding.opens !== undefined && ground.book.findClass(record.caseClass)?.mergesInto.includes(finding.opens);
  if (turnsInto && change.change === 'escalated' && record.state !== 'handled') turn(pen, ground, record, finding);
  followGrade(pen, ground, caseId);
}

/** Joins a finding, and the findings it is drawn from, to the case it belongs to. */
export function joinFinding(
  pen: Pen,
  ground: Ground,
  match: Match,
  guests: readonly CaseRecord[],
  change: FindingChange,
  basis: readonly Finding[],
): void {
  const { record, how } = match;
  const { finding } = change;
  for (const evidence of basis) {
    pen.write(
      record.id,
      'finding.changed',
      { change: 'joined', finding: toFindingChild(evidence, []), leads: false },
      SYSTEM,
    );
  }
  const child = toFindingChild(finding, [changeId(change)]);
  const leads = how === 'turns' || finding.opens === record.caseClass;
  pen.write(record.id, 'finding.changed', { change: 'joined', finding: child, leads }, SYSTEM);
  if (how === 'turns') turn(pen, ground, record, finding);
  if (leads) moveToFirstLead(pen, ground, record, finding);
  for (const guest of guests) absorb(pen, ground, record, guest, SYSTEM);
  followGrade(pen, ground, record.id);
  openWhenCertain(pen, ground, record);
}

/**
 * Until somebody is sent out, the case lies where the first finding of its own class says: the burst pipe, not the logger that felt it
 * or the house that called. Where a person has put it, it stays.
 */
function moveToFirstLead(pen: Pen, ground: Ground, record: CaseRecord, { key, place, assetId, facts }: Finding): void {
  const isFirst = !record.children.some(
    (child) => child.kind === 'finding' && child.id !== key && child.opens === record.caseClass,
  );
  const isWaiting = record.state === 'collected' || record.state === 'opened';
  if (!isFirst || !isWaiting || record.located) return;
  const where = whereabouts(place, ground.responsibilityAt(place));
  pen.write(record.id, 'locate', { ...where, assetId, facts, reason: 'finding' }, SYSTEM);
}

/** Evidence that opens nothing by itself. */
export function attachEvidence(pen: Pen, ground: Ground, caseId: string, change: FindingChange): void {
  const child = toFindingChild(change.finding, [changeId(change)]);
  pen.write(caseId, 'finding.changed', { change: 'joined', finding: child, leads: false }, SYSTEM);
  followGrade(pen, ground, caseId);
}

/** The case becomes one of the finding's class. Who is on the way stays on the way; an unconfirmed class waits for an analyst. */
function turn(
  pen: Pen,
  ground: Ground,
  record: CaseRecord,
  { opens, facts, assetId, sentence }: Pick<Finding, 'opens' | 'facts' | 'assetId' | 'sentence'>,
): void {
  const caseClass = ground.book.getClass(opens ?? record.caseClass);
  const { code, domain, name, level, needsConfirmation } = caseClass;
  const details = {
    caseClass: code,
    was: record.caseClass,
    domain,
    name,
    level,
    awaitsConfirmation: needsConfirmation,
    facts,
    assetId,
    sentence,
  };
  pen.write(record.id, 'reclass', { ...details, clocks: tighterAcknowledge(pen, ground, record, caseClass) }, SYSTEM);
  const hasOrders = record.state === 'dispatched' || record.state === 'in_progress';
  if (hasOrders && !needsConfirmation) reviseOrders(pen, ground, record.id, 'plan_changed', SYSTEM);
}

/** Of the running and the new acknowledging clock the earlier one counts: a worse class never gives more time. */
function tighterAcknowledge(pen: Pen, ground: Ground, record: CaseRecord, caseClass: CaseClass): ClockChange[] {
  if (record.acknowledgedAt !== undefined || !caseClass.needsConfirmation) return [];
  const fresh = startClock('acknowledge', caseClass.acknowledge, pen.at, ground.book.working);
  const running = record.clocks.acknowledge;
  const isTighter = running === undefined || (fresh.change === 'start' && fresh.dueAt < running.dueAt);
  return isTighter ? [fresh] : [];
}

/** A class that needs no analyst is opened as soon as a sensor says so. */
function openWhenCertain(pen: Pen, ground: Ground, record: CaseRecord): void {
  if (record.state !== 'collected') return;
  if (ground.book.getClass(record.caseClass).needsConfirmation) return;
  open(pen, ground, record.id, SYSTEM);
}

interface Beginnings {
  readonly caseClass: CaseClass;
  readonly reference: string;
  readonly raisedAt: Instant;
  readonly sentence: Localized;
  readonly children: readonly Child[];
  /** False: it will be opened in the same breath, so nobody has to acknowledge it. */
  readonly waits: boolean;
}

function collect(
  pen: Pen,
  ground: Ground,
  begin: Beginnings &
    Pick<Finding, 'place' | 'assetId' | 'facts'> & { grade: Finding['grade']; follows?: string | undefined },
): string {
  const id = ground.newId('case');
  const { caseClass, reference, raisedAt, sentence, children, waits, place, assetId, facts, grade, follows } = begin;
  const clocks = waits ? [startClock('acknowledge', caseClass.acknowledge, pen.at, ground.book.working)] : [];
  const { code, domain, name, level } = caseClass;
  const responsibility = ground.responsibilityAt(place);
  const where = roughlyWhere(whereabouts(place, responsibility), facts, responsibility);
  const what = { reference, caseClass: code, domain, name, grade, level, raisedAt, awaitsConfirmation: waits };
  pen.write(id, 'collect', { ...where, ...what, assetId, facts, sentence, children, follows, clocks }, SYSTEM);
  return id;
}

/** A new case from a finding. */
export function collectFinding(
  pen: Pen,
  ground: Ground,
  change: FindingChange,
  basis: readonly Finding[],
  reference: string,
  follows?: string,
): string {
  const { finding } = change;
  const caseClass = ground.book.getClass(finding.opens ?? '');
  const children = [
    ...basis.map((evidence) => toFindingChild(evidence, [])),
    toFindingChild(finding, [changeId(change)]),
  ];
  const { raisedAt, sentence, place, assetId, facts, grade } = finding;
  const waits = caseClass.needsConfirmation;
  const id = collect(pen, ground, {
    caseClass,
    reference,
    raisedAt,
    sentence,
    children,
    waits,
    place,
    assetId,
    facts,
    grade,
    follows,
  });
  followGrade(pen, ground, id);
  if (!waits) open(pen, ground, id, SYSTEM);
  return id;
}

/** The finding belongs to a later case now; the one that is over keeps it as history. */
export function handOver(pen: Pen, from: CaseRecord, key: string, movedTo: string): void {
  const child = from.children.find((candidate) => candidate.kind === 'finding' && candidate.id === key);
  if (child?.kind !== 'finding') return;
  pen.write(from.id, 'finding.changed', { change: 'moved', finding: { ...child, movedTo }, leads: false }, SYSTEM);
}

// Reports -----------------------------------------------------------------------------------------------------------------------------

/** Parses a report at the door. Errors: `case_class.unknown`, `description.missing`, `text.…`. */
export function checkReport(book: RuleBook, report: NewReport): { caseClass: CaseClass; description: string } {
  const caseClass = book.getClass(report.caseClass);
  const description = findText({ description: report.description }, 'description');
  if (description === undefined)
    throw invalid('description.missing', 'Say in a few words what is wrong.', 'description');
  return { caseClass, description };
}

/** Errors as in `checkReport`. */
export function toReportChild(ground: Ground, report: NewReport, at: Instant): ReportChild {
  const { caseClass, description } = checkReport(ground.book, report);
  const sentence = Object.fromEntries(Object.keys(caseClass.name).map((language) => [language, description]));
  const { place, source, reporter, photos, category, answers, language } = report;
  return {
    kind: 'report',
    id: ground.newId('report'),
    at,
    place,
    sentence,
    source,
    caseClass: caseClass.code,
    reporter,
    photos,
    category,
    answers,
    language,
  };
}

/** A grid worker reports what they have seen themselves: that is the check on site. */
const isSeenOnSite = (report: ReportChild): boolean => report.source === 'grid_worker';

export function collectReport(pen: Pen, ground: Ground, report: ReportChild, reference: string): string {
  const caseClass = ground.book.getClass(report.caseClass);
  const { place, sentence } = report;
  const waits = !isSeenOnSite(report);
  const { grade } = caseClass;
  const id = collect(pen, ground, {
    caseClass,
    reference,
    raisedAt: pen.at,
    sentence,
    children: [report],
    waits,
    place,
    assetId: undefined,
    facts: {},
    grade,
  });
  if (!waits) open(pen, ground, id, report.reporter, 'seen_on_site');
  return id;
}

export function joinReport(pen: Pen, ground: Ground, { record, how }: Match, report: ReportChild): void {
  pen.write(record.id, 'report.added', { report }, report.reporter);
  if (how === 'turns') {
    turn(pen, ground, record, { opens: report.caseClass, facts: {}, assetId: undefined, sentence: report.sentence });
  }
  followGrade(pen, ground, record.id);
  const isWaiting = record.state === 'collected' || (record.state === 'opened' && record.awaitsConfirmation);
  if (isSeenOnSite(report) && isWaiting) open(pen, ground, record.id, report.reporter, 'seen_on_site');
}
