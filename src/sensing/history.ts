/** Looking back: what was latest at an instant, and everything again in the order it was stored. */
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { DatastreamId, ObservationId } from '#kernel/words.ts';
import type { Latest } from './sensing.types.ts';

export interface LatestRow {
  readonly datastream_id: DatastreamId;
  readonly id: ObservationId;
  readonly at: Instant;
  readonly result: number | null;
}

/** One step down the primary key per Datastream: the newest row at or before `at` (undefined: of all). */
export function readLatest(
  on: Queryable,
  datastreamIds: readonly DatastreamId[],
  at: Instant | undefined,
): Promise<LatestRow[]> {
  const before = at === undefined ? '' : 'and o.phenomenon_time <= $2';
  return on.query<LatestRow>(
    `select d.id as datastream_id, l.id, (extract(epoch from l.phenomenon_time) * 1000)::float8 as at, l.result
     from unnest($1::bigint[]) d (id) cross join lateral (
       select o.id, o.phenomenon_time, o.result from observations o
       where o.datastream_id = d.id ${before} order by o.phenomenon_time desc, o.id desc limit 1) l`,
    at === undefined ? [datastreamIds] : [datastreamIds, new Date(at)],
  );
}

/** See `Sensing.latestAt`. */
export async function latestAt(
  database: Database,
  datastreamIds: readonly DatastreamId[],
  at: Instant,
): Promise<Map<DatastreamId, Latest>> {
  const rows = await readLatest(database, datastreamIds, at);
  return new Map(rows.map((row) => [row.datastream_id, { at: row.at, value: row.result ?? undefined }]));
}

export interface ReadFilter {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly datastreamIds?: readonly DatastreamId[];
}

interface StoredRow {
  readonly id: number;
  readonly datastream_id: number;
  readonly time: number;
  readonly result: number;
  readonly received_at: number;
}

/**
 * See `Sensing.readFrom`. A batch holds rows received together, as the live run saw them, so that a replay judges by the same
 * `receivedAt`; `batchSize` is its upper limit.
 */
export async function* readFrom(
  database: Database,
  after: ObservationId,
  batchSize: number,
  filter: ReadFilter = {},
): AsyncGenerator<ObservationBatch> {
  for (let from = after; ; ) {
    const rows = await database.query<StoredRow>(
      `select id, datastream_id, (extract(epoch from phenomenon_time) * 1000)::float8 as time, result,
         (extract(epoch from received_at) * 1000)::float8 as received_at
       from observations where id > $1 and result is not null
         and ($3::timestamptz is null or phenomenon_time >= $3) and ($4::timestamptz is null or phenomenon_time < $4)
         and ($5::bigint[] is null or datastream_id = any($5))
       order by id limit $2`,
      [from, batchSize, instant(filter.from), instant(filter.to), filter.datastreamIds ?? null],
    );
    if (rows.length === 0) return;
    for (let begin = 0, end = 1; begin < rows.length; begin = end, end++) {
      while (end < rows.length && rows[end]!.received_at === rows[begin]!.received_at) end++;
      yield toBatch(rows.slice(begin, end));
    }
    from = rows.at(-1)!.id;
  }
}

const instant = (at: Instant | undefined): Date | null => (at === undefined ? null : new Date(at));

const toBatch = (rows: readonly StoredRow[]): ObservationBatch => ({
  ids: Float64Array.from(rows, (row) => row.id),
  datastreamIds: Float64Array.from(rows, (row) => row.datastream_id),
  phenomenonTimes: Float64Array.from(rows, (row) => row.time),
  results: Float64Array.from(rows, (row) => row.result),
  receivedAt: rows[0]!.received_at,
});
