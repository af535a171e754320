/**
 * Forecasts per stand, 30 and 60 minutes ahead, from the stand's own counts of the last four weeks. Fitted when first asked for on a
 * day, and only for stands that could fill: most never do.
 */
import { localDate, startOfDay } from '#kernel/calendar.ts';
import { DAY, type Instant, MINUTE } from '#kernel/time.ts';
import { type CountSeries, type Forecast, fitForecast } from './forecast.ts';
import type { Storage } from './storage.ts';

const STEP = 30 * MINUTE;
const STEPS_PER_HOUR = 2;
const WEEKS = 4;
/** A week to look back on, and a day to learn from. */
const LEAST_STEPS = 8 * 48;

export interface StandForecasts {
  start(now: Instant): Promise<void>;
  /** Writes the counts of a half-hour down once. */
  count(now: Instant, counts: ReadonlyMap<string, number>): Promise<void>;
  of(stand: string, count: number, now: Instant): readonly [in30: number, in60: number] | undefined;
}

export function createStandForecasts(deps: {
  readonly storage: Pick<Storage, 'writeCounts' | 'readCounts'>;
  readonly timeZone: string;
  isWorkingDay(at: Instant): boolean;
}): StandForecasts {
  const { storage, timeZone } = deps;
  const history = new Map<string, Map<number, number>>();
  const fitted = new Map<string, { readonly date: string; readonly models: readonly Forecast[] }>();
  const calendar = new Map<number, { readonly hour: number; readonly isWorking: number }>();
  let lastStep = 0;

  function calendarOf(step: number) {
    let known = calendar.get(step);
    if (known === undefined) {
      known = { hour: hourOf(step * STEP, timeZone), isWorking: Number(deps.isWorkingDay(step * STEP)) };
      calendar.set(step, known);
    }
    return known;
  }

  const remember = (stand: string, step: number, count: number) => {
    const own = history.get(stand) ?? new Map<number, number>();
    history.set(stand, own);
    own.set(step, count);
  };

  /** The series up to the present step and two steps of calendar beyond it. */
  function seriesOf(stand: string, count: number, now: Instant): { series: CountSeries; present: number } | undefined {
    const own = history.get(stand);
    const last = Math.floor(now / STEP);
    const first = Math.max(last - WEEKS * 7 * 48, Math.min(...(own?.keys() ?? [last])));
    if (own === undefined || last - first < LEAST_STEPS) return undefined;
    const length = last - first + 3;
    const values = Float64Array.from({ length }, (_, i) => own.get(first + i) ?? Number.NaN);
    values[last - first] = count;
    const hourOfWeek = Uint8Array.from({ length }, (_, i) => calendarOf(first + i).hour);
    const isWorkingDay = Uint8Array.from({ length }, (_, i) => calendarOf(first + i).isWorking);
    return { series: { values, hourOfWeek, isWorkingDay, stepsPerHour: STEPS_PER_HOUR }, present: last - first };
  }

  return {
    async start(now) {
      for (const { stand, at, count } of await storage.readCounts(now - WEEKS * 7 * DAY))
        remember(stand, Math.floor(at.getTime() / STEP), count);
    },
    async count(now, counts) {
      const step = Math.floor(now / STEP);
      if (step === lastStep) return;
      lastStep = step;
      for (const [stand, count] of counts) remember(stand, step, count);
      await storage.writeCounts(step * STEP, [...counts.keys()], [...counts.values()], now - WEEKS * 7 * DAY);
    },
    of(stand, count, now) {
      const given = seriesOf(stand, count, now);
      if (given === undefined) return undefined;
      const { series, present } = given;
      const date = localDate(now, timeZone);
      let known = fitted.get(stand);
      if (known?.date !== date) {
        known = { date, models: [1, 2].map((horizon) => fitForecast(series, horizon, present)) };
        fitted.set(stand, known);
      }
      const [in30, in60] = known.models.map((model) => Math.round(model.at(series, present)));
      return Number.isNaN(in30!) || Number.isNaN(in60!) ? undefined : [in30!, in60!];
    },
  };
}

/** Hour of the local week, 0 = Monday 00:00. */
function hourOf(at: Instant, timeZone: string): number {
  const date = localDate(at, timeZone);
  const day = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return day * 24 + Math.min(23, Math.floor((at - startOfDay(date, timeZone)) / (60 * MINUTE)));
}
