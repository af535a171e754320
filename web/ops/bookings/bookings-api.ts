/** The bookings' part of the API as functions. */
import type { StaffBookingsView, StaffBookingView } from '#adapters/console/booking-api.types.ts';
import type { WorkerAction } from '#domains/resident-services/resident-services.types.ts';
import type { PersonalData, PersonalField } from '#people/vault/vault.types.ts';
import { call } from '../api.ts';

const id = encodeURIComponent;

/** Without a day: today in the city. */
export const listBookings = (day: string | undefined) =>
  call<StaffBookingsView>('GET', `/bookings${day === undefined ? '' : `?day=${id(day)}`}`);
export const actOnBooking = (bookingId: string, action: WorkerAction, note: string | undefined) =>
  call<StaffBookingView>('POST', `/bookings/${id(bookingId)}/actions`, { action, note });
/** Written down before it is answered; the person sees who looked. */
export const revealBooker = (bookingId: string, fields: readonly PersonalField[]) =>
  call<PersonalData>('POST', `/bookings/${id(bookingId)}/contact`, { fields });
