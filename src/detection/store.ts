/** Findings, their history and the cursor in the database. */
import { createHash } from 'node:crypto';
import type { Finding } from '#kernel/finding.ts';
import type { Database, Queryable } from '#kernel/ports.ts';
import { type Instant, toIso } from '#kernel/time.ts';
import { type Grade, type ObservationId, type ThingId, worstGrade } from '#kernel/words.ts';
import type { Change, FindingQuery, RecordedChange } from './detection.types.ts';

/** A change as it is announced: with its place in the history. */
export interface Announcement {
  readonly sequence: number;
  readonly change: Change;
}

export interface Cursor {
  readonly observationId: ObservationId;
  readonly tickedAt: Instant | undefined;
  readonly announced: number;
  readonly memory: Uint8Array | undefined;
  readonly memoryObservationId: ObservationId;
}

/** What one write carries. `memory` is written only now and then; it belongs to exactly this `observationId`. */
export interface Progress {
  readonly changes: readonly Change[];
  readonly observationId: ObservationId;
  readonly tickedAt: Instant | undefined;
  readonly announced: number;
  readonly memory: Uint8Array | undefined;
}

export async function readCursor(database: Queryable): Promise<Cursor> {
  const [row] = await database.query<{
    observation_id: number;
    ticked_at: Date | null;
    announced: number;
    memory: Uint8Array | null;
    memory_observation_id: number;
  }>('select observation_id, ticked_at, announced, memory, memory_observation_id from detection_cursor');
  return {
    observationId: row!.observation_id,
    tickedAt: row!.ticked_at?.getTime(),
    announced: row!.announced,
    memory: row!.memory ?? undefined,
    memoryObservationId: row!.memory_observation_id,
  };
}

/** Writes changes and cursor in one transaction. Changes already in the history are left out of the answer. */
export async function writeProgress(database: Database, progress: Progress): Promise<Announcement[]> {
  return database.transaction(async (tx) => {
    const announcements = progress.changes.length > 0 ? await writeChanges(tx, progress.changes) : [];
    const { observationId, tickedAt, announced, memory } = progress;
    await tx.query(
      'update detection_cursor set observation_id = $1, ticked_at = coalesce($2, ticked_at), announced = greatest(announced, $3)',
      [observationId, tickedAt === undefined ? null : new Date(tickedAt), announced],
    );
    if (memory !== undefined) {
      await tx.query('update detection_cursor set memory = $1, memory_observation_id = $2', [memory, observationId]);
    }
    return announcements;
  });
}

async function writeChanges(tx: Queryable, changes: readonly Change[]): Promise<Announcement[]> {
  const rows = changes.map((change, n) => ({ n, ...toRow(change) }));
  const written = await tx.query<{ sequence: number; n: number }>(INSERT_CHANGES, [JSON.stringify(rows)]);
  const fresh = written.map(({ sequence, n }) => ({ sequence, change: changes[n]! })).sort(bySequence);
  const latest = new Map(fresh.map(({ change }) => [change.finding.key, change]));
  const began = new Map(
    fresh.filter(({ change }) => change.change === 'raised').map(({ change }) => [change.finding.key, change.at]),
  );
  const states = [...latest.values()].map((change) => ({
    ...toRow(change),
    raised_change_at: toIso(Math.min(began.get(change.finding.key) ?? change.at, change.at)),
    cleared_change_at: change.change === 'cleared' ? toIso(change.at) : null,
  }));
  if (states.length > 0) await tx.query(UPSERT_FINDINGS, [JSON.stringify(states)]);
  return fresh;
}

const bySequence = (a: Announcement, b: Announcement): number => a.sequence - b.sequence;

function toRow({ change, at, finding }: Change) {
  return {
    key: finding.key,
    kind: finding.kind,
    domain: finding.domain,
    grade: finding.grade,
    thing_id: finding.thingId ?? null,
    datastream_id: finding.datastreamId ?? null,
    since: toIso(finding.since),
    cleared_at: finding.clearedAt === undefined ? null : toIso(finding.clearedAt),
    change,
    at: toIso(at),
    digest: createHash('sha256')
      .update(JSON.stringify([finding.grade, finding.basis]))
      .digest('base64url')
      .slice(0, 16),
    body: finding,
  };
}

