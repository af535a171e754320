/** Between what arrives, what is kept, and the fleet in memory. */
import type { Instant } from '#kernel/time.ts';
import { type Fleet, GONE } from './fleet.ts';
import { toPosition } from './plane.ts';
import { type NamedSighting, SIGHTINGS, type Sighting, type SightingBatch } from './shared-bikes.types.ts';
import type { KeptSighting, KeptVehicle } from './storage.ts';

export const kindIndex = (kind: Sighting): number => SIGHTINGS.indexOf(kind);
const LOCKED = kindIndex('locked');
const SEEN = kindIndex('seen-standing');
const MOVED = kindIndex('seen-moving');
const FAULTY = kindIndex('faulty');

/** Kinds whose place is dropped at the door: where a trip begins is nobody's business. */
const NEEDS_PLACE = new Set<Sighting>(['locked', 'seen-standing']);

export const toKept = (name: string, { kind, place, at, errorMetres }: NamedSighting): KeptSighting => {
  const where = NEEDS_PLACE.has(kind) ? place : undefined;
  return [name, kindIndex(kind), where?.[0] ?? null, where?.[1] ?? null, at, errorMetres ?? 0];
};

/** A row that changes nothing: it says only that a whole fleet named the bike. Without a place no standing bike is taken in. */
export const toNamedOnly = (name: string, at: Instant): KeptSighting => [name, SEEN, null, null, at, 0];

export const toBatch = (operator: number, slots: Int32Array, kept: readonly KeptSighting[]): SightingBatch => ({
  operator,
  slots,
  kinds: Uint8Array.from(kept, ([, kind]) => kind),
  lon: Float64Array.from(kept, ([, , lon]) => lon ?? Number.NaN),
  lat: Float64Array.from(kept, ([, , , lat]) => lat ?? Number.NaN),
  at: Float64Array.from(kept, ([, , , , at]) => at),
  error: Float32Array.from(kept, (each) => each[5]),
});

/** The bikes of an operator that are on the street, for writing down. */
export function keptFleet(fleet: Fleet, operator: number): KeptVehicle[] {
  const the = fleet.columns();
  const kept: KeptVehicle[] = [];
  for (let slot = 0; slot < fleet.size(); slot++) {
    const name = fleet.keyOf(slot);
    if (name === undefined || the.operator[slot] !== operator || the.state[slot] === GONE) continue;
    const hasPlace = !Number.isNaN(the.x[slot]!);
    const [lon, lat] = hasPlace ? toPosition(fleet.plane, the.x[slot]!, the.y[slot]!) : [null, null];
    const faulty = the.faultySince[slot]!;
    const faultySince = Number.isNaN(faulty) ? null : faulty;
    kept.push([name, the.state[slot]!, lon, lat, the.since[slot]!, the.reportedAt[slot]!, faultySince]);
  }
  return kept;
}

export function restoreVehicle(fleet: Fleet, operator: number, vehicle: KeptVehicle, now: Instant): void {
  const [name, , lon, lat, since, reportedAt, faultySince] = vehicle;
  const slots = Int32Array.of(fleet.slotOf(operator, name));
  const isStanding = lon !== null;
  const events: KeptSighting[] = [[name, isStanding ? LOCKED : MOVED, lon, lat, since, 0]];
  if (faultySince !== null) events.push([name, FAULTY, null, null, Math.max(since, faultySince), 0]);
  for (const event of events) fleet.apply(toBatch(operator, slots, [event]), now);
  const the = fleet.columns();
  the.reportedAt[slots[0]!] = reportedAt;
  if (faultySince !== null) the.faultySince[slots[0]!] = faultySince;
}
