/** The lie of the land: a river winding from west to east between two ridges, with three hills that the city climbs. */
import { distance, distanceToLine, HEIGHT, type Line, type Point, smooth, WIDTH } from './plane.ts';
import { noise } from './random.ts';

/** Middle of the river, up-stream first. One y for every x, so that north bank and south bank are well defined. */
export const RIVER: Line = smooth(
  [
    [-700, 2560],
    [-100, 2300],
    [700, 2240],
    [1650, 2660],
    [2550, 3420],
    [3430, 3690],
    [4250, 3180],
    [5150, 2440],
    [6050, 2400],
    [7050, 2990],
    [7700, 3250],
  ],
  60,
);

export function riverY(x: number): number {
  for (let i = 1; i < RIVER.length; i++) {
    const [a, b] = [RIVER[i - 1]!, RIVER[i]!];
    if (b[0] >= x) return a[1] + ((b[1] - a[1]) * (x - a[0])) / (b[0] - a[0]);
  }
  return RIVER.at(-1)![1];
}

/** Half the width of the water: wider in the bends. */
export const halfWidth = (x: number): number => 112 + 22 * Math.sin(x / 610) + 8 * Math.sin(x / 170 + 1);

/** Metres to the nearest water's edge; negative in the river. */
export const shore = (p: Point): number => distanceToLine(p, RIVER) - halfWidth(p[0]);

interface Hill {
  readonly at: Point;
  readonly height: number;
  readonly across: number;
  readonly along: number;
}
const HILLS: readonly Hill[] = [
  { at: [3430, 2440], height: 40, across: 300, along: 360 },
  { at: [5480, 4260], height: 118, across: 330, along: 560 },
  { at: [1480, 1080], height: 96, across: 470, along: 340 },
  { at: [6650, 420], height: 70, across: 520, along: 500 },
  { at: [250, 5450], height: 90, across: 480, along: 620 },
];

function hills([x, y]: Point): number {
  let total = 0;
  for (const { at, height, across, along } of HILLS) {
    total += height * Math.exp(-(((x - at[0]) / across) ** 2) - ((y - at[1]) / along) ** 2);
  }
  const wave = 140 * Math.sin(x / 900) + 60 * Math.sin(x / 330 + 2);
  const north = 125 * Math.exp(-(((y - 6120 - wave) / 430) ** 2));
  const south = 95 * Math.exp(-(((y + 210 + wave * 0.7) / 400) ** 2));
  return total + (y > 6120 + wave ? 125 : north) + (y < -210 - wave * 0.7 ? 95 : south);
}

const WATER_LEVEL = 186;

function rawElevation(p: Point): number {
  const d = shore(p);
  if (d <= 0) return WATER_LEVEL - 4;
  const bank = 7 * Math.min(1, d / 45);
  const rise = 25 * (1 - Math.exp(-d / 620)) + 0.0135 * d;
  const rough = 3.2 * noise(p[0], p[1], 520, 1) + 1.3 * noise(p[0], p[1], 210, 2);
  const plain = WATER_LEVEL + bank + rise + hills(p) + rough * Math.min(1, d / 200);
  // Terraces: the slope is taken in steps, as builders on a hillside do.
  return plain + 1.5 * Math.sin((plain * 2 * Math.PI) / 15);
}

const GRID = 20;
const MARGIN = 400;
const COLUMNS = Math.ceil((WIDTH + 2 * MARGIN) / GRID) + 1;
const ROWS = Math.ceil((HEIGHT + 2 * MARGIN) / GRID) + 1;
const heights = new Float64Array(COLUMNS * ROWS);
for (let j = 0; j < ROWS; j++) {
  for (let i = 0; i < COLUMNS; i++) heights[j * COLUMNS + i] = rawElevation([i * GRID - MARGIN, j * GRID - MARGIN]);
}

/** Metres above the sea, from a 20 m grid. */
export function elevation([x, y]: Point): number {
  const u = Math.max(0, Math.min(COLUMNS - 1.001, (x + MARGIN) / GRID));
  const v = Math.max(0, Math.min(ROWS - 1.001, (y + MARGIN) / GRID));
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [a, b] = [u - i, v - j];
  const at = (di: number, dj: number) => heights[(j + dj) * COLUMNS + i + di]!;
  const low = at(0, 0) * (1 - a) + at(1, 0) * a;
  const high = at(0, 1) * (1 - a) + at(1, 1) * a;
  return low * (1 - b) + high * b;
}

/** Up-hill direction and steepness, over 80 m. */
export function slope(p: Point): { up: Point; steepness: number } {
  const reach = 40;
  const gx = (elevation([p[0] + reach, p[1]]) - elevation([p[0] - reach, p[1]])) / (2 * reach);
  const gy = (elevation([p[0], p[1] + reach]) - elevation([p[0], p[1] - reach])) / (2 * reach);
  const steepness = Math.hypot(gx, gy);
  return { up: steepness < 1e-6 ? [0, 1] : [gx / steepness, gy / steepness], steepness };
}

