/** The records of MDS 2.0 Agency as they come, checked by hand: `/telemetry` must keep up with ten thousand a second. */
import { badParam, type Failure, missingParam } from './answers.ts';
import { isUuid } from './uuid.ts';

export type MdsRecord = Readonly<Record<string, unknown>>;

/** A complaint about one field; undefined: it is as it must be. */
type Check = (value: unknown) => string | undefined;

export const isRecord = (value: unknown): value is MdsRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** 2018-01-01, the least that the standard's timestamps allow. */
const OLDEST = 1_514_764_800_000;
const MOST_CHARACTERS = 255;

const uuid: Check = (value) => (isUuid(value) ? undefined : 'is no UUID in lower case');
const timestamp: Check = (value) =>
  Number.isInteger(value) && (value as number) >= OLDEST ? undefined : 'is no whole number of milliseconds since 1970';
const text: Check = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= MOST_CHARACTERS
    ? undefined
    : 'is no text of 1 to 255 characters';
const boolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'is neither true nor false');
const percent: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100
    ? undefined
    : 'is no whole number from 0 to 100';
const uuids: Check = (value) => (Array.isArray(value) && value.every(isUuid) ? undefined : 'is no list of UUIDs');
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value);
const some =
  (check: Check): Check =>
  (value) =>
    check(value) ?? ((value as readonly unknown[]).length > 0 ? undefined : 'is empty');
const oneOf =
  (words: ReadonlySet<string>): Check =>
  (value) =>
    typeof value === 'string' && words.has(value) ? undefined : `is none of ${[...words].join(', ')}`;
const listOf =
  (words: ReadonlySet<string>): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => words.has(each as string))
      ? undefined
      : `is no list of ${[...words].join(', ')}`;
const counts: Check = (value) =>
  isRecord(value) &&
  Object.entries(value).every(([type, n]) => VEHICLE_TYPES.has(type) && Number.isInteger(n) && (n as number) >= 0)
    ? undefined
    : 'is no object of counts by vehicle type';

const gps: Check = (value) => {
  if (!isRecord(value)) return 'is no object';
  const { lat, lng, horizontal_accuracy: accuracy, speed } = value;
  if (typeof lat !== 'number' || !(Math.abs(lat) <= 90)) return 'has no lat from -90 to 90';
  if (typeof lng !== 'number' || !(Math.abs(lng) <= 180)) return 'has no lng from -180 to 180';
  if (accuracy !== undefined && typeof accuracy !== 'number') return 'has a horizontal_accuracy that is no number';
  return speed !== undefined && typeof speed !== 'number' ? 'has a speed that is no number' : undefined;
};

const VEHICLE_TYPES = new Set(
  'bicycle bus cargo_bicycle car delivery_robot moped motorcycle scooter_standing scooter_seated truck other'.split(
    ' ',
  ),
);
const PROPULSIONS = new Set(
  'human electric_assist electric combustion combustion_diesel hybrid hydrogen_fuel_cell plug_in_hybrid'.split(' '),
);
const STREET_PARTS = new Set('street sidewalk crosswalk garage bike_lane'.split(' '));

export interface RecordShape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

export const VEHICLE: RecordShape = {
  required: {
    device_id: uuid,
    provider_id: uuid,
    vehicle_id: text,
    vehicle_type: oneOf(VEHICLE_TYPES),
    propulsion_types: listOf(PROPULSIONS),
  },
  optional: { data_provider_id: uuid },
};

export const TELEMETRY: RecordShape = {
  required: {
    device_id: uuid,
    provider_id: uuid,
    telemetry_id: uuid,
    timestamp,
    trip_ids: orNull(some(uuids)),
    journey_id: orNull(uuid),
    location: gps,
  },
  optional: {
    data_provider_id: uuid,
    stop_id: uuid,
    location_type: oneOf(STREET_PARTS),
    battery_percent: percent,
    fuel_percent: percent,
    tipped_over: boolean,
  },
};

/** `vehicle_state` and `event_types` are checked together, by the table of events. */
export const EVENT: RecordShape = {
  required: {
    device_id: uuid,
    provider_id: uuid,
    event_id: uuid,
    vehicle_state: text,
    event_types: (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'is no list of event types'),
    timestamp,
  },
  optional: {
    data_provider_id: uuid,
    publication_time: timestamp,
    location: gps,
    event_geographies: some(uuids),
    battery_percent: percent,
    fuel_percent: percent,
    trip_ids: uuids,
    associated_ticket: (value) => (value === '' ? undefined : text(value)),
  },
};

const stopStatus: Check = (value) =>
  isRecord(value) && ['is_installed', 'is_renting', 'is_returning'].every((each) => typeof value[each] === 'boolean')
    ? undefined
    : 'does not say is_installed, is_renting and is_returning';

const STOP_CHANGES: Readonly<Record<string, Check>> = {
  status: stopStatus,
  num_vehicles_available: counts,
  num_vehicles_disabled: counts,
  num_places_available: counts,
  num_places_disabled: counts,
  devices: uuids,
};

export const STOP: RecordShape = {
  required: {
    stop_id: uuid,
    last_updated: timestamp,
    name: text,
    location: gps,
    status: stopStatus,
    capacity: counts,
    num_vehicles_available: counts,
    num_vehicles_disabled: counts,
  },
  optional: { ...STOP_CHANGES, provider_id: uuid, data_provider_id: uuid, geography_id: uuid, parent_stop: uuid },
};

export const STOP_CHANGE: RecordShape = {
  required: { stop_id: uuid, last_updated: timestamp },
  optional: STOP_CHANGES,
};

const shapeLists = new WeakMap<RecordShape, readonly [field: string, check: Check, isRequired: boolean][]>();

function listFields(shape: RecordShape) {
  const known = shapeLists.get(shape);
  if (known !== undefined) return known;
  const fields = [
    ...Object.entries(shape.required).map(([field, check]) => [field, check, true] as const),
    ...Object.entries(shape.optional).map(([field, check]) => [field, check, false] as const),
  ];
  shapeLists.set(shape, fields as [string, Check, boolean][]);
  return fields;
}

/** What is wrong with a record, missing fields first; undefined when nothing is. `providerId`: the only provider it may speak for. */
export function findFault(item: unknown, shape: RecordShape, providerId: string): Failure | undefined {
  if (!isRecord(item)) return badParam(item, ['The record is no JSON object.']);
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const [field, check, isRequired] of listFields(shape)) {
    const value = item[field];
    if (value === undefined) {
      if (isRequired) missing.push(field);
      continue;
    }
    const complaint = check(value);
    if (complaint !== undefined) wrong.push(`${field} ${complaint}`);
  }
  if (missing.length > 0) return missingParam(item, missing);
  if (wrong.length > 0) return badParam(item, wrong);
  const provider = item['provider_id'];
  if (provider !== undefined && provider !== null && provider !== providerId)
    return badParam(item, [`provider_id is not ${providerId}, for which this key speaks`]);
  return undefined;
}
