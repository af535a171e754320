/** A plaza of known bays and a fleet on it: small enough to know by heart. */
import { createFleet, type Fleet } from '#domains/shared-bikes/fleet.ts';
import { planeAround, toPosition } from '#domains/shared-bikes/plane.ts';
import {
  type Bay,
  type BikeRules,
  DEFAULT_RULES,
  type Ground,
  type Operator,
  SIGHTINGS,
  type Sighting,
  type Zone,
} from '#domains/shared-bikes/shared-bikes.types.ts';
import { joinStands, type Stands } from '#domains/shared-bikes/stands.ts';
import { findTroubles, type Scene } from '#domains/shared-bikes/troubles.ts';
import type { Polygon, Position } from '#kernel/geo.ts';

export const NOON = Date.parse('2026-03-02T04:00:00Z');
export const CENTRE: Position = [107.3, 30.5];
export const PLANE = planeAround(CENTRE);
export const at = (x: number, y: number): Position => toPosition(PLANE, x, y);

/** A rectangle of metres east and north of the middle of the plaza. */
export const box = (x: number, y: number, width: number, height: number): Polygon => [
  [at(x, y), at(x + width, y), at(x + width, y + height), at(x, y + height), at(x, y)],
];

export const bay = (id: string, x: number, y: number, capacity: number): Bay => ({
  id,
  name: { zh: `${id}停放点`, en: `Bay ${id}` },
  polygon: box(x, y, 6, 2),
  capacity,
  areaClass: 'ordinary',
  area: undefined,
});

export const zone = (id: string, kind: Zone['kind'], polygon: Polygon, quotas: Zone['quotas'] = []): Zone => ({
  id,
  kind,
  name: { zh: `${id}区`, en: `Zone ${id}` },
  polygon,
  area: undefined,
  quotas,
});

export const OPERATORS: readonly Operator[] = [
  { id: 'swift', name: { zh: '迅骑', en: 'Swift' }, quota: 1_000 },
  { id: 'meadow', name: { zh: '青禾', en: 'Meadow' }, quota: 1_000 },
];

export interface Plaza {
  readonly fleet: Fleet;
  readonly stands: Stands;
  /** A bike says something; returns how many sightings were taken in (0 or 1). */
  tell(bike: string, kind: Sighting, x: number, y: number, when: number, operator?: number, error?: number): number;
  troubles(now: number): ReturnType<typeof findTroubles>;
}

export function plaza(ground: Ground, rules: Partial<BikeRules> = {}, operators = OPERATORS): Plaza {
  const all = { ...DEFAULT_RULES, ...rules };
  const fleet = createFleet(ground, PLANE, all);
  const centres = ground.bays.map(({ polygon }) => polygon[0]![0]!);
  const stands = joinStands(
    {
      count: ground.bays.length,
      centre: (i) => [(centres[i]![0] - CENTRE[0]) * PLANE.perLon, (centres[i]![1] - CENTRE[1]) * PLANE.perLat],
    },
    ground.bays.map(({ capacity }) => capacity),
    { joinMetres: 8, mostMetres: 40 },
  );
  const scene: Scene = {
    fleet,
    stands,
    operators,
    rules: all,
    areaOf: () => 'plaza',
    minuteOfDay: (now) => Math.floor(((now + 8 * 3_600_000) % 86_400_000) / 60_000),
  };
  return {
    fleet,
    stands,
    tell(bike, kind, x, y, when, operator = 0, error = 0) {
      const [lon, lat] = at(x, y);
      return fleet.apply(
        {
          operator,
          slots: Int32Array.of(fleet.slotOf(operator, bike)),
          kinds: Uint8Array.of(SIGHTINGS.indexOf(kind)),
          lon: Float64Array.of(lon),
          lat: Float64Array.of(lat),
          at: Float64Array.of(when),
          error: Float32Array.of(error),
        },
        NOON + 86_400_000 * 30,
      );
    },
    troubles: (now) => findTroubles(scene, now),
  };
}
