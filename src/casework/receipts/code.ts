/**
 * Receipt codes: ten characters of Crockford's base 32, the last of them a check, written `XXXX-XXX-XXX`. Nine random characters are
 * 45 bits, so that with a million receipts in the city one guess in thirty million hits one.
 */
import type { RandomBytes } from '#kernel/ids.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;
/** What people write for a digit. */
const MISREAD: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/** The check character (Luhn modulo 32): one wrong character, or two neighbours changed round, is noticed. */
function checkOf(body: string): string {
  let sum = 0;
  for (let i = body.length - 1, factor = 2; i >= 0; i--, factor = 3 - factor) {
    const product = factor * ALPHABET.indexOf(body[i]!);
    sum += Math.floor(product / 32) + (product % 32);
  }
  return ALPHABET[(32 - (sum % 32)) % 32]!;
}

export function newCode(random: RandomBytes): string {
  let body = '';
  for (const byte of random(16).subarray(0, LENGTH - 1)) body += ALPHABET[byte & 31]!;
  return body + checkOf(body);
}

/** The code as it is stored; undefined when it cannot be one. Case, dashes and blanks do not matter; O is 0, I and L are 1. */
export function findCode(text: string): string | undefined {
  if (text.length > 40) return undefined;
  const code = [...text.toUpperCase().replaceAll(/[\s-]/g, '')].map((letter) => MISREAD[letter] ?? letter).join('');
  if (code.length !== LENGTH || [...code].some((letter) => !ALPHABET.includes(letter))) return undefined;
  return checkOf(code.slice(0, -1)) === code.at(-1) ? code : undefined;
}

export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4, 7)}-${code.slice(7)}`;
