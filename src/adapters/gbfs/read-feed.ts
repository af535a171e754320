/** GBFS 2.3 and 3.0 documents as they come, turned into what the platform takes in; what does not fit is named, record by record. */
import type { Position } from '#kernel/geo.ts';
import { findInstant, type Instant, SECOND } from '#kernel/time.ts';
import type { FeedProblem } from './fetch-feed.ts';

/** Before this second no GBFS was written: the least that the published schema allows. */
const OLDEST_SECONDS = 1_450_155_600;

export interface Head {
  /** `2.3`, `3.0` … */
  readonly version: string;
  readonly lastUpdated: Instant;
  readonly ttlSeconds: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Vehicle {
  readonly index: number;
  readonly id: string;
  readonly place: Position;
  readonly isDisabled: boolean;
  readonly lastReported: Instant | undefined;
}

export interface RefusedRecord {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface Vehicles {
  readonly vehicles: readonly Vehicle[];
  readonly refused: readonly RefusedRecord[];
  /** Vehicles of a kind that is none of ours, such as cars. */
  readonly others: number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Seconds since 1970 (until 2.3) or RFC 3339 (from 3.0 on); undefined when it is neither. */
export function findTime(value: unknown): Instant | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= OLDEST_SECONDS && value < 1e11 ? value * SECOND : undefined;
  return findInstant(value);
}

export const isProblem = (value: object): value is FeedProblem => 'code' in value && 'message' in value;

export function readHead(value: unknown, url: string): Head | FeedProblem {
  const wrong = (field: string, why: string): FeedProblem => ({
    code: 'feed.invalid',
    message: `${url}: ${field} ${why}.`,
  });
  if (!isObject(value)) return wrong('the document', 'is no JSON object');
  const { version, last_updated: updated, ttl, data } = value;
  if (typeof version !== 'string' || !/^[123]\.\d/.test(version)) return wrong('version', 'is not 2.3 or 3.0');
  const lastUpdated = findTime(updated);
  if (lastUpdated === undefined)
    return wrong('last_updated', 'is neither seconds since 1970 (2.3) nor an RFC 3339 time (3.0)');
  if (typeof ttl !== 'number' || !(ttl >= 0)) return wrong('ttl', 'is no number of seconds');
  if (!isObject(data)) return wrong('data', 'is no object');
  return { version, lastUpdated, ttlSeconds: ttl, data };
}

export interface Addresses {
  readonly vehicles: string;
  readonly types: string | undefined;
}

/** Only addresses at the configured origin are read: a feed cannot send us, or our key for it, anywhere else. */
export function readDiscovery({ data }: Head, url: string): Addresses | FeedProblem {
  const lists = Array.isArray(data['feeds']) ? [data] : Object.values(data).filter(isObject);
  const entries = lists.flatMap((list) => (Array.isArray(list['feeds']) ? list['feeds'] : [])).filter(isObject);
  const find = (...names: string[]) => entries.find(({ name }) => names.includes(name as string))?.['url'];
  const vehicles = find('vehicle_status', 'free_bike_status');
  if (typeof vehicles !== 'string')
    return { code: 'feed.incomplete', message: `${url} names neither vehicle_status nor free_bike_status.` };
  const types = find('vehicle_types');
  const { origin } = new URL(url);
  const stranger = [vehicles, types].find((each) => each !== undefined && originOf(each) !== origin);
  if (stranger !== undefined)
    return { code: 'feed.elsewhere', message: `${url} points to ${String(stranger)}, outside the agreed ${origin}.` };
  return { vehicles, types: types as string | undefined };
}

function originOf(url: unknown): string | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Ids of the vehicle types that are no shared bike: cars. */
export function readOtherTypes({ data }: Head): ReadonlySet<string> {
  const types = Array.isArray(data['vehicle_types']) ? data['vehicle_types'].filter(isObject) : [];
  return new Set(types.filter(({ form_factor: form }) => form === 'car').map(({ vehicle_type_id: id }) => String(id)));
}

export function readVehicles({ data }: Head, url: string, otherTypes: ReadonlySet<string>): Vehicles | FeedProblem {
  const records = data['vehicles'] ?? data['bikes'];
  if (!Array.isArray(records))
    return {
      code: 'feed.invalid',
      message: `${url}: data has neither a list "vehicles" (3.0) nor a list "bikes" (2.3).`,
    };
  const vehicles: Vehicle[] = [];
  const refused: RefusedRecord[] = [];
  let others = 0;
  for (let index = 0; index < records.length; index++) {
    const record: unknown = records[index];
    if (isObject(record) && otherTypes.has(record['vehicle_type_id'] as string)) {
      others++;
      continue;
    }
    const read = readVehicle(record, index);
    if ('code' in read) refused.push(read);
    else vehicles.push(read);
  }
  return { vehicles, refused, others };
}

function readVehicle(record: unknown, index: number): Vehicle | RefusedRecord {
  const wrong = (message: string, code = 'vehicle.invalid'): RefusedRecord => ({ index, code, message });
  if (!isObject(record)) return wrong('The record is no object.');
  const id = record['vehicle_id'] ?? record['bike_id'];
  if (typeof id !== 'string' || id === '') return wrong('vehicle_id (3.0) or bike_id (2.3) is no text.');
  const {
    lat,
    lon,
    is_disabled: isDisabled = false,
    is_reserved: isReserved = false,
    last_reported: reported,
  } = record;
  if (lat === undefined && lon === undefined && typeof record['station_id'] === 'string')
    return wrong('The vehicle names a station and no place; it is in a dock, not at the kerb.', 'vehicle.docked');
  if (typeof lat !== 'number' || typeof lon !== 'number') return wrong('lat and lon are not both numbers.');
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180) || (lat === 0 && lon === 0))
    return wrong(`lat ${lat}, lon ${lon} is no place that a bike can stand at.`, 'sighting.nowhere');
  if (typeof isDisabled !== 'boolean' || typeof isReserved !== 'boolean')
    return wrong('is_disabled and is_reserved are true or false.');
  const lastReported = reported === undefined ? undefined : findTime(reported);
  if (reported !== undefined && lastReported === undefined) return wrong('last_reported is no time.');
  return { index, id, place: [lon, lat], isDisabled, lastReported };
}
