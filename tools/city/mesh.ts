/**
 * The city's areas. A mesh of quads, warped so that one of its lines is the middle of the river, is the unit grid; communities,
 * streets (administrative) and districts are unions of its quads, so every point of the city lies in exactly one of each.
 */
import { centrality, eastEdge, isBuildable, northEdge, riverY, southEdge, westEdge } from './land.ts';
import { distance, type Point, WIDTH } from './plane.ts';
import { noise, seededRandom } from './random.ts';

export interface Quad {
  readonly id: number;
  readonly column: number;
  readonly row: number;
  /** Indexes of the mesh corners, counter-clockwise. */
  readonly corners: readonly [number, number, number, number];
  readonly centre: Point;
  readonly north: boolean;
  district: number;
  street: number;
  community: number;
}

export interface Mesh {
  readonly corners: readonly Point[];
  readonly quads: readonly Quad[];
}

const COLUMNS = 42;
const ROWS_SOUTH = 17;
const ROWS_NORTH = 20;
const ROWS = ROWS_SOUTH + ROWS_NORTH;

function cornerAt(i: number, j: number): Point {
  const share = i / COLUMNS;
  // Columns lean and sway; the river line and the outer edge stay where they are.
  const about = 250 + (j / ROWS) * 5500;
  const sway = 60 * noise(share * WIDTH, j * 160, 900, 41);
  const west = westEdge(about);
  const east = eastEdge(about);
  const x = west + (east - west) * share + (i === 0 || i === COLUMNS ? 0 : sway);
  const river = riverY(x);
  if (j === ROWS_SOUTH) return [x, river];
  const inner = j > ROWS_SOUTH ? (j - ROWS_SOUTH) / ROWS_NORTH : 1 - j / ROWS_SOUTH;
  const edge = j > ROWS_SOUTH ? northEdge(x) : southEdge(x);
  const jitter = inner === 1 ? 0 : 26 * noise(x, j * 210, 330, 42);
  return [x, river + (edge - river) * inner + jitter];
}

export function buildMesh(): Mesh {
  const corners: Point[] = [];
  for (let j = 0; j <= ROWS; j++) for (let i = 0; i <= COLUMNS; i++) corners.push(cornerAt(i, j));
  const quads: Quad[] = [];
  for (let j = 0; j < ROWS; j++) {
    for (let i = 0; i < COLUMNS; i++) {
      const at = (di: number, dj: number) => (j + dj) * (COLUMNS + 1) + i + di;
      const own = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)] as const;
      const centre: Point = [
        own.reduce((s, c) => s + corners[c]![0], 0) / 4,
        own.reduce((s, c) => s + corners[c]![1], 0) / 4,
      ];
      quads.push({
        id: quads.length,
        column: i,
        row: j,
        corners: own,
        centre,
        north: j >= ROWS_SOUTH,
        district: 0,
        street: 0,
        community: 0,
      });
    }
  }
  divide(quads);
  return { corners, quads };
}

export const neighboursOf = (quad: Quad): number[] => {
  const found: number[] = [];
  if (quad.column > 0) found.push(quad.id - 1);
  if (quad.column < COLUMNS - 1) found.push(quad.id + 1);
  if (quad.row > 0) found.push(quad.id - COLUMNS);
  if (quad.row < ROWS - 1) found.push(quad.id + COLUMNS);
  return found;
};

const weightOf = (quad: Quad): number => (isBuildable(quad.centre) ? 0.35 + centrality(quad.centre) : 0.05);

/** Splits a set of quads into `count` compact parts of about equal weight: weighted Lloyd iterations, then islands go to a neighbour. */
function partition(quads: readonly Quad[], count: number, all: readonly Quad[], seed: string): number[] {
  const random = seededRandom(seed);
  const total = quads.reduce((sum, quad) => sum + weightOf(quad), 0);
  const bias = new Array<number>(count).fill(0);
  let centres: Point[] = [];
  for (let k = 0; k < count; k++) {
    let best: Point = random.pick(quads).centre;
    let most = -1;
    for (let attempt = 0; attempt < 30; attempt++) {
      const candidate = random.pick(quads);
      const gap = Math.min(9e9, ...centres.map((c) => distance(c, candidate.centre))) * Math.sqrt(weightOf(candidate));
      if (gap > most) [most, best] = [gap, candidate.centre];
    }
    centres.push(best);
  }
  let part: number[] = [];
  for (let round = 0; round < 60; round++) {
    const load = new Array<number>(count).fill(0);
    const sums = centres.map(() => [0, 0, 0]);
    part = quads.map((quad) => {
      let chosen = 0;
      let least = Infinity;
      centres.forEach((c, k) => {
        const cost = distance(c, quad.centre) + bias[k]!;
        if (cost < least) [least, chosen] = [cost, k];
      });
      const w = weightOf(quad);
      load[chosen]! += w;
      const sum = sums[chosen]!;
      sum[0]! += quad.centre[0] * w;
      sum[1]! += quad.centre[1] * w;
      sum[2]! += w;
      return chosen;
    });
    centres = centres.map((c, k) =>
      sums[k]![2]! > 0 ? [sums[k]![0]! / sums[k]![2]!, sums[k]![1]! / sums[k]![2]!] : c,
    );
    load.forEach((amount, k) => {
      bias[k]! += 260 * (amount / (total / count) - 1) * (1 - round / 70);
    });
  }
  return connect(quads, part, all);
}

