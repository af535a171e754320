/** What may be seen of the fleet: stands, operators, density; never an id, never a trail. */

import type { Position } from '#kernel/geo.ts';
import { HOUR, type Instant } from '#kernel/time.ts';
import type { Localized, PartyId } from '#kernel/words.ts';
import { type Fleet, isCertain, isInBay, MOVING, STANDING } from './fleet.ts';
import { FORBIDDEN } from './judge.ts';
import { toPosition } from './plane.ts';
import type { BikePack } from './sections.ts';
import { indexShapes } from './shapes.ts';
import type {
  BikeRules,
  FeedState,
  Operator,
  OperatorView,
  StandView,
  Trouble,
  Verdict,
} from './shared-bikes.types.ts';
import { VERDICTS } from './shared-bikes.types.ts';
import type { StandForecasts } from './stand-forecasts.ts';
import { joinStands, type Stands } from './stands.ts';

export function standsOf({ ground, plane }: Fleet, { standJoinMetres, standMostMetres }: BikePack): Stands {
  const shapes = indexShapes(
    ground.bays.map(({ polygon }) => polygon),
    plane,
    0,
  );
  const capacities = ground.bays.map(({ capacity }) => capacity);
  return joinStands(shapes, capacities, { joinMetres: standJoinMetres, mostMetres: standMostMetres });
}

/** The name of a stand is the name of its first bay. */
export const idOfStand = ({ ground }: Fleet, stands: Stands, stand: number): string =>
  ground.bays[stands.baysOf(stand)[0]!]!.id;

/** Bikes in each stand, by its id. */
export function standCounts(fleet: Fleet, stands: Stands): Map<string, number> {
  const counts = new Map<string, number>();
  for (let stand = 0; stand < stands.count; stand++) {
    const count = stands.baysOf(stand).reduce((sum, bay) => sum + fleet.inBay(bay), 0);
    counts.set(idOfStand(fleet, stands, stand), count);
  }
  return counts;
}

export function viewStands(
  fleet: Fleet,
  stands: Stands,
  operators: readonly Operator[],
  forecasts: StandForecasts,
  now: Instant,
): StandView[] {
  const the = fleet.columns();
  return Array.from({ length: stands.count }, (_, stand) => {
    const bays = stands.baysOf(stand);
    const byOperator = operators.map(() => 0);
    for (const bay of bays) for (const slot of fleet.standingIn(bay)) byOperator[the.operator[slot]!]!++;
    const count = byOperator.reduce((sum, each) => sum + each, 0);
    const polygons = bays.map((bay) => fleet.ground.bays[bay]!.polygon);
    const corners = polygons.flatMap(([ring]) => ring ?? []);
    const middle = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
    const id = idOfStand(fleet, stands, stand);
    return {
      id,
      name: fleet.ground.bays[bays[0]!]!.name,
      place: [middle(0), middle(1)],
      capacity: stands.capacity[stand]!,
      count,
      byOperator,
      forecast: forecasts.of(id, count, now),
      polygons,
    };
  });
}

export function viewOperators(
  fleet: Fleet,
  operators: readonly Operator[],
  rules: BikeRules,
  feeds: ReadonlyMap<PartyId, FeedState>,
  now: Instant,
): OperatorView[] {
  const the = fleet.columns();
  const views = operators.map(({ id, name, quota }) => ({
    id,
    name,
    quota,
    standing: 0,
    moving: 0,
    inBays: 0,
    outside: 0,
    forbidden: 0,
    silent: 0,
    faulty: 0,
    feed: feeds.get(id),
  }));
  for (let slot = 0; slot < fleet.size(); slot++) {
    const view = views[the.operator[slot]!];
    if (view === undefined) continue;
    if (the.state[slot] === MOVING) view.moving++;
    if (the.state[slot] !== STANDING) continue;
    view.standing++;
    if (isInBay(the, slot)) view.inBays++;
    if (isCertain(the, slot, rules)) view[the.verdict[slot] === FORBIDDEN ? 'forbidden' : 'outside']++;
    if (the.reportedAt[slot]! < now - rules.silentHours * HOUR) view.silent++;
    if (!Number.isNaN(the.faultySince[slot]!)) view.faulty++;
  }
  return views;
}

/** Standing bikes in squares; a square with fewer than `smallest` says nothing. */
export function density(fleet: Fleet, metres: number, smallest: number): { place: Position; count: number }[] {
  const { x, y, state } = fleet.columns();
  const squares = new Map<number, { column: number; row: number; count: number }>();
  for (let slot = 0; slot < fleet.size(); slot++) {
    if (state[slot] !== STANDING) continue;
    const [column, row] = [Math.floor(x[slot]! / metres), Math.floor(y[slot]! / metres)];
    const key = row * 100_003 + column;
    const square = squares.get(key);
    if (square === undefined) squares.set(key, { column, row, count: 1 });
    else square.count++;
  }
  return [...squares.values()].flatMap(({ column, row, count }) =>
    count < smallest ? [] : [{ place: toPosition(fleet.plane, (column + 0.5) * metres, (row + 0.5) * metres), count }],
  );
}

export function standingWithin(
  fleet: Fleet,
  [west, south, east, north]: readonly [number, number, number, number],
  limit: number,
): { place: Position; operator: number; verdict: Verdict }[] {
  const the = fleet.columns();
  const found: { place: Position; operator: number; verdict: Verdict }[] = [];
  for (let slot = 0; slot < fleet.size() && found.length < limit; slot++) {
    if (the.state[slot] !== STANDING) continue;
    const place = toPosition(fleet.plane, the.x[slot]!, the.y[slot]!);
    if (place[0] < west || place[0] > east || place[1] < south || place[1] > north) continue;
    found.push({ place, operator: the.operator[slot]!, verdict: VERDICTS[the.verdict[slot]!]! });
  }
  return found;
}

/** What the place of a trouble is called. */
export function nameOfTrouble(
  { kind, scope, place }: Trouble,
  { ground }: Fleet,
  deps: {
    areaOf(place: Position): { readonly name: Localized } | undefined;
    addressOf(place: Position): Localized;
  },
): Localized {
  if (kind === 'overfull') return ground.bays.find(({ id }) => id === scope)?.name ?? deps.addressOf(place);
  if (kind === 'over-quota') return ground.zones.find(({ id }) => id === scope)?.name ?? deps.addressOf(place);
  return deps.areaOf(place)?.name ?? deps.addressOf(place);
}
