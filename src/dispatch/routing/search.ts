/**
 * Ruin and recreate under simulated annealing: tear a few strings out, put the stops back greedily, keep the result when it is better
 * or not much worse, where "not much" shrinks as time goes by. The best plan seen is kept apart; the search can be stopped anywhere.
 *
 * Time comes in as a function. With a number of iterations alone the result depends on the seed only.
 */
import { Insertion } from './insertion.ts';
import type { Model } from './model.ts';
import { Random } from './random.ts';
import { ABSENT, Routes } from './routes.ts';
import type { RoutingPlan, RoutingProgress, SearchLimits } from './routing.types.ts';
import { Ruin } from './ruin.ts';

const BLINK_RATIO = 0.01;
/** Temperatures at the start and the end, as shares of the average arc of the best plan. */
const HOT = 0.6;
const COLD = 0.005;
/**
 * A vehicle more is made dearer at first, in average arcs, and at its true price from this share of the search on: opening another
 * route is one step at any time, packing one route less takes a hundred that each cost a little.
 */
const RELUCTANCE = 2;
const RELUCTANT_UNTIL = 0.7;
/** Iterations between two looks at the clock. */
const LOOK_EVERY = 64;
/** How often an optional stop is put in although its detour costs more than its penalty: goods taken may pay off when put down. */
const OPTIMISM_RATIO = 0.05;
/** Stops that were already out and are tried again in one recreate; a crowded plan must not spend all its time on hopeless ones. */
const MOST_OLD_TRIED = 24;
const ROUNDING = 1e-9;

export interface SearchControl {
  /** Milliseconds on any steady axis. */
  readonly now: () => number;
  readonly isCancelled?: (() => boolean) | undefined;
  readonly onProgress?: ((progress: RoutingProgress) => void) | undefined;
}

export interface Found {
  /** Stops of each vehicle, in order. */
  readonly stops: readonly Int32Array[];
  readonly iterations: number;
  readonly ended: RoutingPlan['ended'];
}

export class Search {
  private readonly m: Model;
  private readonly random: Random;
  private readonly routes: Routes;
  private readonly insertion: Insertion;
  private readonly ruin: Ruin;
  /** The plan that annealing stands on, row by row, and the best so far. */
  private readonly current: Int32Array;
  private readonly currentCount: Int32Array;
  private readonly currentVersion: Float64Array;
  private readonly best: Int32Array;
  private readonly bestCount: Int32Array;
  private readonly touched: Int32Array;
  private touchedCount = 0;
  private readonly isTouched: Uint8Array;
  private readonly absent: Int32Array;
  private absentCount = 0;
  private readonly keys: Float64Array;

  constructor(m: Model, seed: number) {
    this.m = m;
    this.random = new Random(seed);
    this.routes = new Routes(m);
    this.insertion = new Insertion(this.routes, this.random);
    this.ruin = new Ruin(this.routes, this.random);
    this.current = new Int32Array(this.routes.row.length);
    this.currentCount = new Int32Array(m.vehicles);
    this.currentVersion = new Float64Array(m.vehicles);
    this.best = new Int32Array(this.routes.row.length);
    this.bestCount = new Int32Array(m.vehicles);
    this.touched = new Int32Array(m.vehicles);
    this.isTouched = new Uint8Array(m.vehicles);
    this.absent = new Int32Array(m.stops);
    this.keys = new Float64Array(m.stops);
  }

  run(limits: SearchLimits, control: SearchControl): Found {
    const began = control.now();
    const { iterations: most = Infinity, milliseconds = Infinity } = limits;
    this.construct();
    this.keepAll(this.current, this.currentCount);
    this.currentVersion.set(this.routes.version);
    this.keepAll(this.best, this.bestCount);
    let cost = this.worth();
    let best = cost;
    let scale = this.averageArc();
    let temperature = HOT * scale;
    let reluctance = 0;
    let used = this.used();
    let reached = this.reached();
    let iteration = 0;
    let ended: RoutingPlan['ended'] = 'iterations';
    for (; iteration < most && this.m.stops > 0 && this.m.vehicles > 0; iteration++) {
      if (iteration % LOOK_EVERY === 0) {
        const spent = control.now() - began;
        if (control.isCancelled?.() || spent >= milliseconds) {
          ended = spent >= milliseconds ? 'time' : 'cancelled';
          break;
        }
        const done = Math.min(1, Math.max(iteration / most, spent / milliseconds));
        temperature = HOT * (COLD / HOT) ** done * scale;
        reluctance = RELUCTANCE * Math.max(0, 1 - done / RELUCTANT_UNTIL) * scale;
        control.onProgress?.({ iterations: iteration, milliseconds: spent, ...reached });
      }
      this.ruinAndRecreate();
      const next = this.worth();
      const nextUsed = this.used();
      if (next + reluctance * (nextUsed - used) < cost - temperature * Math.log(1 - this.random.unit())) {
        cost = next;
        used = nextUsed;
        this.keepTouched();
        if (next < best - ROUNDING) {
          best = next;
          this.keepAll(this.best, this.bestCount);
          scale = this.averageArc();
          reached = this.reached();
        }
      } else this.takeBack();
    }
    return { stops: this.bestStops(), iterations: iteration, ended };
  }

