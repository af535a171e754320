/** Times as SensorThings writes them, fast: this runs for every Observation that comes in. */
import { findInstant, type Instant } from '#kernel/time.ts';

const TWO = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

// Observations come day by day: the last day's midnight is nearly always the one needed again.
let lastDay = Number.NaN;
let lastMidnight = Number.NaN;

function midnightOf(year: number, month: number, day: number): number {
  const key = year * 10_000 + month * 100 + day;
  if (key === lastDay) return lastMidnight;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  // 31 February is no day. A month or day out of range fails here as well.
  if (year < 1_000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  lastDay = key;
  lastMidnight = midnight;
  return midnight;
}

/**
 * An instant in ms, or NaN. `YYYY-MM-DDTHH:MM:SSZ` and `….fffZ` take the short way, every other form the general one; a time
 * without a zone is not an instant.
 */
export function parseInstant(text: string): Instant {
  const length = text.length;
  if ((length !== 20 && length !== 24) || text.charCodeAt(length - 1) !== 90 || text.charCodeAt(10) !== 84)
    return parseAnyInstant(text);
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  )
    return parseAnyInstant(text);
  const hour = TWO(text, 11);
  const minute = TWO(text, 14);
  const second = TWO(text, 17);
  if (!(hour < 24 && minute < 60 && second < 60)) return parseAnyInstant(text);
  const millisecond = length === 20 ? 0 : fraction(text);
  return (
    midnightOf(TWO(text, 0) * 100 + TWO(text, 2), TWO(text, 5), TWO(text, 8)) +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1_000 +
    millisecond
  );
}

const fraction = (text: string): number =>
  text.charCodeAt(19) === 46 ? TWO(text, 20) * 10 + digit(text, 22) : Number.NaN;
const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
};

function parseAnyInstant(text: string): Instant {
  return isCalendarDay(text) ? (findInstant(text.toUpperCase()) ?? Number.NaN) : Number.NaN;
}

/** `Date.parse` takes 31 February for 3 March. */
function isCalendarDay(text: string): boolean {
  const year = TWO(text, 0) * 100 + TWO(text, 2);
  return !Number.isNaN(midnightOf(year, TWO(text, 5), TWO(text, 8)));
}

export interface TimeSpan {
  readonly begin: Instant;
  readonly end: Instant | undefined;
}

/** An instant or an interval `begin/end`; undefined when it is neither, or ends before it begins. */
export function findTime(text: string): TimeSpan | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) {
    const begin = parseInstant(text);
    return Number.isNaN(begin) ? undefined : { begin, end: undefined };
  }
  const begin = parseInstant(text.slice(0, slash));
  const end = parseInstant(text.slice(slash + 1));
  return begin <= end ? { begin, end } : undefined;
}
