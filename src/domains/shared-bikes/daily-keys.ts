/**
 * Names of vehicles that last one day. A vehicle is known by an HMAC of its operator's id for it, with a secret of the local day that is
 * thrown away when the next day is over: after that nobody, we included, can tell that two days speak of the same bike. For the day
 * after, the old name is still worked out beside the new one, so that a bike which has not moved keeps its standing time.
 */
import { hash } from 'node:crypto';

const NAME_CHARACTERS = 22;

export interface DailyKeys {
  /** Today's name; and yesterday's while it can still be told. */
  nameOf(operator: string, vehicleId: string): string;
  formerNameOf(operator: string, vehicleId: string): string | undefined;
  /** Local dates whose secrets are still held, oldest first: two at the most. */
  readonly dates: readonly string[];
}

export interface DaySecret {
  /** `2026-11-23` */
  readonly date: string;
  readonly secret: Uint8Array;
}

/** The secrets to hold on a date: today's, made when it is not there yet, and yesterday's. Older ones are gone from the answer. */
export function secretsOn(
  date: string,
  held: readonly DaySecret[],
  random: (count: number) => Uint8Array,
  dayBefore: string,
): readonly DaySecret[] {
  const today = held.find((each) => each.date === date) ?? { date, secret: random(32) };
  const yesterday = held.filter((each) => each.date === dayBefore);
  return [...yesterday, today];
}

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) of two one-shot digests, for keys no longer than a block: a fleet of 200,000 is named in one go, and the
 * library's own, which makes objects for every call, takes many times as long.
 */
function hmacWith(secret: Uint8Array): (text: string) => string {
  const pad = (byte: number) => Buffer.alloc(BLOCK_BYTES).map((_, i) => (secret[i] ?? 0) ^ byte);
  const [inner, outer] = [pad(0x36), pad(0x5c)];
  return (text) =>
    hash(
      'sha256',
      Buffer.concat([outer, hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer')]),
      'base64url',
    );
}

export function dailyKeys(secrets: readonly DaySecret[]): DailyKeys {
  const today = secrets.at(-1)!;
  const yesterday = secrets.length > 1 ? secrets[0] : undefined;
  const [ofToday, ofYesterday] = [hmacWith(today.secret), yesterday && hmacWith(yesterday.secret)];
  const name = (hmac: (text: string) => string, operator: string, vehicleId: string) =>
    hmac(`${operator}\n${vehicleId}`).slice(0, NAME_CHARACTERS);
  return {
    nameOf: (operator, vehicleId) => name(ofToday, operator, vehicleId),
    formerNameOf: (operator, vehicleId) =>
      ofYesterday === undefined ? undefined : name(ofYesterday, operator, vehicleId),
    dates: secrets.map(({ date }) => date),
  };
}
