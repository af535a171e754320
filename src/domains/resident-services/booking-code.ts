/**
 * What a resident holds after booking: ten characters of Crockford's base 32, `XXXX-XXX-XXX`, the last one a check. 45 random bits are
 * too many to guess over a network; one wrong or two swapped characters are noticed before anything is looked up (but 0 for Z).
 */
import type { RandomBytes } from '#kernel/ids.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_CHARACTERS = 9;
/** A prime: every weight is told from its neighbour's. */
const MODULUS = 31;
/** Another check than a receipt's, so that the code of one is seldom taken for the other's. */
const BOOKING = 11;

const checkOf = (body: string): string => {
  let sum = BOOKING;
  for (const [index, letter] of [...body].entries()) sum += ALPHABET.indexOf(letter) * (index + 2);
  return ALPHABET[sum % MODULUS]!;
};

export function newBookingCode(random: RandomBytes): string {
  const body = [...random(RANDOM_CHARACTERS)].map((byte) => ALPHABET[byte & 31]).join('');
  return body + checkOf(body);
}

/** The code as stored; undefined when it cannot be one. Reads o as 0, i and l as 1; case, blanks and dashes do not matter. */
export function parseBookingCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (!/^[0-9A-HJKMNP-TV-Z]{10}$/.test(code)) return undefined;
  return checkOf(code.slice(0, -1)) === code.at(-1) ? code : undefined;
}

export const showBookingCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4, 7)}-${code.slice(7)}`;
