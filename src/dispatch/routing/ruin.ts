/**
 * Ruin by adjacent strings (Christiaens & Vanden Berghe, "Slack Induction by String Removals", Transportation Science 2020): around
 * one stop, a string of consecutive stops is torn out of each of a few neighbouring routes. That leaves room in place and time where
 * routes lie side by side, which is where stops can change places. What a committed prefix holds is never torn out.
 */
import type { Random } from './random.ts';
import { ABSENT, type Routes } from './routes.ts';

/**
 * How much is torn out: stops per ruin on average, the longest string, and how often a string keeps its middle. Routes shorter than the
 * longest string need more strings at a time, since little room is left in each.
 */
const AVERAGE_REMOVED = 7;
const AVERAGE_REMOVED_SHORT = 10;
const LONGEST_STRING = 10;
const SPLIT_RATIO = 0.5;
const SPLIT_GROWS_RATIO = 0.01;
/** Neighbours a ruin may spread to. */
const MOST_NEIGHBOURS = 256;

export class Ruin {
  private readonly routes: Routes;
  private readonly random: Random;
  private readonly neighbours: (Int32Array | undefined)[];
  /** Vehicles torn by the last ruin. */
  readonly torn: Int32Array;
  tornCount = 0;
  private readonly tornAt: Int32Array;
  private turn = 0;

  constructor(routes: Routes, random: Random) {
    this.routes = routes;
    this.random = random;
    this.neighbours = new Array(routes.m.stops);
    this.torn = new Int32Array(routes.m.vehicles);
    this.tornAt = new Int32Array(routes.m.vehicles);
  }

  /** Tears strings out around a random stop. The torn routes still have to be updated. */
  tear(): void {
    const { m, vehicleOf } = this.routes;
    const longest = Math.min(LONGEST_STRING, this.averageLength());
    const removed = longest < LONGEST_STRING ? AVERAGE_REMOVED_SHORT : AVERAGE_REMOVED;
    const strings = Math.floor(1 + this.random.unit() * ((4 * removed) / (1 + longest) - 1));
    this.tornCount = 0;
    this.turn += 1;
    const around = this.neighboursOf(this.random.below(m.stops));
    for (let n = 0; n < around.length && this.tornCount < strings; n++) {
      const x = around[n]!;
      const v = vehicleOf[x]!;
      if (v === ABSENT || this.tornAt[v] === this.turn || this.routes.positionOf[x]! <= this.routes.locked[v]!)
        continue;
      this.tearString(x, v, longest);
      this.tornAt[v] = this.turn;
      this.torn[this.tornCount++] = v;
    }
  }

  private averageLength(): number {
    const { count, locked } = this.routes;
    let [stops, used] = [0, 0];
    for (let v = 0; v < count.length; v++) {
      if (count[v]! === 0) continue;
      stops += count[v]! - locked[v]!;
      used += 1;
    }
    return used === 0 ? 1 : Math.max(1, stops / used);
  }

  private tearString(x: number, v: number, longest: number): void {
    const { count, locked, positionOf } = this.routes;
    const free = count[v]! - locked[v]!;
    const length = Math.floor(1 + this.random.unit() * Math.min(free, longest));
    let kept = 0;
    if (length > 1 && length < free && this.random.unit() < SPLIT_RATIO) {
      kept = 1;
      while (length + kept < free && this.random.unit() < SPLIT_GROWS_RATIO) kept += 1;
    }
    const whole = Math.min(free, length + kept);
    const position = positionOf[x]!;
    const lowest = Math.max(locked[v]! + 1, position - whole + 1);
    const highest = Math.min(position, count[v]! - whole + 1);
    const first = lowest + this.random.below(highest - lowest + 1);
    if (kept === 0) {
      this.routes.remove(v, first, whole);
      return;
    }
    const head = 1 + this.random.below(length - 1);
    this.routes.remove(v, first + head + kept, length - head);
    this.routes.remove(v, first, head);
  }

  /** The stop itself and those near it, nearest first; worked out when first asked for. */
  private neighboursOf(x: number): Int32Array {
    const known = this.neighbours[x];
    if (known !== undefined) return known;
    const { stops, points, cost, costTo } = this.routes.m;
    const way = (y: number) => cost[x * points + y]! + costTo[x * points + y]!;
    const others = Array.from({ length: stops }, (_, y) => y).filter((y) => y !== x);
    others.sort((a, b) => way(a) - way(b) || a - b);
    const near = Int32Array.from([x, ...others.slice(0, MOST_NEIGHBOURS)]);
    this.neighbours[x] = near;
    return near;
  }
}
