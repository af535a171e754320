/** The door of the platform: a sighting that cannot be true is put aside with a reason its operator can read; the others go on. */
import { distanceMetres, type Position } from '#kernel/geo.ts';
import { type Instant, MINUTE, toIso } from '#kernel/time.ts';
import type { NamedSighting, Quarantined } from './shared-bikes.types.ts';

/** Clocks of senders may be this far ahead. */
const AHEAD_MS = MINUTE;
const CITY_METRES = 100_000;
const MOST_ID_CHARACTERS = 128;

export interface Door {
  readonly now: Instant;
  readonly centre: Position;
  /** When the bike was last heard of; undefined: never. */
  lastHeard(vehicleId: string): Instant | undefined;
  /** A whole fleet names each bike once. */
  readonly isWholeFleet: boolean;
}

export function admit(
  sightings: readonly NamedSighting[],
  door: Door,
): { readonly admitted: NamedSighting[]; readonly quarantined: Quarantined[] } {
  const admitted: NamedSighting[] = [];
  const quarantined: Quarantined[] = [];
  const newest = new Map<string, Instant>();
  sightings.forEach((sighting, index) => {
    const wrong = refusal(sighting, door, newest);
    if (wrong !== undefined) quarantined.push({ index, ...wrong });
    else {
      newest.set(sighting.vehicleId, sighting.at);
      admitted.push(sighting);
    }
  });
  return { admitted, quarantined };
}

function refusal(
  { vehicleId, kind, place, at }: NamedSighting,
  { now, centre, lastHeard, isWholeFleet }: Door,
  newest: ReadonlyMap<string, Instant>,
): Omit<Quarantined, 'index'> | undefined {
  if (vehicleId.length === 0 || vehicleId.length > MOST_ID_CHARACTERS)
    return { code: 'sighting.vehicle_id', message: `A vehicle id has 1 to ${MOST_ID_CHARACTERS} characters.` };
  if (isWholeFleet && newest.has(vehicleId))
    return { code: 'sighting.duplicate', message: 'This vehicle is named twice in one fleet; the first counts.' };
  if (!(at <= now + AHEAD_MS))
    return { code: 'sighting.future', message: 'The time lies more than a minute in the future.' };
  const last = newest.get(vehicleId) ?? lastHeard(vehicleId);
  if (last !== undefined && at < last)
    return {
      code: 'sighting.backwards',
      message: `Time runs backwards: this vehicle was last heard of at ${toIso(last)}.`,
    };
  if (place === undefined) {
    const needsPlace = kind === 'locked' || kind === 'seen-standing';
    return needsPlace ? { code: 'sighting.nowhere', message: `A ${kind} vehicle has a place.` } : undefined;
  }
  const [lon, lat] = place;
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90) || (lon === 0 && lat === 0))
    return { code: 'sighting.nowhere', message: `${lon}, ${lat} is no place that a bike can stand at.` };
  if (distanceMetres(place, centre) > CITY_METRES)
    return { code: 'sighting.elsewhere', message: 'The place lies more than 100 km from this city.' };
  return undefined;
}
