/**
 * The plan under construction: each vehicle's stops in one row of an Int32Array (start node, stops, end node), and per node what is
 * needed to judge an insertion in constant time: the arc into it, earliest and latest start of service, load so far and its extremes
 * before and after. `update` recomputes one route from its row; nothing else is ever derived.
 */
import type { Model } from './model.ts';
import { RouteClock } from './timing.ts';

export const ABSENT = -1;

export class Routes {
  readonly m: Model;
  readonly clock: RouteClock;
  /** Row length. */
  readonly stride: number;
  readonly row: Int32Array;
  readonly count: Int32Array;
  /** The first stops of each row are committed. */
  readonly locked: Int32Array;
  readonly vehicleOf: Int32Array;
  readonly positionOf: Int32Array;
  /** Cost of the arc into a node; 0 into the end of an empty route. */
  readonly arc: Float64Array;
  readonly early: Float64Array;
  readonly late: Float64Array;
  /** By `node * dimensions + d`, relative to the load at the start. */
  readonly onBoard: Int32Array;
  readonly leastBefore: Int32Array;
  readonly mostBefore: Int32Array;
  readonly leastAfter: Int32Array;
  readonly mostAfter: Int32Array;
  /** Sum of the sizes of all loads, per vehicle and dimension (when one-way). */
  readonly weight: Int32Array;
  readonly cost: Float64Array;
  /** Two routes of one vehicle with the same version are the same; who restores a row may restore its version. */
  readonly version: Float64Array;
  private versions = 0;
  /** Position of the stop at which the last `update` found the route impossible. */
  brokenAt = 0;
  private readonly scratch: Int32Array;

  constructor(m: Model) {
    const nodes = m.stops + 2 * m.vehicles;
    this.m = m;
    this.clock = new RouteClock(m);
    this.stride = m.stops + 2;
    this.row = new Int32Array(m.vehicles * this.stride);
    this.count = new Int32Array(m.vehicles);
    this.locked = Int32Array.from(m.committed, ({ length }) => length);
    this.vehicleOf = new Int32Array(m.stops).fill(ABSENT);
    this.positionOf = new Int32Array(m.stops);
    this.arc = new Float64Array(nodes);
    this.early = new Float64Array(nodes);
    this.late = new Float64Array(nodes);
    this.onBoard = new Int32Array(nodes * m.dimensions);
    this.leastBefore = new Int32Array(nodes * m.dimensions);
    this.mostBefore = new Int32Array(nodes * m.dimensions);
    this.leastAfter = new Int32Array(nodes * m.dimensions);
    this.mostAfter = new Int32Array(nodes * m.dimensions);
    this.weight = new Int32Array(m.vehicles * m.dimensions);
    this.cost = new Float64Array(m.vehicles);
    this.version = new Float64Array(m.vehicles);
    this.scratch = new Int32Array(m.stops + 2);
    for (let v = 0; v < m.vehicles; v++) this.set(v, m.committed[v]!);
  }

  /** Makes `stops` the whole route of v; they must be absent or on v already. */
  set(v: number, stops: Int32Array): void {
    const base = v * this.stride;
    this.row[base] = this.m.stops + v;
    this.row.set(stops, base + 1);
    this.row[base + stops.length + 1] = this.m.stops + this.m.vehicles + v;
    this.count[v] = stops.length;
    this.update(v);
  }

  /** Puts x behind position `after` (0: behind the start). */
  insert(x: number, v: number, after: number): void {
    const base = v * this.stride;
    this.row.copyWithin(base + after + 2, base + after + 1, base + this.count[v]! + 2);
    this.row[base + after + 1] = x;
    this.count[v]! += 1;
  }

  /** Takes `length` stops away from position `first` on; they are absent then. Neither this nor `insert` updates. */
  remove(v: number, first: number, length: number): void {
    const base = v * this.stride;
    for (let k = first; k < first + length; k++) this.vehicleOf[this.row[base + k]!] = ABSENT;
    this.row.copyWithin(base + first, base + first + length, base + this.count[v]! + 2);
    this.count[v]! -= length;
  }

  /** Derives everything of one route; false when the route as it stands cannot be driven (`brokenAt` says where). */
  update(v: number): boolean {
    this.version[v] = ++this.versions;
    this.price(v);
    let isPossible = !this.m.hasTimes || this.spread(v);
    if (this.m.dimensions > 0) isPossible = (this.m.isOneWay ? this.weigh(v) : this.load(v)) && isPossible;
    if (isPossible && this.m.isComplex[v] === 1 && this.count[v]! > 0) {
      isPossible = !Number.isNaN(this.clock.departure(v, this.row, v * this.stride + 1, this.count[v]!));
      if (!isPossible) this.brokenAt = this.count[v]!;
    }
    return isPossible;
  }

  /** True when the whole route with x behind `after` keeps breaks and longest duration. */
  keepsTime(x: number, v: number, after: number): boolean {
    const { scratch, row } = this;
    const base = v * this.stride + 1;
    const count = this.count[v]!;
    for (let k = 0; k < after; k++) scratch[k] = row[base + k]!;
    scratch[after] = x;
    for (let k = after; k < count; k++) scratch[k + 1] = row[base + k]!;
    return !Number.isNaN(this.clock.departure(v, scratch, 0, count + 1));
  }

