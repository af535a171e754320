/**
 * Bookings on PostgreSQL. A slot is one row, and one statement either takes one more of it or nothing, so no number of people who press
 * at the same moment can overbook it. Locks are taken slots first in the order of their ids, then queues: nobody waits in a circle.
 */
import type { Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { ServiceKind } from './catalogue.types.ts';
import type { BookingState } from './resident-services.types.ts';
import type { Slot } from './slots.ts';

export interface BookingRow {
  readonly id: string;
  readonly code: string;
  readonly client_id: string;
  readonly service: string;
  readonly kind: ServiceKind;
  readonly slot: string;
  readonly place: string | null;
  readonly begins_at: Date;
  readonly ends_at: Date;
  readonly queue_number: number;
  readonly queue_letter: string;
  readonly state: BookingState;
  readonly party: string | null;
  readonly worker: string | null;
  readonly cell: string | null;
  readonly door_longitude: number | null;
  readonly door_latitude: number | null;
  readonly contact: string | null;
  readonly answers: Readonly<Record<string, string | number | readonly string[]>>;
  readonly revision: number;
  readonly satisfied: number | null;
  readonly rating_comment: string | null;
}

export interface StepRow {
  readonly at: Date;
  readonly kind: string;
  readonly by_whom: string | null;
}

/** Queues of what comes to the door are counted per service: there is no place to wait at. */
const queueOf = (slot: Slot): string => slot.place?.id ?? `door:${slot.serviceId}`;

/** True when one more was taken; false when the slot is full. */
export async function takeSlot(tx: Queryable, slot: Slot): Promise<boolean> {
  const taken = await tx.query(
    `INSERT INTO resident_services_slots AS slot (id, taken) VALUES ($1, 1)
     ON CONFLICT (id) DO UPDATE SET taken = slot.taken + 1 WHERE slot.taken < $2 RETURNING taken`,
    [slot.id, slot.capacity],
  );
  return taken.length === 1;
}

export const freeSlot = (tx: Queryable, slotId: string) =>
  tx.query('UPDATE resident_services_slots SET taken = taken - 1 WHERE id = $1', [slotId]);

export async function nextNumber(tx: Queryable, slot: Slot): Promise<number> {
  const [row] = await tx.query<{ last_number: number }>(
    `INSERT INTO resident_services_queues AS queue (place, day, last_number) VALUES ($1, $2, 1)
     ON CONFLICT (place, day) DO UPDATE SET last_number = queue.last_number + 1 RETURNING last_number`,
    [queueOf(slot), slot.day],
  );
  return row!.last_number;
}

export interface NewRow {
  readonly id: string;
  readonly code: string;
  readonly clientId: string;
  readonly kind: ServiceKind;
  readonly slot: Slot;
  readonly letter: string;
  readonly number: number;
  readonly party: string | undefined;
  readonly cell: string | undefined;
  readonly door: readonly [number, number] | undefined;
  readonly contact: string | undefined;
  readonly language: string;
  readonly answers: object;
  readonly at: Instant;
}

/** False when the client's id is known already: then nothing was written. */
export async function insertBooking(tx: Queryable, row: NewRow): Promise<boolean> {
  const written = await tx.query(
    `INSERT INTO resident_services_bookings (id, code, client_id, service, kind, slot, place, day, begins_at, ends_at, queue_number,
       queue_letter, state, party, cell, door_longitude, door_latitude, contact, language, answers, booked_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'booked', $13, $14, $15, $16, $17, $18, $19, $20, $20)
     ON CONFLICT (client_id) DO NOTHING RETURNING id`,
    [
      row.id,
      row.code,
      row.clientId,
      row.slot.serviceId,
      row.kind,
      row.slot.id,
      row.slot.place?.id ?? null,
      row.slot.day,
      new Date(row.slot.begin),
      new Date(row.slot.end),
      row.number,
      row.letter,
      row.party ?? null,
      row.cell ?? null,
      row.door?.[0] ?? null,
      row.door?.[1] ?? null,
      row.contact ?? null,
      row.language,
      JSON.stringify(row.answers),
      new Date(row.at),
    ],
  );
  return written.length === 1;
}

export const addStep = (tx: Queryable, booking: string, at: Instant, kind: string, by?: string, note?: string) =>
  tx.query(
    `INSERT INTO resident_services_steps (booking, number, at, kind, by_whom, note)
     SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM resident_services_steps WHERE booking = $1`,
    [booking, new Date(at), kind, by ?? null, note ?? null],
  );

export const moveToSlot = (tx: Queryable, id: string, slot: Slot, number: number, at: Instant) =>
  tx.query(
    `UPDATE resident_services_bookings SET slot = $2, place = $3, day = $4, begins_at = $5, ends_at = $6, queue_number = $7,
       updated_at = $8, revision = revision + 1 WHERE id = $1`,
    [id, slot.id, slot.place?.id ?? null, slot.day, new Date(slot.begin), new Date(slot.end), number, new Date(at)],
  );

/** A booking that is over forgets the door it was for. */
export const setState = (
  tx: Queryable,
  id: string,
  state: BookingState,
  at: Instant,
  { worker, forgetsDoor }: { readonly worker?: string | undefined; readonly forgetsDoor: boolean },
) =>
  tx.query(
    `UPDATE resident_services_bookings SET state = $2, updated_at = $3, worker = coalesce($4, worker), revision = revision + 1,
       door_longitude = CASE WHEN $5 THEN NULL ELSE door_longitude END,
       door_latitude = CASE WHEN $5 THEN NULL ELSE door_latitude END WHERE id = $1`,
    [id, state, new Date(at), worker ?? null, forgetsDoor],
  );

const COLUMNS = `id, code, client_id, service, kind, slot, place, begins_at, ends_at, queue_number, queue_letter, state, party, worker,
  cell, door_longitude, door_latitude, contact, answers, revision, satisfied, rating_comment`;

type Key = 'id' | 'code' | 'client_id';
const BY: Readonly<Record<Key, string>> = {
  id: `SELECT ${COLUMNS} FROM resident_services_bookings WHERE id = $1`,
  code: `SELECT ${COLUMNS} FROM resident_services_bookings WHERE code = $1`,
  client_id: `SELECT ${COLUMNS} FROM resident_services_bookings WHERE client_id = $1`,
};

export async function findRow(on: Queryable, key: Key, value: string): Promise<BookingRow | undefined> {
  return (await on.query<BookingRow>(BY[key], [value]))[0];
}

/** The row, held until the transaction ends. */
export async function lockRow(tx: Queryable, key: Key, value: string): Promise<BookingRow | undefined> {
  return (await tx.query<BookingRow>(`${BY[key]} FOR UPDATE`, [value]))[0];
}

export const listSteps = (on: Queryable, booking: string) =>
  on.query<StepRow>('SELECT at, kind, by_whom FROM resident_services_steps WHERE booking = $1 ORDER BY number', [
    booking,
  ]);

export async function countBefore(on: Queryable, row: BookingRow): Promise<number> {
  const [counted] = await on.query<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM resident_services_bookings
     WHERE slot = $1 AND queue_number < $2 AND state IN ('booked', 'arrived')`,
    [row.slot, row.queue_number],
  );
  return Number(counted?.waiting ?? 0);
}

export async function takenOf(on: Queryable, slots: readonly string[]): Promise<Map<string, number>> {
  const rows = await on.query<{ id: string; taken: number }>(
    'SELECT id, taken FROM resident_services_slots WHERE id = ANY($1)',
    [slots],
  );
  return new Map(rows.map(({ id, taken }) => [id, taken]));
}

export interface RowQuery {
  readonly day: string;
  readonly parties: readonly string[] | undefined;
  readonly place: string | undefined;
  readonly kind: string | undefined;
}

/** What is to be done on a day, in the order of time and number; what was cancelled is nothing to be done. */
export const listRows = (on: Queryable, { day, parties, place, kind }: RowQuery) =>
  on.query<BookingRow>(
    `SELECT ${COLUMNS} FROM resident_services_bookings
     WHERE day = $1 AND state <> 'cancelled' AND ($2::text[] IS NULL OR party = ANY($2)) AND ($3::text IS NULL OR place = $3)
       AND ($4::text IS NULL OR kind = $4)
     ORDER BY begins_at, queue_number, id LIMIT 2000`,
    [day, parties ?? null, place ?? null, kind ?? null],
  );

/** Bookings whose slot is over and for which nobody came or set out. */
export async function listLapsed(database: Database, now: Instant): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM resident_services_bookings WHERE state = 'booked' AND ends_at <= $1 ORDER BY ends_at LIMIT 500`,
    [new Date(now)],
  );
  return rows.map(({ id }) => id);
}
