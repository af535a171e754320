/** Reading cases, now and as they were. A case that has not changed since the instant asked for is read; another is folded again. */

import type { CaseEvent } from '#kernel/case.ts';
import { notFound } from '#kernel/errors.ts';
import type { Database } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { gradeRank } from '#kernel/words.ts';
import type { CaseDetail, CaseQuery, CaseSummary } from './casework.types.ts';
import { mayKnow } from './confidential.ts';
import { fold } from './fold.ts';
import * as storage from './ledger-storage.ts';
import { isOpen } from './lifecycle.ts';
import type { CaseRecord } from './record.ts';
import { toDetail, toSummary } from './views.ts';

export interface Queries {
  getCase(caseId: string, at?: Instant): Promise<CaseDetail>;
  listCases(query: CaseQuery): Promise<{ cases: CaseSummary[]; total: number }>;
}

export function createQueries(database: Database): Queries {
  async function getCase(caseId: string, at: Instant | undefined): Promise<CaseDetail> {
    const events = await storage.listEventsOf(database, [caseId], at);
    const [record] = foldAll(events);
    if (record === undefined)
      throw notFound('case.unknown', `There is no case ${caseId}${at === undefined ? '' : ' at that time'}.`, 'id');
    return toDetail(record, events);
  }

  async function recordsAt(at: Instant, from: Instant | undefined): Promise<CaseRecord[]> {
    const rows = await database.query<{ id: string; isUnchanged: boolean; record: CaseRecord | null }>(
      `SELECT id, updated_at <= $1 AS "isUnchanged", CASE WHEN updated_at <= $1 THEN record END AS record
       FROM cases WHERE opened_at <= $1 AND ($2::timestamptz IS NULL OR opened_at >= $2)`,
      [new Date(at), from === undefined ? null : new Date(from)],
    );
    const changed = rows.filter(({ isUnchanged }) => !isUnchanged).map(({ id }) => id);
    const folded = changed.length === 0 ? [] : foldAll(await storage.listEventsOf(database, changed, at));
    return [...rows.flatMap(({ record }) => record ?? []), ...folded];
  }

  async function recordsNow(query: CaseQuery): Promise<CaseRecord[]> {
    const rows = await database.query<{ record: CaseRecord }>(
      `SELECT record FROM cases
       WHERE ($1::boolean IS NULL OR is_open = $1) AND ($2::timestamptz IS NULL OR opened_at >= $2) AND ($3::timestamptz IS NULL OR opened_at < $3)
         AND ($4::text[] IS NULL OR state = ANY($4)) AND ($5::text IS NULL OR domain = $5) AND ($6::text IS NULL OR grade = $6)`,
      [
        query.open ?? null,
        query.from === undefined ? null : new Date(query.from),
        query.to === undefined ? null : new Date(query.to),
        query.states === undefined ? null : [...query.states],
        query.domain ?? null,
        query.grade ?? null,
      ],
    );
    return rows.map(({ record }) => record);
  }

  return {
    getCase,
    async listCases(query) {
      const records = query.at === undefined ? await recordsNow(query) : await recordsAt(query.at, query.from);
      const matching = records.filter((record) => isAskedFor(record, query)).sort(mostUrgentFirst);
      return { cases: matching.slice(0, query.limit).map(toSummary), total: matching.length };
    },
  };
}

function foldAll(events: readonly CaseEvent[]): CaseRecord[] {
  const records = new Map<string, CaseRecord>();
  for (const event of events) records.set(event.caseId, fold(records.get(event.caseId), event));
  return [...records.values()];
}

/** Open before over; worse before better; among equals what is due first; what is over, newest first. */
function mostUrgentFirst(a: CaseRecord, b: CaseRecord): number {
  const [openA, openB] = [isOpen(a.state), isOpen(b.state)];
  if (openA !== openB) return openA ? -1 : 1;
  if (!openA) return b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1);
  const due = (record: CaseRecord) => toSummary(record).clock?.dueAt ?? Infinity;
  const byGrade = gradeRank(b.grade) - gradeRank(a.grade);
  if (byGrade !== 0) return byGrade;
  const [dueA, dueB] = [due(a), due(b)];
  return dueA === dueB ? a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1) : dueA - dueB;
}

function isAskedFor(record: CaseRecord, query: CaseQuery): boolean {
  const { states, open, domain, grade, party, areas, from, to } = query;
  if (states !== undefined && !states.includes(record.state)) return false;
  if (open !== undefined && isOpen(record.state) !== open) return false;
  if (domain !== undefined && record.domain !== domain) return false;
  if (grade !== undefined && record.grade !== grade) return false;
  if (from !== undefined && record.openedAt < from) return false;
  if (to !== undefined && record.openedAt >= to) return false;
  if (party !== undefined && !takesPart(record, party)) return false;
  if (areas !== undefined && areas.length > 0 && !lieIn(record, areas)) return false;
  if (!mayKnow(record.facts, query.confidentialFor)) return false;
  return query.text === undefined || speaksOf(record, query.text);
}

const takesPart = (record: CaseRecord, party: string): boolean =>
  record.party === party ||
  record.orders.some((order) => (order.party === party || order.crew === party) && order.state !== 'cancelled');

const lieIn = ({ cell, community, street, district }: CaseRecord, areas: readonly string[]): boolean =>
  areas.some((area) => area === cell || area === community || area === street || area === district);

function speaksOf(record: CaseRecord, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  const { reference, name, address, sentence, assetId, partyName } = record;
  const said = [
    reference,
    assetId ?? '',
    ...[name, address, sentence, partyName ?? {}].flatMap((words) => Object.values(words)),
  ];
  return said.some((word) => word.toLowerCase().includes(wanted));
}
