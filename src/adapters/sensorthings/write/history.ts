/** Where a Thing stands and stood: its Locations, and the HistoricalLocation that every change of them writes. */
import type { Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';

/** The Thing stands at exactly these Locations (representations of one place) from now on, and its history says so. */
export async function moveThing(
  tx: Queryable,
  thingId: number,
  locationIds: readonly number[],
  now: Instant,
): Promise<void> {
  await stand(tx, thingId, locationIds);
  const rows = await tx.query<{ id: number }>(
    'insert into historical_locations (thing_id, time) values ($1, $2) returning id',
    [thingId, new Date(now)],
  );
  await linkHistory(tx, rows[0]!.id, locationIds);
}

async function stand(tx: Queryable, thingId: number, locationIds: readonly number[]): Promise<void> {
  await tx.query('delete from things_locations where thing_id = $1 and location_id <> all($2::bigint[])', [
    thingId,
    locationIds,
  ]);
  await tx.query(
    'insert into things_locations (thing_id, location_id) select $1, location_id from unnest($2::bigint[]) as given(location_id) on conflict do nothing',
    [thingId, locationIds],
  );
}

export const linkHistory = async (
  tx: Queryable,
  historicalLocationId: number,
  locationIds: readonly number[],
): Promise<void> => {
  await tx.query(
    `insert into historical_locations_locations (historical_location_id, location_id)
     select $1, location_id from unnest($2::bigint[]) as given(location_id) on conflict do nothing`,
    [historicalLocationId, locationIds],
  );
};

/** A HistoricalLocation that is the Thing's newest moves it there; an older one only adds to the history. */
export async function followNewestHistory(tx: Queryable, historicalLocationId: number): Promise<void> {
  const rows = await tx.query<{ thing_id: number; is_newest: boolean }>(
    `select h.thing_id, not exists (
       select from historical_locations later where later.thing_id = h.thing_id and (later.time, later.id) > (h.time, h.id)) as is_newest
     from historical_locations h where h.id = $1`,
    [historicalLocationId],
  );
  const [history] = rows;
  if (!history?.is_newest) return;
  const links = await tx.query<{ location_id: number }>(
    'select location_id from historical_locations_locations where historical_location_id = $1',
    [historicalLocationId],
  );
  if (links.length > 0)
    await stand(
      tx,
      history.thing_id,
      links.map(({ location_id }) => location_id),
    );
}
