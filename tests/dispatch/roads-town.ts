/** Towns of a few streets to drive in, drawn on a grid of a hundred metres around a point, and an honest slow way to check them. */
import type { Street, StreetMap, TurnRule } from '#dispatch/roads/roads.types.ts';
import type { Position } from '#kernel/geo.ts';

/** 36 km/h: ten metres a second. */
const KPH = 36;
const METRES_PER_DEGREE = (6_371_008.8 * Math.PI) / 180;
const ORIGIN: Position = [10, 50];

/** Where a point of the grid lies; the unit is a hundred metres. */
export function at(x: number, y: number): Position {
  const lat = ORIGIN[1] + (y * 100) / METRES_PER_DEGREE;
  return [ORIGIN[0] + (x * 100) / (METRES_PER_DEGREE * Math.cos((ORIGIN[1] * Math.PI) / 180)), lat];
}

/** Named by the letters of the corners it passes: `AB` goes from A to B and back, `A>B` only there. */
export interface Town {
  readonly corners: Readonly<Record<string, readonly [x: number, y: number]>>;
  readonly streets: readonly string[];
  /** `no AB>BC`: coming by street AB no turning into street BC. */
  readonly rules?: readonly string[];
}

export function drawTown({ corners, streets, rules = [] }: Town): StreetMap {
  const names = Object.keys(corners);
  const places = Object.values(corners).map(([x, y]) => at(x, y));
  const lettersOf = (street: string) => street.replaceAll('>', '');
  return {
    longitudes: Float64Array.from(places, ([lon]) => lon),
    latitudes: Float64Array.from(places, ([, lat]) => lat),
    streets: streets.map(
      (street, id): Street => ({
        id,
        vertices: [...lettersOf(street)].map((letter) => names.indexOf(letter)),
        kph: KPH,
        isOneWay: street.includes('>'),
      }),
    ),
    turnRules: rules.map((rule): TurnRule => {
      const [, kind, from, to] = /^(no|only) (\w+)>(\w+)$/.exec(rule)!;
      const via = [...from!].find((letter) => to!.includes(letter))!;
      const idOf = (street: string) => streets.findIndex((name) => lettersOf(name) === street);
      return { kind: kind as TurnRule['kind'], from: idOf(from!), via: names.indexOf(via), to: idOf(to!) };
    }),
  };
}