  /** What the plan costs those who drive and those who are left out by choice; what must be served is counted apart. */
  private reached(): Pick<RoutingProgress, 'cost' | 'unserved'> {
    const { m, routes } = this;
    let cost = routes.cost.reduce((sum, route) => sum + route, 0);
    let unserved = 0;
    for (let x = 0; x < m.stops; x++) {
      if (routes.vehicleOf[x] !== ABSENT) continue;
      unserved += 1;
      if (m.isOptional[x] === 1) cost += m.penalty[x]!;
    }
    return { cost, unserved };
  }

  private bestStops(): Int32Array[] {
    return Array.from(this.bestCount, (count, v) => {
      const first = v * this.routes.stride + 1;
      return this.best.slice(first, first + count);
    });
  }

  /** The last plan as far as it still can be driven, then everything else where it is cheapest. */
  private construct(): void {
    const { m, routes } = this;
    this.insertion.blinkAt(0);
    m.planned.forEach((list, v) => {
      for (const x of list) {
        if (m.allowed[x * m.vehicles + v] === 0) continue;
        routes.insert(x, v, routes.count[v]!);
        if (routes.update(v)) continue;
        routes.remove(v, routes.count[v]!, 1);
        routes.update(v);
      }
    });
    this.recreate(Infinity);
    this.insertion.blinkAt(BLINK_RATIO);
    this.forgetTouched();
  }

  private used(): number {
    const { count } = this.routes;
    let used = 0;
    for (let v = 0; v < count.length; v++) if (count[v]! > 0) used += 1;
    return used;
  }

  /** What annealing measures losses against: as plans get better it cools down with them. */
  private averageArc(): number {
    const { routes, m } = this;
    let [arcs, total] = [0, 0];
    for (let v = 0; v < m.vehicles; v++) {
      if (routes.count[v] === 0) continue;
      arcs += routes.count[v]! + 1;
      total += routes.cost[v]! - m.fixed[v]!;
    }
    return arcs === 0 ? m.averageCost : Math.max(total / arcs, m.averageCost / 100);
  }

  private ruinAndRecreate(): void {
    const { ruin } = this;
    ruin.tear();
    for (let n = 0; n < ruin.tornCount; n++) {
      this.touch(ruin.torn[n]!);
      this.mend(ruin.torn[n]!);
    }
    this.recreate(MOST_OLD_TRIED);
    if (this.m.hasOptional) this.dropWhatDoesNotPay();
  }

  private touch(v: number): void {
    if (this.isTouched[v] === 1) return;
    this.isTouched[v] = 1;
    this.touched[this.touchedCount++] = v;
  }

  /** A torn route may lack goods, or be late where the detour was the shorter way: takes out what does not hold. */
  private mend(v: number): void {
    const { routes } = this;
    while (!routes.update(v) && routes.count[v]! > routes.locked[v]!) {
      routes.remove(v, Math.min(routes.count[v]!, Math.max(routes.locked[v]! + 1, routes.brokenAt)), 1);
    }
  }

  /** Puts absent stops where they cost least, again as long as goods taken make room for others. */
  private recreate(mostOld: number): void {
    const { m, absent } = this;
    this.absentCount = 0;
    for (let x = 0; x < m.stops; x++) if (this.routes.vehicleOf[x] === ABSENT) absent[this.absentCount++] = x;
    if (this.absentCount > mostOld * 2) this.shuffleAndCut(mostOld * 2);
    this.sortAbsent();
    let isFirst = true;
    for (let before = -1; this.absentCount > 0 && this.absentCount !== before; isFirst = false) {
      if (!isFirst && m.isOneWay) break;
      before = this.absentCount;
      let left = 0;
      for (let n = 0; n < before; n++) if (!this.putBack(absent[n]!)) absent[left++] = absent[n]!;
      this.absentCount = left;
    }
  }

  private putBack(x: number): boolean {
    const { insertion, routes, m } = this;
    insertion.find(x);
    const v = insertion.vehicle;
    if (v < 0) return false;
    if (m.isOptional[x] === 1 && insertion.cost >= m.penalty[x]! && this.random.unit() >= OPTIMISM_RATIO) return false;
    this.touch(v);
    routes.insert(x, v, insertion.after);
    routes.update(v);
    return true;
  }

  private shuffleAndCut(size: number): void {
    const { absent } = this;
    for (let n = 0; n < size; n++) {
      const other = n + this.random.below(this.absentCount - n);
      [absent[n], absent[other]] = [absent[other]!, absent[n]!];
    }
    this.absentCount = size;
  }

