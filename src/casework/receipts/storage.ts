/** Receipts in their table. What is written here beside a case is written in the case's own transaction. */
import type { CaseEvent } from '#kernel/case.ts';
import type { Position } from '#kernel/geo.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { Answers, CaseRecord } from '../record.ts';

/** A receipt before it is stored: parsed, masked, with its code. */
export interface ReceiptDraft {
  readonly id: string;
  readonly code: string;
  readonly clientId: string;
  readonly reportedAt: Instant;
  readonly writtenAt: Instant | undefined;
  readonly category: string;
  readonly place: Position;
  readonly accuracyMetres: number | undefined;
  readonly address: string | undefined;
  readonly description: string;
  readonly photos: readonly string[];
  readonly answers: Answers;
  readonly joins: string | undefined;
  readonly contact: string | undefined;
  readonly language: string;
  readonly source: string;
  readonly mediaUrl: string | undefined;
  readonly heldWhy: string | undefined;
}

export interface ReceiptRow extends ReceiptDraft {
  readonly state: 'held' | 'filed' | 'discarded';
  readonly reportId: string | undefined;
  /** The case it was filed in; it may have gone on in another since. */
  readonly caseId: string | undefined;
  readonly reference: string | undefined;
  readonly comment: string | undefined;
}

export interface Filing {
  readonly draft: ReceiptDraft;
  readonly caseId: string;
  readonly reportId: string;
  readonly reference: string;
}

interface StoredRow {
  id: string;
  code: string;
  client_id: string;
  state: ReceiptRow['state'];
  report_id: string | null;
  case_id: string | null;
  reference: string | null;
  reported_at: Date;
  written_at: Date | null;
  category: string;
  longitude: number;
  latitude: number;
  accuracy_metres: number | null;
  address: string | null;
  description: string;
  photos: string[];
  answers: Answers;
  joins: string | null;
  contact: string | null;
  language: string;
  source: string;
  media_url: string | null;
  held_why: string | null;
  comment: string | null;
}

const fromStored = (row: StoredRow): ReceiptRow => ({
  id: row.id,
  code: row.code,
  clientId: row.client_id,
  state: row.state,
  reportId: row.report_id ?? undefined,
  caseId: row.case_id ?? undefined,
  reference: row.reference ?? undefined,
  reportedAt: row.reported_at.getTime(),
  writtenAt: row.written_at?.getTime(),
  category: row.category,
  place: [row.longitude, row.latitude],
  accuracyMetres: row.accuracy_metres ?? undefined,
  address: row.address ?? undefined,
  description: row.description,
  photos: row.photos,
  answers: row.answers,
  joins: row.joins ?? undefined,
  contact: row.contact ?? undefined,
  language: row.language,
  source: row.source,
  mediaUrl: row.media_url ?? undefined,
  heldWhy: row.held_why ?? undefined,
  comment: row.comment ?? undefined,
});

const toStored = (draft: ReceiptDraft, filing: Omit<Filing, 'draft'> | undefined) => ({
  id: draft.id,
  code: draft.code,
  client_id: draft.clientId,
  state: filing === undefined ? 'held' : 'filed',
  report_id: filing?.reportId,
  case_id: filing?.caseId,
  reference: filing?.reference,
  reported_at: new Date(draft.reportedAt).toISOString(),
  written_at: draft.writtenAt === undefined ? undefined : new Date(draft.writtenAt).toISOString(),
  category: draft.category,
  longitude: draft.place[0],
  latitude: draft.place[1],
  accuracy_metres: draft.accuracyMetres,
  address: draft.address,
  description: draft.description,
  photos: draft.photos,
  answers: draft.answers,
  joins: draft.joins,
  contact: draft.contact,
  language: draft.language,
  source: draft.source,
  media_url: draft.mediaUrl,
  held_why: draft.heldWhy,
});

const PUT = `INSERT INTO receipts SELECT * FROM jsonb_populate_recordset(null::receipts, $1::jsonb)`;

