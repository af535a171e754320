/** A day's bookings as queues, one for each place and one for the doors. Pure. */
import type { StaffBookingView } from '#adapters/console/booking-api.types.ts';
import type { BookingState, WorkerAction } from '#domains/resident-services/resident-services.types.ts';
import { plusDays } from '#kernel/calendar.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';

/** Somebody's door has no place. */
export interface Queue {
  readonly place: string | undefined;
  readonly name: Localized | undefined;
  readonly open: readonly StaffBookingView[];
  readonly over: readonly StaffBookingView[];
}

export const isOver = (state: BookingState): boolean => state === 'done' || state === 'missed' || state === 'cancelled';

/** Who is being served and who waits there come before who is still to come. */
const FIRST: Readonly<Record<BookingState, number>> = {
  'under-way': 0,
  arrived: 1,
  booked: 2,
  missed: 3,
  done: 3,
  cancelled: 3,
};

export function toQueues(visits: readonly StaffBookingView[]): Queue[] {
  const inTurn = visits.toSorted(
    (a, b) => FIRST[a.state] - FIRST[b.state] || a.begin - b.begin || (a.queueNumber < b.queueNumber ? -1 : 1),
  );
  return [...Map.groupBy(inTurn, ({ placeId }) => placeId)]
    .map(([place, all]) => ({
      place,
      name: all[0]?.placeName,
      open: all.filter(({ state }) => !isOver(state)),
      over: all.filter(({ state }) => isOver(state)),
    }))
    .toSorted(
      (a, b) =>
        Number(a.open.length === 0) - Number(b.open.length === 0) || (a.open[0]?.begin ?? 0) - (b.open[0]?.begin ?? 0),
    );
}

const NEXT: Readonly<Record<'door' | 'place', readonly WorkerAction[]>> = {
  door: ['set-out', 'arrive', 'done'],
  place: ['arrive', 'started', 'done'],
};

/** The usual next step first; the rest, without `missed`, is behind it. */
export function stepsOf({ kind, state, actions }: StaffBookingView): {
  next: WorkerAction | undefined;
  mayMiss: boolean;
} {
  const usual = NEXT[kind === 'at-the-door' ? 'door' : 'place'].filter((each) => actions.includes(each));
  return {
    next: state === 'under-way' && kind !== 'at-the-door' ? 'done' : usual[0],
    mayMiss: actions.includes('missed'),
  };
}

/** Nobody has come although it is over soon, or the worker should be under way. */
export const isLate = ({ state, begin }: StaffBookingView, now: Instant): boolean => state === 'booked' && begin < now;

const SHOWN_DAYS = 7;
export const daysFrom = (today: string): string[] =>
  Array.from({ length: SHOWN_DAYS }, (_, offset) => plusDays(today, offset));
