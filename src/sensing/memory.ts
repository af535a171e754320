/** Fills the board (latest, extents) and the tail from the database: at the start, and for single Datastreams after a change. */
import type { Database, Queryable } from '#kernel/ports.ts';
import type { DatastreamId, ObservationId } from '#kernel/words.ts';
import type { Board } from './board.ts';
import type { Catalogue } from './catalogue.ts';
import { type LatestRow, readFrom, readLatest } from './history.ts';
import { Tail } from './tail.ts';

interface ExtentRow {
  readonly id: DatastreamId;
  readonly time_begin: number | null;
  readonly time_end: number | null;
  readonly result_begin: number | null;
  readonly result_end: number | null;
}

const milliseconds = (column: string, as: string) => `(extract(epoch from ${column}) * 1000)::float8 as ${as}`;

const WRITTEN_EXTENTS = `
select id, ${milliseconds('phenomenon_time_begin', 'time_begin')}, ${milliseconds('phenomenon_time_end', 'time_end')},
  ${milliseconds('result_time_begin', 'result_begin')}, ${milliseconds('result_time_end', 'result_end')}
from datastreams where id = any($1::bigint[]) and phenomenon_time_begin is not null`;

const UNMERGED_EXTENTS = `
select datastream_id as id, ${milliseconds('min(phenomenon_time)', 'time_begin')},
  ${milliseconds('max(coalesce(phenomenon_end, phenomenon_time))', 'time_end')},
  ${milliseconds('min(result_time)', 'result_begin')}, ${milliseconds('max(result_time)', 'result_end')}
from observations where id > (select observation_id from merge_cursor) and datastream_id = any($1::bigint[]) group by 1`;

const READS_AT_MOST = 20;

/**
 * Latest and extent of the given Datastreams, whatever the board held about them. Where something was stored while we read, what was
 * read may be older than what the board knows: those are read again.
 */
export async function loadBoard(
  on: Queryable,
  board: Board,
  catalogue: Catalogue,
  datastreamIds: readonly DatastreamId[],
): Promise<void> {
  board.reserve(catalogue.size);
  let ids = datastreamIds;
  for (let read = 1; ids.length > 0; read++) {
    const noted = ids.map((id) => board.lastNoted(catalogue.slotOf(id)));
    const latest = await readLatest(on, ids, undefined);
    // What is merged between these two is in both; the other way round it could be in neither.
    const extents = await on.query<ExtentRow>(UNMERGED_EXTENTS, [ids]);
    extents.push(...(await on.query<ExtentRow>(WRITTEN_EXTENTS, [ids])));
    const isQuiet = (id: DatastreamId, i: number) =>
      read === READS_AT_MOST || board.lastNoted(catalogue.slotOf(id)) === noted[i];
    const quiet = new Set(ids.filter(isQuiet));
    for (const id of quiet) board.clear(catalogue.slotOf(id));
    putLatest(board, catalogue, latest, quiet);
    putExtents(board, catalogue, extents, quiet);
    ids = ids.filter((id) => !quiet.has(id));
  }
}

function putLatest(board: Board, catalogue: Catalogue, rows: readonly LatestRow[], which: ReadonlySet<number>): void {
  for (const { datastream_id, id, at, result } of rows) {
    if (which.has(datastream_id)) board.setLatest(catalogue.slotOf(datastream_id), id, at, result ?? Number.NaN);
  }
}

function putExtents(board: Board, catalogue: Catalogue, rows: readonly ExtentRow[], which: ReadonlySet<number>): void {
  for (const { id, time_begin, time_end, result_begin, result_end } of rows) {
    if (!which.has(id)) continue;
    const slot = catalogue.slotOf(id);
    const absent = Number.NaN;
    board.widen(slot, time_begin ?? absent, time_end ?? absent, result_begin ?? absent, result_end ?? absent);
  }
}

/** The rows behind the cursor; when they are too many, an empty tail that leaves them to the database. */
export async function loadTail(
  database: Database,
  cursor: ObservationId,
  newest: ObservationId,
  largestRows: number,
): Promise<Tail> {
  if (newest - cursor > largestRows) return new Tail(newest, largestRows);
  const tail = new Tail(cursor, largestRows);
  for await (const batch of readFrom(database, cursor, 20_000)) tail.add(batch);
  return tail;
}

const DELETE_ORPHANS = `
with recursive present (id) as (
  (select datastream_id from observations order by datastream_id limit 1)
  union all
  select (select o.datastream_id from observations o where o.datastream_id > p.id order by o.datastream_id limit 1)
  from present p where p.id is not null
)
delete from observations o using present p
where o.datastream_id = p.id and not exists (select from datastreams d where d.id = p.id)`;

/** Observations that were being stored while their Datastream was deleted: one step down the key per Datastream finds them. */
export const deleteOrphans = (on: Queryable): Promise<unknown> => on.query(DELETE_ORPHANS);

/** The same for Datastreams known to be gone, buckets too. Those that exist after all (moved to another Thing) are left alone. */
export async function deleteLeftovers(tx: Queryable, ids: readonly DatastreamId[]): Promise<void> {
  for (const table of ['observations', 'buckets_minute', 'buckets_hour', 'buckets_day']) {
    await tx.query(
      `delete from ${table} o using unnest($1::bigint[]) gone (id)
       where o.datastream_id = gone.id and not exists (select from datastreams d where d.id = gone.id)`,
      [ids],
    );
  }
}
