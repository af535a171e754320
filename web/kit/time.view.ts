/** Instants in the words and the zone of the city. Nothing here reads a clock or the browser's own zone. */
import { HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import { localeOf } from './number.view.ts';

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}|${timeZone}|${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(localeOf(language), { timeZone, hourCycle: 'h23', ...options });
    formats.set(key, found);
  }
  return found;
}

/** `14:05`, or `14:05:09` when seconds matter. */
export const clockTime = (at: Instant, timeZone: string, seconds = false): string =>
  format('en', timeZone, { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) }).format(at);

/** `Mon 23 Nov` / `11月23日 周一`. */
export const dayName = (at: Instant, timeZone: string, language: string): string =>
  format(language, timeZone, { weekday: 'short', day: 'numeric', month: 'short' }).format(at);

/** Time alone on the same local day as `now`, otherwise day and time. */
export function whenText(at: Instant, now: Instant, timeZone: string, language: string): string {
  const time = clockTime(at, timeZone);
  return dateKey(at, timeZone) === dateKey(now, timeZone)
    ? time
    : `${format(language, timeZone, { day: 'numeric', month: 'short' }).format(at)} ${time}`;
}

/** Local date `YYYY-MM-DD`. */
export function dateKey(at: Instant, timeZone: string): string {
  return format('sv', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/** Minutes between the zone's wall clock and UTC at an instant. */
export function offsetMinutes(at: Instant, timeZone: string): number {
  const parts = format('en', timeZone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((entry) => entry.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((wall - Math.floor(at / 1_000) * 1_000) / MINUTE);
}

/** Round local times inside `[begin, end]` for an axis, at most `count` of them. */
export function axisTimes(begin: Instant, end: Instant, count: number, timeZone: string): Instant[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE);
  const step = steps.find((width) => (end - begin) / width <= count) ?? 24 * HOUR;
  const shift = offsetMinutes(begin, timeZone) * MINUTE;
  const times: Instant[] = [];
  for (let at = Math.ceil((begin + shift) / step) * step - shift; at <= end; at += step) times.push(at);
  return times;
}

export interface Span {
  readonly key: 'span.seconds' | 'span.minutes' | 'span.hours' | 'span.hoursMinutes' | 'span.days' | 'span.exact';
  readonly values: Readonly<Record<string, string | number>>;
}

/**
 * A length of time in the fewest words that still let somebody act: below ten minutes to the second, below an hour in minutes, below
 * six hours in hours and minutes, then hours, then days. Always rounded down: a person is never promised time that is not there.
 */
export function spanOf(milliseconds: number): Span {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 10)
    return { key: 'span.exact', values: { text: `${minutes}:${String(seconds % 60).padStart(2, '0')}` } };
  if (minutes < 60) return { key: 'span.minutes', values: { count: minutes } };
  if (hours < 6 && minutes % 60 > 0) return { key: 'span.hoursMinutes', values: { hours, minutes: minutes % 60 } };
  if (hours < 48) return { key: 'span.hours', values: { count: hours } };
  return { key: 'span.days', values: { count: Math.floor(hours / 24) } };
}

/** How long ago, in whole units, for histories: seconds are noise there. */
export function agoOf(milliseconds: number): Span {
  const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
  if (minutes < 1) return { key: 'span.seconds', values: {} };
  if (minutes < 60) return { key: 'span.minutes', values: { count: minutes } };
  if (minutes < 48 * 60) return { key: 'span.hours', values: { count: Math.floor(minutes / 60) } };
  return { key: 'span.days', values: { count: Math.floor(minutes / 1_440) } };
}
