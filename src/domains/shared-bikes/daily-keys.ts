/**
 * Names of vehicles that last one day. A vehicle is known by an HMAC of its operator's id for it, with a secret of the local day that is
 * thrown away when the next day is over: after that nobody, we included, can tell that two days speak of the same bike. For the day
 * after, the old name is still worked out beside the new one, so that a bike which has not moved keeps its standing time.
 */
import { createHmac } from 'node:crypto';

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

export function dailyKeys(secrets: readonly DaySecret[]): DailyKeys {
  const today = secrets.at(-1)!;
  const yesterday = secrets.length > 1 ? secrets[0] : undefined;
  const name = ({ secret }: DaySecret, operator: string, vehicleId: string) =>
    createHmac('sha256', secret).update(`${operator}\n${vehicleId}`).digest('base64url').slice(0, NAME_CHARACTERS);
  return {
    nameOf: (operator, vehicleId) => name(today, operator, vehicleId),
    formerNameOf: (operator, vehicleId) => (yesterday === undefined ? undefined : name(yesterday, operator, vehicleId)),
    dates: secrets.map(({ date }) => date),
  };
}
