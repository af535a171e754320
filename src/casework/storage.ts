/** The read model: what the events have come to, in tables that can be asked. It can be thrown away and rebuilt. */
import { localDate } from '#kernel/calendar.ts';
import type { Finding } from '#kernel/finding.ts';
import { boundsAround, type Position } from '#kernel/geo.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { Casework, WorkOrder } from './casework.types.ts';
import { finishClock } from './clocks.ts';
import { isOpen, isOrderOpen } from './lifecycle.ts';
import type { Reach } from './merging.ts';
import { showPhotos } from './receipts/storage.ts';
import type { CaseRecord } from './record.ts';
import type { CaseworkRules } from './rule-book.ts';

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

/** References of one decision: read once, counted in memory, written once. Nobody else counts while the ledger is locked. */
export async function openReferences(tx: Queryable, { referencePrefix, timeZone }: CaseworkRules['city'], at: Instant) {
  const date = localDate(at, timeZone);
  const [row] = await tx.query<{ last: number }>('SELECT last FROM reference_counters WHERE date = $1', [date]);
  const before = row?.last ?? 0;
  let last = before;
  return {
    next: (): string => `${referencePrefix}-${date.replaceAll('-', '')}-${String(++last).padStart(4, '0')}`,
    async save(): Promise<void> {
      if (last === before) return;
      await tx.query(
        'INSERT INTO reference_counters (date, last) VALUES ($1, $2) ON CONFLICT (date) DO UPDATE SET last = excluded.last',
        [date, last],
      );
    },
  };
}

// The read model -------------------------------------------------------------------------------------------------------------------------

export async function lockCase(tx: Queryable, id: string): Promise<CaseRecord | undefined> {
  const [row] = await tx.query<{ record: CaseRecord }>('SELECT record FROM cases WHERE id = $1 FOR UPDATE', [id]);
  return row?.record;
}

/** Open cases that a trouble at a place might belong to: within its reach, or holding one of the findings it is drawn from. */
export async function listNeighbours(
  db: Queryable,
  place: Position,
  { metres, classes }: Reach,
  findingKeys: readonly string[],
): Promise<CaseRecord[]> {
  const rows = await db.query<{ record: CaseRecord }>(
    `SELECT record FROM cases
     WHERE is_open AND (longitude BETWEEN $1 AND $3 AND latitude BETWEEN $2 AND $4 AND case_class = ANY($6)
       OR id IN (SELECT case_id FROM case_findings WHERE finding_key = ANY($5)))
     ORDER BY opened_at, id`,
    [...boundsAround(place, metres), findingKeys as string[], classes as string[]],
  );
  return rows.map(({ record }) => record);
}

/** The open case that holds a finding drawn from this one. */
export async function findCaseDrawnFrom(db: Queryable, findingKey: string): Promise<CaseRecord | undefined> {
  const [row] = await db.query<{ record: CaseRecord }>(
    `SELECT record FROM cases WHERE is_open AND record -> 'children' @> $1::jsonb ORDER BY opened_at, id LIMIT 1`,
    [JSON.stringify([{ basis: [findingKey] }])],
  );
  return row?.record;
}

/** Open cases that any of several troubles might belong to, by one question. */
export async function listNeighboursOfAll(
  db: Queryable,
  troubles: readonly { readonly place: Position; readonly reach: Reach }[],
): Promise<CaseRecord[]> {
  const boxes = troubles.map(({ place, reach }) => {
    const [west, south, east, north] = boundsAround(place, reach.metres);
    return { west, south, east, north, classes: reach.classes };
  });
  const rows = await db.query<{ record: CaseRecord }>(
    `SELECT record FROM cases WHERE id IN (
       SELECT c.id FROM jsonb_to_recordset($1::jsonb) AS box(west float8, south float8, east float8, north float8, classes text[])
       JOIN cases c ON c.is_open AND c.longitude BETWEEN box.west AND box.east AND c.latitude BETWEEN box.south AND box.north
         AND c.case_class = ANY(box.classes))
     ORDER BY opened_at, id`,
    [JSON.stringify(boxes)],
  );
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

export async function findCaseOfReport(db: Queryable, reportId: string): Promise<string | undefined> {
  const [row] = await db.query<{ case_id: string }>('SELECT case_id FROM reports WHERE id = $1', [reportId]);
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
  { party, open, confidentialFor = [] }: Parameters<Casework['listOrders']>[0],
): Promise<WorkOrder[]> {
  const rows = await db.query<{ work_order: WorkOrder }>(
    `SELECT work_order FROM work_orders WHERE ($1::text IS NULL OR party = $1) AND ($2::boolean IS NULL OR is_open = $2)
       AND NOT EXISTS (SELECT FROM cases c WHERE c.id = case_id AND c.record->'facts' ? 'visibleTo'
                       AND NOT string_to_array(c.record->'facts'->>'visibleTo', ' ') && $3::text[])
     ORDER BY CASE WHEN is_open THEN finish_by END NULLS LAST, issued_at DESC, id LIMIT 1000`,
    [party ?? null, open ?? null, [...confidentialFor]],
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
  longitude: record.place[0],
  latitude: record.place[1],
  opened_at: toDate(record.openedAt),
  closed_at: toDate(record.closedAt),
  updated_at: toDate(record.updatedAt),
  next_due_at: toDate(nextDueAt),
  sequence: record.sequence,
  record,
});

const CASE_COLUMNS = Object.keys(caseRow({ state: 'closed', place: [0, 0] } as unknown as CaseRecord, undefined));

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
  await showPhotos(
    tx,
    records.filter(({ state }) => state === 'closed' || state === 'evaluated').flatMap(photosOfWork),
  );
}

/** What shows that the work was done. */
const photosOfWork = (record: CaseRecord): string[] => [
  ...record.orders.filter(({ lead, state }) => lead && state === 'finished').flatMap(({ photos }) => photos),
  ...(record.verified?.photos ?? []),
];

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
