/** Random secrets that people or devices carry, and the only form in which we keep them. */
import { hash } from 'node:crypto';
import type { RandomBytes } from '#kernel/ids.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Exactly 256 random bits in base 62, 43 characters, no sign that a shell or a URL would mind. */
function secret(random: RandomBytes): string {
  let rest = 0n;
  for (const byte of random(32)) rest = rest * 256n + BigInt(byte);
  let text = '';
  for (let i = 0; i < 43; i++, rest /= 62n) text = ALPHABET[Number(rest % 62n)]! + text;
  return text;
}

/** `cl_` lets secret scanners and people recognise a key that leaked. */
export const newKeySecret = (random: RandomBytes): string => `cl_${secret(random)}`;
export const newSessionToken = (random: RandomBytes): string => secret(random);

/** A password to be typed once: five groups of four, without characters that look alike (about 99 bits). */
export function newOneTimePassword(random: RandomBytes): string {
  const signs = '23456789abcdefghjkmnpqrstuvwxyz';
  const usable = 256 - (256 % signs.length);
  let text = '';
  while (text.length < 20)
    for (const byte of random(32)) if (byte < usable && text.length < 20) text += signs[byte % signs.length];
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

/** A fast hash is right for 256 random bits: there is nothing to guess. */
export const fingerprint = (value: string): string => hash('sha256', value, 'hex');
export const fingerprintBytes = (value: string): Buffer => hash('sha256', value, 'buffer');
