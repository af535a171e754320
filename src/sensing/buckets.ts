/**
 * Buckets of a minute, an hour and a day (UTC), filled in the background without a trigger. A pass takes the Observations stored since
 * the last one, sums them up in one statement and moves the cursor in the same transaction: after a crash every Observation is in
 * its buckets exactly once. Late data land in the bucket of their own time, however old. Extents of Datastreams are brought along.
 *
 * While intake is under load, a pass every few seconds gives way to it, until the backlog is so long that it must not.
 */
import { readFileSync } from 'node:fs';
import type { Database, Log, Queryable } from '#kernel/ports.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import type { DatastreamId, ObservationId } from '#kernel/words.ts';
import type { BucketWidth } from './sensing.types.ts';

export const WIDTH_MS: Readonly<Record<BucketWidth, number>> = { minute: MINUTE, hour: HOUR, day: DAY };
export const BUCKET_WIDTHS: readonly BucketWidth[] = ['minute', 'hour', 'day'];

/** Results beyond are in no bucket; see `merge.sql`. */
export const LARGEST_IN_BUCKETS = 1e200;

const MERGE = readFileSync(new URL('./sql/merge.sql', import.meta.url), 'utf8');
const LOCK_CURSOR = 'select observation_id from merge_cursor for update';

export interface MergerRules {
  readonly everyMs: number;
  readonly rowsPerPass: number;
  /** A backlog beyond this many rows is merged without giving way to intake. */
  readonly patienceRows: number;
}

export const MERGER_RULES: MergerRules = { everyMs: 5_000, rowsPerPass: 100_000, patienceRows: 2_000_000 };

export interface MergerDependencies {
  readonly database: Database;
  readonly log: Log;
  readonly rules: MergerRules;
  /** Id of the newest durable Observation. */
  readonly newest: () => ObservationId;
  readonly isIntakeBusy: () => boolean;
  /** The buckets now hold everything up to this id. */
  readonly merged: (upTo: ObservationId) => void;
}

export class Merger {
  readonly #dependencies: MergerDependencies;
  #cursor: ObservationId;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(dependencies: MergerDependencies, cursor: ObservationId) {
    this.#dependencies = dependencies;
    this.#cursor = cursor;
  }

  start(): void {
    const { rules, log } = this.#dependencies;
    const round = async () => {
      await this.#round().catch((error: Error) => log.warn({ reason: error.message }, 'Buckets wait for the database'));
      if (this.#timer !== undefined) this.#timer = setTimeout(round, rules.everyMs).unref();
    };
    this.#timer = setTimeout(round, rules.everyMs).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#work;
  }

  /** Merges everything that is durable now. */
  mergeAll(): Promise<void> {
    return this.#inTurn(async () => {
      const newest = this.#dependencies.newest();
      while (this.#cursor < newest) await this.#pass(newest);
    });
  }

  async #round(): Promise<void> {
    const { newest, isIntakeBusy, rules } = this.#dependencies;
    await this.#inTurn(async () => {
      const target = newest();
      while (this.#cursor < target && this.#timer !== undefined) {
        await this.#pass(target);
        if (isIntakeBusy() && newest() - this.#cursor < rules.patienceRows) return;
      }
    });
  }

  async #pass(newest: ObservationId): Promise<void> {
    const { database, rules, merged } = this.#dependencies;
    this.#cursor = await database.transaction(async (tx) => {
      const from = await lockCursor(tx);
      const upTo = Math.max(from, Math.min(newest, from + rules.rowsPerPass));
      await tx.query("set local work_mem = '64MB'");
      await tx.query(MERGE, [from, upTo]);
      await tx.query('update merge_cursor set observation_id = $1', [upTo]);
      return upTo;
    });
    merged(this.#cursor);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }
}

/** Keeps the merger out until the transaction ends, and says how far it has come. */
export async function lockCursor(tx: Queryable): Promise<ObservationId> {
  const [row] = await tx.query<{ observation_id: number }>(LOCK_CURSOR);
  return row!.observation_id;
}

/** Computes the buckets that hold `time` anew from the Observations up to the cursor; `tx` must hold the cursor's lock. */
export async function recomputeBuckets(
  tx: Queryable,
  cursor: ObservationId,
  datastreamId: DatastreamId,
  time: Instant,
): Promise<void> {
  for (const width of BUCKET_WIDTHS) {
    const begin = Math.floor(time / WIDTH_MS[width]) * WIDTH_MS[width];
    const span = [datastreamId, new Date(begin)];
    await tx.query(`delete from buckets_${width} where datastream_id = $1 and begins = $2`, span);
    await tx.query(
      `insert into buckets_${width} (datastream_id, begins, count, min, max, total, last, last_at)
       select $1::bigint, $2::timestamptz, count(*), min(result), max(result), sum(result),
         (max(array[extract(epoch from phenomenon_time)::float8, id::float8, result]))[3], max(phenomenon_time)
       from observations where datastream_id = $1 and phenomenon_time >= $2 and phenomenon_time < $3 and id <= $4
         and result between -1e200 and 1e200
         and ('${width}' <> 'minute' or (select keeps_minutes from datastreams where id = $1))
       having count(*) > 0`,
      [...span, new Date(begin + WIDTH_MS[width]), cursor],
    );
  }
}
