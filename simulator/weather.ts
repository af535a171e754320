/**
 * One sky and one rush hour over the whole city. Both are pure functions of the seed and the instant, so that the past of a new city
 * can be computed as well as its present, and every domain sees the same rain.
 */
import { DAY, HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import { lot } from './random.ts';

export interface Weather {
  readonly airCel: number;
  readonly windMs: number;
  readonly rainMmH: number;
  /** 0 dry … 1 soaked: what fell in the last two hours. */
  readonly wetness: number;
  /** 0 night … 1 noon of a clear day. */
  readonly sun: number;
}

export interface Shower {
  readonly from: Instant;
  readonly to: Instant;
  readonly peakMmH: number;
}

/** Everything that is the same for all devices at one moment. */
export interface Around {
  readonly at: Instant;
  /** Hour of the local day, 0–24 with fractions. */
  readonly hour: number;
  readonly isWorkday: boolean;
  readonly weather: Weather;
  /** 0 empty … 1 rush hour. */
  readonly traffic: number;
}

/** Local wall clock of an instant, as milliseconds as if it were UTC; the city's offset is looked up once per quarter of an hour. */
export function localClock(timeZone: string): (at: Instant) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  let [slot, offset] = [Number.NaN, 0];
  return (at) => {
    if (Math.floor(at / (15 * MINUTE)) !== slot) {
      slot = Math.floor(at / (15 * MINUTE));
      const found = /GMT([+-])(\d{2}):(\d{2})/.exec(format.format(at));
      offset = found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * HOUR + Number(found[3]) * MINUTE) : 0;
    }
    return at + offset;
  };
}

/** Looks around at an instant. `extra` are showers that someone ordered. */
export function lookAround(
  seed: string,
  local: (at: Instant) => number,
  at: Instant,
  extra: readonly Shower[] = [],
): Around {
  const clock = local(at);
  const hour = (((clock % DAY) + DAY) % DAY) / HOUR;
  const weekday = new Date(clock).getUTCDay();
  const isWorkday = weekday > 0 && weekday < 6;
  return { at, hour, isWorkday, weather: weatherAt(seed, clock, at, hour, extra), traffic: trafficAt(hour, isWorkday) };
}

function weatherAt(seed: string, clock: number, at: Instant, hour: number, extra: readonly Shower[]): Weather {
  const yearShare = ((clock / DAY) % 365.25) / 365.25;
  const season = 18 - 10 * Math.cos(2 * Math.PI * (yearShare - 0.04));
  const daily = 4 * Math.cos((2 * Math.PI * (hour - 15)) / 24);
  const rainMmH = rainAt(seed, at, extra);
  let fallen = 0;
  for (let back = 0; back < 12; back++) fallen += rainAt(seed, at - back * 10 * MINUTE, extra) / 6;
  return {
    airCel: season + daily + 3 * wave(`${seed}/air`, at, 9 * HOUR) - Math.min(4, rainMmH / 8),
    windMs: Math.max(
      0,
      3 + 4 * wave(`${seed}/wind`, at, 3 * HOUR) + 1.5 * wave(`${seed}/gust`, at, 12 * MINUTE) + rainMmH / 12,
    ),
    rainMmH,
    wetness: Math.min(1, fallen / 15),
    sun:
      Math.max(0, Math.sin((Math.PI * (hour - 6.5)) / 11.5)) *
      (hour > 6.5 && hour < 18 ? 1 : 0) *
      (rainMmH > 0.5 ? 0.2 : 1),
  };
}

/** In one of seven three-hour spells a shower of 20–50 minutes comes, 4–24 mm/h at its peak. */
function rainAt(seed: string, at: Instant, extra: readonly Shower[]): number {
  const spell = Math.floor(at / (3 * HOUR));
  let rain = 0;
  for (const index of [spell - 1, spell]) {
    const name = `${seed}/rain/${index}`;
    if (lot(name) > 1 / 7) continue;
    const from = index * 3 * HOUR + lot(`${name}/from`) * 2 * HOUR;
    rain += fall(
      { from, to: from + (20 + 30 * lot(`${name}/long`)) * MINUTE, peakMmH: 4 + 20 * lot(`${name}/peak`) },
      at,
    );
  }
  for (const shower of extra) rain += fall(shower, at);
  return rain;
}

const fall = ({ from, to, peakMmH }: Shower, at: Instant): number =>
  at <= from || at >= to ? 0 : peakMmH * Math.sin((Math.PI * (at - from)) / (to - from)) ** 0.7;

/** Smooth chance between −1 and 1 that wanders from one value to another in about `period`. */
export function wave(name: string, at: Instant, period: number): number {
  const step = Math.floor(at / period);
  const share = at / period - step;
  const ease = share * share * (3 - 2 * share);
  const [a, b] = [lot(`${name}/${step}`), lot(`${name}/${step + 1}`)];
  return 2 * (a + (b - a) * ease) - 1;
}

const bump = (hour: number, center: number, width: number): number => {
  const off = Math.min(Math.abs(hour - center), 24 - Math.abs(hour - center));
  return Math.exp(-((off / width) ** 2));
};

/** Two rush hours on working days, one slow swell on the others. */
export function trafficAt(hour: number, isWorkday: boolean): number {
  const day = 0.06 + 0.4 * bump(hour, 13.5, 5.5);
  return Math.min(
    1,
    isWorkday ? day + 0.55 * bump(hour, 8, 1.3) + 0.55 * bump(hour, 18, 1.7) : day + 0.25 * bump(hour, 16, 4),
  );
}

/** Share of the day's highest load, for homes and for shops and offices. */
export const homeLoad = (hour: number): number =>
  Math.min(1, 0.32 + 0.22 * bump(hour, 7.5, 1.6) + 0.6 * bump(hour, 20, 2.8) + 0.18 * bump(hour, 12.5, 1.8));
export const workLoad = (hour: number, isWorkday: boolean): number =>
  Math.min(1, 0.25 + (isWorkday ? 0.7 : 0.4) * bump(hour, 14, 5));
/** Breakfast, lunch, dinner. */
export const cookingLoad = (hour: number): number =>
  Math.min(1, 0.1 + 0.45 * bump(hour, 7, 0.9) + 0.6 * bump(hour, 12, 0.9) + 0.85 * bump(hour, 18.7, 1.3));
