/**
 * What events and telemetry of MDS mean for the kerb. An event says which state the bike is in afterwards; the state decides, and the
 * event types tell how it came there.
 *
 * A bike that an operator cannot reach (`non_contactable`) or cannot find (`missing`) is told of nothing: were it taken for removed, an
 * operator could clear a kerb by losing its bikes. The platform's own rule on silence finds them.
 */
import type { NamedSighting, Sighting } from '#domains/shared-bikes/shared-bikes.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import { badParam, type Failure, missingParam } from './answers.ts';
import type { MdsRecord } from './records.ts';

/** By state and event type of the mode micromobility, what the kerb sees; the published table of MDS 2.0. */
const KERB: Readonly<Record<string, Readonly<Record<string, readonly Sighting[]>>>> = {
  removed: {
    agency_pick_up: ['removed'],
    comms_restored: ['removed'],
    compliance_pick_up: ['removed'],
    decommissioned: ['removed'],
    located: ['removed'],
    maintenance_pick_up: ['removed'],
    rebalance_pick_up: ['removed'],
    unspecified: ['removed'],
  },
  available: {
    agency_drop_off: ['locked'],
    battery_charged: ['seen-standing', 'mended'],
    comms_restored: ['seen-standing'],
    located: ['seen-standing'],
    maintenance: ['seen-standing', 'mended'],
    on_hours: ['seen-standing'],
    provider_drop_off: ['locked'],
    reservation_cancel: ['seen-standing'],
    system_resume: ['seen-standing'],
    trip_cancel: ['locked'],
    trip_end: ['locked'],
    unspecified: ['seen-standing'],
  },
  non_operational: {
    battery_low: ['seen-standing', 'faulty'],
    comms_restored: ['seen-standing'],
    located: ['seen-standing'],
    maintenance: ['seen-standing', 'faulty'],
    off_hours: ['seen-standing'],
    system_suspend: ['seen-standing'],
    unspecified: ['seen-standing'],
  },
  reserved: {
    comms_restored: ['seen-standing'],
    located: ['seen-standing'],
    reservation_start: ['seen-standing'],
    unspecified: ['seen-standing'],
  },
  on_trip: {
    changed_geographies: ['seen-moving'],
    comms_restored: ['seen-moving'],
    located: ['seen-moving'],
    trip_enter_jurisdiction: ['seen-moving'],
    trip_start: ['unlocked'],
    unspecified: ['seen-moving'],
  },
  non_contactable: { comms_lost: [], unspecified: [] },
  missing: { not_located: [], unspecified: [] },
  elsewhere: {
    comms_restored: ['removed'],
    located: ['removed'],
    trip_leave_jurisdiction: ['removed'],
    unspecified: ['removed'],
  },
};

const NEED_TRIP = new Set('trip_cancel trip_end trip_enter_jurisdiction trip_leave_jurisdiction trip_start'.split(' '));
const PICK_UPS = new Set('agency_pick_up compliance_pick_up maintenance_pick_up rebalance_pick_up'.split(' '));
/** Receivers give the radius that holds 68 of 100 positions; this many times it holds 95 (two-dimensional normal). */
const TO_95 = Math.sqrt(Math.log(0.05) / Math.log(0.32));
/** Faster than anybody pushes a bike about to park it, metres a second. */
const MOVING_FROM = 1.5;

interface Located {
  readonly place: Position | undefined;
  readonly errorMetres: number | undefined;
  readonly speed: number;
}

function locate({ location }: MdsRecord): Located {
  if (location === undefined) return { place: undefined, errorMetres: undefined, speed: 0 };
  const { lat, lng, horizontal_accuracy: accuracy, speed } = location as Record<string, number | undefined>;
  const errorMetres = accuracy !== undefined && accuracy > 0 ? accuracy * TO_95 : undefined;
  return { place: [lng!, lat!], errorMetres, speed: speed ?? 0 };
}

/** Of a record that has been checked. On a trip no place is handed on: it would be a point of somebody's way. */
export function ofTelemetry(record: MdsRecord): NamedSighting {
  const { place, errorMetres, speed } = locate(record);
  const isMoving = record['trip_ids'] !== null || speed >= MOVING_FROM;
  return {
    vehicleId: record['device_id'] as string,
    kind: isMoving ? 'seen-moving' : 'seen-standing',
    place: isMoving ? undefined : place,
    at: record['timestamp'] as Instant,
    errorMetres,
  };
}

/** What the shapes of the fields cannot say: state and types belong together, trips are named, and there is a place. */
export function findEventFault(record: MdsRecord): Failure | undefined {
  const { vehicle_state: state, event_types: types, trip_ids: trips } = record;
  const known = KERB[state as string];
  if (known === undefined) return badParam(record, [`vehicle_state is none of ${Object.keys(KERB).join(', ')}`]);
  const strange = (types as readonly unknown[]).filter((type) => !Object.hasOwn(known, String(type)));
  if (strange.length > 0)
    return badParam(record, [`event_types: ${strange.join(', ')} does not lead to ${String(state)}`]);
  if (record['location'] === undefined && record['event_geographies'] === undefined)
    return missingParam(record, ['location']);
  const needsTrip = (types as readonly string[]).some((type) => NEED_TRIP.has(type));
  return needsTrip && !(Array.isArray(trips) && trips.length > 0) ? missingParam(record, ['trip_ids']) : undefined;
}

/** Of a record that has been checked; empty when the kerb sees nothing of it. */
export function ofEvent(record: MdsRecord): NamedSighting[] {
  const { place, errorMetres } = locate(record);
  const byType = KERB[record['vehicle_state'] as string]!;
  const kinds = new Set((record['event_types'] as readonly string[]).flatMap((type) => byType[type]!));
  // The trip has ended here says more than that it stands here.
  if (kinds.has('locked')) kinds.delete('seen-standing');
  const standing = (kind: Sighting) => kind === 'locked' || kind === 'seen-standing';
  return [...kinds].map((kind) => ({
    vehicleId: record['device_id'] as string,
    kind,
    place: standing(kind) ? place : undefined,
    at: record['timestamp'] as Instant,
    errorMetres,
  }));
}

/** The case for which this event took a bike away. */
export function ticketOf({ event_types: types, associated_ticket: ticket }: MdsRecord): string | undefined {
  const isPickUp = (types as readonly string[]).some((type) => PICK_UPS.has(type));
  return isPickUp && typeof ticket === 'string' && ticket !== '' ? ticket : undefined;
}
