/** What OpenStreetMap's tags say to the driver of a van: may I, which way, how fast. Everything is defaults by custom, not law. */
import type { Tags } from './elements.ts';

export interface Drivable {
  readonly kph: number;
  readonly direction: 'both' | 'forward' | 'backward';
}

/** Kilometres per hour that are really driven on a class of street without a sign, lights and corners included. */
const KPH: Readonly<Record<string, number>> = {
  motorway: 95,
  motorway_link: 50,
  trunk: 75,
  trunk_link: 45,
  primary: 55,
  primary_link: 35,
  secondary: 45,
  secondary_link: 30,
  tertiary: 38,
  tertiary_link: 28,
  unclassified: 28,
  residential: 24,
  living_street: 8,
  service: 12,
  road: 24,
};

/** What is driven of what the sign allows. */
const OF_SIGNED = 0.8;
const SLOWEST_KPH = 5;
const FASTEST_KPH = 140;
const KM_PER_MILE = 1.609344;
/** From the general to the particular: the last one that is there decides. */
const ACCESS = ['access', 'vehicle', 'motor_vehicle', 'motorcar'];
const CLOSED = new Set(['no', 'private', 'agricultural', 'forestry', 'emergency', 'psv', 'bus']);
/** Barriers that stop a van unless a tag lets it through; gates and lift gates without a tag are taken as open. */
const STOPPING = new Set([
  'bollard',
  'block',
  'jersey_barrier',
  'debris',
  'log',
  'cycle_barrier',
  'wall',
  'fence',
  'chain',
]);

/** Undefined: no street for a van (footpath, building site, ferry, square, closed). */
export function drivable(tags: Tags): Drivable | undefined {
  const standard = KPH[tags.get('highway') ?? ''];
  if (standard === undefined || tags.get('area') === 'yes' || isClosed(tags)) return undefined;
  const direction = directionOf(tags);
  if (direction === undefined) return undefined;
  const signed = signedKph(tags.get('maxspeed'));
  return { kph: signed === undefined ? standard : Math.max(SLOWEST_KPH, signed * OF_SIGNED), direction };
}

export function isStopping(tags: Tags): boolean {
  const access = accessOf(tags);
  if (access !== undefined) return CLOSED.has(access) && tags.has('barrier');
  return STOPPING.has(tags.get('barrier') ?? '');
}

const accessOf = (tags: Tags): string | undefined => tags.get(ACCESS.findLast((key) => tags.has(key)) ?? '');
const isClosed = (tags: Tags): boolean => CLOSED.has(accessOf(tags) ?? 'yes');

/** Undefined where the direction changes with the hour. */
function directionOf(tags: Tags): Drivable['direction'] | undefined {
  const said = tags.get('oneway');
  if (said === 'reversible') return undefined;
  if (said === '-1' || said === 'reverse') return 'backward';
  if (said === 'yes' || said === 'true' || said === '1') return 'forward';
  const isRound = tags.get('junction') === 'roundabout' || tags.get('junction') === 'circular';
  const isOneWay = said !== 'no' && (isRound || tags.get('highway') === 'motorway');
  return isOneWay ? 'forward' : 'both';
}

/** `50`, `30 mph`; undefined for `none`, `signals`, `PT:urban` and whatever else is no number. */
export function signedKph(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(mph|km\/h|kmh|kph)?$/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const kph = Number(match[1]) * (match[2] === 'mph' ? KM_PER_MILE : 1);
  return kph > 0 && kph <= FASTEST_KPH ? kph : undefined;
}
