/** Consents: what a person has agreed to, until when, and how it was given. Nothing is done under a consent that has ended. */
import { conflict, invalid, notFound } from '#kernel/errors.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database, Queryable } from '#kernel/ports.ts';
import { DAY, type Instant } from '#kernel/time.ts';
import type { Consent, Pseudonym, Vault } from './vault.types.ts';

/** Nobody agrees for ever: after this it is asked again. */
const LONGEST_MS = 2 * 366 * DAY;
const SCOPE = /^[a-z0-9][a-z0-9:-]{0,79}$/;
const LONGEST_WORD = 200;

interface ConsentRow {
  id: string;
  pseudonym: string;
  scope: string;
  given_at: Date;
  expires_at: Date;
  withdrawn_at: Date | null;
  given: string;
  recorded_by: string;
}

const COLUMNS = 'id, pseudonym, scope, given_at, expires_at, withdrawn_at, given, recorded_by';

const toConsent = (row: ConsentRow): Consent => ({
  id: row.id,
  pseudonym: row.pseudonym,
  scope: row.scope,
  givenAt: row.given_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  withdrawnAt: row.withdrawn_at?.getTime(),
  given: row.given,
  recordedBy: row.recorded_by,
});

export interface ConsentsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export function createConsents({ database, clock, random }: ConsentsDeps) {
  return {
    /** Errors: `consent.scope`, `consent.expiry`, `consent.given`, `person.unknown`. */
    async give(consent: Parameters<Vault['giveConsent']>[0]): Promise<Consent> {
      checkConsent(consent);
      const [row] = await database.query<ConsentRow>(
        `insert into vault.consents (id, pseudonym, scope, given_at, expires_at, given, recorded_by)
         select $1, pseudonym, $3, $4, $5, $6, $7 from vault.people where pseudonym = $2 returning ${COLUMNS}`,
        [
          newId('consent', clock.now(), random),
          consent.pseudonym,
          consent.scope,
          new Date(consent.givenAt),
          new Date(consent.expiresAt),
          consent.given,
          consent.recordedBy,
        ],
      );
      if (!row) throw notFound('person.unknown', 'Nobody is kept under this pseudonym.', 'pseudonym');
      return toConsent(row);
    },

    async list({ scope, pseudonym, validAt }: Parameters<Vault['listConsents']>[0]): Promise<Consent[]> {
      const rows = await database.query<ConsentRow>(
        `select ${COLUMNS} from vault.consents
         where ($1::text is null or scope = $1) and ($2::text is null or pseudonym = $2)
           and ($3::timestamptz is null
                or (given_at <= $3 and expires_at > $3 and (withdrawn_at is null or withdrawn_at > $3)))
         order by given_at, id`,
        [scope ?? null, pseudonym ?? null, validAt === undefined ? null : new Date(validAt)],
      );
      return rows.map(toConsent);
    },

    /**
     * Ends it now. When nothing else is agreed to by somebody kept for care, `erase` is called in the same transaction: the data go
     * in the moment the word is given. Errors: `consent.unknown`, `consent.withdrawn`.
     */
    withdraw: (id: string, by: string, erase: (tx: Queryable, pseudonym: Pseudonym) => Promise<unknown>) =>
      database.transaction(async (tx) => {
        const [before] = await tx.query<ConsentRow>(`select ${COLUMNS} from vault.consents where id = $1 for update`, [
          id,
        ]);
        if (!before) throw notFound('consent.unknown', `There is no consent ${id}.`, 'id');
        if (before.withdrawn_at) throw conflict('consent.withdrawn', 'This consent has been withdrawn already.', 'id');
        const now = clock.now();
        const [row] = await tx.query<ConsentRow>(
          `update vault.consents set withdrawn_at = $2, withdrawn_by = $3 where id = $1 returning ${COLUMNS}`,
          [id, new Date(now), by],
        );
        const ended = await listEndedCare(tx, now, 1, before.pseudonym);
        for (const pseudonym of ended) await erase(tx, pseudonym);
        return toConsent(row!);
      }),
  };
}

/** People kept for care whose every consent has ended; those whose consent is still to be written down are not among them. */
export async function listEndedCare(
  tx: Queryable,
  now: Instant,
  limit: number,
  pseudonym?: Pseudonym,
): Promise<Pseudonym[]> {
  const rows = await tx.query<{ pseudonym: string }>(
    `select pseudonym from vault.people p
     where purpose = 'care' and ($3::text is null or pseudonym = $3)
       and exists (select from vault.consents c where c.pseudonym = p.pseudonym)
       and not exists (select from vault.consents c
                       where c.pseudonym = p.pseudonym and c.withdrawn_at is null and c.expires_at > $1)
     limit $2 for update`,
    [new Date(now), limit, pseudonym ?? null],
  );
  return rows.map((row) => row.pseudonym);
}

function checkConsent({ scope, givenAt, expiresAt, given, recordedBy }: Parameters<Vault['giveConsent']>[0]): void {
  if (!SCOPE.test(scope))
    throw invalid('consent.scope', 'A scope is lower-case words with colons and dashes: care:water-silent.', 'scope');
  if (!(expiresAt > givenAt && expiresAt - givenAt <= LONGEST_MS))
    throw invalid('consent.expiry', 'A consent ends after it was given, and within two years.', 'expiresAt');
  if (given.trim() === '' || given.length > LONGEST_WORD)
    throw invalid('consent.given', 'Say how it was given: on-paper, in-person, cabin.', 'given');
  if (recordedBy.trim() === '' || recordedBy.length > LONGEST_WORD)
    throw invalid('consent.recorded_by', 'Say who wrote it down.', 'recordedBy');
}
