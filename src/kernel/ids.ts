/** Ids of our own records: `kind_` + 26 base-32 characters, ordered by the instant given; randomness is an argument. */
import type { Instant } from './time.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Sixteen random bytes per call; `node:crypto`'s randomBytes in production, a seeded one in tests. */
export type RandomBytes = (count: number) => Uint8Array;

/** A sortable id: 10 characters of time, 16 of randomness (80 bits). */
export function newId(kind: string, at: Instant, random: RandomBytes): string {
  let time = '';
  for (let i = 0, rest = at; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32]! + time;
  let tail = '';
  for (const byte of random(16)) tail += ALPHABET[byte & 31]!;
  return `${kind}_${time}${tail}`;
}
