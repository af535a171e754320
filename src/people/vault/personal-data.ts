/** What may be kept about a person, checked. Errors name the field and never repeat its content. Pure. */
import { invalid } from '#kernel/errors.ts';
import { PERSONAL_FIELDS, type PersonalData, type PersonalField } from './vault.types.ts';

const LONGEST: Readonly<Record<PersonalField, number>> = { name: 100, phone: 40, email: 254, address: 300, note: 500 };

const CONTROL = /\p{Cc}+/gu;
/** Between the digits of a written number. */
const SEPARATORS = /[\s().\-/–—]+/g;
const NUMBER = /^\+?\d{5,15}$/;
const EMAIL = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}\.[^\s@<>".]{2,}$/u;

/** One field as it is kept; undefined when there is nothing in it. Errors: `text.too_long`, `person.phone`, `person.email`. */
export function checkField(field: PersonalField, value: string): string | undefined {
  const text = value.normalize('NFC').replace(CONTROL, ' ').trim();
  if (text === '') return undefined;
  if (text.length > LONGEST[field])
    throw invalid('text.too_long', `${field} has at most ${LONGEST[field]} characters.`, field);
  if (field === 'phone') digitsOf(text);
  if (field === 'email' && !EMAIL.test(text))
    throw invalid('person.email', 'This is not an e-mail address: it needs a name, an @ and a domain.', 'email');
  return text;
}

/** The fields that hold something. Errors: those of `checkField`, and `person.empty`. */
export function checkPerson(person: PersonalData): Map<PersonalField, string> {
  const kept = new Map<PersonalField, string>();
  for (const field of PERSONAL_FIELDS) {
    const text = person[field] === undefined ? undefined : checkField(field, person[field]);
    if (text !== undefined) kept.set(field, text);
  }
  if (kept.size === 0) throw invalid('person.empty', 'Nothing is given by which the person could be reached.');
  return kept;
}

/** `+86 138 0013 8000` → `+8613800138000`. Errors: `person.phone`. */
function digitsOf(phone: string): string {
  const bare = phone.normalize('NFKC').replace(SEPARATORS, '').replace(/^00/, '+');
  if (!NUMBER.test(bare)) throw invalid('person.phone', 'A phone number has 5 to 15 digits.', 'phone');
  return bare.replace('+', '');
}

const COMPARED_DIGITS = 10;

/**
 * What two spellings of one number have in common: its last ten digits, because the same phone is told with and without the
 * country's code or a leading zero. Errors: `person.phone`.
 */
export const comparableNumber = (phone: string): string => digitsOf(phone).slice(-COMPARED_DIGITS);