/** Streets and houses keep below this; higher up are woods. */
export const BUILT_UP_BELOW = 276;
export const PARKS: readonly {
  name: { zh: string; en: string };
  kind: 'park' | 'square';
  at: Point;
  radius: number;
  wobble: number;
}[] = [
  { name: { zh: '亭子山公园', en: 'Pavilion Hill Park' }, kind: 'park', at: [3430, 2420], radius: 230, wobble: 0.22 },
  {
    name: { zh: '翠屏山森林公园', en: 'Green Screen Forest Park' },
    kind: 'park',
    at: [5480, 4260],
    radius: 430,
    wobble: 0.18,
  },
  { name: { zh: '老鹰岩公园', en: 'Eagle Rock Park' }, kind: 'park', at: [1480, 1080], radius: 370, wobble: 0.2 },
  { name: { zh: '荷塘公园', en: 'Lotus Pond Park' }, kind: 'park', at: [1900, 4420], radius: 165, wobble: 0.2 },
  { name: { zh: '梨园公园', en: 'Pear Orchard Park' }, kind: 'park', at: [4150, 870], radius: 150, wobble: 0.25 },
  {
    name: { zh: '东滩湿地公园', en: 'East Shoal Wetland Park' },
    kind: 'park',
    at: [6560, 2430],
    radius: 170,
    wobble: 0.3,
  },
  { name: { zh: '市民广场', en: 'Citizens’ Square' }, kind: 'square', at: [3250, 4790], radius: 62, wobble: 0 },
  { name: { zh: '码头广场', en: 'Wharf Square' }, kind: 'square', at: [3290, 3270], radius: 46, wobble: 0 },
  { name: { zh: '南坪集广场', en: 'South Market Square' }, kind: 'square', at: [4990, 1420], radius: 50, wobble: 0 },
];

/** Outline of a park or square. */
export function outline(park: (typeof PARKS)[number]): Point[] {
  const corners = park.kind === 'square' ? 4 : 36;
  const ring: Point[] = [];
  for (let i = 0; i < corners; i++) {
    const angle = (i / corners) * 2 * Math.PI + (park.kind === 'square' ? 0.5 : 0);
    const r = park.radius * (1 + park.wobble * noise(Math.cos(angle) * 100, Math.sin(angle) * 100 + park.at[0], 90, 7));
    ring.push([park.at[0] + r * Math.cos(angle), park.at[1] + r * Math.sin(angle)]);
  }
  ring.push(ring[0]!);
  return ring;
}

export const LAKES: readonly { name: { zh: string; en: string }; at: Point; radius: number }[] = [
  { name: { zh: '荷塘', en: 'Lotus Pond' }, at: [1890, 4400], radius: 78 },
  { name: { zh: '鹭湖', en: 'Heron Lake' }, at: [6640, 2310], radius: 80 },
];
export function lakeOutline(lake: (typeof LAKES)[number]): Point[] {
  const ring: Point[] = [];
  for (let i = 0; i < 28; i++) {
    const angle = (i / 28) * 2 * Math.PI;
    const r = lake.radius * (1 + 0.28 * noise(Math.cos(angle) * 100 + 900, Math.sin(angle) * 100 + lake.at[1], 80, 9));
    ring.push([lake.at[0] + r * 1.25 * Math.cos(angle), lake.at[1] + r * 0.8 * Math.sin(angle)]);
  }
  ring.push(ring[0]!);
  return ring;
}

const inPark = (p: Point): boolean => PARKS.some((park) => distance(p, park.at) < park.radius * 0.93);

/** Northern and southern edge of the city's territory, and its western and eastern one. */
export const northEdge = (x: number): number => 5830 + 110 * Math.sin(x / 760 + 0.8) + 55 * Math.sin(x / 260);
export const southEdge = (x: number): number => 170 + 105 * Math.sin(x / 690 + 2.2) + 45 * Math.sin(x / 240 + 1);
export const westEdge = (y: number): number => 120 + 80 * Math.sin(y / 620) + 35 * Math.sin(y / 210 + 2);
export const eastEdge = (y: number): number => 6870 + 85 * Math.sin(y / 700 + 1) + 35 * Math.sin(y / 230);

export const inTerritory = ([x, y]: Point, margin: number): boolean =>
  y < northEdge(x) - margin && y > southEdge(x) + margin && x > westEdge(y) + margin && x < eastEdge(y) - margin;

/** True where a street may run. */
export const isBuildable = (p: Point): boolean =>
  inTerritory(p, 90) && shore(p) > 38 && elevation(p) < BUILT_UP_BELOW && slope(p).steepness < 0.3 && !inPark(p);

/** 0 at the edge of town, 1 in its two hearts: the old town on the peninsula and the new centre north of the river. */
export function centrality(p: Point): number {
  const old = Math.exp(-((distance(p, [3300, 3050]) / 950) ** 2));
  const north = Math.exp(-((distance(p, [3250, 4700]) / 1100) ** 2));
  const south = 0.75 * Math.exp(-((distance(p, [4950, 1500]) / 850) ** 2));
  const west = 0.6 * Math.exp(-((distance(p, [1150, 3550]) / 700) ** 2));
  return Math.min(1, Math.max(old, north, south, west));
}

/** The river as one polygon ring, well beyond the territory on both ends, cut to it by the caller's view. */
export function riverRing(): Point[] {
  const sides: [Point[], Point[]] = [[], []];
  RIVER.forEach((point, i) => {
    if (point[0] < -350 || point[0] > WIDTH + 350) return;
    const before = RIVER[Math.max(0, i - 1)]!;
    const after = RIVER[Math.min(RIVER.length - 1, i + 1)]!;
    const d = distance(before, after);
    const normal: Point = [-(after[1] - before[1]) / d, (after[0] - before[0]) / d];
    const w = halfWidth(point[0]);
    sides[0].push([point[0] + normal[0] * w, point[1] + normal[1] * w]);
    sides[1].push([point[0] - normal[0] * w, point[1] - normal[1] * w]);
  });
  return [...sides[0], ...sides[1].reverse(), sides[0][0]!];
}
