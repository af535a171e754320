/** The ledger in its tables: events in one chain, the roots of finished days, the rules that were in force. Written once. */
import { createHash } from 'node:crypto';
import type { Actor, CaseEvent, CaseState } from '#kernel/case.ts';
import { type ChainEnd, chainOn, type DayRoot, type Sha256, type UnchainedEvent } from '#kernel/ledger.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
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

/** Stands for the case of events that belong to none. */
export const CITY = 'city';

export const RULES_ADOPTED = 'rules.adopted';

/** Sequence and hash of every adoption of rules, oldest first. */
export async function listAdoptions(db: Queryable): Promise<{ sequence: number; sha256: string }[]> {
  const rows = await db.query<{ sequence: number; sha256: string }>(
    `SELECT sequence, details ->> 'sha256' AS sha256 FROM case_events WHERE case_id = $2 AND type = $1 ORDER BY sequence`,
    [RULES_ADOPTED, CITY],
  );
  return rows.map((row) => ({ sequence: Number(row.sequence), sha256: row.sha256 }));
}
