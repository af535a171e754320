/**
 * Real bikes against real bays: fourteen thousand kerb-side bays and three days of lock events, replayed day by day.
 *
 *   node bench/bikes.ts [--part]
 *
 * The recording says when and where a bike was locked, and nothing else. What is added, and said to be added: the operator (one of
 * three, by the bike's id), the capacity of a bay (one bike per 1.2 m² of its polygon), the vans (six per operator, 30 bikes each,
 * straight lines by 1.4 at 20 km/h, bikes brought to roomy stands or home). A bike leaves its bay when it is locked elsewhere. Every half hour the overfull stands become
 * orders, each operator's vans are routed, and what they took by then is gone from the street. `--part` replays the first day only.
 * Ends with code 1 when the bays take more than a second to load or half of the bikes that had to go are still there.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openRecording } from '#adapters/csv/open-file.ts';
import { readRows } from '#adapters/csv/rows.ts';
import { type Errand, outcomeOf, toRoutingProblem, type Van } from '#dispatch/rounds.ts';
import { planRoutes } from '#dispatch/routing/engine.ts';
import { createFleet, type Fleet, isCertain } from '#domains/shared-bikes/fleet.ts';
import { IN_BAY, LIKELY, OUTSIDE } from '#domains/shared-bikes/judge.ts';
import { planeAround } from '#domains/shared-bikes/plane.ts';
import { indexShapes } from '#domains/shared-bikes/shapes.ts';
import { type Bay, DEFAULT_RULES, SIGHTINGS, type Trouble } from '#domains/shared-bikes/shared-bikes.types.ts';
import { joinStands } from '#domains/shared-bikes/stands.ts';
import { findTroubles } from '#domains/shared-bikes/troubles.ts';
import type { Polygon, Position } from '#kernel/geo.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#kernel/time.ts';

const FOLDER = resolve(process.env.CITYLOOM_DATA ?? '../shared/data', 'bikes');
const FORMAT = { separator: ',', quote: '"', comment: undefined, skipLines: 0, encoding: 'utf-8' };
const OPERATORS = ['north', 'south', 'west'].map((id) => ({ id, name: { en: `Synthetic ${id}` }, quota: 1_000_000 }));
const SQUARE_METRES_PER_BIKE = 1.2;
const [VANS, VAN_HOLDS] = [6, 30];
/** Stands with room that an operator's vans may bring bikes to, and how many seconds of driving that is worth. */
const [ROOMY_STANDS, ROOM_WORTH_SECONDS] = [25, 900];
const LOOK_EVERY = 30 * MINUTE;
/** What is done later is not counted as cleared. */
const WITHIN = HOUR;
const [LOCKED, REMOVED] = [SIGHTINGS.indexOf('locked'), SIGHTINGS.indexOf('removed')];

const { values: options } = parseArgs({ options: { part: { type: 'boolean', default: false } } });

async function readColumns(file: string): Promise<string[][]> {
  const recording = await openRecording(resolve(FOLDER, file));
  const rows: string[][] = [];
  try {
    for await (const some of readRows(recording.bytes, FORMAT)) for (const { cells } of some) rows.push([...cells]);
  } finally {
    await recording.close();
  }
  return rows.slice(1);
}

const missing = async (): Promise<boolean> => {
  try {
    await (await openRecording(resolve(FOLDER, 'xiamen-fences.csv.gz'))).close();
    return false;
  } catch {
    console.log(`Skipped: no recordings of bikes in ${FOLDER}. Set CITYLOOM_DATA to the folder of recordings.`);
    return true;
  }
};

