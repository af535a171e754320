/**
 * Bookings as those who serve them read them.
 *   GET  /bookings?day=&place=&kind=      → StaffBookingsView   (city.read) who handles: of the own party
 *   POST /bookings/:id/actions {action, note?} → StaffBookingView  (case.handle) the own party's only
 *   POST /bookings/:id/contact {fields?}  → PersonalData        (vault.reveal) written down; the person is shown who looked
 */
import type { Visit } from '#domains/resident-services/resident-services.types.ts';
import type { Localized } from '#kernel/words.ts';
import type { PersonalField } from '#people/vault/vault.types.ts';

/** A booking as those who serve it read it. A pseudonym is for the vault, not for a screen. */
export interface StaffBookingView extends Omit<Visit, 'contact'> {
  readonly hasContact: boolean;
  /** What the service asks of a person, and so what may be shown. */
  readonly contactFields: readonly PersonalField[];
  readonly cellName: Localized | undefined;
}
export interface StaffBookingsView {
  readonly day: string;
  readonly today: string;
  readonly visits: readonly StaffBookingView[];
}
