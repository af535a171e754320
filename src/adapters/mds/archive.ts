/** Published documents and their history: what holds is compared with what was published last, and only a change is published anew. */
import type { Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { type Draft, dated, NOTICE_MS } from './published.ts';

export interface Published {
  readonly id: string;
  readonly kind: Draft['kind'];
  readonly document: Readonly<Record<string, unknown>>;
  readonly publishedAt: Instant;
  readonly retiredAt: Instant | undefined;
}

interface Row {
  id: string;
  kind: Draft['kind'];
  subject: string;
  document: Record<string, unknown>;
  publishedAt: Date;
  retiredAt: Date | null;
}

const ALL = `SELECT id, kind, subject, document, published_at AS "publishedAt", retired_at AS "retiredAt"
  FROM mds_documents ORDER BY published_at, subject, id`;

/** Brings the archive to the drafts and answers all of it, retired documents too. Run by one process at a time. */
export async function publish(database: Database, drafts: readonly Draft[], now: Instant): Promise<Published[]> {
  return database.transaction(async (tx) => {
    await tx.query('LOCK TABLE mds_documents IN EXCLUSIVE MODE');
    const inForce = new Map(
      (await tx.query<Row>(ALL))
        .filter(({ retiredAt }) => retiredAt === null)
        .map((row) => [`${row.kind} ${row.subject}`, row]),
    );
    for (const draft of drafts) {
      const name = `${draft.kind} ${draft.subject}`;
      const before = inForce.get(name);
      inForce.delete(name);
      if (before === undefined || !isSame(draft, before)) await replace(tx, draft, before, now);
    }
    for (const { id } of inForce.values()) await retire(tx, id, now);
    return (await tx.query<Row>(ALL)).map(toPublished);
  });
}

/** A jurisdiction keeps its id, so its content is compared; the others are their content. */
function isSame({ kind, id, body }: Draft, before: Row): boolean {
  if (kind !== 'jurisdiction') return id === before.id;
  return Object.entries(body).every(
    ([field, value]) => JSON.stringify(before.document[field]) === JSON.stringify(value),
  );
}

async function replace(tx: Queryable, draft: Draft, before: Row | undefined, now: Instant): Promise<void> {
  if (before !== undefined && before.id !== draft.id) await retire(tx, before.id, now);
  const document = JSON.stringify(dated(draft, now, before?.id));
  // What was taken back and holds again is published again under its old id: its content is the same to the letter.
  await tx.query(
    `INSERT INTO mds_documents (id, kind, subject, document, published_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET document = excluded.document, published_at = excluded.published_at, retired_at = NULL`,
    [draft.id, draft.kind, draft.subject, document, new Date(now)],
  );
}

const retire = (tx: Queryable, id: string, now: Instant) =>
  tx.query('UPDATE mds_documents SET retired_at = $2 WHERE id = $1', [id, new Date(now)]);

function toPublished({ id, kind, document, publishedAt, retiredAt }: Row): Published {
  if (retiredAt === null) return { id, kind, document, publishedAt: publishedAt.getTime(), retiredAt: undefined };
  const at = retiredAt.getTime();
  // The successor of a policy holds from its notice on; until then this one does.
  const ended =
    kind === 'policy' ? { end_date: at + NOTICE_MS } : kind === 'geography' ? { retire_date: at + NOTICE_MS } : {};
  return { id, kind, document: { ...document, ...ended }, publishedAt: publishedAt.getTime(), retiredAt: at };
}
