/** A small city to sense: pressure loggers in a real database, and the room opened over them. */
import type { TestContext } from 'node:test';
import type { IncomingObservation, ObservationBatch } from '#kernel/observation.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import { createSensing, type SensingOptions } from '#sensing/sensing.ts';
import type { Sensing, ThingSeed } from '#sensing/sensing.types.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

/** A Tuesday, one minute before noon of the city's clock. */
export const NOON: Instant = Date.UTC(2026, 2, 3, 12);

/** A clock that stands still until it is set. */
export interface SetClock extends Clock {
  set(at: Instant): void;
}

export function clockAt(start: Instant): SetClock {
  let at = start;
  return {
    now: () => at,
    set(to) {
      at = to;
    },
  };
}

/** A logger on a water main: pressure in kPa, every minute, physically 0 to 1,600. */
export const logger = (n: number, changes: Partial<ThingSeed> = {}): ThingSeed => ({
  assetId: `water-logger-${n}`,
  name: `Pressure logger ${n}`,
  description: 'Logger in a manhole',
  domain: 'water',
  assetClass: 'pressure-logger',
  place: [114 + n / 1000, 30.5],
  geometry: { type: 'Point', coordinates: [114 + n / 1000, 30.5] },
  properties: { bore: 300 },
  datastreams: [
    {
      indicator: 'pressure',
      name: `Pressure at logger ${n}`,
      description: 'Water pressure',
      unit: { name: 'kilopascal', symbol: 'kPa', ucum: 'kPa' },
      range: [0, 1600],
      normal: [310, 420],
      intervalSeconds: 60,
      lateAfterIntervals: 2,
      silentAfterIntervals: 5,
    },
  ],
  ...changes,
});

export interface City {
  readonly database: Database;
  readonly sensing: Sensing;
  readonly clock: SetClock;
  /** Everything handed to `onStored`, in order. */
  readonly heard: ObservationBatch[];
  /** Datastream ids of the loggers. */
  readonly streams: readonly number[];
  /** Stops this room and opens another on the same database, as after a restart. */
  reopen(options?: Partial<SensingOptions>): Promise<Sensing>;
}

export async function citySensing(t: TestContext, loggers = 3, options: Partial<SensingOptions> = {}): Promise<City> {
  let city: City | undefined;
  // node:test runs these hooks first come, first served: the room has to be closed before its database is dropped.
  t.after(() => city?.sensing.stop());
  city = await cityOn(await testDatabase(t, ['sensing']), loggers, options);
  return city;
}

/** The same on a database at hand; whoever calls stops `sensing`. */
export async function cityOn(
  database: Database,
  loggers: number,
  options: Partial<SensingOptions> = {},
): Promise<City> {
  const clock = clockAt(NOON);
  const heard: ObservationBatch[] = [];
  const open = async (changes: Partial<SensingOptions>) => {
    const merger = { everyMs: 3_600_000 };
    const sensing = createSensing({
      database,
      clock,
      log: quiet,
      merger,
      onStored: (batch) => heard.push(batch),
      ...options,
      ...changes,
    });
    await sensing.start();
    return sensing;
  };
  let sensing = await open({});
  await sensing.seedThings(Array.from({ length: loggers }, (_, n) => logger(n + 1)));
  const streams = Array.from(sensing.listDatastreams(), ({ id }) => id);
  return {
    database,
    clock,
    heard,
    streams,
    get sensing() {
      return sensing;
    },
    async reopen(changes = {}) {
      await sensing.stop();
      sensing = await open(changes);
      return sensing;
    },
  };
}

/** A pressure at noon, or whatever differs. */
export const pressure = (
  datastreamId: number,
  result: number,
  changes: Partial<IncomingObservation> = {},
): IncomingObservation => ({ datastreamId, phenomenonTime: NOON, resultTime: null, result, ...changes });

export const minutesAgo = (minutes: number): Instant => NOON - minutes * MINUTE;

export async function countRows(database: Database, table = 'observations'): Promise<number> {
  const [row] = await database.query<{ rows: number }>(`select count(*) as rows from ${table}`);
  return row!.rows;
}
