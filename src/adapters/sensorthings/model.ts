/**
 * The entities of SensorThings 1.1 as one table: what each is called, which properties it has, of which type and in which columns,
 * and how it hangs together with the others. Parsing of bodies, queries and answers are all driven by this table.
 */
export type EntityName =
  | 'Thing'
  | 'Location'
  | 'HistoricalLocation'
  | 'Datastream'
  | 'Sensor'
  | 'ObservedProperty'
  | 'Observation'
  | 'FeatureOfInterest';

/**
 * `text`, `instant` one column; `interval` two (begin, end; an end of null means an instant); `json` any JSON; `geometry` GeoJSON;
 * `unit` an object of name, symbol, definition; `result` the two columns of an Observation's result; `extra` a key of `extra`.
 */
export type PropertyType =
  | 'text'
  | 'instant'
  | 'interval'
  | 'json'
  | 'object'
  | 'geometry'
  | 'unit'
  | 'result'
  | 'extra';

export interface Property {
  readonly name: string;
  readonly type: PropertyType;
  readonly columns: readonly string[];
  /** Must stand in the body of a POST. */
  readonly required: boolean;
  /** Kept by the server; what a body says about it is ignored. */
  readonly computed: boolean;
}

export type Link =
  /** The key of the target stands in a column of this entity's own row. */
  | { readonly kind: 'one'; readonly column: string }
  /** The target's rows carry this entity's key. */
  | { readonly kind: 'many'; readonly column: string }
  /** A table between both. */
  | { readonly kind: 'between'; readonly table: string; readonly own: string; readonly other: string };

export interface Relation {
  readonly name: string;
  readonly target: EntityName;
  readonly link: Link;
  /** Name of the way back, as the target calls it. */
  readonly inverse: string;
  /** A POST must name or contain the target. */
  readonly required: boolean;
}

export interface EntityType {
  readonly name: EntityName;
  readonly set: string;
  readonly table: string;
  readonly properties: ReadonlyMap<string, Property>;
  readonly relations: ReadonlyMap<string, Relation>;
}

const property = (
  name: string,
  type: PropertyType,
  columns: string | readonly string[],
  options: { required?: boolean; computed?: boolean } = {},
): Property => ({
  name,
  type,
  columns: typeof columns === 'string' ? [columns] : columns,
  required: options.required ?? false,
  computed: options.computed ?? false,
});
const required = { required: true };

const one = (name: string, target: EntityName, column: string, inverse: string, isRequired = true): Relation => ({
  name,
  target,
  link: { kind: 'one', column },
  inverse,
  required: isRequired,
});
const many = (name: string, target: EntityName, column: string, inverse: string): Relation => ({
  name,
  target,
  link: { kind: 'many', column },
  inverse,
  required: false,
});
const between = (
  name: string,
  target: EntityName,
  table: string,
  own: string,
  other: string,
  inverse: string,
): Relation => ({
  name,
  target,
  link: { kind: 'between', table, own, other },
  inverse,
  required: false,
});

const entity = (
  name: EntityName,
  set: string,
  table: string,
  properties: readonly Property[],
  relations: readonly Relation[],
): EntityType => ({
  name,
  set,
  table,
  properties: new Map(properties.map((each) => [each.name, each])),
  relations: new Map(relations.map((each) => [each.name, each])),
});

const name = property('name', 'text', 'name', required);
const description = property('description', 'text', 'description', required);
const encodingType = property('encodingType', 'text', 'encoding_type', required);
const properties = property('properties', 'object', 'properties');

const THING = entity(
  'Thing',
  'Things',
  'things',
  [name, description, properties],
  [
    many('Datastreams', 'Datastream', 'thing_id', 'Thing'),
    between('Locations', 'Location', 'things_locations', 'thing_id', 'location_id', 'Things'),
    many('HistoricalLocations', 'HistoricalLocation', 'thing_id', 'Thing'),
  ],
);