interface Lock {
  readonly bike: string;
  readonly place: Position;
  readonly at: Instant;
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

async function main(): Promise<void> {
  if (await missing()) return;
  const rows = await readColumns('xiamen-fences.csv.gz');
  const polygons = rows.map(([, ring]) => [JSON.parse(`[${ring}]`) as Position[]] as Polygon);
  const corner = polygons[0]![0]![0]!;
  const plane = planeAround(corner);
  const began = performance.now();
  const shapes = indexShapes(polygons, plane, 0);
  const bays = rows.map(([id], i): Bay => {
    const capacity = Math.max(1, Math.round(shapes.areaSquareMetres(i) / SQUARE_METRES_PER_BIKE));
    return { id: id!, name: undefined, polygon: polygons[i]!, capacity, areaClass: 'ordinary', area: undefined };
  });
  const ground = { bays, zones: [] };
  const fleet = createFleet(ground, plane, DEFAULT_RULES);
  const capacities = bays.map(({ capacity }) => capacity);
  const stands = joinStands(shapes, capacities, { joinMetres: 10, mostMetres: 40 });
  const loading = performance.now() - began;
  console.log(
    `${bays.length} bays laid out in ${loading.toFixed(0)} ms: ${stands.count} stands that positions can tell apart, ${capacities.reduce((a, b) => a + b, 0)} places`,
  );

  const locks = (await readColumns('xiamen-lock-events-2020-12-21-to-23.csv.gz')).map(([bike, lat, lon, at]): Lock => {
    const instant = Date.parse(`${at!.replace(' ', 'T')}+08:00`);
    return { bike: bike!, place: [Number(lon), Number(lat)], at: instant };
  });
  locks.sort((a, b) => a.at - b.at);
  sayShares(fleet, locks);

  const firstDay = Math.floor((locks[0]!.at + 8 * HOUR) / DAY);
  const dayOf = ({ at }: Lock) => Math.floor((at + 8 * HOUR) / DAY) - firstDay;
  let [had, gone] = [0, 0];
  for (const [day, events] of Map.groupBy(locks, dayOf)) {
    if (options.part && day > 0) break;
    const result = replay(createFleet(ground, plane, DEFAULT_RULES), stands, events, day);
    had += result.had;
    gone += result.gone;
  }
  console.log(`cleared in all: ${gone} of ${had} bikes that had to go, ${percent(gone, had)}`);
  if (loading > 1_000 || gone < 0.5 * had) process.exitCode = 1;
}

/** How the judging takes the recording: what is certain, what is likely, and what the rest is. */
function sayShares(fleet: Fleet, locks: readonly Lock[]): void {
  tell(fleet, locks, LOCKED);
  const counts = { inside: 0, likely: 0, doubtful: 0, outside: 0 };
  let probability = 0;
  // Every lock is judged on its own, as if each had been a bike.
  const single = createFleet(fleet.ground, fleet.plane, DEFAULT_RULES);
  tell(
    single,
    locks.map((lock, i) => ({ ...lock, bike: String(i) })),
    LOCKED,
  );
  const each = single.columns();
  for (let slot = 0; slot < single.size(); slot++) {
    if (each.verdict[slot] === IN_BAY) counts.inside++;
    else if (each.verdict[slot] === LIKELY) counts.likely++;
    else if (each.verdict[slot] === OUTSIDE && isCertain(each, slot, DEFAULT_RULES)) counts.outside++;
    else counts.doubtful++;
    if (each.verdict[slot] !== OUTSIDE) probability += each.probability[slot]!;
  }
  const all = single.size();
  const near = counts.inside + counts.likely;
  console.log(
    `${all} locks of ${fleet.size()} bikes: ${percent(counts.inside, all)} strictly inside a bay, ${percent(near, all)} within the 15 m that a position may be off (${percent(probability, near)} of those in their bay by probability)`,
  );
  console.log(
    `the rest: ${percent(counts.doubtful, all)} between 15 m and the distance from which a bike is certainly outside: counted against nobody; ${percent(counts.outside, all)} certainly outside`,
  );
}

function tell(fleet: Fleet, locks: readonly Lock[], kind: number): void {
  const batch = {
    operator: 0,
    slots: Int32Array.from(locks, ({ bike }) => fleet.slotOf(operatorOf(bike), bike)),
    kinds: new Uint8Array(locks.length).fill(kind),
    lon: Float64Array.from(locks, ({ place }) => place[0]),
    lat: Float64Array.from(locks, ({ place }) => place[1]),
    at: Float64Array.from(locks, ({ at }) => at),
    error: new Float32Array(locks.length),
  };
  fleet.apply(batch, Number.MAX_SAFE_INTEGER);
}

/** Synthetic: the recording names no operator. */
const operatorOf = (bike: string): number => bike.charCodeAt(bike.length - 1) % OPERATORS.length;

function replay(
  fleet: Fleet,
  stands: ReturnType<typeof joinStands>,
  events: readonly Lock[],
  day: number,
): { had: number; gone: number } {
  const depots = OPERATORS.map((_, i): Position => [events[i]!.place[0], events[i]!.place[1]]);
  const scene = {
    fleet,
    stands,
    operators: OPERATORS,
    rules: DEFAULT_RULES,
    areaOf: () => 'city',
    minuteOfDay: () => 0,
  };
  const totals = { looks: 0, overfull: 0, orders: 0, had: 0, gone: 0, routes: 0, seconds: 0, metres: 0 };
  const met = new Set<string>();
  /** Bikes that had to go and were not reached in the last round. */
  let left = 0;
  let next = 0;
  for (let now = events[0]!.at + LOOK_EVERY; next < events.length; now += LOOK_EVERY) {
    const upTo = events.findIndex(({ at }, i) => i >= next && at > now);
    const some = events.slice(next, upTo < 0 ? undefined : upTo);
    next += some.length;
    tell(fleet, some, LOCKED);
    const troubles = findTroubles(scene, now).filter(({ kind }) => kind === 'overfull');
    totals.looks++;
    for (const { scope } of troubles) met.add(scope);
    left = 0;
    for (const [operator] of OPERATORS.entries()) {
      const done = sendVans(troubles, roomyStands(fleet, stands), operator, depots[operator]!, now);
      totals.orders += done.orders;
      left += done.had;
      totals.routes += done.routes;
      totals.metres += done.metres;
      for (const [scope, count] of done.taken) {
        const gone = count > 0 ? takeAway(fleet, stands, scope, operator, count, now) : 0;
        totals.gone += gone;
        left -= gone;
      }
    }
  }
  totals.overfull = met.size;
  totals.had = totals.gone + left;
  console.log(
    `day ${day + 1}: ${events.length} locks; ${totals.overfull} stands were overfull for ${DEFAULT_RULES.overfullMinutes} min or more; ${totals.orders} orders to ${OPERATORS.length} synthetic operators for ${totals.had} bikes; ${totals.routes} van routes, ${(totals.metres / 1_000).toFixed(0)} km; ${totals.gone} bikes taken away within the hour, ${percent(totals.gone, totals.had)}`,
  );
  return totals;
}

const SPEED_METRES_PER_SECOND = 20 / 3.6;
const DETOUR = 1.4;

/** One round of an operator's vans until the next look: what they took by then. */
function sendVans(
  troubles: readonly Trouble[],
  roomy: readonly { readonly place: Position; readonly room: number }[],
  operator: number,
  depot: Position,
  now: Instant,
) {
  const wanted = troubles.filter(({ take }) => take[operator]! > 0);
  const taken = new Map<string, number>();
  const had = wanted.reduce((sum, { take }) => sum + take[operator]!, 0);
  if (wanted.length === 0) return { orders: 0, had, taken, routes: 0, metres: 0 };
  const places = [depot, ...wanted.map(({ place }) => place), ...roomy.map(({ place }) => place)];
  const plane = planeAround(depot);
  const metres = (a: Position, b: Position) =>
    Math.hypot((a[0] - b[0]) * plane.perLon, (a[1] - b[1]) * plane.perLat) * DETOUR;
  const distances = Float64Array.from({ length: places.length ** 2 }, (_, i) =>
    metres(places[Math.floor(i / places.length)]!, places[i % places.length]!),
  );
  const durations = distances.map((each) => each / SPEED_METRES_PER_SECOND);
  const vans = Array.from(
    { length: VANS },
    (_, i): Van => ({
      id: `van-${i + 1}`,
      ...{ at: 0, depot: 0, capacity: VAN_HOLDS, onBoard: 0, until: now + 4 * HOUR, committed: [], planned: [] },
    }),
  );
  const errands = wanted.map(
    (trouble, i): Errand => ({
      id: trouble.scope,
      place: i + 1,
      count: trouble.take[operator]!,
      // Bikes, not places, are what an order is about.
      ...{ due: now + WITHIN - 10 * MINUTE, priority: 0, worthSeconds: 600 * trouble.take[operator]! },
    }),
  );
  const bring = roomy.map(
    ({ room }, i): Errand => ({
      id: `roomy-${i}`,
      place: 1 + wanted.length + i,
      count: -Math.min(room, VAN_HOLDS / 2),
      ...{ due: undefined, priority: 0, worthSeconds: ROOM_WORTH_SECONDS },
    }),
  );
  const problem = toRoutingProblem(vans, [...errands, ...bring], { places: places.length, durations, distances }, now);
  const plan = planRoutes(problem, { seed: 1, iterations: 2_000 }, { now: () => performance.now() });
  for (const [scope, { count, doneAt }] of outcomeOf(plan, problem, now))
    if (doneAt <= now + WITHIN) taken.set(scope, count);
  const total = plan.routes.reduce((sum, route) => sum + (route.distanceMetres ?? 0), 0);
  return { orders: wanted.length, had, taken, routes: plan.routes.length, metres: total };
}

/** The stands with the most room. */
function roomyStands(fleet: Fleet, stands: ReturnType<typeof joinStands>): { place: Position; room: number }[] {
  const room = Array.from({ length: stands.count }, (_, stand) => {
    const bays = stands.baysOf(stand);
    const count = bays.reduce((sum, bay) => sum + fleet.inBay(bay), 0);
    return { place: fleet.ground.bays[bays[0]!]!.polygon[0]![0]!, room: stands.capacity[stand]! - count };
  });
  return room.sort((a, b) => b.room - a.room).slice(0, ROOMY_STANDS);
}

/** The youngest bikes of an operator leave the stand. */
function takeAway(
  fleet: Fleet,
  stands: ReturnType<typeof joinStands>,
  scope: string,
  operator: number,
  count: number,
  now: Instant,
): number {
  const the = fleet.columns();
  const first = fleet.ground.bays.findIndex(({ id }) => id === scope);
  const slots = stands
    .baysOf(stands.ofBay[first]!)
    .flatMap((bay) => [...fleet.standingIn(bay)])
    .filter((slot) => the.operator[slot] === operator)
    .sort((a, b) => the.since[b]! - the.since[a]!)
    .slice(0, count);
  fleet.apply(
    {
      operator,
      slots: Int32Array.from(slots),
      kinds: new Uint8Array(slots.length).fill(REMOVED),
      lon: new Float64Array(slots.length),
      lat: new Float64Array(slots.length),
      at: new Float64Array(slots.length).fill(now),
      error: new Float32Array(slots.length),
    },
    now,
  );
  return slots.length;
}

await main();
