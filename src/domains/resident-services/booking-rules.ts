/** Whether somebody may have a service, and whether everything needed was said; the first thing wrong is named. Pure. */
import { CityError, conflict, invalid } from '#kernel/errors.ts';
import type { Question } from '#kernel/reporting.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import type { ContactField, Service } from './catalogue.types.ts';
import type { Contact, NewBooking } from './resident-services.types.ts';
import type { Slot } from './slots.ts';

const CLIENT_ID = /^[A-Za-z0-9_-]{8,64}$/;
const MOST_ANSWER_CHARACTERS = 500;
/** May stay empty although the service asks for it. */
const OPTIONAL_FIELDS: readonly ContactField[] = ['email', 'note'];

/** Errors: `booking.client_id`, `eligibility.missing`, `booking.not_eligible`, `contact.missing`, `answers.…`. */
export function checkBooking(service: Service, booking: NewBooking): void {
  if (!CLIENT_ID.test(booking.clientId))
    throw invalid('booking.client_id', 'Every booking carries an id of 8 to 64 letters and digits.', 'clientId');
  for (const { id, needs, refusal } of service.eligibility) {
    const answer = booking.eligibility[id];
    if (answer === undefined) throw invalid('eligibility.missing', `Answer ${id} with yes or no.`, `eligibility.${id}`);
    if (answer !== needs)
      throw new CityError('conflict', 'booking.not_eligible', refusal['en'] ?? id, `eligibility.${id}`, { refusal });
  }
  checkContact(service, booking.contact);
  for (const question of service.questions) checkAnswer(question, booking.answers[question.code]);
}

function checkContact(service: Service, contact: Contact | undefined): void {
  const missing = service.asks.find((field) => !OPTIONAL_FIELDS.includes(field) && !contact?.[field]?.trim());
  if (missing !== undefined)
    throw invalid('contact.missing', `This service needs your ${missing}.`, `contact.${missing}`);
}

function checkAnswer({ code, datatype, required, values }: Question, answer: unknown): void {
  const field = `answers.${code}`;
  if (answer === undefined || answer === '') {
    if (required) throw invalid('answers.missing', `Please answer ${code}.`, field);
    return;
  }
  const wrong = (what: string) => invalid('answers.wrong', `The answer to ${code} ${what}.`, field);
  const keys = new Set(values.map(({ key }) => key));
  if (datatype === 'number') {
    if (!Number.isFinite(Number(answer)) || typeof answer === 'object') throw wrong('is a number');
  } else if (datatype === 'multivaluelist') {
    const chosen = Array.isArray(answer) ? answer : [answer];
    if (!chosen.every((key) => keys.has(String(key)))) throw wrong('is a list of the values offered');
  } else if (datatype === 'singlevaluelist') {
    if (!keys.has(String(answer))) throw wrong('is one of the values offered');
  } else if (typeof answer !== 'string' || answer.length > MOST_ANSWER_CHARACTERS) {
    throw wrong(`is a text of at most ${MOST_ANSWER_CHARACTERS} characters`);
  }
}

/** Only what the service asks for is kept. */
export function contactAsked(service: Service, contact: Contact | undefined): Contact | undefined {
  const kept = Object.fromEntries(
    service.asks.flatMap((field) => {
      const value = contact?.[field]?.trim();
      return value ? [[field, value]] : [];
    }),
  );
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** The last moment at which it may be changed or cancelled. */
export const changeableUntil = (service: Service, slot: Pick<Slot, 'begin'>): Instant =>
  slot.begin - service.changeMinutesBefore * MINUTE;

/** Errors: `booking.over`, `booking.too_late`. */
export function checkChangeable(service: Service, slot: Pick<Slot, 'begin'>, state: string, now: Instant): void {
  if (state !== 'booked') throw conflict('booking.over', `A booking that is ${state} is not changed any more.`);
  if (now > changeableUntil(service, slot))
    throw conflict(
      'booking.too_late',
      `This could be changed until ${service.changeMinutesBefore} minutes before it begins.`,
    );
}
