/**
 * Grows the streets between the main roads. A cross field says at every point which two directions streets take: along the contour
 * and straight up, along the nearest main road and across it, along the river. Streets are traced through the field, never closer
 * to a parallel one than their kind allows (evenly spaced streamlines after Jobard and Lefer).
 */
import { centrality, isBuildable, RIVER, shore, slope } from './land.ts';
import { distance, type Line, lineLength, nearestOnSegment, type Point } from './plane.ts';
import { noise, type Random, seededRandom } from './random.ts';
import { MAIN_ROADS } from './skeleton.ts';

export interface Street {
  readonly key: string;
  readonly kind: 'trunk' | 'primary' | 'secondary' | 'residential';
  readonly line: Line;
}

interface Mark {
  readonly point: Point;
  readonly direction: Point;
  readonly street: number;
}

/** Points of streets by place, to ask what runs nearby and which way. */
export class Marks {
  private readonly buckets = new Map<number, Mark[]>();
  private readonly size = 60;

  private key(i: number, j: number): number {
    return (i + 500) * 4096 + j + 500;
  }

  add(line: Line, street: number): void {
    for (let i = 1; i < line.length; i++) {
      const [a, b] = [line[i - 1]!, line[i]!];
      const d = distance(a, b);
      if (d === 0) continue;
      const direction: Point = [(b[0] - a[0]) / d, (b[1] - a[1]) / d];
      for (let walked = 0; walked < d; walked += 10) {
        const point: Point = [a[0] + direction[0] * walked, a[1] + direction[1] * walked];
        const key = this.key(Math.floor(point[0] / this.size), Math.floor(point[1] / this.size));
        const bucket = this.buckets.get(key);
        if (bucket) bucket.push({ point, direction, street });
        else this.buckets.set(key, [{ point, direction, street }]);
      }
    }
  }

  near(p: Point, radius: number): Mark[] {
    const found: Mark[] = [];
    this.visit(p, radius, (mark) => {
      found.push(mark);
      return false;
    });
    return found;
  }

  /** True when anything lies within the radius. */
  hasAny(p: Point, radius: number): boolean {
    return this.visit(p, radius, () => true);
  }

  /** True when a street that runs the same way lies within the radius. */
  hasParallel(p: Point, direction: Point, radius: number): boolean {
    return this.visit(
      p,
      radius,
      (mark) => Math.abs(mark.direction[0] * direction[0] + mark.direction[1] * direction[1]) > 0.72,
    );
  }

  /** Shows every mark within the radius until `isEnough` says so. */
  private visit(p: Point, radius: number, isEnough: (mark: Mark) => boolean): boolean {
    const [x, y] = p;
    const size = this.size;
    const [i0, i1] = [Math.floor((x - radius) / size), Math.floor((x + radius) / size)];
    const [j0, j1] = [Math.floor((y - radius) / size), Math.floor((y + radius) / size)];
    for (let i = i0; i <= i1; i++) {
      for (let j = j0; j <= j1; j++) {
        const bucket = this.buckets.get(this.key(i, j));
        if (bucket === undefined) continue;
        for (const mark of bucket) {
          const [dx, dy] = [mark.point[0] - x, mark.point[1] - y];
          if (dx * dx + dy * dy < radius * radius && isEnough(mark)) return true;
        }
      }
    }
    return false;
  }
}

const mainMarks = new Marks();
MAIN_ROADS.forEach((road, i) => {
  mainMarks.add(road.line, i);
});
const riverMarks = new Marks();
riverMarks.add(RIVER, 0);

/** One of the two street directions here, as an angle modulo a quarter turn. */
function fieldAngle(p: Point): number {
  let [c, s] = [0, 0];
  const pull = (angle: number, weight: number) => {
    c += weight * Math.cos(4 * angle);
    s += weight * Math.sin(4 * angle);
  };
  const { up, steepness } = slope(p);
  pull(Math.atan2(up[1], up[0]), Math.min(1.6, 0.1 + 9 * steepness));
  let nearest: Mark | undefined;
  let best = 320;
  for (const mark of mainMarks.near(p, 320)) {
    const d = distance(mark.point, p);
    if (d < best) [best, nearest] = [d, mark];
  }
  if (nearest) pull(Math.atan2(nearest.direction[1], nearest.direction[0]), 1.9 * Math.exp(-best / 190));
  const toRiver = shore(p);
  if (toRiver < 900) {
    let close: Mark | undefined;
    let least = Infinity;
    for (const mark of riverMarks.near(p, toRiver + 190)) {
      const d = distance(mark.point, p);
      if (d < least) [least, close] = [d, mark];
    }
    if (close) pull(Math.atan2(close.direction[1], close.direction[0]), 1.1 * Math.exp(-toRiver / 380));
  }
  pull(0.35 * noise(p[0], p[1], 1500, 21) + 0.15, 0.35);
  return Math.atan2(s, c) / 4 + 0.14 * noise(p[0], p[1], 420, 22);
}

/** The street direction nearest to the way we are going. */
function steer(p: Point, going: Point): Point {
  const angle = fieldAngle(p);
  let best: Point = going;
  let most = -2;
  for (let quarter = 0; quarter < 4; quarter++) {
    const direction: Point = [Math.cos(angle + (quarter * Math.PI) / 2), Math.sin(angle + (quarter * Math.PI) / 2)];
    const dot = direction[0] * going[0] + direction[1] * going[1];
    if (dot > most) [most, best] = [dot, direction];
  }
  return best;
}

const STEP = 12;

interface Manner {
  readonly kind: 'secondary' | 'residential';
  readonly spacing: (p: Point) => number;
  readonly least: number;
  readonly longest: (random: Random) => number;
}

