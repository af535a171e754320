/**
 * How many position events a second one core judges: 200,000 bikes of three operators at 14,071 bays of about ten square metres, every
 * event a bike locked somewhere else, with its bay's count, standing time and untidiness kept. Beside it the raw limit: the same
 * columns read and the same state written without judging. Then what is wrong with the whole fleet, from the columns. CPU time of this
 * process is what counts; the memory is that of the whole process.
 */
import { createFleet, type Fleet } from '#domains/shared-bikes/fleet.ts';
import { planeAround } from '#domains/shared-bikes/plane.ts';
import { indexShapes } from '#domains/shared-bikes/shapes.ts';
import { type Bay, DEFAULT_RULES, type SightingBatch } from '#domains/shared-bikes/shared-bikes.types.ts';
import { joinStands } from '#domains/shared-bikes/stands.ts';
import { findTroubles } from '#domains/shared-bikes/troubles.ts';
import type { Position } from '#kernel/geo.ts';
import { HOUR, MINUTE } from '#kernel/time.ts';

const [BAYS, BIKES, EVENTS, BATCH] = [14_071, 200_000, 3_000_000, 10_000];
const CENTRE: Position = [107.3, 30.5];
const CITY_METRES = 20_000;
const START = Date.parse('2026-03-01T00:00:00Z');
const plane = planeAround(CENTRE);

let seed = 1;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

/** Bays in rows along kerbs, as they are painted: five to a row, a metre apart. */
function paintBays(): Bay[] {
  const bays: Bay[] = [];
  while (bays.length < BAYS) {
    const [x, y] = [(random() - 0.5) * CITY_METRES, (random() - 0.5) * CITY_METRES];
    for (let i = 0; i < 5 && bays.length < BAYS; i++) {
      const corner = (dx: number, dy: number): Position => [
        CENTRE[0] + (x + i * 6 + dx) / plane.perLon,
        CENTRE[1] + (y + dy) / plane.perLat,
      ];
      const polygon = [[corner(0, 0), corner(5, 0), corner(5, 2), corner(0, 2), corner(0, 0)]];
      bays.push({
        id: `b${bays.length}`,
        name: undefined,
        polygon,
        capacity: 9,
        areaClass: 'ordinary',
        area: undefined,
      });
    }
  }
  return bays;
}

/** Two of three bikes within 15 m of a bay, the rest anywhere. */
function batches(bays: readonly Bay[], slots: Int32Array): SightingBatch[] {
  return Array.from({ length: EVENTS / BATCH }, (_, b) => {
    const [lon, lat] = [new Float64Array(BATCH), new Float64Array(BATCH)];
    for (let i = 0; i < BATCH; i++) {
      const [near, off] = [bays[Math.floor(random() * BAYS)]!.polygon[0]![0]!, random() < 0.67 ? 15 : 400];
      lon[i] = near[0] + ((random() - 0.5) * 2 * off) / plane.perLon;
      lat[i] = near[1] + ((random() - 0.5) * 2 * off) / plane.perLat;
    }
    return {
      operator: 0,
      slots: Int32Array.from({ length: BATCH }, () => slots[Math.floor(random() * BIKES)]!),
      kinds: new Uint8Array(BATCH).fill(1),
      lon,
      lat,
      at: new Float64Array(BATCH).fill(START + b),
      error: new Float32Array(BATCH).fill(15),
    };
  });
}

function seconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The same columns in, the same state out, nothing judged. */
function copyOnly(fleet: Fleet, all: readonly SightingBatch[]): void {
  const { x, y, since, reportedAt } = fleet.columns();
  for (const { slots, lon, lat, at } of all) {
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      x[slot] = (lon[i]! - plane.lon0) * plane.perLon;
      y[slot] = (lat[i]! - plane.lat0) * plane.perLat;
      since[slot] = at[i]!;
      reportedAt[slot] = at[i]!;
    }
  }
}

const bays = paintBays();
const newFleet = (): { fleet: Fleet; slots: Int32Array } => {
  const fleet = createFleet({ bays, zones: [] }, plane, DEFAULT_RULES);
  return { fleet, slots: Int32Array.from({ length: BIKES }, (_, i) => fleet.slotOf(i % 3, `bike ${i}`)) };
};
const warm = newFleet();
const all = batches(bays, warm.slots);
for (const batch of all.slice(0, 60)) warm.fleet.apply(batch, START + HOUR);

const raw = newFleet();
const rawSeconds = seconds(() => copyOnly(raw.fleet, all));
const { fleet } = newFleet();
const judgedSeconds = seconds(() => {
  for (const batch of all) fleet.apply(batch, START + HOUR);
});
const perSecond = EVENTS / judgedSeconds;
console.log(
  `judged: ${Math.round(perSecond / 1_000)} thousand events/s on one core (${((judgedSeconds * 1e9) / EVENTS).toFixed(0)} ns each); the columns copied without judging: ${Math.round(EVENTS / rawSeconds / 1_000)} thousand/s`,
);

const shapes = indexShapes(
  bays.map(({ polygon }) => polygon),
  plane,
  0,
);
const stands = joinStands(
  shapes,
  bays.map(({ capacity }) => capacity),
  { joinMetres: 10, mostMetres: 40 },
);
const operators = ['a', 'b', 'c'].map((id) => ({ id, name: { en: id }, quota: BIKES }));
const areaOf = ([lon, lat]: Position) => `${Math.floor(lon * 50)}/${Math.floor(lat * 50)}`;
const scene = { fleet, stands, operators, rules: DEFAULT_RULES, areaOf, minuteOfDay: () => 600 };
let found = 0;
const troubleSeconds = seconds(() => {
  found = findTroubles(scene, START + 40 * MINUTE).length;
});
console.log(
  `${found} troubles of ${fleet.size().toLocaleString('en')} bikes found in ${(troubleSeconds * 1_000).toFixed(0)} ms; process memory ${Math.round(process.memoryUsage().rss / 1_048_576)} MB`,
);