/** Files drafts; one that was held becomes filed. Their photos may be shown from now on. */
export async function putFiled(tx: Queryable, filings: readonly Filing[]): Promise<void> {
  if (filings.length === 0) return;
  await tx.query(
    `${PUT} ON CONFLICT (client_id) DO UPDATE SET state = 'filed', report_id = excluded.report_id, case_id = excluded.case_id,
       reference = excluded.reference`,
    [JSON.stringify(filings.map(({ draft, ...filing }) => toStored(draft, filing)))],
  );
  await showPhotos(
    tx,
    filings.flatMap(({ draft }) => draft.photos),
  );
}

export async function showPhotos(tx: Queryable, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query('INSERT INTO shown_photos SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING', [
    keys as string[],
  ]);
}

export async function isShown(db: Queryable, key: string): Promise<boolean> {
  return (await db.query('SELECT 1 FROM shown_photos WHERE key = $1', [key])).length > 0;
}

/** Holds a draft back. False: its client id is known already. */
export async function putHeld(db: Queryable, draft: ReceiptDraft): Promise<boolean> {
  const rows = await db.query(`${PUT} ON CONFLICT (client_id) DO NOTHING RETURNING id`, [
    JSON.stringify([toStored(draft, undefined)]),
  ]);
  return rows.length > 0;
}

export async function listByClientIds(db: Queryable, clientIds: readonly string[]): Promise<ReceiptRow[]> {
  if (clientIds.length === 0) return [];
  const rows = await db.query<StoredRow>('SELECT * FROM receipts WHERE client_id = ANY($1)', [clientIds as string[]]);
  return rows.map(fromStored);
}

export async function listByCodes(db: Queryable, codes: readonly string[]): Promise<ReceiptRow[]> {
  const rows = await db.query<StoredRow>('SELECT * FROM receipts WHERE code = ANY($1)', [codes as string[]]);
  return rows.map(fromStored);
}

export async function findById(db: Queryable, id: string): Promise<ReceiptRow | undefined> {
  const [row] = await db.query<StoredRow>('SELECT * FROM receipts WHERE id = $1', [id]);
  return row && fromStored(row);
}

export async function listHeld(db: Queryable, limit: number): Promise<ReceiptRow[]> {
  const rows = await db.query<StoredRow>(`SELECT * FROM receipts WHERE state = 'held' ORDER BY reported_at LIMIT $1`, [
    limit,
  ]);
  return rows.map(fromStored);
}

/** False: it is not held any more. */
export async function discard(db: Queryable, id: string, by: string, at: Instant): Promise<boolean> {
  const rows = await db.query(
    `UPDATE receipts SET state = 'discarded', judged_by = $2, judged_at = $3 WHERE id = $1 AND state = 'held' RETURNING id`,
    [id, by, new Date(at)],
  );
  return rows.length > 0;
}

export const noteJudge = (db: Queryable, id: string, by: string, at: Instant): Promise<unknown> =>
  db.query('UPDATE receipts SET judged_by = $2, judged_at = $3 WHERE id = $1', [id, by, new Date(at)]);

export const putComment = (db: Queryable, id: string, comment: string | undefined): Promise<unknown> =>
  db.query('UPDATE receipts SET comment = $2 WHERE id = $1', [id, comment ?? null]);

/** A receipt with the case its report is in now. */
export interface PlacedRow {
  readonly receipt: ReceiptRow;
  readonly caseNow: string | undefined;
  readonly record: CaseRecord | undefined;
}

export async function listOfCase(db: Queryable, caseId: string): Promise<PlacedRow[]> {
  return placed(db, 'p.case_id = $1 OR (p.case_id IS NULL AND r.case_id = $1)', [caseId], 'r.reported_at, r.id');
}

export async function listOfContacts(db: Queryable, contacts: readonly string[], limit: number): Promise<PlacedRow[]> {
  return placed(db, 'r.contact = ANY($1)', [contacts as string[], limit], 'r.reported_at DESC, r.id DESC LIMIT $2');
}

