/** What resident services offer to the doors of the city, and what they need from the rooms beside them. */
import type { Position } from '#kernel/geo.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized, PartyId } from '#kernel/words.ts';
import type { Catalogue, ContactField, Service, ServiceKind } from './catalogue.types.ts';
import type { Slot } from './slots.ts';

export type BookingState = 'booked' | 'arrived' | 'under-way' | 'done' | 'cancelled' | 'missed';
/** What a worker does with a booking; `set-out` is for the door only, `arrive` says that somebody stands at the counter. */
export const WORKER_ACTIONS = ['arrive', 'set-out', 'started', 'done', 'missed'] as const;
export type WorkerAction = (typeof WORKER_ACTIONS)[number];

export type Contact = Readonly<Partial<Record<ContactField, string>>>;

export interface NewBooking {
  /** Chosen by the sender (a UUID): the same one again answers the same booking and takes no second slot. */
  readonly clientId: string;
  readonly service: string;
  readonly slot: string;
  readonly contact: Contact | undefined;
  /** Where somebody is to come; needed for the door, ignored elsewhere. */
  readonly place: Position | undefined;
  readonly eligibility: Readonly<Record<string, boolean>>;
  readonly answers: Readonly<Record<string, string | number | readonly string[]>>;
  readonly language: string;
}

export interface SlotFree extends Slot {
  readonly free: number;
}

export interface Booking {
  readonly id: string;
  /** `XXXX-XXX-XXX`. Goes to whoever booked, never to staff. */
  readonly code: string;
  readonly service: Service;
  readonly kind: ServiceKind;
  readonly state: BookingState;
  readonly slot: SlotFree;
  readonly placeName: Localized | undefined;
  /** Of the place; of the door only the vault knows it. */
  readonly address: Localized | undefined;
  readonly queueNumber: string;
  /** Bookings of the same slot and place with a smaller number that still wait. */
  readonly before: number;
  readonly party: PartyId | undefined;
  readonly worker: string | undefined;
  readonly mayChangeUntil: Instant | undefined;
  readonly rating: { readonly satisfied: number; readonly comment: string | undefined } | undefined;
  readonly steps: readonly { readonly at: Instant; readonly kind: string; readonly sentence: Localized }[];
  /** Grows with every change. */
  readonly version: number;
}

/** A booking as a worker sees it: what to do where and when; who it is, is asked of the vault with a purpose. */
export interface Visit {
  readonly id: string;
  readonly service: string;
  readonly serviceName: Localized;
  readonly kind: ServiceKind;
  readonly state: BookingState;
  readonly begin: Instant;
  readonly end: Instant;
  readonly queueNumber: string;
  readonly placeId: string | undefined;
  readonly placeName: Localized | undefined;
  /** The place, or the door while the visit is not over. */
  readonly place: Position | undefined;
  readonly cell: string | undefined;
  readonly party: PartyId | undefined;
  readonly worker: string | undefined;
  /** Pseudonym of the vault; undefined: nothing was left. */
  readonly contact: string | undefined;
  readonly answers: readonly { readonly question: Localized; readonly answer: Localized }[];
  readonly actions: readonly WorkerAction[];
  readonly version: number;
}

export interface VisitQuery {
  /** Local date; undefined: today. */
  readonly day?: string | undefined;
  readonly parties?: readonly PartyId[] | undefined;
  readonly place?: string | undefined;
  readonly kind?: ServiceKind | undefined;
}

export interface ResidentServices {
  readonly catalogue: Catalogue;
  /** Error: `service.unknown` (404). */
  getService(id: string): Service;
  /** Today in the city. */
  today(): string;
  isOpen(service: Service): boolean;
  /** `from` is a local date, today when undefined. Errors: `service.unknown`, `slots.from`. */
  listSlots(serviceId: string, from: string | undefined, days: number): Promise<SlotFree[]>;
  /**
   * Takes one place of the slot, or none: never more than its capacity, however many ask at once. Errors: `service.unknown`, `slot.unknown`,
   * `slot.over`, `slot.full` (409), `booking.not_eligible` (409, the refusal in `details`), `eligibility.missing`, `contact.missing`,
   * `place.missing`, `place.outside`, `answers.missing`, `booking.client_id`.
   */
  book(booking: NewBooking): Promise<{ readonly booking: Booking; readonly isNew: boolean }>;
  /** Error: `booking.unknown` (404; the same for a wrong check character). */
  getBooking(code: string): Promise<Booking>;
  /** To another slot of the same service, in one piece: when the new one is full the old one is kept. Errors: as `book`, `booking.too_late`, `booking.over`. */
  change(code: string, slot: string): Promise<Booking>;
  /** Cancelled already: the same answer. Errors: `booking.too_late`, `booking.over`. */
  cancel(code: string): Promise<Booking>;
  /** Errors: `rating.too_early`. */
  rate(code: string, rating: { readonly satisfied: number; readonly comment: string | undefined }): Promise<Booking>;
  listVisits(query: VisitQuery): Promise<Visit[]>;
  /** Errors: `booking.unknown`, `booking.move_not_allowed` (409). The same action by the same worker again changes nothing. */
  act(bookingId: string, action: WorkerAction, by: string, note?: string): Promise<Visit>;
  findVisit(bookingId: string): Promise<Visit | undefined>;
  /** Bookings at a place whose time has passed without anybody coming are missed; so are visits for which nobody set out. Answers how many. */
  tick(now: Instant): Promise<number>;
}

/** The vault, as far as a booking needs it. */
export interface Contacts {
  keep(person: Contact, purpose: 'booking'): Promise<string>;
  release(pseudonym: string, until: Instant | undefined): Promise<void>;
  erase(pseudonym: string, reason: 'own-wish'): Promise<unknown>;
}

export interface ResidentServicesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly catalogue: Catalogue;
  readonly timeZone: string;
  readonly contacts: Contacts;
  /** Contact data are anonymised this long after the booking has ended. */
  readonly contactDays: number;
  /** The party for a role at a place. */
  partyFor(role: string, place: Position): PartyId | undefined;
  /** Where a place lies; no cell: outside the city. */
  whereIs(place: Position): {
    readonly address: Localized;
    readonly cell: string | undefined;
    /** Cell, community, street, district. */
    readonly areas: readonly string[];
  };
}
