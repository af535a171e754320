/**
 * Features of interest as intake needs them. An Observation that names none observes the place its Thing stands at: the feature made
 * from that Location, once, and used again by every Observation until the Thing moves. Which Datastream observes which feature is
 * noted before the first such Observation is stored, so that the Observations of a feature can be found without an index of their own.
 */
import { invalid } from '#kernel/errors.ts';
import type { Database, Queryable } from '#kernel/ports.ts';
import type { Catalogue } from './catalogue.ts';
import type { FeaturePair } from './intake.ts';

/** The first of a Thing's Locations, found by the key of the link table whatever the planner believes about the sizes. */
const FIRST_LOCATION = `cross join lateral (
    select tl.location_id from things_locations tl where tl.thing_id = d.thing_id order by tl.location_id limit 1) f
  join locations l on l.id = f.location_id`;

/** `coalesce` keeps the planner from looking for "is null" in the index, where after a seeding all rows are. */
const MAKE_FEATURES = `
with wanted as materialized (
  select distinct l.id from unnest($1::bigint[]) w (id) join datastreams d on d.id = w.id ${FIRST_LOCATION}
  where coalesce(l.generated_feature_id, 0) = 0
), here as (
  select l.* from wanted w join locations l on l.id = w.id where coalesce(l.generated_feature_id, 0) = 0 for update of l
), numbered as (
  select nextval(pg_get_serial_sequence('features_of_interest', 'id')) as feature_id, here.* from here
), made as (
  insert into features_of_interest
    (id, name, description, encoding_type, feature, longitude, latitude, west, south, east, north)
  select feature_id, name, description, encoding_type, location, longitude, latitude, west, south, east, north from numbered
)
update locations l set generated_feature_id = n.feature_id from numbered n where n.id = l.id`;

const NOTE_GENERATED = `
insert into datastreams_features (datastream_id, feature_id)
select d.id, l.generated_feature_id from unnest($1::bigint[]) w (id) join datastreams d on d.id = w.id ${FIRST_LOCATION}
where l.generated_feature_id is not null
on conflict do nothing`;

const READ_GENERATED = `
select d.id as datastream_id, l.generated_feature_id as feature_id
from unnest($1::bigint[]) w (id) join datastreams d on d.id = w.id ${FIRST_LOCATION}
where l.generated_feature_id is not null`;

/** Makes and notes the generated features of these Datastreams' Things. */
export async function makeFeatures(tx: Queryable, datastreamIds: readonly number[]): Promise<void> {
  await tx.query(MAKE_FEATURES, [datastreamIds]);
  await tx.query(NOTE_GENERATED, [datastreamIds]);
}

export class Features {
  readonly #database: Database;
  readonly #catalogue: Catalogue;
  readonly #known = new Set<string>();

  constructor(database: Database, catalogue: Catalogue) {
    this.#database = database;
    this.#catalogue = catalogue;
  }

  /** Makes what is missing for these slots and puts the ids into the catalogue. */
  async make(slots: readonly number[]): Promise<boolean> {
    const ids = [...new Set(slots)].flatMap((slot) => this.#catalogue.infoAt(slot)?.id ?? []);
    const rows = await this.#database.transaction(async (tx) => {
      await makeFeatures(tx, ids);
      return tx.query<{ datastream_id: number; feature_id: number }>(READ_GENERATED, [ids]);
    });
    for (const { datastream_id, feature_id } of rows) {
      const slot = this.#catalogue.slotOf(datastream_id);
      if (slot >= 0) this.#catalogue.featureIds[slot] = feature_id;
    }
    return true;
  }

  /** Notes pairs not noted before. Errors: `feature_of_interest.unknown`. */
  async note(pairs: readonly FeaturePair[]): Promise<boolean> {
    const fresh = pairs.filter(([datastreamId, featureId]) => !this.#known.has(`${datastreamId}/${featureId}`));
    if (fresh.length === 0) return false;
    const rows = await this.#database.query<{ feature_id: number }>(
      `with pairs as (
         select p.* from unnest($1::bigint[], $2::bigint[]) p (datastream_id, feature_id)
         join datastreams d on d.id = p.datastream_id join features_of_interest f on f.id = p.feature_id
       ), noted as (
         insert into datastreams_features select distinct datastream_id, feature_id from pairs on conflict do nothing
       )
       select distinct feature_id from pairs`,
      [fresh.map(([datastreamId]) => datastreamId), fresh.map(([, featureId]) => featureId)],
    );
    const existing = new Set(rows.map((row) => row.feature_id));
    const missing = fresh.find(([, featureId]) => !existing.has(featureId));
    if (missing !== undefined) {
      const message = `There is no FeatureOfInterest ${missing[1]}. Create it first, or leave it out.`;
      throw invalid('feature_of_interest.unknown', message, 'FeatureOfInterest');
    }
    for (const [datastreamId, featureId] of fresh) this.#known.add(`${datastreamId}/${featureId}`);
    return true;
  }
}
