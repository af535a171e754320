/**
 * The second half of a step: what is out is put back, one stop after the other, each where it costs least just then. The order is
 * drawn anew each time, and that is where most of the search's variety comes from.
 */
import { Insertion } from './insertion.ts';
import type { Model } from './model.ts';
import type { Random } from './random.ts';
import { ABSENT, type Routes } from './routes.ts';

/** How often an optional stop is put in although its detour costs more than its penalty: goods taken may pay off when put down. */
const OPTIMISM_RATIO = 0.05;
const ROUNDING = 1e-9;

export class Recreate {
  readonly insertion: Insertion;
  private readonly m: Model;
  private readonly routes: Routes;
  private readonly random: Random;
  private readonly touch: (v: number) => void;
  private readonly absent: Int32Array;
  private absentCount = 0;
  private readonly keys: Float64Array;

  /** `touch` hears of every vehicle before its route is changed. */
  constructor(routes: Routes, random: Random, touch: (v: number) => void) {
    this.m = routes.m;
    this.routes = routes;
    this.random = random;
    this.touch = touch;
    this.insertion = new Insertion(routes, random);
    this.absent = new Int32Array(routes.m.stops);
    this.keys = new Float64Array(routes.m.stops);
  }

  /**
   * Puts absent stops back, again as long as goods taken make others possible. Of more than twice `mostOld` absent stops a random
   * part is tried.
   */
  fill(mostOld: number): void {
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

  /** Leaves out optional stops of the touched routes whose detour costs more than their penalty. */
  dropWhatDoesNotPay(touched: Int32Array, touchedCount: number): void {
    const { m, routes } = this;
    for (let n = 0; n < touchedCount; n++) {
      const v = touched[n]!;
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
}
