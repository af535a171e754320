/**
 * What a chart asks for: at most so many points over a span, always fresh. Stored buckets are read as far as they go, and the
 * Observations not yet merged are added from memory.
 */
import type { Database, SqlValue } from '#kernel/ports.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { DatastreamId, ObservationId } from '#kernel/words.ts';
import { LARGEST_IN_BUCKETS, WIDTH_MS } from './buckets.ts';
import type { Bucket, BucketWidth, Series } from './sensing.types.ts';
import type { Tail } from './tail.ts';

/** How wide a point is and what it is read from; `width` undefined: from the Observations themselves. */
export interface Grid {
  readonly width: BucketWidth | undefined;
  readonly stepMs: number;
}

/** Raw rows that may be read to make points narrower than a minute. */
const RAW_ROWS_AT_MOST = 200_000;

interface Sum {
  begin: Instant;
  count: number;
  min: number;
  max: number;
  total: number;
  last: number;
  lastAt: Instant;
}

/**
 * The narrowest whole multiple of a stored width (or of a second, from raw rows) that covers the span in at most `points` points.
 * Points begin at multiples of the step since 1970 UTC, so the first may begin before `from`.
 */
export function gridFor(from: Instant, to: Instant, points: number): Grid {
  for (const [width, unit, next] of [
    [undefined, SECOND, MINUTE],
    ['minute', MINUTE, HOUR],
    ['hour', HOUR, DAY],
    ['day', DAY, Infinity],
  ] as const) {
    let step = Math.max(1, Math.ceil((to - from) / points / unit)) * unit;
    while (pointsOf(from, to, step) > points && step < next) step += unit;
    if (step < next) return { width, stepMs: step };
  }
  throw new Error('unreachable: days have no upper end');
}

const pointsOf = (from: Instant, to: Instant, step: number): number =>
  Math.floor((to - 1) / step) - Math.floor(from / step) + 1;

/** What a series is read from. */
export interface SeriesSource {
  readonly database: Database;
  readonly tail: Tail;
  /** False: this Datastream has no buckets of a minute; its Observations are few enough to be read instead. */
  readonly keepsMinutes: boolean;
}

/** See `Sensing.series`. */
export async function readSeries(
  source: SeriesSource,
  id: DatastreamId,
  from: Instant,
  to: Instant,
  points: number,
): Promise<Series> {
  if (!(to > from) || points < 1) return { bucketSeconds: 0, points: [] };
  const { database, keepsMinutes } = source;
  const raw = await findRaw(database, id, from, to, points);
  if (raw !== undefined) return { bucketSeconds: 0, points: raw };
  let grid = gridFor(from, to, points);
  const fromRaw = grid.width === undefined || (grid.width === 'minute' && !keepsMinutes);
  if (fromRaw && !(await isMoreThan(database, RAW_ROWS_AT_MOST, id, from, to))) {
    return { bucketSeconds: grid.stepMs / SECOND, points: await binRaw(database, id, grid.stepMs, from, to) };
  }
  if (fromRaw) grid = keepsMinutes ? { width: 'minute', stepMs: MINUTE } : { width: 'hour', stepMs: HOUR };
  return { bucketSeconds: grid.stepMs / SECOND, points: await readGrid(source, id, grid, from, to) };
}

/** Buckets of one width, fresh; the first begins at or before `from`. */
export function readBuckets(
  source: SeriesSource,
  id: DatastreamId,
  width: BucketWidth,
  from: Instant,
  to: Instant,
): Promise<Bucket[]> {
  const stepMs = WIDTH_MS[width];
  if (width === 'minute' && !source.keepsMinutes) return binRaw(source.database, id, stepMs, from, to);
  return readGrid(source, id, { width, stepMs }, from, to);
}

/** Every Observation as its own point, when they are few enough. */
async function findRaw(
  database: Database,
  id: DatastreamId,
  from: Instant,
  to: Instant,
  points: number,
): Promise<Bucket[] | undefined> {
  const rows = await database.query<{ at: number; result: number }>(
    `select (extract(epoch from phenomenon_time) * 1000)::float8 as at, result from observations
     where datastream_id = $1 and phenomenon_time >= $2 and phenomenon_time < $3 and result is not null
     order by phenomenon_time, id limit $4`,
    [id, new Date(from), new Date(to), points + 1],
  );
  if (rows.length > points) return undefined;
  return rows.map(({ at, result }) => ({ begin: at, count: 1, min: result, mean: result, max: result, last: result }));
}