function traceOneWay(from: Point, going: Point, manner: Manner, longest: number, marks: Marks): Point[] {
  const line: Point[] = [];
  let [point, direction] = [from, going];
  for (let walked = 0; walked < longest; walked += STEP) {
    const half: Point = [point[0] + (direction[0] * STEP) / 2, point[1] + (direction[1] * STEP) / 2];
    const next = steer(half, direction);
    if (next[0] * direction[0] + next[1] * direction[1] < 0.8) break;
    const step: Point = [point[0] + next[0] * STEP, point[1] + next[1] * STEP];
    if (!isBuildable(step) || marks.hasParallel(step, next, manner.spacing(step) * 0.58)) break;
    if (line.length > 30 && line.slice(0, -25).some((old) => distance(old, step) < 40)) break;
    line.push(step);
    [point, direction] = [step, next];
  }
  return line;
}

const across = ([x, y]: Point): Point => [-y, x];
const back = ([x, y]: Point): Point => [-x, -y];

interface Seed {
  readonly point: Point;
  readonly direction: Point;
}

/** Places where the next street could start: beside a line at the wanted spacing, and off the line across it. */
function* seedsOf(line: Line, spacing: (p: Point) => number, random: Random): Generator<Seed> {
  let until = random.between(20, 60);
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const d = distance(a, b);
    until -= d;
    if (until > 0 || d === 0) continue;
    const direction: Point = [(b[0] - a[0]) / d, (b[1] - a[1]) / d];
    const wide = spacing(b);
    until = wide * random.between(0.5, 0.9);
    for (const side of [across(direction), back(across(direction))]) {
      yield { point: [b[0] + side[0] * 16, b[1] + side[1] * 16], direction: side };
      yield { point: [b[0] + side[0] * wide, b[1] + side[1] * wide], direction };
    }
  }
}

function grow(streets: Street[], marks: Marks, manner: Manner, random: Random): void {
  const queue: Seed[] = streets.flatMap((street) => [...seedsOf(street.line, manner.spacing, random)]);
  for (let y = 200; y < 5900; y += 90) {
    for (let x = 200; x < 6900; x += 90) {
      const point: Point = [x + random.between(-30, 30), y + random.between(-30, 30)];
      queue.push({ point, direction: [1, 0] }, { point, direction: [0, 1] });
    }
  }
  for (let i = 0; i < queue.length; i++) {
    const { point, direction: wanted } = queue[i]!;
    if (!isBuildable(point)) continue;
    const direction = steer(point, wanted);
    if (marks.hasParallel(point, direction, manner.spacing(point) * 0.88)) continue;
    const longest = manner.longest(random);
    const line = [
      ...traceOneWay(point, back(direction), manner, longest / 2, marks).reverse(),
      point,
      ...traceOneWay(point, direction, manner, longest / 2, marks),
    ];
    if (lineLength(line) < manner.least) continue;
    const street: Street = { key: `${manner.kind}-${streets.length}`, kind: manner.kind, line };
    streets.push(street);
    marks.add(line, streets.length);
    if (queue.length < 40_000) queue.push(...seedsOf(line, manner.spacing, random));
  }
}

/** Pulls the loose ends of streets to what lies just ahead, so that most of them lead somewhere. */
function reachOut(streets: readonly Street[], reach: number): Street[] {
  const marks = new Marks();
  streets.forEach((street, i) => {
    marks.add(street.line, i);
  });
  const extend = (line: Line, self: number): Point[] => {
    const [end, before] = [line.at(-1)!, line.at(-2)!];
    const d = distance(end, before);
    const ahead: Point = [(end[0] - before[0]) / d, (end[1] - before[1]) / d];
    let best: Mark | undefined;
    let least = Infinity;
    for (const mark of marks.near(end, reach)) {
      if (mark.street === self || shore(mark.point) < 30 || shore(end) < 30) continue;
      const gap = distance(mark.point, end);
      const dot = gap < 1 ? 1 : ((mark.point[0] - end[0]) * ahead[0] + (mark.point[1] - end[1]) * ahead[1]) / gap;
      const cost = gap * (1.6 - dot);
      if (dot > 0.3 && cost < least) [least, best] = [cost, mark];
    }
    if (!best) return [...line];
    const { point, direction } = best;
    const from: Point = [point[0] - direction[0] * 12, point[1] - direction[1] * 12];
    const to: Point = [point[0] + direction[0] * 12, point[1] + direction[1] * 12];
    const meet = nearestOnSegment(end, from, to).point;
    const gap = distance(meet, end) || 1;
    return [...line, [meet[0] + ((meet[0] - end[0]) / gap) * 1.5, meet[1] + ((meet[1] - end[1]) / gap) * 1.5]];
  };
  return streets.map((street, i) => ({ ...street, line: extend(extend(street.line, i).reverse(), i).reverse() }));
}

/** Every street of the city as a line, main roads first. */
export function growStreets(): Street[] {
  const random = seededRandom('streets');
  const streets: Street[] = MAIN_ROADS.map((road) => ({ key: road.key, kind: road.kind, line: road.line }));
  const marks = new Marks();
  streets.forEach((street, i) => {
    marks.add(street.line, i);
  });
  grow(
    streets,
    marks,
    {
      kind: 'secondary',
      spacing: (p) => 430 - 120 * centrality(p),
      least: 320,
      longest: (r) => r.between(900, 2600),
    },
    random,
  );
  grow(
    streets,
    marks,
    {
      kind: 'residential',
      spacing: (p) => 178 - 58 * centrality(p) + 18 * noise(p[0], p[1], 700, 31),
      least: 95,
      longest: (r) => r.between(320, 1300),
    },
    random,
  );
  return reachOut(streets, 150);
}
