/** Reports on their way into cases, several in one decision, each with its receipt. */
import { distanceMetres } from '#kernel/geo.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { NewReport, PlacedReport } from './casework.types.ts';
import type { Ground } from './ground.ts';
import { collectReport, joinReport, toReportChild } from './intake.ts';
import { isOpen } from './lifecycle.ts';
import { findHost, type Match, reachOf } from './merging.ts';
import type { Pen } from './pen.ts';
import { type Filing, listByClientIds, putFiled } from './receipts/storage.ts';
import type { CaseRecord, ReportChild } from './record.ts';
import type { CaseworkRules } from './rule-book.ts';
import * as storage from './storage.ts';

/** One decision while it is being made: inside its transaction, with the ledger locked. */
export interface Decision {
  readonly tx: Queryable;
  readonly pen: Pen;
  readonly ground: Ground;
}

/** Who says "the same as that one" is believed this far away. */
const BELIEVED_METRES = 500;

/**
 * Takes reports in order; a receipt whose client id is known answers what was stored and makes no report. The ledger is locked, so
 * nobody else can store the same client id meanwhile; the unique key stands behind it all the same.
 */
export async function takeReports(
  decision: Decision,
  city: CaseworkRules['city'],
  reports: readonly NewReport[],
): Promise<PlacedReport[]> {
  const { tx, pen, ground } = decision;
  const known = await listKnown(tx, reports);
  const references = await storage.openReferences(tx, city, pen.at);
  const troubles = reports.map(({ place, caseClass }) => ({ place, reach: reachOf(ground.book, caseClass) }));
  // As they stood before: what this decision makes of them, and adds to them, the pen knows.
  const neighbours = new Map((await storage.listNeighboursOfAll(tx, troubles)).map((record) => [record.id, record]));
  const filings: Filing[] = [];
  const placed: PlacedReport[] = [];
  for (const report of reports) {
    const { receipt } = report;
    const before = receipt === undefined ? undefined : known.get(receipt.clientId);
    if (before !== undefined) {
      placed.push(before);
      continue;
    }
    const one = await placeReport(decision, { references, neighbours }, report);
    if (receipt === undefined) {
      placed.push(one);
      continue;
    }
    filings.push({ draft: receipt, caseId: one.caseId, reportId: one.reportId, reference: one.reference });
    placed.push({ ...one, receipt: { id: receipt.id, code: receipt.code, isNew: true } });
    known.set(receipt.clientId, { ...one, receipt: { id: receipt.id, code: receipt.code, isNew: false } });
  }
  await references.save();
  await putFiled(tx, filings);
  return placed;
}

/** What is filed already; a receipt that was held and is released now is not. */
async function listKnown(tx: Queryable, reports: readonly NewReport[]): Promise<Map<string, PlacedReport>> {
  const clientIds = reports.flatMap(({ receipt }) => receipt?.clientId ?? []);
  const known = new Map<string, PlacedReport>();
  for (const { id, clientId, code, caseId, reportId, reference } of await listByClientIds(tx, clientIds)) {
    if (caseId === undefined || reportId === undefined || reference === undefined) continue;
    known.set(clientId, { caseId, reportId, reference, merged: false, receipt: { id, code, isNew: false } });
  }
  return known;
}

interface Surroundings {
  readonly references: Awaited<ReturnType<typeof storage.openReferences>>;
  readonly neighbours: ReadonlyMap<string, CaseRecord>;
}

async function placeReport(decision: Decision, around: Surroundings, report: NewReport): Promise<PlacedReport> {
  const { pen, ground } = decision;
  const child = toReportChild(ground, report, pen.at);
  const host = await findHostOf(decision, around, child, report.joins);
  if (host === undefined) {
    const reference = around.references.next();
    const caseId = collectReport(pen, ground, child, reference);
    return { caseId, reportId: child.id, reference, merged: false };
  }
  const { id, reference } = pen.take(host.record);
  joinReport(pen, ground, host, child);
  return { caseId: id, reportId: child.id, reference, merged: true };
}

async function findHostOf(
  { tx, pen, ground }: Decision,
  { neighbours }: Surroundings,
  { caseClass, place, at }: ReportChild,
  joins: string | undefined,
): Promise<Match | undefined> {
  const named = joins === undefined ? undefined : await storage.lockCase(tx, joins);
  const chosen = named === undefined ? undefined : pen.take(named);
  if (chosen !== undefined && isOpen(chosen.state) && distanceMetres(chosen.place, place) <= BELIEVED_METRES)
    return { record: chosen, how: 'joins' };
  const open = new Map([...neighbours, ...pen.known().map((record) => [record.id, record] as const)]);
  return findHost(ground.book, open.values(), { caseClass, place, at, basis: [] })?.host;
}
