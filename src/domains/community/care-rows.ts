/** Enrolments and concerns as rows. */
import type { Finding } from '#kernel/finding.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { PartyId } from '#kernel/words.ts';
import type { CareRule, Enrolment } from './care.types.ts';

interface EnrolmentRow {
  id: string;
  pseudonym: string;
  consent_id: string;
  rule: CareRule;
  carer_account: string;
  carer_name: string;
  carer_party: string;
  cell: string;
  shown_longitude: number;
  shown_latitude: number;
  meter: string | number | null;
  since: Date;
  expires_at: Date;
  away_until: Date | null;
  seen_at: Date | null;
}

const toEnrolment = (row: EnrolmentRow): Enrolment => ({
  id: row.id,
  pseudonym: row.pseudonym,
  consentId: row.consent_id,
  rule: row.rule,
  carer: { account: row.carer_account, name: row.carer_name, party: row.carer_party },
  cell: row.cell,
  shownAt: [row.shown_longitude, row.shown_latitude],
  meter: row.meter === null ? undefined : Number(row.meter),
  since: row.since.getTime(),
  expiresAt: row.expires_at.getTime(),
  awayUntil: row.away_until?.getTime(),
  seenAt: row.seen_at?.getTime(),
});

export async function insertEnrolment(db: Queryable, enrolment: Enrolment): Promise<void> {
  const { carer, shownAt, meter } = enrolment;
  await db.query(
    `insert into community_care_enrolments
       (id, pseudonym, consent_id, rule, carer_account, carer_name, carer_party, cell, shown_longitude, shown_latitude, meter, since, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      enrolment.id,
      enrolment.pseudonym,
      enrolment.consentId,
      enrolment.rule,
      carer.account,
      carer.name,
      carer.party,
      enrolment.cell,
      shownAt[0],
      shownAt[1],
      meter ?? null,
      new Date(enrolment.since),
      new Date(enrolment.expiresAt),
    ],
  );
}

export async function listEnrolments(
  db: Queryable,
  {
    parties,
    pseudonym,
  }: { readonly parties?: readonly PartyId[] | undefined; readonly pseudonym?: string | undefined } = {},
): Promise<Enrolment[]> {
  const rows = await db.query<EnrolmentRow>(
    `select * from community_care_enrolments
     where ($1::text[] is null or carer_party = any($1)) and ($2::text is null or pseudonym = $2) order by since, id`,
    [parties === undefined ? null : [...parties], pseudonym ?? null],
  );
  return rows.map(toEnrolment);
}

export async function findEnrolment(db: Queryable, id: string): Promise<Enrolment | undefined> {
  const [row] = await db.query<EnrolmentRow>('select * from community_care_enrolments where id = $1', [id]);
  return row && toEnrolment(row);
}

export async function deleteEnrolments(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query('delete from community_care_enrolments where id = any($1)', [[...ids]]);
}

export async function setAway(db: Queryable, id: string, until: Date | null): Promise<void> {
  await db.query('update community_care_enrolments set away_until = $2 where id = $1', [id, until]);
}

export async function setSeen(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query('update community_care_enrolments set seen_at = $2 where id = $1', [id, at]);
}

export interface ConcernRow {
  readonly key: string;
  readonly enrolmentId: string;
  readonly finding: Finding;
  readonly raised: boolean;
}

export const listConcerns = (db: Queryable): Promise<ConcernRow[]> =>
  db.query<{ key: string; enrolmentId: string; finding: Finding; raised: boolean }>(
    'select key, enrolment_id as "enrolmentId", finding, raised from community_care_concerns order by key',
  );

export async function insertConcern(db: Queryable, row: Omit<ConcernRow, 'raised'>): Promise<void> {
  await db.query(
    `insert into community_care_concerns (key, enrolment_id, finding) values ($1, $2, $3) on conflict (key) do nothing`,
    [row.key, row.enrolmentId, JSON.stringify(row.finding)],
  );
}

export async function markRaised(db: Queryable, key: string): Promise<void> {
  await db.query('update community_care_concerns set raised = true where key = $1', [key]);
}

export async function deleteConcern(db: Queryable, key: string): Promise<void> {
  await db.query('delete from community_care_concerns where key = $1', [key]);
}