function connect(quads: readonly Quad[], part: readonly number[], all: readonly Quad[]): number[] {
  const partOf = new Map(quads.map((quad, i) => [quad.id, part[i]!]));
  const bodies = new Map<number, number[][]>();
  const seen = new Set<number>();
  for (const quad of quads) {
    if (seen.has(quad.id)) continue;
    const body = new Set([quad.id]);
    for (const id of body)
      for (const next of neighboursOf(all[id]!)) if (partOf.get(next) === partOf.get(quad.id)) body.add(next);
    for (const id of body) seen.add(id);
    const key = partOf.get(quad.id)!;
    bodies.set(key, [...(bodies.get(key) ?? []), [...body]]);
  }
  for (const list of bodies.values()) {
    list.sort((a, b) => b.length - a.length);
    for (const island of list.slice(1)) {
      for (const id of island) {
        const beside = neighboursOf(all[id]!)
          .map((next) => partOf.get(next))
          .filter((k) => k !== undefined);
        const other = beside.find((k) => k !== partOf.get(id));
        if (other !== undefined) partOf.set(id, other);
      }
    }
  }
  return quads.map((quad) => partOf.get(quad.id)!);
}

const STREETS_PER_DISTRICT = 4;
const COMMUNITIES_PER_STREET = 5;

function divide(quads: readonly Quad[]): void {
  const north = quads.filter((quad) => quad.north);
  const halves = partition(north, 2, quads, 'districts-b');
  const westFirst = meanX(north.filter((_, i) => halves[i] === 0)) < meanX(north.filter((_, i) => halves[i] === 1));
  north.forEach((quad, i) => {
    quad.district = westFirst ? halves[i]! : 1 - halves[i]!;
  });
  for (const quad of quads) if (!quad.north) quad.district = 2;
  for (let district = 0; district < 3; district++) {
    const own = quads.filter((quad) => quad.district === district);
    const streets = partition(own, STREETS_PER_DISTRICT, quads, `streets-${district}`);
    own.forEach((quad, i) => {
      quad.street = district * STREETS_PER_DISTRICT + streets[i]!;
    });
  }
  for (let street = 0; street < 3 * STREETS_PER_DISTRICT; street++) {
    const own = quads.filter((quad) => quad.street === street);
    const communities = partition(own, COMMUNITIES_PER_STREET, quads, `communities-${street}`);
    own.forEach((quad, i) => {
      quad.community = street * COMMUNITIES_PER_STREET + communities[i]!;
    });
  }
}

const meanX = (quads: readonly Quad[]): number =>
  quads.reduce((sum, quad) => sum + quad.centre[0], 0) / Math.max(1, quads.length);

/** Outline of a union of quads: the edges that no second quad shares, walked round. Outer ring first, holes after. */
export function outlineOf(quads: readonly Quad[], mesh: Mesh): Point[][] {
  const edges = new Map<string, [number, number]>();
  for (const { corners } of quads) {
    for (let k = 0; k < 4; k++) {
      const [a, b] = [corners[k]!, corners[(k + 1) % 4]!];
      if (!edges.delete(`${b}-${a}`)) edges.set(`${a}-${b}`, [a, b]);
    }
  }
  const leaving = new Map<number, number[]>();
  for (const [a, b] of edges.values()) leaving.set(a, [...(leaving.get(a) ?? []), b]);
  const rings: number[][] = [];
  for (const start of leaving.keys()) {
    while ((leaving.get(start) ?? []).length > 0) {
      const ring = [start];
      let here = leaving.get(start)!.pop()!;
      while (here !== start) {
        ring.push(here);
        here = leaving.get(here)!.pop()!;
      }
      rings.push([...ring, start]);
    }
  }
  const area = (ring: readonly number[]) =>
    ring.slice(1).reduce((sum, corner, i) => {
      const [a, b] = [mesh.corners[ring[i]!]!, mesh.corners[corner]!];
      return sum + (a[0] * b[1] - b[0] * a[1]) / 2;
    }, 0);
  rings.sort((a, b) => area(b) - area(a));
  return rings.map((ring) => ring.map((corner) => mesh.corners[corner]!));
}

/** The quad a point lies in, by search from the nearest centres. */
export function quadFinder(mesh: Mesh): (p: Point) => Quad | undefined {
  const size = 200;
  const buckets = new Map<string, Quad[]>();
  for (const quad of mesh.quads) {
    const xs = quad.corners.map((c) => mesh.corners[c]![0]);
    const ys = quad.corners.map((c) => mesh.corners[c]![1]);
    for (let u = Math.floor(Math.min(...xs) / size); u <= Math.floor(Math.max(...xs) / size); u++) {
      for (let v = Math.floor(Math.min(...ys) / size); v <= Math.floor(Math.max(...ys) / size); v++) {
        const key = `${u},${v}`;
        buckets.set(key, [...(buckets.get(key) ?? []), quad]);
      }
    }
  }
  return ([x, y]) => {
    const inQuad = (quad: Quad) => {
      let inside = false;
      for (let i = 0, j = 3; i < 4; j = i++) {
        const [xi, yi] = mesh.corners[quad.corners[i]!]!;
        const [xj, yj] = mesh.corners[quad.corners[j]!]!;
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
      }
      return inside;
    };
    return buckets.get(`${Math.floor(x / size)},${Math.floor(y / size)}`)?.find(inQuad);
  };
}