async function placed(
  db: Queryable,
  where: string,
  parameters: readonly (string | number | string[])[],
  order: string,
) {
  const rows = await db.query<StoredRow & { case_now: string | null; record: CaseRecord | null }>(
    `SELECT r.*, p.case_id AS case_now, c.record FROM receipts r LEFT JOIN reports p ON p.id = r.report_id
     LEFT JOIN cases c ON c.id = p.case_id WHERE ${where} ORDER BY ${order}`,
    parameters,
  );
  return rows.map((row) => ({
    receipt: fromStored(row),
    caseNow: row.case_now ?? undefined,
    record: row.record ?? undefined,
  }));
}

/** Cases by the ones they began as: the case itself and those it went on in, in order. */
export async function listWays(db: Queryable, caseIds: readonly string[]): Promise<Map<string, CaseRecord[]>> {
  const rows = await db.query<{ origin: string; record: CaseRecord }>(
    `WITH RECURSIVE way AS (
       SELECT id AS origin, record, 0 AS step FROM cases WHERE id = ANY($1)
       UNION ALL
       SELECT way.origin, cases.record, way.step + 1 FROM way JOIN cases ON cases.id = way.record ->> 'mergedInto' WHERE way.step < 20
     ) SELECT origin, record FROM way ORDER BY origin, step`,
    [caseIds as string[]],
  );
  const ways = new Map<string, CaseRecord[]>();
  for (const { origin, record } of rows) ways.set(origin, [...(ways.get(origin) ?? []), record]);
  return ways;
}

/** Events that a resident may be told of; of those about a single report only the ones about these. */
export async function listTellingEvents(
  db: Queryable,
  caseIds: readonly string[],
  types: readonly string[],
  reportIds: readonly string[],
): Promise<CaseEvent[]> {
  const rows = await db.query<Omit<CaseEvent, 'at'> & { at: Date }>(
    `SELECT sequence::float8 AS sequence, case_id AS "caseId", at, actor, type, from_state AS "from", to_state AS "to", details, previous, hash
     FROM case_events
     WHERE case_id = ANY($1) AND type = ANY($2)
       AND (details ->> 'reportId' IS NULL OR details ->> 'reportId' = ANY($3))
       AND (details -> 'report' ->> 'id' IS NULL OR details -> 'report' ->> 'id' = ANY($3))
     ORDER BY sequence`,
    [caseIds as string[], types as string[], reportIds as string[]],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

/** Contacts whose matters have all ended, or gone on again, since the vault was last told; with the end of the last one. */
export async function listContactsToTell(
  db: Queryable,
  keepDays: number,
  caseId: string | undefined,
): Promise<{ contact: string; until: Instant | undefined }[]> {
  const rows = await db.query<{ contact: string; until: Date | null }>(
    `SELECT r.contact, CASE WHEN bool_and(r.state = 'discarded' OR c.closed_at IS NOT NULL)
         THEN max(coalesce(c.closed_at, r.judged_at)) + make_interval(days => $1) END AS until
     FROM receipts r LEFT JOIN reports p ON p.id = r.report_id LEFT JOIN cases c ON c.id = p.case_id
     WHERE r.contact IS NOT NULL AND ($2::text IS NULL OR r.contact IN (
       SELECT r2.contact FROM receipts r2 JOIN reports p2 ON p2.id = r2.report_id WHERE p2.case_id = $2 AND r2.contact IS NOT NULL))
     GROUP BY r.contact
     HAVING CASE WHEN bool_and(r.state = 'discarded' OR c.closed_at IS NOT NULL)
         THEN max(coalesce(c.closed_at, r.judged_at)) + make_interval(days => $1) END IS DISTINCT FROM max(r.contact_until)`,
    [keepDays, caseId ?? null],
  );
  return rows.map(({ contact, until }) => ({ contact, until: until?.getTime() }));
}

export const noteTold = (db: Queryable, contact: string, until: Instant | undefined): Promise<unknown> =>
  db.query('UPDATE receipts SET contact_until = $2 WHERE contact = $1', [
    contact,
    until === undefined ? null : new Date(until),
  ]);