  /** In one of several orders, drawn anew each time: at random, large first, far first, near first, by windows, dear first. */
  private sortAbsent(): void {
    const { m, keys, absent, random } = this;
    const draw = random.below(m.hasTimes ? 17 : 11);
    const draws = m.hasOptional && random.unit() < 0.2 ? 17 : draw;
    for (let n = 0; n < this.absentCount; n++) {
      const x = absent[n]!;
      if (draws < 4) keys[x] = random.unit();
      else if (draws < 8) keys[x] = -this.size(x);
      else if (draws < 10) keys[x] = -m.costTo[x * m.points + m.stops]!;
      else if (draws < 11) keys[x] = m.costTo[x * m.points + m.stops]!;
      else if (draws < 13) keys[x] = m.close[x]! - m.open[x]!;
      else if (draws < 15) keys[x] = m.open[x]!;
      else if (draws < 17) keys[x] = -m.close[x]!;
      else keys[x] = -m.penalty[x]!;
    }
    if (this.absentCount > 64) {
      absent.subarray(0, this.absentCount).sort((a, b) => keys[a]! - keys[b]!);
      return;
    }
    for (let n = 1; n < this.absentCount; n++) {
      const x = absent[n]!;
      let k = n - 1;
      for (; k >= 0 && keys[absent[k]!]! > keys[x]!; k--) absent[k + 1] = absent[k]!;
      absent[k + 1] = x;
    }
  }

  private size(x: number): number {
    const { dimensions, load } = this.m;
    let size = 0;
    for (let d = 0; d < dimensions; d++) size += Math.abs(load[x * dimensions + d]!);
    return size;
  }

  private dropWhatDoesNotPay(): void {
    const { m, routes } = this;
    for (let n = 0; n < this.touchedCount; n++) {
      const v = this.touched[n]!;
      for (let k = routes.count[v]!; k > routes.locked[v]!; k--) {
        const x = routes.row[v * routes.stride + k]!;
        if (m.isOptional[x] === 0) continue;
        const before = routes.cost[v]!;
        if (before === 0) continue;
        this.dropIfItPays(x, v, k, before);
      }
    }
  }

  private dropIfItPays(x: number, v: number, k: number, before: number): void {
    const { m, routes } = this;
    const base = v * routes.stride;
    const prices = m.priceBase[v]!;
    const [i, j] = [m.point[routes.row[base + k - 1]!]!, routes.row[base + k + 1]!];
    const way = routes.count[v] === 1 ? -m.fixed[v]! : m.cost[prices + i * m.points + m.point[j]!]!;
    const saved = routes.arc[x]! + routes.arc[j]! - way;
    if (saved <= m.penalty[x]! + ROUNDING * before) return;
    routes.remove(v, k, 1);
    if (routes.update(v)) return;
    routes.insert(x, v, k - 1);
    routes.update(v);
  }

  /** What annealing compares: routes and penalties. */
  private worth(): number {
    const { m, routes } = this;
    let sum = 0;
    for (let v = 0; v < m.vehicles; v++) sum += routes.cost[v]!;
    for (let x = 0; x < m.stops; x++) if (routes.vehicleOf[x] === ABSENT) sum += m.penalty[x]!;
    return sum;
  }

  private keepAll(row: Int32Array, count: Int32Array): void {
    row.set(this.routes.row);
    count.set(this.routes.count);
  }

  private keepTouched(): void {
    const { routes, current } = this;
    for (let n = 0; n < this.touchedCount; n++) {
      const v = this.touched[n]!;
      const first = v * routes.stride;
      const end = first + routes.count[v]! + 2;
      for (let k = first; k < end; k++) current[k] = routes.row[k]!;
      this.currentCount[v] = routes.count[v]!;
      this.currentVersion[v] = routes.version[v]!;
    }
    this.forgetTouched();
  }

  /** Back to the plan that annealing stands on. */
  private takeBack(): void {
    const { routes, current } = this;
    const { row, stride, vehicleOf } = routes;
    for (let n = 0; n < this.touchedCount; n++) {
      const first = this.touched[n]! * stride;
      const end = first + routes.count[this.touched[n]!]! + 1;
      for (let k = first + 1; k < end; k++) vehicleOf[row[k]!] = ABSENT;
    }
    for (let n = 0; n < this.touchedCount; n++) {
      const v = this.touched[n]!;
      const first = v * stride;
      const end = first + this.currentCount[v]! + 2;
      for (let k = first; k < end; k++) row[k] = current[k]!;
      routes.count[v] = this.currentCount[v]!;
      routes.update(v);
      routes.version[v] = this.currentVersion[v]!;
    }
    this.forgetTouched();
  }

  private forgetTouched(): void {
    for (let n = 0; n < this.touchedCount; n++) this.isTouched[this.touched[n]!] = 0;
    this.touchedCount = 0;
  }
}
