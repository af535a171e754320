/** The tables of casework. `case_events` is written once and holds the truth; the rest follows from it. */
import { createHash } from 'node:crypto';
import { localDate } from '#kernel/calendar.ts';
import type { Actor, CaseEvent, CaseState } from '#kernel/case.ts';
import type { Finding } from '#kernel/finding.ts';
import { type ChainEnd, chainOn, type DayRoot, type Sha256, type UnchainedEvent } from '#kernel/ledger.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { WorkOrder } from './casework.types.ts';
import { finishClock } from './clocks.ts';
import { isOpen, isOrderOpen } from './lifecycle.ts';
import type { CaseRecord } from './record.ts';
import type { CaseworkRules } from './rule-book.ts';

export const sha256: Sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

// The chain ----------------------------------------------------------------------------------------------------------------------------

export interface Head extends ChainEnd {
  readonly at: Instant;
}

/** Locks the end of the chain until the transaction ends: from here on nobody else writes a case. */
export async function lockHead(tx: Queryable): Promise<Head> {
  const [row] = await tx.query<{ sequence: number; hash: string; at: Date }>(
    'SELECT sequence, hash, at FROM ledger_head FOR UPDATE',
  );
  if (row === undefined) throw new Error('The ledger has no head; the migrations were not applied.');
  return { sequence: Number(row.sequence), hash: row.hash, at: row.at.getTime() };
}

/** Appends events behind the head that the caller has locked. Time in the ledger never runs backwards. */
export async function append(tx: Queryable, head: Head, events: readonly UnchainedEvent[]): Promise<CaseEvent[]> {
  if (events.length === 0) return [];
  const chained = chainOn(head, events, sha256);
  const rows = chained.map((event) => ({
    sequence: event.sequence,
    case_id: event.caseId,
    at: new Date(event.at).toISOString(),
    actor: event.actor,
    type: event.type,
    from_state: event.from,
    to_state: event.to,
    details: event.details,
    previous: event.previous,
    hash: event.hash,
  }));
  await tx.query('INSERT INTO case_events SELECT * FROM jsonb_populate_recordset(null::case_events, $1::jsonb)', [
    JSON.stringify(rows),
  ]);
  const last = chained.at(-1)!;
  await tx.query('UPDATE ledger_head SET sequence = $1, hash = $2, at = $3', [
    last.sequence,
    last.hash,
    new Date(last.at),
  ]);
  return chained;
}

interface EventRow {
  sequence: number;
  case_id: string;
  at: Date;
  actor: Actor;
  type: string;
  from_state: CaseState | null;
  to_state: CaseState | null;
  details: Record<string, unknown>;
  previous: string;
  hash: string;
}

const toEvent = (row: EventRow): CaseEvent => ({
  sequence: Number(row.sequence),
  caseId: row.case_id,
  at: row.at.getTime(),
  actor: row.actor,
  type: row.type,
  from: row.from_state ?? undefined,
  to: row.to_state ?? undefined,
  details: row.details,
  previous: row.previous,
  hash: row.hash,
});

const EVENT_COLUMNS = 'sequence, case_id, at, actor, type, from_state, to_state, details, previous, hash';

