/**
 * Makes the assets of a pack Things with a Location and Datastreams, in bulk SQL. A Thing is found again by `properties.assetId`, its
 * Datastreams by `properties.indicator`, so seeding twice changes nothing; what differs is brought up to date. What a newer pack no
 * longer names is left alone: its Observations are history. One ObservedProperty per indicator, one Sensor per asset class.
 *
 * An asset's new geometry corrects its Location in place: a survey was wrong, nothing moved, so no HistoricalLocation is written.
 */
import type { Position } from '#kernel/geo.ts';
import { boundsOf } from '#kernel/geo.ts';
import type { Database, Queryable } from '#kernel/ports.ts';
import { makeFeatures } from './features.ts';
import type { SeedResult, ThingSeed } from './sensing.types.ts';

const SEEDS_PER_TRANSACTION = 2_000;
const GEOJSON = 'application/geo+json';
const MEASUREMENT = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';

export async function seedThings(database: Database, seeds: readonly ThingSeed[]): Promise<SeedResult> {
  const total = { thingsCreated: 0, thingsChanged: 0, datastreamsCreated: 0, datastreamsChanged: 0 };
  for (let i = 0; i < seeds.length; i += SEEDS_PER_TRANSACTION) {
    const chunk = seeds.slice(i, i + SEEDS_PER_TRANSACTION);
    const done = await database.transaction((tx) => seedChunk(tx, chunk));
    // A planner that still believes the tables empty reads them whole for every row of the next chunk.
    if (done.thingsCreated > 0) await database.query('analyze things, locations, things_locations, datastreams');
    for (const key of Object.keys(total) as (keyof SeedResult)[]) total[key] += done[key];
  }
  return total;
}

async function seedChunk(tx: Queryable, seeds: readonly ThingSeed[]): Promise<SeedResult> {
  await tx.query(READ_THINGS, [JSON.stringify(seeds.map(toThingRow))]);
  await tx.query(READ_DATASTREAMS, [JSON.stringify(seeds.flatMap(toDatastreamRows))]);
  for (const sql of [ADD_SENSORS, ADD_OBSERVED_PROPERTIES]) await tx.query(sql);
  const thingsCreated = await count(tx, ADD_THINGS);
  await tx.query(ADD_LOCATIONS);
  const thingsChanged = await count(tx, CHANGE_THINGS);
  await tx.query(CHANGE_LOCATIONS);
  const datastreamsCreated = await count(tx, ADD_DATASTREAMS);
  const datastreamsChanged = await count(tx, CHANGE_DATASTREAMS);
  const rows = await tx.query<{ id: number }>(
    'select d.id from datastreams d join seed_things s on s.thing_id = d.thing_id',
  );
  await makeFeatures(
    tx,
    rows.map(({ id }) => id),
  );
  await tx.query('drop table seed_things, seed_datastreams');
  return { thingsCreated, thingsChanged, datastreamsCreated, datastreamsChanged };
}

async function count(tx: Queryable, sql: string): Promise<number> {
  const [row] = await tx.query<{ rows: number }>(`with done as (${sql} returning 1) select count(*) as rows from done`);
  return row!.rows;
}

function toThingRow(seed: ThingSeed) {
  const [west, south, east, north] = boundsOf(positionsOf(seed.geometry));
  return {
    asset_id: seed.assetId,
    name: seed.name,
    description: seed.description,
    properties: {
      ...seed.properties,
      assetId: seed.assetId,
      domain: seed.domain,
      assetClass: seed.assetClass,
    },
    geometry: seed.geometry,
    longitude: seed.place[0],
    latitude: seed.place[1],
    west,
    south,
    east,
    north,
  };
}

function toDatastreamRows(seed: ThingSeed) {
  return seed.datastreams.map((datastream) => ({
    asset_id: seed.assetId,
    indicator: datastream.indicator,
    sensor: `${seed.domain}/${seed.assetClass}`,
    name: datastream.name,
    description: datastream.description,
    unit: { name: datastream.unit.name, symbol: datastream.unit.symbol, definition: datastream.unit.ucum },
    properties: {
      indicator: datastream.indicator,
      domain: seed.domain,
      range: datastream.range,
      ...(datastream.normal === undefined ? {} : { normal: datastream.normal }),
      intervalSeconds: datastream.intervalSeconds,
      lateAfterIntervals: datastream.lateAfterIntervals,
      silentAfterIntervals: datastream.silentAfterIntervals,
    },
  }));
}

/** Every position of a geometry, in any order. */
function* positionsOf(geometry: GeoJSON.Geometry): Generator<Position> {
  if (geometry.type === 'GeometryCollection') {
    for (const member of geometry.geometries) yield* positionsOf(member);
    return;
  }
  yield* flattened(geometry.coordinates);
}