/** `with ordinality` keeps the order of the changes; the join brings back which of them were new. */
const INSERT_CHANGES = `
with given as (
  select * from jsonb_to_recordset($1::jsonb)
    as t(n int, key text, change text, grade text, at timestamptz, digest text, body jsonb)
), written as (
  insert into finding_changes (key, change, grade, at, digest, body)
  select key, change, grade, at, digest, body from given order by n
  on conflict (key, at, change, digest) do nothing
  returning sequence, key, at, change, digest
)
select written.sequence, min(given.n) as n from written join given using (key, at, change, digest) group by written.sequence`;

const UPSERT_FINDINGS = `
insert into findings (key, kind, domain, grade, thing_id, datastream_id, since, cleared_at, raised_change_at, cleared_change_at, body)
select key, kind, domain, grade, thing_id, datastream_id, since, cleared_at, raised_change_at, cleared_change_at, body
from jsonb_to_recordset($1::jsonb) as t(key text, kind text, domain text, grade text, thing_id bigint, datastream_id bigint,
  since timestamptz, cleared_at timestamptz, raised_change_at timestamptz, cleared_change_at timestamptz, body jsonb)
on conflict (key) do update set grade = excluded.grade, cleared_at = excluded.cleared_at,
  cleared_change_at = case when excluded.cleared_change_at is not null
    then greatest(excluded.cleared_change_at, findings.raised_change_at) end, body = excluded.body`;

/** Changes that nobody has been told of, in order. */
export async function readUnannounced(database: Queryable, announced: number): Promise<Announcement[]> {
  const rows = await database.query<{ sequence: number; change: Change['change']; at: Date; body: Finding }>(
    'select sequence, change, at, body from finding_changes where sequence > $1 order by sequence',
    [announced],
  );
  return rows.map(({ sequence, change, at, body }) => ({
    sequence,
    change: { change, at: at.getTime(), finding: body },
  }));
}

/** Worst grade per Thing at `at`, from what was known to be there then. */
export async function readActiveAt(database: Queryable, at: Instant): Promise<Map<ThingId, Grade>> {
  const rows = await database.query<{ thing_id: number; grade: Grade }>(
    `select findings.thing_id, past.grade from findings cross join lateral (
       select grade from finding_changes where key = findings.key and at <= $1 order by at desc, sequence desc limit 1) as past
     where thing_id is not null and tstzrange(raised_change_at, cleared_change_at) @> $1::timestamptz`,
    [new Date(at)],
  );
  const grades = new Map<ThingId, Grade>();
  for (const { thing_id, grade } of rows) grades.set(thing_id, worstGrade(grades.get(thing_id), grade) ?? grade);
  return grades;
}

export async function readFindings(database: Queryable, query: FindingQuery): Promise<Finding[]> {
  const rows = await database.query<{ body: Finding }>(
    `select body from findings where ($1::timestamptz is null or since >= $1) and ($2::timestamptz is null or since < $2)
       and ($3::bigint[] is null or datastream_id = any($3)) and ($4::text[] is null or kind = any($4))
     order by since, key limit $5`,
    [asDate(query.from), asDate(query.to), query.datastreamIds ?? null, query.kinds ?? null, query.limit ?? null],
  );
  return rows.map((row) => row.body);
}

const asDate = (at: Instant | undefined): Date | null => (at === undefined ? null : new Date(at));

/** Findings that are active as far as was written. */
export async function readOpenFindings(database: Queryable): Promise<Finding[]> {
  const rows = await database.query<{ body: Finding }>('select body from findings where cleared_change_at is null');
  return rows.map((row) => row.body);
}

export async function readFinding(database: Queryable, key: string): Promise<Finding | undefined> {
  const [row] = await database.query<{ body: Finding }>('select body from findings where key = $1', [key]);
  return row?.body;
}

export async function readHistory(database: Queryable, keys: readonly string[]): Promise<RecordedChange[]> {
  const rows = await database.query<{ key: string; change: Change['change']; grade: Grade; at: Date }>(
    'select key, change, grade, at from finding_changes where key = any($1) order by sequence',
    [keys],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}
