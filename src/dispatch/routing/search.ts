/**
 * Ruin and recreate under simulated annealing: tear a few strings out, put the stops back greedily, keep the result when it is better
 * or not much worse, where "not much" shrinks as time goes by. The best plan seen is kept apart; the search can be stopped anywhere.
 *
 * Time comes in as a function. With a number of iterations alone the result depends on the seed only.
 */
import type { Model } from './model.ts';
import { Random } from './random.ts';
import { Recreate } from './recreate.ts';
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
  private readonly recreate: Recreate;
  private readonly ruin: Ruin;
  /** The plan that annealing stands on, row by row, and the best so far. */
  private readonly current: Int32Array;
  private readonly currentCount: Int32Array;
  private readonly currentVersion: Float64Array;
  private readonly best: Int32Array;
  private readonly bestCount: Int32Array;
  /** Vehicles whose current row may differ from the best one. */
  private readonly isNews: Uint8Array;
  private readonly touched: Int32Array;
  private touchedCount = 0;
  private currentCost = 0;
  private currentUsed = 0;
  private bestCost = 0;
  /** What losses are measured against, and how much of them is borne just now. */
  private scale = 1;
  private temperature = 0;
  private reluctance = 0;
  private reached = { cost: 0, unserved: 0 };
  private readonly isTouched: Uint8Array;

  constructor(m: Model, seed: number) {
    this.m = m;
    this.random = new Random(seed);
    this.routes = new Routes(m);
    this.recreate = new Recreate(this.routes, this.random, (v) => this.touch(v));
    this.ruin = new Ruin(this.routes, this.random);
    this.current = new Int32Array(this.routes.row.length);
    this.currentCount = new Int32Array(m.vehicles);
    this.currentVersion = new Float64Array(m.vehicles);
    this.best = new Int32Array(this.routes.row.length);
    this.bestCount = new Int32Array(m.vehicles);
    this.touched = new Int32Array(m.vehicles);
    this.isTouched = new Uint8Array(m.vehicles);
    this.isNews = new Uint8Array(m.vehicles).fill(1);
  }

  /** `began` is when the caller's time began, by `control.now()`. */
  run(limits: SearchLimits, control: SearchControl, began: number): Found {
    const { iterations: most = Infinity, milliseconds = Infinity } = limits;
    this.construct();
    const last = this.m.stops > 0 && this.m.vehicles > 0 ? most : 0;
    for (let iteration = 0; ; iteration++) {
      if (iteration >= last) return this.found(iteration, 'iterations');
      if (iteration % LOOK_EVERY === 0) {
        const spent = control.now() - began;
        if (spent >= milliseconds) return this.found(iteration, 'time');
        if (control.isCancelled?.()) return this.found(iteration, 'cancelled');
        this.cool(Math.min(1, Math.max(iteration / most, spent / milliseconds)));
        control.onProgress?.({ iterations: iteration, milliseconds: spent, ...this.reached });
      }
      this.ruinAndRecreate();
      this.acceptOrTakeBack();
    }
  }

  private cool(done: number): void {
    this.temperature = HOT * (COLD / HOT) ** done * this.scale;
    this.reluctance = RELUCTANCE * Math.max(0, 1 - done / RELUCTANT_UNTIL) * this.scale;
  }

  private acceptOrTakeBack(): void {
    const cost = this.worth();
    const used = this.used();
    const loss = cost + this.reluctance * (used - this.currentUsed) - this.currentCost;
    if (loss >= -this.temperature * Math.log(1 - this.random.unit())) {
      this.takeBack();
      return;
    }
    this.currentCost = cost;
    this.currentUsed = used;
    this.keepTouched();
    if (cost < this.bestCost - ROUNDING) this.keepBest();
  }

  private keepBest(): void {
    const { routes, best } = this;
    for (let v = 0; v < this.m.vehicles; v++) {
      if (this.isNews[v] === 0) continue;
      const first = v * routes.stride;
      best.set(routes.row.subarray(first, first + routes.count[v]! + 2), first);
      this.bestCount[v] = routes.count[v]!;
      this.isNews[v] = 0;
    }
    this.bestCost = this.currentCost;
    this.scale = this.averageArc();
    this.reached = this.reckon();
  }

  private found(iterations: number, ended: RoutingPlan['ended']): Found {
    const stops = Array.from(this.bestCount, (count, v) => {
      const first = v * this.routes.stride + 1;
      return this.best.slice(first, first + count);
    });
    return { stops, iterations, ended };
  }

  /** What the plan costs those who drive and those who are left out by choice; what must be served is counted apart. */
  private reckon(): Pick<RoutingProgress, 'cost' | 'unserved'> {
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

  /** The last plan as far as it still can be driven, then everything else where it is cheapest. */
  private construct(): void {
    const { m, routes } = this;
    this.recreate.insertion.blinkAt(0);
    m.planned.forEach((list, v) => {
      for (const x of list) {
        if (m.allowed[x * m.vehicles + v] === 0) continue;
        routes.insert(x, v, routes.count[v]!);
        if (routes.update(v)) continue;
        routes.remove(v, routes.count[v]!, 1);
        routes.update(v);
      }
    });
    this.recreate.fill(Infinity);
    this.recreate.insertion.blinkAt(BLINK_RATIO);
    this.forgetTouched();
    this.current.set(routes.row);
    this.currentCount.set(routes.count);
    this.currentVersion.set(routes.version);
    this.currentCost = this.worth();
    this.currentUsed = this.used();
    this.keepBest();
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
    this.recreate.fill(MOST_OLD_TRIED);
    if (this.m.hasOptional) this.recreate.dropWhatDoesNotPay(this.touched, this.touchedCount);
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

  /** What annealing compares: routes and penalties. */
  private worth(): number {
    const { m, routes } = this;
    let sum = 0;
    for (let v = 0; v < m.vehicles; v++) sum += routes.cost[v]!;
    for (let x = 0; x < m.stops; x++) if (routes.vehicleOf[x] === ABSENT) sum += m.penalty[x]!;
    return sum;
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
      this.isNews[v] = 1;
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