function* flattened(coordinates: unknown): Generator<Position> {
  if (!Array.isArray(coordinates)) return;
  if (typeof coordinates[0] === 'number') yield [coordinates[0], coordinates[1] as number];
  else for (const member of coordinates) yield* flattened(member);
}

/** The seeds with their Thing's id: the known one's, or a new one. Of several Things of one asset the first. */
const READ_THINGS = `
create temp table seed_things on commit drop as
select s.*, t.id is null as is_new,
  coalesce(t.id, nextval(pg_get_serial_sequence('things', 'id'))) as thing_id,
  case when t.id is null then nextval(pg_get_serial_sequence('locations', 'id')) end as location_id,
  case when t.id is null then nextval(pg_get_serial_sequence('historical_locations', 'id')) end as history_id
from jsonb_to_recordset($1::text::jsonb) s (asset_id text, name text, description text, properties jsonb, geometry jsonb,
  longitude float8, latitude float8, west float8, south float8, east float8, north float8)
left join (
  select properties ->> 'assetId' as asset_id, min(id) as id from things where properties ? 'assetId' group by 1
) t using (asset_id)`;

const READ_DATASTREAMS = `
create temp table seed_datastreams on commit drop as
select s.*, t.thing_id from jsonb_to_recordset($1::text::jsonb) s (asset_id text, indicator text, sensor text, name text,
  description text, unit jsonb, properties jsonb) join seed_things t using (asset_id)`;

const ADD_SENSORS = `
insert into sensors (name, description, encoding_type, metadata, properties)
select sensor, 'Sensors of the class ' || sensor, 'application/json', '{}', jsonb_build_object('class', sensor)
from (select distinct sensor from seed_datastreams) s
where not exists (select from sensors where properties ->> 'class' = s.sensor)`;

const ADD_OBSERVED_PROPERTIES = `
insert into observed_properties (name, definition, description, properties)
select indicator, 'urn:cityloom:indicator:' || indicator, 'The indicator ' || indicator, jsonb_build_object('indicator', indicator)
from (select distinct indicator from seed_datastreams) s
where not exists (select from observed_properties where properties ->> 'indicator' = s.indicator)`;

const ADD_THINGS = `
insert into things (id, name, description, properties)
select thing_id, name, description, properties from seed_things where is_new`;

const ADD_LOCATIONS = `
with added as (
  insert into locations (id, name, description, encoding_type, location, longitude, latitude, west, south, east, north)
  select location_id, name, 'Where ' || name || ' stands', '${GEOJSON}', geometry, longitude, latitude, west, south, east, north
  from seed_things where is_new
), linked as (
  insert into things_locations (thing_id, location_id) select thing_id, location_id from seed_things where is_new
), remembered as (
  insert into historical_locations (id, thing_id, time) select history_id, thing_id, now() from seed_things where is_new
)
insert into historical_locations_locations (historical_location_id, location_id)
select history_id, location_id from seed_things where is_new`;

const CHANGE_THINGS = `
update things t set name = s.name, description = s.description, properties = s.properties
from seed_things s where t.id = s.thing_id and not s.is_new
  and (t.name, t.description, t.properties) is distinct from (s.name, s.description, s.properties)`;

const CHANGE_LOCATIONS = `
update locations l set location = s.geometry, longitude = s.longitude, latitude = s.latitude, west = s.west, south = s.south,
  east = s.east, north = s.north
from seed_things s join lateral (
  select min(location_id) as id from things_locations where thing_id = s.thing_id) first on true
where l.id = first.id and not s.is_new and l.location is distinct from s.geometry`;

const ADD_DATASTREAMS = `
insert into datastreams (thing_id, sensor_id, observed_property_id, name, description, observation_type, unit_of_measurement,
  properties)
select s.thing_id, sensor.id, property.id, s.name, s.description, '${MEASUREMENT}', s.unit, s.properties
from seed_datastreams s
join (select properties ->> 'class' as class, min(id) as id from sensors group by 1) sensor on sensor.class = s.sensor
join (select properties ->> 'indicator' as indicator, min(id) as id from observed_properties group by 1) property
  on property.indicator = s.indicator
where not exists (
  select from datastreams d where d.thing_id = s.thing_id and d.properties ->> 'indicator' = s.indicator)
order by s.thing_id`;

const CHANGE_DATASTREAMS = `
update datastreams d set name = s.name, description = s.description, unit_of_measurement = s.unit, properties = s.properties
from seed_datastreams s where d.thing_id = s.thing_id and d.properties ->> 'indicator' = s.indicator
  and (d.name, d.description, d.unit_of_measurement, d.properties)
    is distinct from (s.name, s.description, s.unit, s.properties)`;
