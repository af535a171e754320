/**
 * The identity vault on PostgreSQL. Whoever reads its tables, a backup or the pages of a stolen disk learns when something was kept
 * and how long it is, and who looked at it; the content opens only with the vault key, which lives elsewhere.
 */
import { conflict, invalid, notFound } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { createConsents, listEndedCare } from './consents.ts';
import { checkField, checkPerson, comparableNumber } from './personal-data.ts';
import { blindIndexOf, newPersonKey, openField, openPersonKey, sealField } from './sealing.ts';
import {
  type Access,
  PERSONAL_FIELDS,
  type PersonalData,
  type PersonalField,
  type Pseudonym,
  REVEAL_PURPOSES,
  type Tombstone,
  type Vault,
} from './vault.types.ts';
import type { VaultKey } from './vault-key.ts';

export interface VaultDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly key: VaultKey;
}

interface PersonRow {
  pseudonym: string;
  data_key: Buffer;
  since: Date;
  keep_until: Date | null;
}
interface FieldRow {
  field: PersonalField;
  content: Buffer;
}

/** Rows anonymised in one transaction of a tick, and numbers answered for one phone. */
const BATCH = 500;
const MOST_OF_A_PHONE = 100;

export function createVault({ database, clock, random, key }: VaultDeps): Vault {
  const consents = createConsents({ database, clock, random });

  async function storeFields(
    tx: Queryable,
    pseudonym: Pseudonym,
    own: Uint8Array,
    fields: ReadonlyMap<PersonalField, string>,
  ) {
    for (const [field, text] of fields)
      await tx.query(
        `insert into vault.fields (pseudonym, field, content) values ($1, $2, $3)
         on conflict (pseudonym, field) do update set content = excluded.content`,
        [pseudonym, field, sealField(own, pseudonym, field, text, random)],
      );
  }

  return {
    async keep(person, purpose) {
      const fields = checkPerson(person);
      const pseudonym = newPseudonym(random);
      const own = newPersonKey(key, pseudonym, random);
      await database.transaction(async (tx) => {
        await tx.query(
          `insert into vault.people (pseudonym, purpose, key_id, data_key, phone_index, since)
           values ($1, $2, $3, $4, $5, $6)`,
          [pseudonym, purpose, key.id, own.sealed, phoneIndex(key, fields.get('phone')), new Date(clock.now())],
        );
        await storeFields(tx, pseudonym, own.open, fields);
      });
      return pseudonym;
    },

    async change(pseudonym, change) {
      const set = new Map<PersonalField, string>();
      const removed: PersonalField[] = [];
      for (const field of PERSONAL_FIELDS) {
        const value = change[field];
        const text = typeof value === 'string' ? checkField(field, value) : undefined;
        if (text !== undefined) set.set(field, text);
        else if (value !== undefined) removed.push(field);
      }
      await database.transaction(async (tx) => {
        const row = await lockPerson(tx, pseudonym);
        await storeFields(tx, pseudonym, openPersonKey(key, pseudonym, row.data_key), set);
        await tx.query('delete from vault.fields where pseudonym = $1 and field = any($2)', [pseudonym, removed]);
        if (change.phone !== undefined)
          await tx.query('update vault.people set phone_index = $2 where pseudonym = $1', [
            pseudonym,
            phoneIndex(key, set.get('phone')),
          ]);
      });
    },

    async release(pseudonym, until) {
      const rows = await database.query(
        'update vault.people set keep_until = $2 where pseudonym = $1 returning pseudonym',
        [pseudonym, until === undefined ? null : new Date(until)],
      );
      // Data that the person erased in the meantime need no countdown.
      if (rows.length === 0 && (await findTombstone(database, pseudonym)) === undefined) throw unknown();
    },

    async reveal(pseudonym, look) {
      checkLook(look.purpose, look.fields);
      return database.transaction(async (tx) => {
        const row = await lockPerson(tx, pseudonym);
        const sealed = await tx.query<FieldRow>(
          'select field, content from vault.fields where pseudonym = $1 and field = any($2)',
          [pseudonym, [...look.fields]],
        );
        const own = openPersonKey(key, pseudonym, row.data_key);
        const person: PersonalData = Object.fromEntries(
          sealed.map(({ field, content }) => [field, openField(own, pseudonym, field, content)]),
        );
        await tx.query(
          `insert into vault.accesses (pseudonym, at, actor_kind, actor_id, actor_name, party, purpose, case_id, fields)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            pseudonym,
            new Date(clock.now()),
            look.by.kind,
            look.by.id,
            look.by.name,
            look.by.party ?? null,
            look.purpose,
            look.caseId ?? null,
            inOrder(sealed.map(({ field }) => field)),
          ],
        );
        return person;
      });
    },

    async findByPhone(phone) {
      const rows = await database.query<{ pseudonym: string }>(
        'select pseudonym from vault.people where phone_index = $1 order by since desc, pseudonym limit $2',
        [phoneIndex(key, phone), MOST_OF_A_PHONE],
      );
      return rows.map(({ pseudonym }) => pseudonym);
    },

    accesses: (pseudonym) => listAccesses(database, pseudonym),

    async describe(pseudonym) {
      const row = await findPerson(database, pseudonym);
      if (row === undefined) {
        const tombstone = await findTombstone(database, pseudonym);
        if (tombstone === undefined) throw unknown();
        return tombstone;
      }
      const fields = await database.query<{ field: PersonalField }>(
        'select field from vault.fields where pseudonym = $1',
        [pseudonym],
      );
      return {
        fields: inOrder(fields.map(({ field }) => field)),
        since: row.since.getTime(),
        until: row.keep_until?.getTime(),
      };
    },

    erase: (pseudonym, reason) => database.transaction((tx) => eraseIn(tx, pseudonym, reason, clock.now())),

    giveConsent: consents.give,
    listConsents: consents.list,
    withdrawConsent: (id, by) =>
      consents.withdraw(id, by, (tx, pseudonym) => eraseIn(tx, pseudonym, 'withdrawn-consent', clock.now())),

    async tick(now) {
      let gone = 0;
      for (;;) {
        const count = await database.transaction(async (tx) => {
          const due = await tx.query<{ pseudonym: string }>(
            'select pseudonym from vault.people where keep_until <= $1 order by keep_until limit $2 for update',
            [new Date(now), BATCH],
          );
          const ended = await listEndedCare(tx, now, BATCH);
          for (const pseudonym of new Set([...due.map((row) => row.pseudonym), ...ended]))
            await eraseIn(tx, pseudonym, 'retention', now);
          return due.length + ended.length;
        });
        gone += count;
        if (count === 0) return gone;
      }
    },
  };
}

const unknown = () => notFound('person.unknown', 'Nobody is kept under this pseudonym.', 'pseudonym');

const phoneIndex = (key: VaultKey, phone: string | undefined): Buffer | null =>
  phone === undefined ? null : blindIndexOf(key, comparableNumber(phone));

const inOrder = (fields: readonly PersonalField[]): PersonalField[] =>
  PERSONAL_FIELDS.filter((field) => fields.includes(field));

async function findPerson(db: Queryable, pseudonym: Pseudonym): Promise<PersonRow | undefined> {
  const [row] = await db.query<PersonRow>(
    'select pseudonym, data_key, since, keep_until from vault.people where pseudonym = $1',
    [pseudonym],
  );
  return row;
}

/** Errors: `person.erased`, `person.unknown`. */
async function lockPerson(tx: Queryable, pseudonym: Pseudonym): Promise<PersonRow> {
  const [row] = await tx.query<PersonRow>(
    'select pseudonym, data_key, since, keep_until from vault.people where pseudonym = $1 for update',
    [pseudonym],
  );
  if (row) return row;
  if (await findTombstone(tx, pseudonym))
    throw conflict('person.erased', 'These data have been erased; only that they were there is left.', 'pseudonym');
  throw unknown();
}

async function findTombstone(db: Queryable, pseudonym: Pseudonym): Promise<Tombstone | undefined> {
  const [row] = await db.query<{ pseudonym: string; erased_at: Date; reason: Tombstone['reason'] }>(
    'select pseudonym, erased_at, reason from vault.tombstones where pseudonym = $1',
    [pseudonym],
  );
  return row && { pseudonym: row.pseudonym, erasedAt: row.erased_at.getTime(), reason: row.reason };
}

/** Twice is once: the first tombstone stays. Errors: `person.unknown`. */
async function eraseIn(
  tx: Queryable,
  pseudonym: Pseudonym,
  reason: Tombstone['reason'],
  now: Instant,
): Promise<Tombstone> {
  const gone = await tx.query('delete from vault.people where pseudonym = $1 returning pseudonym', [pseudonym]);
  if (gone.length > 0)
    await tx.query('insert into vault.tombstones (pseudonym, erased_at, reason) values ($1, $2, $3)', [
      pseudonym,
      new Date(now),
      reason,
    ]);
  const tombstone = await findTombstone(tx, pseudonym);
  if (tombstone === undefined) throw unknown();
  return tombstone;
}

function checkLook(purpose: string, fields: readonly string[]): void {
  if (!(REVEAL_PURPOSES as readonly string[]).includes(purpose))
    throw invalid('reveal.purpose', `Say why: one of ${REVEAL_PURPOSES.join(', ')}.`, 'purpose');
  const stranger = fields.find((field) => !(PERSONAL_FIELDS as readonly string[]).includes(field));
  if (fields.length === 0 || stranger !== undefined)
    throw invalid('reveal.fields', `Say what: some of ${PERSONAL_FIELDS.join(', ')}.`, 'fields');
}

async function listAccesses(db: Queryable, pseudonym: Pseudonym): Promise<Access[]> {
  const rows = await db.query<{
    at: Date;
    actor_name: string;
    party: string | null;
    purpose: Access['purpose'];
    case_id: string | null;
    fields: PersonalField[];
  }>(
    'select at, actor_name, party, purpose, case_id, fields from vault.accesses where pseudonym = $1 order by id desc',
    [pseudonym],
  );
  return rows.map((row) => ({
    at: row.at.getTime(),
    by: row.actor_name,
    party: row.party ?? undefined,
    purpose: row.purpose,
    caseId: row.case_id ?? undefined,
    fields: row.fields,
  }));
}

const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** 128 random bits in base 62. */
function newPseudonym(random: RandomBytes): Pseudonym {
  let rest = 0n;
  for (const byte of random(16)) rest = rest * 256n + BigInt(byte);
  let text = '';
  for (let i = 0; i < 22; i++, rest /= 62n) text = SIGNS[Number(rest % 62n)]! + text;
  return `p_${text}`;
}