const LOCATION = entity(
  'Location',
  'Locations',
  'locations',
  [name, description, encodingType, property('location', 'geometry', 'location', required), properties],
  [
    between('Things', 'Thing', 'things_locations', 'location_id', 'thing_id', 'Locations'),
    between(
      'HistoricalLocations',
      'HistoricalLocation',
      'historical_locations_locations',
      'location_id',
      'historical_location_id',
      'Locations',
    ),
  ],
);

const HISTORICAL_LOCATION = entity(
  'HistoricalLocation',
  'HistoricalLocations',
  'historical_locations',
  [property('time', 'instant', 'time', required)],
  [
    one('Thing', 'Thing', 'thing_id', 'HistoricalLocations'),
    between(
      'Locations',
      'Location',
      'historical_locations_locations',
      'historical_location_id',
      'location_id',
      'HistoricalLocations',
    ),
  ],
);

const DATASTREAM = entity(
  'Datastream',
  'Datastreams',
  'datastreams',
  [
    name,
    description,
    property('observationType', 'text', 'observation_type', required),
    property('unitOfMeasurement', 'unit', 'unit_of_measurement', required),
    property('observedArea', 'geometry', 'observed_area'),
    property('phenomenonTime', 'interval', ['phenomenon_time_begin', 'phenomenon_time_end'], { computed: true }),
    property('resultTime', 'interval', ['result_time_begin', 'result_time_end'], { computed: true }),
    properties,
  ],
  [
    one('Thing', 'Thing', 'thing_id', 'Datastreams'),
    one('Sensor', 'Sensor', 'sensor_id', 'Datastreams'),
    one('ObservedProperty', 'ObservedProperty', 'observed_property_id', 'Datastreams'),
    many('Observations', 'Observation', 'datastream_id', 'Datastream'),
  ],
);

const SENSOR = entity(
  'Sensor',
  'Sensors',
  'sensors',
  [name, description, encodingType, property('metadata', 'json', 'metadata', required), properties],
  [many('Datastreams', 'Datastream', 'sensor_id', 'Sensor')],
);

const OBSERVED_PROPERTY = entity(
  'ObservedProperty',
  'ObservedProperties',
  'observed_properties',
  [name, property('definition', 'text', 'definition', required), description, properties],
  [many('Datastreams', 'Datastream', 'observed_property_id', 'ObservedProperty')],
);

const OBSERVATION = entity(
  'Observation',
  'Observations',
  'observations',
  [
    property('phenomenonTime', 'interval', ['phenomenon_time', 'phenomenon_end']),
    property('resultTime', 'instant', 'result_time'),
    property('result', 'result', ['result', 'result_json'], required),
    property('resultQuality', 'extra', 'extra'),
    property('validTime', 'extra', 'extra'),
    property('parameters', 'extra', 'extra'),
  ],
  [
    one('Datastream', 'Datastream', 'datastream_id', 'Observations'),
    one('FeatureOfInterest', 'FeatureOfInterest', 'feature_id', 'Observations', false),
  ],
);

const FEATURE_OF_INTEREST = entity(
  'FeatureOfInterest',
  'FeaturesOfInterest',
  'features_of_interest',
  [name, description, encodingType, property('feature', 'geometry', 'feature', required), properties],
  [many('Observations', 'Observation', 'feature_id', 'FeatureOfInterest')],
);

export const ENTITIES: Readonly<Record<EntityName, EntityType>> = {
  Thing: THING,
  Location: LOCATION,
  HistoricalLocation: HISTORICAL_LOCATION,
  Datastream: DATASTREAM,
  Sensor: SENSOR,
  ObservedProperty: OBSERVED_PROPERTY,
  Observation: OBSERVATION,
  FeatureOfInterest: FEATURE_OF_INTEREST,
};

const SETS: ReadonlyMap<string, EntityType> = new Map(Object.values(ENTITIES).map((type) => [type.set, type]));

export const findSet = (set: string): EntityType | undefined => SETS.get(set);
export const listSets = (): readonly string[] => [...SETS.keys()];
export const targetOf = (relation: Relation): EntityType => ENTITIES[relation.target];
export const isToMany = (relation: Relation): boolean => relation.link.kind !== 'one';

/** `@iot.id` and `id` are the same word in a query. */
export const isIdName = (word: string): boolean => word === 'id' || word === '@iot.id';