async function isMoreThan(database: Database, rows: number, id: DatastreamId, from: Instant, to: Instant) {
  const [found] = await database.query(
    `select 1 as found from observations where datastream_id = $1 and phenomenon_time >= $2 and phenomenon_time < $3
     order by phenomenon_time offset ${rows} limit 1`,
    [id, new Date(from), new Date(to)],
  );
  return found !== undefined;
}

/** Points summed up from the Observations themselves; always fresh. */
async function binRaw(
  database: Database,
  id: DatastreamId,
  stepMs: number,
  from: Instant,
  to: Instant,
): Promise<Bucket[]> {
  const sums = await database.query<Sum>(
    `select (extract(epoch from date_bin($4::interval, phenomenon_time, '1970-01-01Z')) * 1000)::float8 as begin,
       count(*)::float8 as count, min(result), max(result), sum(result) as total,
       (max(array[extract(epoch from phenomenon_time)::float8, id::float8, result]))[3] as last
     from observations where datastream_id = $1 and phenomenon_time >= $2 and phenomenon_time < $3
       and result between -1e200 and 1e200
     group by 1 order by 1`,
    [
      id,
      new Date(Math.floor(from / stepMs) * stepMs),
      new Date(Math.ceil(to / stepMs) * stepMs),
      `${stepMs} milliseconds`,
    ],
  );
  return sums.map(toBucket);
}

/** From stored buckets, several to a point where `stepMs` says so, and from what is not merged yet. */
async function readGrid(
  { database, tail }: SeriesSource,
  id: DatastreamId,
  { width, stepMs }: Grid,
  from: Instant,
  to: Instant,
): Promise<Bucket[]> {
  const begin = Math.floor(from / stepMs) * stepMs;
  const end = Math.ceil(to / WIDTH_MS[width!]) * WIDTH_MS[width!];
  const span = [id, new Date(begin), new Date(end)];
  const rows = await database.query<Sum & { cursor: number }>(
    `select m.observation_id as cursor, b.* from merge_cursor m left join lateral (
       select (extract(epoch from date_bin($4::interval, begins, '1970-01-01Z')) * 1000)::float8 as begin,
         sum(count)::float8 as count, min(min), max(max), sum(total) as total,
         (max(array[extract(epoch from last_at)::float8, last]))[2] as last,
         (extract(epoch from max(last_at)) * 1000)::float8 as "lastAt"
       from buckets_${width} where datastream_id = $1 and begins >= $2 and begins < $3 group by 1) b on true
     order by b.begin`,
    [...span, `${stepMs} milliseconds`],
  );
  const cursor = rows[0]!.cursor;
  const sums = new Map<Instant, Sum>();
  for (const { cursor: _, ...sum } of rows) if (sum.begin !== null) sums.set(sum.begin, sum);
  const add = (at: Instant, result: number) => addTo(sums, stepMs, at, result);
  if (tail.from > cursor) await addFromDatabase(database, span, cursor, tail.from, add);
  tail.visit(id, Math.max(cursor, tail.from), begin, end, add);
  return [...sums.values()].sort((a, b) => a.begin - b.begin).map(toBucket);
}

/** Rows too old for memory and not yet merged: there are some behind a long back-fill. */
async function addFromDatabase(
  database: Database,
  span: readonly SqlValue[],
  after: ObservationId,
  upTo: ObservationId,
  add: (at: Instant, result: number) => void,
): Promise<void> {
  const rows = await database.query<{ at: number; result: number }>(
    `select (extract(epoch from phenomenon_time) * 1000)::float8 as at, result from observations
     where datastream_id = $1 and phenomenon_time >= $2 and phenomenon_time < $3 and id > $4 and id <= $5
       and result is not null order by id`,
    [...span, after, upTo],
  );
  for (const { at, result } of rows) add(at, result);
}

/** Rows come in id order and after everything merged, so of equal times the newcomer is the last. */
function addTo(sums: Map<Instant, Sum>, stepMs: number, at: Instant, result: number): void {
  if (Math.abs(result) > LARGEST_IN_BUCKETS) return;
  const begin = Math.floor(at / stepMs) * stepMs;
  const sum = sums.get(begin);
  if (sum === undefined) {
    sums.set(begin, { begin, count: 1, min: result, max: result, total: result, last: result, lastAt: at });
    return;
  }
  sum.count++;
  sum.min = Math.min(sum.min, result);
  sum.max = Math.max(sum.max, result);
  sum.total += result;
  if (at < sum.lastAt) return;
  sum.last = result;
  sum.lastAt = at;
}

const toBucket = ({ begin, count, min, max, total, last }: Sum): Bucket => ({
  begin,
  count,
  min,
  mean: total / count,
  max,
  last,
});
