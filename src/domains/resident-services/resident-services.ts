/**
 * Bookings of services. Rules are pure (`slots.ts`, `booking-rules.ts`, `booking-moves.ts`), rows are written in `booking-store.ts`; here
 * each is done in one transaction. Who booked is told to the vault before the slot is taken and taken back when it was not, so that a
 * booking never stands without the contact it needs.
 */
import { localDate } from '#kernel/calendar.ts';
import { conflict, invalid, notFound } from '#kernel/errors.ts';
import { newId } from '#kernel/ids.ts';
import type { Queryable } from '#kernel/ports.ts';
import { DAY, type Instant } from '#kernel/time.ts';
import { newBookingCode, parseBookingCode } from './booking-code.ts';
import { isOver, move } from './booking-moves.ts';
import { checkBooking, checkChangeable, contactAsked } from './booking-rules.ts';
import * as store from './booking-store.ts';
import { readBooking, readVisit } from './booking-views.ts';
import type { Service } from './catalogue.types.ts';
import type {
  Booking,
  NewBooking,
  ResidentServices,
  ResidentServicesDeps,
  SlotFree,
  WorkerAction,
} from './resident-services.types.ts';
import { findSlot, isOpenAt, openSlots, type Slot } from './slots.ts';

export function createResidentServices(deps: ResidentServicesDeps): ResidentServices {
  const { database, clock, catalogue, contacts } = deps;
  const services = new Map(catalogue.services.map((service) => [service.id, service]));

  function getService(id: string): Service {
    const service = services.get(id);
    if (service === undefined) throw notFound('service.unknown', `The city has no service ${id}.`, 'service');
    return service;
  }

  /** The slot, if it may still be had. */
  function getOpenSlot(service: Service, id: string): Slot {
    const slot = findSlot(service, id);
    if (slot === undefined) throw notFound('slot.unknown', `${service.id} has no slot ${id}.`, 'slot');
    const isOpen = openSlots(service, clock.now(), slot.day, 1).some((each) => each.id === id);
    if (!isOpen) throw conflict('slot.over', 'This time cannot be booked any more; choose another.', 'slot');
    return slot;
  }

  const today = (): string => localDate(clock.now(), deps.timeZone);
  const view = (row: store.BookingRow): Promise<Booking> => readBooking(deps, row, getService(row.service));
  const reread = async (id: string): Promise<Booking> => view((await store.findRow(database, 'id', id))!);

  async function getRow(code: string, lockedIn?: Queryable): Promise<store.BookingRow> {
    const parsed = parseBookingCode(code);
    const find = lockedIn === undefined ? store.findRow : store.lockRow;
    const row = parsed === undefined ? undefined : await find(lockedIn ?? database, 'code', parsed);
    if (row === undefined) throw notFound('booking.unknown', 'There is no booking with this code.', 'code');
    return row;
  }

  /** Where it is had, and who serves there. */
  function placeOf(service: Service, slot: Slot, booking: NewBooking) {
    if (service.kind !== 'at-the-door') {
      const at = slot.place!.at;
      return { door: undefined, cell: deps.whereIs(at).cell, party: deps.partyFor(service.role, at) };
    }
    if (booking.place === undefined) throw invalid('place.missing', 'Say where we should come.', 'place');
    const { cell, areas } = deps.whereIs(booking.place);
    if (cell === undefined) throw invalid('place.outside', 'We do not come there: it is outside the city.', 'place');
    if (service.within.length > 0 && !service.within.some((area) => areas.includes(area)))
      throw invalid('place.outside', 'This service does not come there.', 'place');
    return { door: booking.place, cell, party: deps.partyFor(service.role, booking.place) };
  }

  async function book(booking: NewBooking): ReturnType<ResidentServices['book']> {
    const known = await store.findRow(database, 'client_id', booking.clientId);
    if (known !== undefined) return { booking: await view(known), isNew: false };
    const service = getService(booking.service);
    checkBooking(service, booking);
    const slot = getOpenSlot(service, booking.slot);
    const where = placeOf(service, slot, booking);
    const person = contactAsked(service, booking.contact);
    const contact = person === undefined ? undefined : await contacts.keep(person, 'booking');
    const id = newId('booking', clock.now(), deps.random);
    const outcome = await database
      .transaction(async (tx) => {
        if (!(await store.takeSlot(tx, slot))) throw full();
        const row = {
          id,
          code: newBookingCode(deps.random),
          clientId: booking.clientId,
          kind: service.kind,
          slot,
          letter: service.letter,
          number: await store.nextNumber(tx, slot),
          contact,
          language: booking.language,
          answers: booking.answers,
          at: clock.now(),
          ...where,
        };
        if (!(await store.insertBooking(tx, row))) throw new KnownAlready();
        await store.addStep(tx, id, clock.now(), 'booked');
      })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (outcome !== undefined && contact !== undefined) await contacts.erase(contact, 'own-wish');
    if (outcome instanceof KnownAlready) {
      return { booking: await view((await store.findRow(database, 'client_id', booking.clientId))!), isNew: false };
    }
    if (outcome !== undefined) throw outcome;
    return { booking: await reread(id), isNew: true };
  }

  async function change(code: string, slotId: string): Promise<Booking> {
    const seen = await getRow(code);
    const service = getService(seen.service);
    if (seen.slot === slotId) return view(seen);
    const slot = getOpenSlot(service, slotId);
    await database.transaction(async (tx) => {
      const row = await getRow(code, tx);
      if (row.slot === slot.id) return;
      checkChangeable(service, { begin: row.begins_at.getTime() }, row.state, clock.now());
      // Two people who change places with each other lock the same two rows: always the smaller id first.
      if (row.slot < slot.id) await store.freeSlot(tx, row.slot);
      if (!(await store.takeSlot(tx, slot))) throw full();
      if (row.slot > slot.id) await store.freeSlot(tx, row.slot);
      await store.moveToSlot(tx, row.id, slot, await store.nextNumber(tx, slot), clock.now());
      await store.addStep(tx, row.id, clock.now(), 'changed');
    });
    return reread(seen.id);
  }

  async function end(contact: string | null, at: Instant): Promise<void> {
    if (contact !== null) await contacts.release(contact, at + deps.contactDays * DAY);
  }

  async function cancel(code: string): Promise<Booking> {
    const now = clock.now();
    const row = await database.transaction(async (tx) => {
      const found = await getRow(code, tx);
      if (found.state === 'cancelled') return found;
      checkChangeable(getService(found.service), { begin: found.begins_at.getTime() }, found.state, now);
      await store.setState(tx, found.id, 'cancelled', now, { forgetsDoor: true });
      await store.freeSlot(tx, found.slot);
      await store.addStep(tx, found.id, now, 'cancelled');
      return found;
    });
    await end(row.contact, now);
    return reread(row.id);
  }

  async function act(id: string, action: WorkerAction, by: string, note?: string) {
    const now = clock.now();
    const ended = await database.transaction(async (tx) => {
      const row = await store.lockRow(tx, 'id', id);
      if (row === undefined) throw notFound('booking.unknown', `There is no booking ${id}.`, 'id');
      const [last] = (await store.listSteps(tx, id)).slice(-1);
      // Pressed twice, or sent again by a phone that did not hear the answer.
      if (last?.kind === action && last.by_whom === by) return undefined;
      const state = move(row.kind, row.state, action);
      await store.setState(tx, id, state, now, { worker: by, forgetsDoor: state === 'done' });
      await store.addStep(tx, id, now, action, by, note);
      if (isOver(state)) return { contact: row.contact, until: now + deps.contactDays * DAY };
      return isOver(row.state) ? { contact: row.contact, until: undefined } : undefined;
    });
    if (ended !== undefined && ended.contact !== null) await contacts.release(ended.contact, ended.until);
    const row = (await store.findRow(database, 'id', id))!;
    return readVisit(row, getService(row.service));
  }

  async function lapse(id: string, now: Instant): Promise<boolean> {
    const row = await database.transaction(async (tx) => {
      const found = await store.lockRow(tx, 'id', id);
      if (found?.state !== 'booked' || found.ends_at.getTime() > now) return undefined;
      await store.setState(tx, id, 'missed', now, { forgetsDoor: false });
      await store.addStep(tx, id, now, 'missed');
      return found;
    });
    if (row !== undefined) await end(row.contact, now);
    return row !== undefined;
  }

  return {
    catalogue,
    getService,
    today,
    isOpen: (service) => isOpenAt(service, clock.now()),
    async listSlots(serviceId, from, days): Promise<SlotFree[]> {
      if (from !== undefined && Number.isNaN(Date.parse(`${from}T00:00:00Z`)))
        throw invalid('slots.from', `${from} is not a date.`, 'from');
      const slots = openSlots(getService(serviceId), clock.now(), from ?? today(), days);
      const taken = await store.takenOf(
        database,
        slots.map(({ id }) => id),
      );
      return slots.map((slot) => ({ ...slot, free: Math.max(0, slot.capacity - (taken.get(slot.id) ?? 0)) }));
    },
    book,
    getBooking: async (code) => view(await getRow(code)),
    change,
    cancel,
    async rate(code, { satisfied, comment }) {
      const row = await getRow(code);
      if (row.state !== 'done') throw conflict('rating.too_early', 'It can be rated when it is done.');
      await database.transaction(async (tx) => {
        await tx.query(
          `UPDATE resident_services_bookings SET satisfied = $2, rating_comment = $3, rated_at = $4, revision = revision + 1
           WHERE id = $1`,
          [row.id, satisfied, comment ?? null, new Date(clock.now())],
        );
        await store.addStep(tx, row.id, clock.now(), 'rated');
      });
      return reread(row.id);
    },
    async listVisits({ day, parties, place, kind }) {
      const rows = await store.listRows(database, { day: day ?? today(), parties, place, kind });
      return rows.flatMap((row) => {
        const service = services.get(row.service);
        return service === undefined ? [] : [readVisit(row, service)];
      });
    },
    act,
    async findVisit(id) {
      const row = await store.findRow(database, 'id', id);
      return row && readVisit(row, getService(row.service));
    },
    async tick(now) {
      let count = 0;
      for (const id of await store.listLapsed(database, now)) if (await lapse(id, now)) count += 1;
      return count;
    },
  };
}

/** Thrown inside the transaction of a second attempt, so that what it took is given back. */
class KnownAlready extends Error {}

const full = () => conflict('slot.full', 'This time has just been taken; choose another.', 'slot');
