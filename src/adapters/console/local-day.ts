/** A day as the city's clocks show it: 23 or 25 hours long where they change. Pure. */
import { invalid } from '#kernel/errors.ts';
import { DAY, type Instant } from '#kernel/time.ts';

export interface LocalDay {
  readonly date: string;
  readonly begin: Instant;
  readonly end: Instant;
}

/** The day named (`2026-03-01`), or the one that `now` falls in. Errors: `date.invalid`. */
export function dayOf(date: string | undefined, now: Instant, timeZone: string): LocalDay {
  const named = date ?? localDate(now, timeZone);
  const midnight = Date.parse(`${named}T00:00:00Z`);
  if (Number.isNaN(midnight)) throw invalid('date.invalid', `There is no day ${named}.`, 'date');
  return { date: named, begin: startOf(midnight, timeZone), end: startOf(midnight + DAY, timeZone) };
}

const localDate = (at: Instant, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** The instant at which a local midnight, written as if it were UTC, happens. Asked twice, since the zone may change in between. */
function startOf(midnight: Instant, timeZone: string): Instant {
  const guess = midnight - offsetMs(midnight, timeZone);
  return midnight - offsetMs(guess, timeZone);
}

function offsetMs(at: Instant, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const [, sign, hours, minutes] =
    /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find((p) => p.type === 'timeZoneName')!.value) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
