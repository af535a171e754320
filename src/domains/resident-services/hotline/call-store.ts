/** Calls on PostgreSQL. Every change says in its WHERE what must still be true, so that two desks cannot take one call. */
import type { Queryable, SqlValue } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { Call, CallTaker, CaseNews } from './hotline.types.ts';
import type { CountedCall } from './rates.ts';

interface Row {
  readonly id: string;
  readonly line: string | null;
  readonly rang_at: Date;
  readonly answered_at: Date | null;
  readonly ended_at: Date | null;
  readonly taken_by: string | null;
  readonly taken_by_name: string | null;
  readonly contact: string | null;
  readonly filed_at: Date | null;
  readonly category: string | null;
  readonly class: string | null;
  readonly class_reason: string | null;
  readonly reference: string | null;
  readonly case_id: string | null;
  readonly district: string | null;
  readonly party: string | null;
  readonly promised_at: Date | null;
  readonly settled_at: Date | null;
  readonly told_at: Date | null;
  readonly attempts: number;
  readonly solved: boolean | null;
  readonly satisfied: number | null;
}

const toCall = (row: Row): Call => ({
  id: row.id,
  line: row.line ?? undefined,
  rangAt: row.rang_at.getTime(),
  answeredAt: row.answered_at?.getTime(),
  endedAt: row.ended_at?.getTime(),
  takenBy: row.taken_by === null ? undefined : { id: row.taken_by, name: row.taken_by_name ?? '' },
  contact: row.contact ?? undefined,
  filed:
    row.filed_at === null
      ? undefined
      : {
          at: row.filed_at.getTime(),
          category: row.category!,
          classId: row.class!,
          classReason: row.class_reason ?? undefined,
          caseId: row.case_id ?? undefined,
          reference: row.reference!,
          district: row.district ?? undefined,
          party: row.party ?? undefined,
          promisedAt: row.promised_at!.getTime(),
          settledAt: row.settled_at?.getTime(),
          toldAt: row.told_at?.getTime(),
          attempts: row.attempts,
          solved: row.solved ?? undefined,
          satisfied: row.satisfied ?? undefined,
        },
});

async function list(on: Queryable, where: string, parameters: readonly SqlValue[]): Promise<Call[]> {
  return (await on.query<Row>(`SELECT * FROM hotline_calls WHERE ${where}`, parameters)).map(toCall);
}

export async function findCall(on: Queryable, id: string): Promise<Call | undefined> {
  return (await list(on, 'id = $1', [id]))[0];
}
export async function findByClientId(on: Queryable, clientId: string): Promise<Call | undefined> {
  return (await list(on, 'client_id = $1', [clientId]))[0];
}
export const listOfCase = (on: Queryable, caseId: string) => list(on, 'case_id = $1 ORDER BY rang_at', [caseId]);

export const listWaiting = (on: Queryable, takerId: string) =>
  list(
    on,
    `(answered_at IS NULL AND ended_at IS NULL) OR (filed_at IS NULL AND ended_at IS NULL AND taken_by = $1)
     ORDER BY rang_at, id LIMIT 100`,
    [takerId],
  );

/** Nobody is told who left no number. */
export const listToTell = (on: Queryable, limit: number) =>
  list(on, 'settled_at IS NOT NULL AND told_at IS NULL AND contact IS NOT NULL ORDER BY settled_at, id LIMIT $1', [
    limit,
  ]);

export const listUnsettledCases = async (on: Queryable): Promise<string[]> =>
  (
    await on.query<{ case_id: string }>(
      'SELECT DISTINCT case_id FROM hotline_calls WHERE case_id IS NOT NULL AND settled_at IS NULL',
    )
  ).map(({ case_id }) => case_id);

/** False when the telephone system has told of this call before. */
export async function insertCall(
  on: Queryable,
  call: {
    readonly id: string;
    readonly clientId: string | undefined;
    readonly line: string | undefined;
    readonly rangAt: Instant;
    readonly contact: string | undefined;
  },
): Promise<boolean> {
  const rows = await on.query(
    `INSERT INTO hotline_calls (id, client_id, line, rang_at, contact) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (client_id) DO NOTHING RETURNING id`,
    [call.id, call.clientId ?? null, call.line ?? null, new Date(call.rangAt), call.contact ?? null],
  );
  return rows.length === 1;
}

export async function answerCall(on: Queryable, id: string, at: Instant, by: CallTaker | undefined): Promise<boolean> {
  const rows = await on.query(
    `UPDATE hotline_calls SET answered_at = $2, taken_by = $3, taken_by_name = $4
     WHERE id = $1 AND answered_at IS NULL AND ended_at IS NULL RETURNING id`,
    [id, new Date(at), by?.id ?? null, by?.name ?? null],
  );
  return rows.length === 1;
}

