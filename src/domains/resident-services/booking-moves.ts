/** The way of a booking, as a table; who does not find their move in it is told so. */
import { conflict } from '#kernel/errors.ts';
import type { ServiceKind } from './catalogue.types.ts';
import { type BookingState, WORKER_ACTIONS, type WorkerAction } from './resident-services.types.ts';

type Moves = Readonly<Record<BookingState, Partial<Record<WorkerAction, BookingState>>>>;

/** Somebody comes to the counter or the machine, waits for the number, is served. */
const AT_A_PLACE: Moves = {
  booked: { arrive: 'arrived', started: 'under-way', done: 'done', missed: 'missed' },
  arrived: { started: 'under-way', done: 'done', missed: 'missed' },
  'under-way': { done: 'done' },
  missed: { arrive: 'arrived', started: 'under-way' }, // came late and is served all the same
  done: {},
  cancelled: {},
};
/** A worker sets out, stands at the door, works. `missed`: nobody opened, or nobody came. */
const AT_THE_DOOR: Moves = {
  booked: { 'set-out': 'under-way', arrive: 'arrived', done: 'done', missed: 'missed' },
  'under-way': { arrive: 'arrived', started: 'arrived', done: 'done', missed: 'missed' },
  arrived: { started: 'arrived', done: 'done', missed: 'missed' },
  missed: { 'set-out': 'under-way' },
  done: {},
  cancelled: {},
};

const movesOf = (kind: ServiceKind): Moves => (kind === 'at-the-door' ? AT_THE_DOOR : AT_A_PLACE);

export function allowedActions(kind: ServiceKind, state: BookingState): WorkerAction[] {
  const moves = movesOf(kind)[state];
  return WORKER_ACTIONS.filter((action) => moves[action] !== undefined && moves[action] !== state);
}

/** Error: `booking.move_not_allowed`. */
export function move(kind: ServiceKind, state: BookingState, action: WorkerAction): BookingState {
  const next = movesOf(kind)[state][action];
  if (next === undefined)
    throw conflict('booking.move_not_allowed', `A booking that is ${state} cannot be ${action}.`, 'action');
  return next;
}

/** Nothing follows by itself: the contact data are on their way out. */
export const isOver = (state: BookingState): boolean => state === 'done' || state === 'cancelled' || state === 'missed';
