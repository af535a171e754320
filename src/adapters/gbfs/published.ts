/**
 * The city's own bays as GBFS: every stand is a virtual station, every zone a geofence. Counts from one to four are never published: such
 * a stand is missing from `station_status`, while 0 and 5 or more are told. 3.0 is the form that is made; 2.3 is derived from it.
 */
import type { StandView, Zone } from '#domains/shared-bikes/shared-bikes.types.ts';
import { type Instant, SECOND, toIso } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';

export const VERSIONS = ['3.0', '2.3'] as const;
export type GbfsVersion = (typeof VERSIONS)[number];

export const FEEDS = [
  'gbfs_versions',
  'system_information',
  'station_information',
  'station_status',
  'geofencing_zones',
] as const;
export type FeedName = (typeof FEEDS)[number];

/** The least count that is published, besides none at all. */
export const LEAST_COUNT = 5;

export interface GbfsCity {
  readonly id: string;
  readonly name: Localized;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly timeZone: string;
  /** Where the publisher of the feed can be asked about it; 3.0 wants one. */
  readonly contactEmail: string | undefined;
}

export interface Scene {
  readonly city: GbfsCity;
  readonly stands: readonly StandView[];
  readonly zones: readonly Zone[];
  readonly now: Instant;
  /** Of this server, `https://city.example`. */
  readonly base: string;
}

const TTL_SECONDS: Readonly<Record<FeedName | 'gbfs', number>> = {
  gbfs: 3_600,
  gbfs_versions: 3_600,
  system_information: 3_600,
  station_information: 300,
  station_status: 60,
  geofencing_zones: 300,
};

const is3 = (version: GbfsVersion): boolean => version === '3.0';
const timeIn = (version: GbfsVersion, at: Instant): string | number =>
  is3(version) ? toIso(at) : Math.floor(at / SECOND);

/** All languages as 3.0 lists them; the default one as the plain text of 2.3. */
function textIn(version: GbfsVersion, { languages, defaultLanguage }: GbfsCity, name: Localized, otherwise: string) {
  const plain = name[defaultLanguage] ?? Object.values(name)[0] ?? otherwise;
  if (!is3(version)) return plain;
  const told = languages.filter((language) => name[language] !== undefined);
  if (told.length === 0) return [{ text: plain, language: defaultLanguage }];
  return told.map((language) => ({ text: name[language], language }));
}

const envelope = (version: GbfsVersion, feed: FeedName | 'gbfs', now: Instant, data: object) => ({
  last_updated: timeIn(version, now),
  ttl: TTL_SECONDS[feed],
  version,
  data,
});

const addressOf = (base: string, version: GbfsVersion, feed: string) => `${base}/gbfs/${version}/${feed}.json`;

export function toDiscovery(version: GbfsVersion, { city, now, base }: Pick<Scene, 'city' | 'now' | 'base'>) {
  const feeds = FEEDS.map((name) => ({ name, url: addressOf(base, version, name) }));
  return envelope(version, 'gbfs', now, is3(version) ? { feeds } : { [city.defaultLanguage]: { feeds } });
}

const MAKERS: Readonly<Record<FeedName, (version: GbfsVersion, scene: Scene) => object>> = {
  gbfs_versions: (_, { base }) => ({
    versions: [...VERSIONS].sort().map((version) => ({ version, url: addressOf(base, version, 'gbfs') })),
  }),
  system_information: (version, { city }) => ({
    system_id: `${city.id}-bays`,
    timezone: city.timeZone,
    name: textIn(version, city, city.name, city.id),
    ...(city.contactEmail !== undefined && { feed_contact_email: city.contactEmail }),
    ...(is3(version) ? { languages: city.languages, opening_hours: '24/7' } : { language: city.defaultLanguage }),
  }),
  station_information: (version, { city, stands }) => ({
    stations: stands.map(({ id, name, place: [lon, lat], capacity, polygons }) => ({
      station_id: id,
      name: textIn(version, city, name ?? {}, id),
      ...{ lat, lon, capacity, is_virtual_station: true, parking_type: 'street_parking' },
      station_area: { type: 'MultiPolygon', coordinates: polygons },
    })),
  }),
  station_status: (version, { stands, now }) => ({
    stations: stands
      .filter(({ count }) => count === 0 || count >= LEAST_COUNT)
      .map(({ id, count }) => ({
        station_id: id,
        [is3(version) ? 'num_vehicles_available' : 'num_bikes_available']: count,
        ...{ is_installed: true, is_renting: true, is_returning: true },
        last_reported: timeIn(version, now),
      })),
  }),
  geofencing_zones: (version, { city, zones }) => ({
    geofencing_zones: {
      type: 'FeatureCollection',
      features: zones.map(({ id, kind, name, polygon }) => ({
        type: 'Feature',
        properties: { name: textIn(version, city, name, id), rules: [rule(version, kind)] },
        geometry: { type: 'MultiPolygon', coordinates: [polygon] },
      })),
    },
    ...(is3(version) && { global_rules: [{ ...rule(version, 'quota'), station_parking: true }] }),
  }),
};

/** Riding is free everywhere. In an area with a quota a ride may end, in a bay; around an exit only in a bay; elsewhere not at all. */
function rule(version: GbfsVersion, kind: Zone['kind']) {
  const mayEnd = kind !== 'no-parking';
  const riding = { ride_through_allowed: true, ...(mayEnd && { station_parking: true }) };
  return is3(version)
    ? { ride_start_allowed: true, ride_end_allowed: mayEnd, ...riding }
    : { ride_allowed: mayEnd, ...riding };
}

export const toFeed = (version: GbfsVersion, feed: FeedName, scene: Scene) =>
  envelope(version, feed, scene.now, MAKERS[feed](version, scene));
