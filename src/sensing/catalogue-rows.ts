/** Reads Things and Datastreams for the catalogue: what is declared in `properties` becomes typed, what is not is left out. */
import type { Json } from '#kernel/observation.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { ThingId } from '#kernel/words.ts';
import { type DatastreamEntry, FEATURE_TO_BE_MADE, NO_FEATURE } from './catalogue.ts';
import type { ThingInfo } from './sensing.types.ts';

type Properties = Readonly<Record<string, Json>>;

interface ThingRow {
  readonly id: number;
  readonly name: string;
  readonly properties: Properties | null;
  readonly longitude: number | null;
  readonly latitude: number | null;
}

interface DatastreamRow {
  readonly id: number;
  readonly thing_id: number;
  readonly name: string;
  readonly unit: Properties | null;
  readonly properties: Properties | null;
  readonly registered_at: number;
  readonly location_id: number | null;
  readonly feature_id: number | null;
  readonly feature_noted: boolean;
  readonly keeps_minutes: boolean;
}

/** The Location a Thing stands at: of several representations the first. */
const LOCATION = `left join lateral (
    select tl.location_id from things_locations tl where tl.thing_id = t.id order by tl.location_id limit 1) f on true
  left join locations l on l.id = f.location_id`;

/** Everything, or the given Things. `lateAfterIntervals` and `silentAfterIntervals` default to 2 and 5. */
export async function readCatalogue(
  on: Queryable,
  thingIds: readonly ThingId[] | undefined,
): Promise<{ things: ThingInfo[]; datastreams: DatastreamEntry[] }> {
  const which = thingIds === undefined ? 'true' : 't.id = any($1::bigint[])';
  const parameters = thingIds === undefined ? [] : [thingIds];
  const thingRows = await on.query<ThingRow>(
    `select t.id, t.name, t.properties, l.longitude, l.latitude from things t ${LOCATION} where ${which} order by t.id`,
    parameters,
  );
  const rows = await on.query<DatastreamRow>(
    `select d.id, d.thing_id, d.name, d.unit_of_measurement as unit, d.properties, d.keeps_minutes,
       (extract(epoch from d.registered_at) * 1000)::float8 as registered_at, l.id as location_id,
       l.generated_feature_id as feature_id, df.feature_id is not null as feature_noted
     from datastreams d join things t on t.id = d.thing_id ${LOCATION}
     left join datastreams_features df on df.datastream_id = d.id and df.feature_id = l.generated_feature_id
     where ${which} order by d.id`,
    parameters,
  );
  const idsOf = Map.groupBy(rows, (row) => row.thing_id);
  const things = thingRows.map((row) =>
    toThing(
      row,
      (idsOf.get(row.id) ?? []).map(({ id }) => id),
    ),
  );
  const byId = new Map(things.map((thing) => [thing.id, thing]));
  return { things, datastreams: rows.map((row) => toDatastream(row, byId.get(row.thing_id))) };
}

function toThing(row: ThingRow, datastreamIds: readonly number[]): ThingInfo {
  const properties = row.properties ?? {};
  return {
    id: row.id,
    name: row.name,
    assetId: findText(properties.assetId),
    domain: findText(properties.domain),
    assetClass: findText(properties.assetClass),
    place: row.longitude === null || row.latitude === null ? undefined : [row.longitude, row.latitude],
    datastreamIds,
    properties,
  };
}

function toDatastream(row: DatastreamRow, thing: ThingInfo | undefined): DatastreamEntry {
  const properties = row.properties ?? {};
  return {
    registeredAt: row.registered_at,
    featureId: featureOf(row),
    keepsMinutes: row.keeps_minutes,
    info: {
      id: row.id,
      thingId: row.thing_id,
      name: row.name,
      unit: unitOf(row.unit ?? {}),
      range: findPair(properties.range),
      intervalSeconds: findPositive(properties.intervalSeconds),
      lateAfterIntervals: findPositive(properties.lateAfterIntervals) ?? 2,
      silentAfterIntervals: findPositive(properties.silentAfterIntervals) ?? 5,
      normal: findPair(properties.normal),
      domain: findText(properties.domain) ?? thing?.domain,
      assetId: thing?.assetId,
      assetClass: thing?.assetClass,
      indicator: findText(properties.indicator),
      place: thing?.place,
    },
  };
}

function featureOf(row: DatastreamRow): number {
  if (row.location_id === null) return NO_FEATURE;
  return row.feature_id !== null && row.feature_noted ? row.feature_id : FEATURE_TO_BE_MADE;
}

/** The UCUM code stands in `definition`; where that is a link, in `symbol`. */
function unitOf(unit: Properties): string {
  const definition = findText(unit.definition);
  if (definition !== undefined && !/^[a-z]+:/i.test(definition)) return definition;
  return findText(unit.symbol) ?? '';
}

const findText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const findPositive = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined;

function findPair(value: Json | undefined): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [low, high] = value as Json[];
  return typeof low === 'number' && typeof high === 'number' && low <= high ? [low, high] : undefined;
}
