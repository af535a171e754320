/**
 * Changing and deleting single Observations, the rare case. Row, buckets and extent change in one transaction that keeps the merger
 * out; afterwards memory (latest, extent, the rows not yet merged) is brought in line.
 */
import { conflict, notFound } from '#kernel/errors.ts';
import type { IncomingObservation } from '#kernel/observation.ts';
import type { Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { DatastreamId, ObservationId } from '#kernel/words.ts';
import { lockCursor, recomputeBuckets } from './buckets.ts';
import { canonicalJson, digestOf } from './digest.ts';
import { troubleOf } from './storage-trouble.ts';

/** Where an Observation stood or stands. */
export interface Spot {
  readonly datastreamId: DatastreamId;
  readonly time: Instant;
}

/** Deletes the row; returns where it stood, undefined when there was none. */
export async function removeRow(database: Database, id: ObservationId): Promise<Spot | undefined> {
  return database.transaction(async (tx) => {
    const cursor = await lockCursor(tx);
    const before = await findSpot(tx, id);
    if (before === undefined) return undefined;
    await tx.query('delete from observations where id = $1', [id]);
    await recomputeAround(tx, cursor, [before]);
    return before;
  });
}

/** Puts another content into the row; returns where it stood. Errors: `observation.unknown`, `observation.duplicate`. */
export async function replaceRow(
  database: Database,
  id: ObservationId,
  observation: IncomingObservation,
): Promise<Spot> {
  try {
    return await database.transaction(async (tx) => {
      const cursor = await lockCursor(tx);
      const before = await findSpot(tx, id);
      if (before === undefined) throw notFound('observation.unknown', `There is no Observation ${id}.`);
      await updateRow(tx, id, observation);
      await recomputeAround(tx, cursor, [
        before,
        { datastreamId: observation.datastreamId, time: observation.phenomenonTime },
      ]);
      return before;
    });
  } catch (error) {
    if (troubleOf(error) !== 'duplicate') throw error;
    throw conflict('observation.duplicate', 'Another Observation with this time and result is stored already.');
  }
}

/** Buckets and extent after a change that did not pass through this room. */
export const recomputeSpot = (database: Database, spot: Spot): Promise<void> =>
  database.transaction(async (tx) => recomputeAround(tx, await lockCursor(tx), [spot]));

async function findSpot(tx: Queryable, id: ObservationId): Promise<Spot | undefined> {
  const [row] = await tx.query<{ datastream_id: number; time: number }>(
    `select datastream_id, (extract(epoch from phenomenon_time) * 1000)::float8 as time
     from observations where id = $1 for update`,
    [id],
  );
  return row && { datastreamId: row.datastream_id, time: row.time };
}

async function updateRow(tx: Queryable, id: ObservationId, observation: IncomingObservation): Promise<void> {
  const { datastreamId, phenomenonTime, phenomenonEnd, resultTime, result, featureOfInterestId, extra } = observation;
  await tx.query(
    `update observations set datastream_id = $2, phenomenon_time = $3, phenomenon_end = $4, result_time = $5, result = $6,
       result_json = $7::text::jsonb, digest = $8, feature_id = coalesce($9, feature_id), extra = $10::text::jsonb where id = $1`,
    [
      id,
      datastreamId,
      new Date(phenomenonTime),
      phenomenonEnd === undefined ? null : new Date(phenomenonEnd),
      resultTime === null ? null : new Date(resultTime),
      typeof result === 'number' ? result : null,
      typeof result === 'number' ? null : canonicalJson(result),
      digestOf(result, resultTime, phenomenonEnd),
      featureOfInterestId ?? null,
      extra === undefined ? null : JSON.stringify(extra),
    ],
  );
}

async function recomputeAround(tx: Queryable, cursor: ObservationId, spots: readonly Spot[]): Promise<void> {
  for (const { datastreamId, time } of spots) await recomputeBuckets(tx, cursor, datastreamId, time);
  await tx.query(
    `update datastreams d set phenomenon_time_begin = e.time_begin, phenomenon_time_end = e.time_end,
       result_time_begin = e.result_begin, result_time_end = e.result_end
     from unnest($1::bigint[]) s (id) cross join lateral (
       select min(phenomenon_time) as time_begin, max(coalesce(phenomenon_end, phenomenon_time)) as time_end,
         min(result_time) as result_begin, max(result_time) as result_end
       from observations where datastream_id = s.id) e
     where d.id = s.id`,
    [[...new Set(spots.map(({ datastreamId }) => datastreamId))]],
  );
}