  private price(v: number): void {
    const { m, row, arc, vehicleOf, positionOf } = this;
    const { cost, point, points, home, movedCost } = m;
    const count = this.count[v]!;
    const base = v * this.stride;
    const prices = m.priceBase[v]!;
    let total = count > 0 ? m.fixed[v]! : 0;
    let before = point[row[base]!]!;
    for (let k = 1; k <= count; k++) {
      const node = row[base + k]!;
      const way = cost[prices + before * points + node]!;
      arc[node] = way;
      total += way;
      vehicleOf[node] = v;
      positionOf[node] = k;
      if (home[node]! >= 0 && home[node] !== v) total += movedCost;
      before = node;
    }
    const end = row[base + count + 1]!;
    arc[end] = count > 0 ? cost[prices + before * points + point[end]!]! : 0;
    this.cost[v] = total + arc[end]!;
  }

  private spread(v: number): boolean {
    const { m, row, early, late } = this;
    const { open, close, service, duration, point, points } = m;
    const count = this.count[v]!;
    const base = v * this.stride;
    let node = row[base]!;
    let isPossible = true;
    early[node] = open[node]!;
    for (let k = 1; k <= count + 1; k++) {
      const next = row[base + k]!;
      const arrival = early[node]! + service[node]! + duration[point[node]! * points + point[next]!]!;
      early[next] = arrival > open[next]! ? arrival : open[next]!;
      if (early[next]! > close[next]! && isPossible && count > 0) {
        isPossible = false;
        this.brokenAt = k;
      }
      node = next;
    }
    late[node] = close[node]!;
    for (let k = count; k >= 0; k--) {
      const previous = row[base + k]!;
      const latest = late[node]! - duration[point[previous]! * points + point[node]!]! - service[previous]!;
      late[previous] = latest < close[previous]! ? latest : close[previous]!;
      node = previous;
    }
    return isPossible;
  }

  private weigh(v: number): boolean {
    const { m, row, weight } = this;
    const { dimensions, load } = m;
    const base = v * this.stride;
    const count = this.count[v]!;
    let isPossible = true;
    for (let d = 0; d < dimensions; d++) {
      let sum = 0;
      for (let k = 1; k <= count; k++) {
        const change = load[row[base + k]! * dimensions + d]!;
        sum += change < 0 ? -change : change;
      }
      weight[v * dimensions + d] = sum;
      if (sum > m.room[v * dimensions + d]!) isPossible = false;
    }
    if (!isPossible) this.brokenAt = count;
    return isPossible;
  }

  private load(v: number): boolean {
    const { m, row, onBoard, leastBefore, mostBefore, leastAfter, mostAfter } = this;
    const { dimensions, load } = m;
    const base = v * this.stride;
    const count = this.count[v]!;
    let isPossible = true;
    for (let d = 0; d < dimensions; d++) {
      let [sum, least, most, leastAt, mostAt] = [0, 0, 0, 0, 0];
      for (let k = 0; k <= count; k++) {
        const at = row[base + k]! * dimensions + d;
        if (k > 0) sum += load[at]!;
        if (sum < least) [least, leastAt] = [sum, k];
        if (sum > most) [most, mostAt] = [sum, k];
        onBoard[at] = sum;
        leastBefore[at] = least;
        mostBefore[at] = most;
      }
      const end = row[base + count + 1]! * dimensions + d;
      leastAfter[end] = sum;
      mostAfter[end] = sum;
      let [low, high] = [sum, sum];
      for (let k = count; k >= 0; k--) {
        const at = row[base + k]! * dimensions + d;
        low = Math.min(low, onBoard[at]!);
        high = Math.max(high, onBoard[at]!);
        leastAfter[at] = low;
        mostAfter[at] = high;
      }
      if (!this.holds(v, d, least, most)) {
        isPossible = false;
        this.brokenAt = Math.max(leastAt, mostAt);
      }
    }
    return isPossible;
  }

  /** True when some load at the start keeps `start + least` at 0 or more and `start + most` within the capacity. */
  private holds(v: number, d: number, least: number, most: number): boolean {
    const at = v * this.m.dimensions + d;
    const fewest = Math.max(this.m.startLeast[at]!, -least);
    return fewest <= Math.min(this.m.startMost[at]!, this.m.capacity[at]! - most);
  }

  /** True when the load of x fits the route between nodes i and j. */
  fits(x: number, v: number, i: number, j: number): boolean {
    const { dimensions } = this.m;
    for (let d = 0; d < dimensions; d++) {
      const change = this.m.load[x * dimensions + d]!;
      const [a, b] = [i * dimensions + d, j * dimensions + d];
      const here = this.onBoard[a]! + change;
      const least = Math.min(this.leastBefore[a]!, here, this.leastAfter[b]! + change);
      const most = Math.max(this.mostBefore[a]!, here, this.mostAfter[b]! + change);
      if (!this.holds(v, d, least, most)) return false;
    }
    return true;
  }

  /** True when the load of x fits the route as a whole, judged by sums; meaningful when loads are one-way. */
  hasRoom(x: number, v: number): boolean {
    const { dimensions, load, room } = this.m;
    for (let d = 0; d < dimensions; d++) {
      const change = load[x * dimensions + d]!;
      if (this.weight[v * dimensions + d]! + (change < 0 ? -change : change) > room[v * dimensions + d]!) return false;
    }
    return true;
  }
}
