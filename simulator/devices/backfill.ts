/**
 * A new city has no past, and a chart without a past says nothing. On the first start the last hours are computed with the same
 * physics and handed in through the same door, oldest first for every device. A city that has Observations is left alone.
 *
 * The past is thinner than the present, but never so thin that a device would have counted as silent in it.
 */
import { HOUR, type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { CityHttp } from '../city-http.ts';
import type { MeasuringPoint } from '../models/physics.ts';
import type { World } from '../world.ts';
import { postReadings } from './http-outlet.ts';
import type { Reading } from './outlet.ts';

const PAST = 3 * HOUR;
const GRID = MINUTE;
const WIDEST_GRIDS = 10;
/** Of the time after which a device counts as silent. */
const OF_SILENCE = 0.8;
const PER_CALL = 10_000;
const TOGETHER = 2;

export async function hasPast(city: CityHttp): Promise<boolean> {
  const answer = await city.call('GET', '/sensorthings/v1.1/Observations?$top=1&$select=id');
  if (!answer.isOk) return true;
  return (answer.body as { value: unknown[] }).value.length > 0;
}

/** Returns how many Observations the city took. The world stands at `now` again afterwards. */
export async function backfill(
  city: CityHttp,
  world: World,
  now: Instant,
  say: (message: string, fields?: object) => void,
): Promise<number> {
  const began = performance.now();
  const readings = world.instruments.map((): Reading[] => []);
  await world.rewind(now - PAST);
  for (let grid = 0; grid * GRID < PAST; grid++) {
    const at = now - PAST + grid * GRID;
    world.advance(at);
    for (const [index, instrument] of world.instruments.entries()) {
      if ((grid + index) % gridsApart(instrument.point) !== 0) continue;
      const value = world.read(instrument, at);
      if (value !== undefined) readings[index]!.push({ datastreamId: instrument.point.datastreamId, at, value });
    }
  }
  world.advance(now);
  const batches = inBatches(readings);
  let stored = 0;
  await Promise.all(
    Array.from({ length: TOGETHER }, async () => {
      for (let batch = batches.next(); !batch.done; batch = batches.next()) {
        const taken = await post(city, batch.value);
        stored += taken;
      }
    }),
  );
  say('the past is told', { observations: stored, seconds: Math.round((performance.now() - began) / 100) / 10 });
  return stored;
}

/** Every how many steps of the grid a device told its past. */
const gridsApart = ({ intervalSeconds, silentAfterIntervals }: MeasuringPoint): number =>
  Math.max(
    1,
    Math.min(WIDEST_GRIDS, Math.floor((OF_SILENCE * intervalSeconds * silentAfterIntervals * SECOND) / GRID)),
  );

async function post(city: CityHttp, batch: readonly Reading[]): Promise<number> {
  for (let left = batch, stored = 0; ; ) {
    const outcome = await postReadings(city, left);
    stored += outcome.stored;
    if (outcome.left.length === 0) return stored;
    left = outcome.left;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function* inBatches(readings: readonly Reading[][]): Generator<Reading[]> {
  let batch: Reading[] = [];
  for (const each of readings) {
    batch.push(...each);
    if (batch.length < PER_CALL) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
