/** The shared-bike platform in its city: where areas and addresses come from, and where its findings go. */
import { readBikePack } from '#domains/shared-bikes/sections.ts';
import { createSharedBikes } from '#domains/shared-bikes/shared-bikes.ts';
import type { SharedBikes } from '#domains/shared-bikes/shared-bikes.types.ts';
import { localDate, workingTime } from '#kernel/calendar.ts';
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { Loop } from './loop.ts';
import type { RoomDeps } from './rooms.types.ts';

/** Undefined in a city without shared bikes. */
export function furnishSharedBikes(
  { pack, database, clock, random }: Pick<RoomDeps, 'pack' | 'database' | 'clock' | 'random'>,
  territory: Territory,
  loop: Pick<Loop, 'onFinding'>,
): SharedBikes | undefined {
  const bikePack = readBikePack(pack);
  if (bikePack === undefined) return undefined;
  const calendar = pack.calendars.find(({ id }) => id === pack.defaultCalendar);
  const working = calendar === undefined ? undefined : workingTime(calendar);
  const isWorkingDay = (at: Instant) =>
    working === undefined || working.spansOn(localDate(at, pack.timeZone)).length > 0;
  return createSharedBikes({
    pack: bikePack,
    timeZone: pack.timeZone,
    centre: pack.center,
    database,
    clock,
    random,
    areaOf(place: Position) {
      const { community, district } = territory.locate(place);
      return community ?? district;
    },
    addressOf: (place) => territory.locate(place).address,
    isWorkingDay,
    onChange: (change) => loop.onFinding({ ...change, at: change.at ?? change.finding.lastAt }),
  });
}
