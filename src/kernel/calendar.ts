/**
 * Working time: how long something has been worked on, and when a number of working minutes is used up.
 *
 * A day's working hours are local wall-clock minutes, so they move with daylight saving: 09:00 is 09:00 on both sides of the change, and
 * a span over the lost or the repeated hour is that much shorter or longer. A make-up day beats a holiday, a holiday beats the week.
 * A deadline that is used up exactly at closing time is due at closing time, not next morning.
 */
import { invalid } from './errors.ts';
import type { Clock, WorkingCalendar } from './rules.ts';
import { DAY, type Instant, MINUTE, type Span } from './time.ts';

/** Ten years without one working minute is a mistake in the pack, not a calendar. */
const GIVE_UP_AFTER_DAYS = 3_660;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** What a clock on the wall shows, as if it were UTC: the instant plus the zone's offset then. */
function wallClock(at: Instant, timeZone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000);
}

/** The local date at an instant: `2026-10-01`. */
export const localDate = (at: Instant, timeZone: string): string =>
  new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);

/** The date after (or before, with a negative count). */
export const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/**
 * The instant of a local wall-clock minute. In the repeated hour of autumn it happens twice: `first` or `last` says which.
 * In the lost hour of spring it never happens: then the instant at which the clocks jumped past it.
 */
function instantOf(date: string, minuteOfDay: number, timeZone: string, which: 'first' | 'last'): Instant {
  const wall = Date.parse(`${date}T00:00:00Z`) + minuteOfDay * MINUTE;
  const offsets = [wall - DAY, wall + DAY].map((at) => wallClock(at, timeZone) - at);
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const real = candidates.filter((at) => wallClock(at, timeZone) === wall);
  if (real.length > 0) return which === 'first' ? real[0]! : real.at(-1)!;
  let [before, after] = [candidates[0]!, candidates.at(-1)!];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallClock(middle, timeZone) < wall) before = middle;
    else after = middle;
  }
  return after;
}

/** Midnight at the start of a local date. */
export const startOfDay = (date: string, timeZone: string): Instant => instantOf(date, 0, timeZone, 'first');

export interface WorkingTime {
  /** The instant at which `milliseconds` of working time after `from` are used up. */
  after(from: Instant, milliseconds: number): Instant;
  /** Milliseconds of working time in `[from, to)`; 0 when `to` is not later. */
  between(from: Instant, to: Instant): number;
  /** Working spans that begin on a local date, in order. */
  spansOn(date: string): readonly Span[];
}

function minutesOn(calendar: WorkingCalendar, date: string): ReadonlyArray<readonly [number, number]> {
  const isoWeekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  const madeUpAs = calendar.makeUpDays[date];
  if (madeUpAs !== undefined) return calendar.week[String(madeUpAs)] ?? [];
  if (calendar.holidays.includes(date)) return [];
  return calendar.week[String(isoWeekday)] ?? [];
}

/** Reads a calendar once and remembers the days it has worked out. */
export function workingTime(calendar: WorkingCalendar): WorkingTime {
  const days = new Map<string, readonly Span[]>();
  const { timeZone } = calendar;

  function spansOn(date: string): readonly Span[] {
    let spans = days.get(date);
    if (spans === undefined) {
      spans = minutesOn(calendar, date)
        .map(([from, to]) => ({
          begin: instantOf(date, from, timeZone, 'first'),
          end: instantOf(date, to, timeZone, 'last'),
        }))
        .sort((a, b) => a.begin - b.begin);
      days.set(date, spans);
    }
    return spans;
  }

  function after(from: Instant, milliseconds: number): Instant {
    if (milliseconds <= 0) return from;
    let left = milliseconds;
    let date = localDate(from, timeZone);
    for (let day = 0; day < GIVE_UP_AFTER_DAYS; day++, date = plusDays(date, 1)) {
      for (const span of spansOn(date)) {
        const begin = Math.max(span.begin, from);
        if (begin >= span.end) continue;
        if (span.end - begin >= left) return begin + left;
        left -= span.end - begin;
      }
    }
    throw invalid('calendar.never_works', `Calendar ${calendar.id} has no working time in ten years.`, 'calendars');
  }

  function between(from: Instant, to: Instant): number {
    let total = 0;
    for (let date = localDate(from, timeZone); startOfDay(date, timeZone) < to; date = plusDays(date, 1)) {
      for (const span of spansOn(date)) {
        total += Math.max(0, Math.min(span.end, to) - Math.max(span.begin, from));
      }
    }
    return total;
  }

  return { after, between, spansOn };
}

/** When a clock started at `from` runs out. */
export const dueAfter = (clock: Clock, from: Instant, working: WorkingTime): Instant =>
  clock.basis === 'calendar' ? from + clock.minutes * MINUTE : working.after(from, clock.minutes * MINUTE);

/** How much of a clock's own time lies in `[from, to)`, in milliseconds; never negative. */
export const clockTimeBetween = (basis: Clock['basis'], from: Instant, to: Instant, working: WorkingTime): number =>
  basis === 'calendar' ? Math.max(0, to - from) : working.between(from, to);

/** The instant at which `milliseconds` of a clock's own time after `from` are used up. */
export const plusClockTime = (
  basis: Clock['basis'],
  from: Instant,
  milliseconds: number,
  working: WorkingTime,
): Instant => (basis === 'calendar' ? from + milliseconds : working.after(from, milliseconds));
