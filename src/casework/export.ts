/**
 * The ledger as a file, one JSON object per line: a header with the rules of the time, the events, the day roots, and an end line with
 * the figures that the city states. `audit.ts` needs nothing but this file.
 */
import type { CaseEvent } from '#kernel/case.ts';
import { type ChainEnd, canonicalJson, type DayRoot, GENESIS } from '#kernel/ledger.ts';
import type { Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { type OnTimeFigure, onTimeFigure } from './evaluation.ts';
import { fold } from './fold.ts';
import * as storage from './ledger-storage.ts';
import type { CaseRecord } from './record.ts';
import type { CaseworkRules } from './rule-book.ts';

export const FORMAT = 'cityloom-ledger/1';

export interface LedgerHeader {
  readonly kind: 'header';
  readonly format: typeof FORMAT;
  readonly city: { readonly id: string; readonly timeZone: string };
  readonly exportedAt: Instant;
  /** Undefined on both sides: the whole ledger. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  /** Where the chain stood before the first event of the file. */
  readonly after: ChainEnd;
  /** Every set of rules that was in force in this file, and from which event on. */
  readonly rules: readonly { readonly sequence: number; readonly sha256: string; readonly rules: CaseworkRules }[];
}

export type LedgerEventLine = CaseEvent & { readonly kind: 'event' };
export type LedgerRootLine = DayRoot & { readonly kind: 'root' };

export interface LedgerEnd {
  readonly kind: 'end';
  readonly events: number;
  readonly last: ChainEnd;
  readonly onTime: OnTimeFigure;
  /** SHA-256 over header, roots, last hash and figure: a slip in them shows. It is no secret; see `docs/life-of-a-case.md`. */
  readonly seal: string;
}

export type LedgerLine = LedgerHeader | LedgerEventLine | LedgerRootLine | LedgerEnd;

const PAGE = 2_000;

export const sealOf = (header: LedgerHeader, roots: readonly DayRoot[], last: ChainEnd, onTime: OnTimeFigure): string =>
  storage.sha256(
    canonicalJson({
      header,
      roots: roots.map(({ date, firstSequence, lastSequence, root }) => ({ date, firstSequence, lastSequence, root })),
      last: { sequence: last.sequence, hash: last.hash },
      onTime,
    }),
  );

export interface ExportRequest {
  readonly now: Instant;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** Hands out the file line by line from one consistent view of the database, while the city goes on. Returns the end line. */
export async function exportLedger(
  database: Database,
  { now, from, to }: ExportRequest,
  write: (line: LedgerLine) => void | Promise<void>,
): Promise<LedgerEnd> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const range = (await storage.sequenceRange(tx, from, to)) ?? { first: 1, last: 0 };
    const after = await chainBefore(tx, range.first);
    const header = await headerOf(tx, { now, from, to }, after, range.last);
    await write(header);
    const records = new Map<string, CaseRecord>();
    let last = after;
    for (
      let page = await pageAfter(tx, last, range.last);
      page.length > 0;
      page = await pageAfter(tx, last, range.last)
    ) {
      for (const event of page) {
        await write({ kind: 'event', ...event });
        follow(records, event);
      }
      last = { sequence: page.at(-1)!.sequence, hash: page.at(-1)!.hash };
    }
    const roots = await rootsWithin(tx, after.sequence, last.sequence);
    for (const root of roots) await write({ kind: 'root', ...root });
    const isWhole = from === undefined && to === undefined;
    const onTime = onTimeFigure(isWhole ? await everyRecord(tx) : records.values(), now);
    const end: LedgerEnd = {
      kind: 'end',
      events: last.sequence - after.sequence,
      last,
      onTime,
      seal: sealOf(header, roots, last, onTime),
    };
    await write(end);
    return end;
  });
}

/** Cases that began before the file are chained but not judged: their beginning is not in it. */
function follow(records: Map<string, CaseRecord>, event: CaseEvent): void {
  if (event.caseId === storage.CITY) return;
  const record = records.get(event.caseId);
  if (record === undefined && event.type !== 'collect') return;
  records.set(event.caseId, fold(record, event));
}

const pageAfter = async (tx: Queryable, { sequence }: ChainEnd, last: number): Promise<CaseEvent[]> =>
  sequence >= last ? [] : storage.listEvents(tx, sequence, Math.min(PAGE, last - sequence));

async function chainBefore(tx: Queryable, first: number): Promise<ChainEnd> {
  const [event] = first <= 1 ? [] : await storage.listEvents(tx, first - 2, 1);
  return event === undefined ? { sequence: 0, hash: GENESIS } : { sequence: event.sequence, hash: event.hash };
}

async function headerOf(
  tx: Queryable,
  { now, from, to }: ExportRequest,
  after: ChainEnd,
  last: number,
): Promise<LedgerHeader> {
  const adoptions = (await storage.listAdoptions(tx)).filter(
    ({ sequence }) => sequence <= Math.max(last, after.sequence),
  );
  const before = adoptions.findLastIndex(({ sequence }) => sequence <= after.sequence);
  const inForce = adoptions.slice(Math.max(0, before));
  const snapshots = await storage.listRules(
    tx,
    inForce.map(({ sha256 }) => sha256),
  );
  const rules = inForce.flatMap(({ sequence, sha256 }) => {
    const found = snapshots.get(sha256);
    return found === undefined ? [] : [{ sequence, sha256, rules: found }];
  });
  const { id = '', timeZone = 'UTC' } = rules.at(-1)?.rules.city ?? {};
  return { kind: 'header', format: FORMAT, city: { id, timeZone }, exportedAt: now, from, to, after, rules };
}

/** Roots of days that lie in the file whole. */
const rootsWithin = async (tx: Queryable, after: number, last: number): Promise<DayRoot[]> =>
  (await storage.listRoots(tx))
    .filter(({ firstSequence, lastSequence }) => firstSequence > after && lastSequence <= last)
    .reverse();

async function everyRecord(tx: Queryable): Promise<CaseRecord[]> {
  const rows = await tx.query<{ record: CaseRecord }>('SELECT record FROM cases');
  return rows.map(({ record }) => record);
}