export async function listEvents(db: Queryable, after: number, limit: number): Promise<CaseEvent[]> {
  const rows = await db.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM case_events WHERE sequence > $1 ORDER BY sequence LIMIT $2`,
    [after, limit],
  );
  return rows.map(toEvent);
}

/** The events of some cases, oldest first, up to an instant. */
export async function listEventsOf(db: Queryable, caseIds: readonly string[], until?: Instant): Promise<CaseEvent[]> {
  const sql = `SELECT ${EVENT_COLUMNS} FROM case_events WHERE case_id = ANY($1) AND ($2::timestamptz IS NULL OR at <= $2) ORDER BY sequence`;
  const rows = await db.query<EventRow>(sql, [caseIds as string[], until === undefined ? null : new Date(until)]);
  return rows.map(toEvent);
}

export async function sequenceRange(
  db: Queryable,
  from: Instant | undefined,
  to: Instant | undefined,
): Promise<{ first: number; last: number } | undefined> {
  const [row] = await db.query<{ first: number | null; last: number | null }>(
    `SELECT min(sequence) AS first, max(sequence) AS last FROM case_events
     WHERE ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)`,
    [from === undefined ? null : new Date(from), to === undefined ? null : new Date(to)],
  );
  return row?.first == null || row.last == null ? undefined : { first: Number(row.first), last: Number(row.last) };
}

// Roots and rules ------------------------------------------------------------------------------------------------------------------------

interface RootRow {
  date: string;
  first_sequence: number;
  last_sequence: number;
  root: string;
}
const ROOT_COLUMNS = `to_char(date, 'YYYY-MM-DD') AS date, first_sequence, last_sequence, root`;
const toRoot = (row: RootRow): DayRoot => ({
  date: row.date,
  firstSequence: Number(row.first_sequence),
  lastSequence: Number(row.last_sequence),
  root: row.root,
});

export async function listRoots(db: Queryable, limit?: number): Promise<DayRoot[]> {
  const rows = await db.query<RootRow>(
    `SELECT ${ROOT_COLUMNS} FROM ledger_roots ORDER BY ledger_roots.date DESC LIMIT $1`,
    [limit ?? null],
  );
  return rows.map(toRoot);
}

export async function insertRoots(tx: Queryable, roots: readonly DayRoot[]): Promise<void> {
  for (const { date, firstSequence, lastSequence, root } of roots) {
    await tx.query('INSERT INTO ledger_roots (date, first_sequence, last_sequence, root) VALUES ($1, $2, $3, $4)', [
      date,
      firstSequence,
      lastSequence,
      root,
    ]);
  }
}

/** A day that has its root is over: nothing is written into it any more, whatever the clock says. */
export const moveHeadTo = (tx: Queryable, at: Instant): Promise<unknown> =>
  tx.query('UPDATE ledger_head SET at = greatest(at, $1)', [new Date(at)]);

export async function putRules(tx: Queryable, hash: string, rules: CaseworkRules): Promise<void> {
  await tx.query('INSERT INTO rule_snapshots (sha256, rules) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING', [
    hash,
    JSON.stringify(rules),
  ]);
}

export async function listRules(db: Queryable, hashes: readonly string[]): Promise<Map<string, CaseworkRules>> {
  const rows = await db.query<{ sha256: string; rules: CaseworkRules }>(
    'SELECT sha256, rules FROM rule_snapshots WHERE sha256 = ANY($1)',
    [hashes as string[]],
  );
  return new Map(rows.map((row) => [row.sha256, row.rules]));
}

export const RULES_ADOPTED = 'rules.adopted';

/** Sequence and hash of every adoption of rules, oldest first. */
export async function listAdoptions(db: Queryable): Promise<{ sequence: number; sha256: string }[]> {
  const rows = await db.query<{ sequence: number; sha256: string }>(
    `SELECT sequence, details ->> 'sha256' AS sha256 FROM case_events WHERE case_id = 'city' AND type = $1 ORDER BY sequence`,
    [RULES_ADOPTED],
  );
  return rows.map((row) => ({ sequence: Number(row.sequence), sha256: row.sha256 }));
}

// References -----------------------------------------------------------------------------------------------------------------------------

/** `MC-20260301-0042`: the prefix, the local date, the number of the day. */
export async function nextReference(
  tx: Queryable,
  { referencePrefix, timeZone }: CaseworkRules['city'],
  at: Instant,
): Promise<string> {
  const date = localDate(at, timeZone);
  const [row] = await tx.query<{ last: number }>(
    'INSERT INTO reference_counters (date, last) VALUES ($1, 1) ON CONFLICT (date) DO UPDATE SET last = reference_counters.last + 1 RETURNING last',
    [date],
  );
  return `${referencePrefix}-${date.replaceAll('-', '')}-${String(row?.last).padStart(4, '0')}`;
}

// The read model -------------------------------------------------------------------------------------------------------------------------

export async function lockCase(tx: Queryable, id: string): Promise<CaseRecord | undefined> {
  const [row] = await tx.query<{ record: CaseRecord }>('SELECT record FROM cases WHERE id = $1 FOR UPDATE', [id]);
  return row?.record;
}

export async function listOpenRecords(db: Queryable): Promise<CaseRecord[]> {
  const rows = await db.query<{ record: CaseRecord }>('SELECT record FROM cases WHERE is_open ORDER BY opened_at, id');
  return rows.map(({ record }) => record);
}

export async function listDueRecords(db: Queryable, now: Instant): Promise<CaseRecord[]> {
  const rows = await db.query<{ record: CaseRecord }>(
    'SELECT record FROM cases WHERE next_due_at <= $1 ORDER BY next_due_at LIMIT 500',
    [new Date(now)],
  );
  return rows.map(({ record }) => record);
}

export async function findCaseOfFinding(db: Queryable, key: string): Promise<string | undefined> {
  const [row] = await db.query<{ case_id: string }>('SELECT case_id FROM case_findings WHERE finding_key = $1', [key]);
  return row?.case_id;
}

export async function findCaseOfOrder(db: Queryable, orderId: string): Promise<string | undefined> {
  const [row] = await db.query<{ case_id: string }>('SELECT case_id FROM work_orders WHERE id = $1', [orderId]);
  return row?.case_id;
}

export async function listBusyCrews(db: Queryable): Promise<Set<string>> {
  const rows = await db.query<{ crew: string }>(
    'SELECT DISTINCT crew FROM work_orders WHERE is_open AND crew IS NOT NULL',
  );
  return new Set(rows.map(({ crew }) => crew));
}

export async function listWorkOrders(
  db: Queryable,
  party: string | undefined,
  open: boolean | undefined,
): Promise<WorkOrder[]> {
  const rows = await db.query<{ work_order: WorkOrder }>(
    `SELECT work_order FROM work_orders WHERE ($1::text IS NULL OR party = $1) AND ($2::boolean IS NULL OR is_open = $2)
     ORDER BY CASE WHEN is_open THEN finish_by END NULLS LAST, issued_at DESC, id LIMIT 1000`,
    [party ?? null, open ?? null],
  );
  return rows.map(({ work_order }) => work_order);
}

const toDate = (at: Instant | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

const caseRow = (record: CaseRecord, nextDueAt: Instant | undefined) => ({
  id: record.id,
  reference: record.reference,
  case_class: record.caseClass,
  domain: record.domain,
  state: record.state,
  is_open: isOpen(record.state),
  grade: record.grade,
  party: record.party,
  cell: record.cell,
  community: record.community,
  street: record.street,
  district: record.district,
  opened_at: toDate(record.openedAt),
  closed_at: toDate(record.closedAt),
  updated_at: toDate(record.updatedAt),
  next_due_at: toDate(nextDueAt),
  sequence: record.sequence,
  record,
});

const CASE_COLUMNS = Object.keys(caseRow({ state: 'closed' } as CaseRecord, undefined));

const UPSERT_CASES = upsert('cases', ['id'], CASE_COLUMNS);
const UPSERT_ORDERS = upsert(
  'work_orders',
  ['id'],
  ['id', 'case_id', 'party', 'crew', 'state', 'is_open', 'issued_at', 'finish_by', 'work_order'],
);
const UPSERT_REPORTS = upsert(
  'reports',
  ['id'],
  ['id', 'case_id', 'at', 'source', 'reporter', 'answered_at', 'answer'],
);
const UPSERT_FINDINGS = upsert('case_findings', ['finding_key'], ['finding_key', 'case_id', 'cleared_at']);

function upsert(table: string, key: readonly string[], columns: readonly string[]): string {
  const sets = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  const list = columns.join(', ');
  return `INSERT INTO ${table} (${list}) SELECT ${list} FROM jsonb_populate_recordset(null::${table}, $1::jsonb)
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${sets.join(', ')}`;
}

/** Stores records as their events have made them. `toOrder` gives the work orders their face; `dueOf` when time next matters. */
export async function saveRecords(
  tx: Queryable,
  records: readonly CaseRecord[],
  dueOf: (record: CaseRecord) => Instant | undefined,
  toOrders: (record: CaseRecord) => WorkOrder[],
): Promise<void> {
  if (records.length === 0) return;
  const put = (sql: string, rows: readonly object[]) =>
    rows.length === 0 ? undefined : tx.query(sql, [JSON.stringify(rows)]);
  await put(
    UPSERT_CASES,
    records.map((record) => caseRow(record, dueOf(record))),
  );
  await put(
    UPSERT_ORDERS,
    records.flatMap((record) => toOrders(record).map((order) => orderRow(record, order))),
  );
  // The children of a merged case have moved on with the case it was merged into.
  const living = records.filter(({ state }) => state !== 'merged');
  await put(UPSERT_REPORTS, living.flatMap(reportRows));
  await put(UPSERT_FINDINGS, living.flatMap(findingRows));
}

const orderRow = (record: CaseRecord, order: WorkOrder) => ({
  id: order.id,
  case_id: record.id,
  party: order.party,
  crew: order.crew,
  state: order.state,
  is_open: isOrderOpen(order.state),
  issued_at: toDate(order.issuedAt),
  finish_by: toDate(record.clocks[finishClock(order.id)]?.dueAt ?? order.issuedAt),
  work_order: order,
});

const reportRows = (record: CaseRecord) =>
  record.children.flatMap((child) =>
    child.kind === 'finding'
      ? []
      : [
          {
            id: child.id,
            case_id: record.id,
            at: toDate(child.at),
            source: child.source,
            reporter: child.reporter,
            answered_at: toDate(child.answeredAt),
            answer: child.answer,
          },
        ],
  );

const findingRows = (record: CaseRecord) =>
  record.children.flatMap((child) =>
    child.kind === 'report' || child.movedTo !== undefined
      ? []
      : [{ finding_key: child.id, case_id: record.id, cleared_at: toDate(child.clearedAt) }],
  );

export const emptyReadModel = (tx: Queryable): Promise<unknown> =>
  tx.query('TRUNCATE cases, work_orders, reports, case_findings');

// Findings that wait ----------------------------------------------------------------------------------------------------------------------

export async function putWaiting(tx: Queryable, finding: Finding): Promise<void> {
  await tx.query(
    'INSERT INTO waiting_findings (finding_key, finding) VALUES ($1, $2::jsonb) ON CONFLICT (finding_key) DO UPDATE SET finding = excluded.finding',
    [finding.key, JSON.stringify(finding)],
  );
}

/** Takes findings out of waiting, in order of their beginning. */
export async function takeWaiting(tx: Queryable, keys: readonly string[]): Promise<Finding[]> {
  if (keys.length === 0) return [];
  const rows = await tx.query<{ finding: Finding }>(
    'DELETE FROM waiting_findings WHERE finding_key = ANY($1) RETURNING finding',
    [keys as string[]],
  );
  return rows.map(({ finding }) => finding).sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
}