/** A call that the telephone system put through belongs to the first desk that opens it. */
export async function claimCall(on: Queryable, id: string, by: CallTaker): Promise<boolean> {
  const rows = await on.query(
    `UPDATE hotline_calls SET taken_by = $2, taken_by_name = $3 WHERE id = $1 AND (taken_by IS NULL OR taken_by = $2) RETURNING id`,
    [id, by.id, by.name],
  );
  return rows.length === 1;
}

export const endCall = (on: Queryable, id: string, at: Instant) =>
  on.query('UPDATE hotline_calls SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL', [id, new Date(at)]);

export const fileCall = (
  on: Queryable,
  id: string,
  filed: {
    readonly at: Instant;
    readonly category: string;
    readonly classId: string;
    readonly classReason: string | undefined;
    readonly code: string;
    readonly reference: string;
    readonly caseId: string | undefined;
    readonly district: string | undefined;
    readonly community: string | undefined;
    readonly contact: string | undefined;
    readonly promisedAt: Instant;
  },
) =>
  on.query(
    `UPDATE hotline_calls SET filed_at = $2, category = $3, class = $4, class_reason = $5, receipt_code = $6, reference = $7,
       case_id = $8, district = $9, community = $10, contact = $11, promised_at = $12, ended_at = coalesce(ended_at, $2)
     WHERE id = $1 AND filed_at IS NULL`,
    [
      id,
      new Date(filed.at),
      filed.category,
      filed.classId,
      filed.classReason ?? null,
      filed.code,
      filed.reference,
      filed.caseId ?? null,
      filed.district ?? null,
      filed.community ?? null,
      filed.contact ?? null,
      new Date(filed.promisedAt),
    ],
  );

export async function findCode(on: Queryable, id: string): Promise<string | undefined> {
  const [row] = await on.query<{ receipt_code: string | null }>(
    'SELECT receipt_code FROM hotline_calls WHERE id = $1',
    [id],
  );
  return row?.receipt_code ?? undefined;
}

export const noteTried = (on: Queryable, id: string) =>
  on.query('UPDATE hotline_calls SET attempts = attempts + 1 WHERE id = $1', [id]);

export const noteTold = (
  on: Queryable,
  id: string,
  told: {
    readonly at: Instant;
    readonly by: string;
    readonly solved?: boolean | undefined;
    readonly satisfied?: number | undefined;
  },
) =>
  on.query(
    `UPDATE hotline_calls SET told_at = $2, told_by = $3, attempts = attempts + 1, solved = coalesce($4, solved),
       satisfied = coalesce($5, satisfied) WHERE id = $1`,
    [id, new Date(told.at), told.by, told.solved ?? null, told.satisfied ?? null],
  );

/**
 * The first receiver stays what it is. A case that goes on again is not settled any more and its caller is told again; what the
 * caller said of the first end stands until they are asked again.
 */
export async function takeNews(on: Queryable, { caseId, party, mergedInto, settledAt }: CaseNews): Promise<void> {
  await on.query(
    `UPDATE hotline_calls SET party = coalesce(party, $2), case_id = coalesce($3, case_id),
       told_at = CASE WHEN $4::timestamptz IS NULL THEN NULL ELSE told_at END,
       settled_at = CASE WHEN $4::timestamptz IS NULL THEN NULL ELSE coalesce(settled_at, $4) END
     WHERE case_id = $1`,
    [caseId, party ?? null, mergedInto ?? null, settledAt === undefined ? null : new Date(settledAt)],
  );
}

export async function listCounted(on: Queryable, from: Instant, to: Instant): Promise<CountedCall[]> {
  const rows = await on.query<Row>(
    `SELECT rang_at, answered_at, ended_at, promised_at, settled_at, solved, satisfied, district, party FROM hotline_calls
     WHERE rang_at >= $1 AND rang_at < $2 ORDER BY rang_at`,
    [new Date(from), new Date(to)],
  );
  return rows.map((row) => ({
    rangAt: row.rang_at.getTime(),
    answeredAt: row.answered_at?.getTime(),
    endedAt: row.ended_at?.getTime(),
    promisedAt: row.promised_at?.getTime(),
    settledAt: row.settled_at?.getTime(),
    solved: row.solved ?? undefined,
    satisfied: row.satisfied ?? undefined,
    district: row.district ?? undefined,
    party: row.party ?? undefined,
  }));
}
