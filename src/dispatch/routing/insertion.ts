/**
 * The cheapest place for one stop in the routes as they stand. Cost first, since it is one addition; what is dearer than the best so
 * far is not worth checking. Windows and loads cost constant time per place; only breaks and a longest duration walk the route.
 *
 * A place is skipped now and then on purpose (a *blink*): a greedy choice that is sometimes blind does not fall into the same hole
 * every time. The first empty vehicle of each kind stands for all of its kind.
 */
import type { Random } from './random.ts';
import type { Routes } from './routes.ts';

export class Insertion {
  /** What the last `find` found; `vehicle` is −1 when there is no place. */
  vehicle = -1;
  after = 0;
  cost = Infinity;
  readonly routes: Routes;
  private readonly random: Random;
  /** Places until the next blink; negative: never. */
  private blink = -1;
  private blinkRatio = 0;
  private readonly seen: Int32Array;
  private turn = 0;

  constructor(routes: Routes, random: Random) {
    this.routes = routes;
    this.random = random;
    this.seen = new Int32Array(routes.m.vehicles);
  }

  /** Share of places to skip, 0 to see all. */
  blinkAt(ratio: number): void {
    this.blinkRatio = ratio;
    this.blink = ratio > 0 ? this.nextBlink() : -1;
  }

  find(x: number): void {
    const { m, count } = this.routes;
    const { vehicles, hasSkills, allowed, home, movedCost, kind, isOneWay, dimensions, fixed } = m;
    this.vehicle = -1;
    this.cost = Infinity;
    this.turn += 1;
    const mustCheckRoom = isOneWay && dimensions > 0;
    for (let v = 0; v < vehicles; v++) {
      if (count[v] === 0) {
        if (this.seen[kind[v]!] === this.turn) continue;
        this.seen[kind[v]!] = this.turn;
      }
      if (hasSkills && allowed[x * vehicles + v] === 0) continue;
      if (mustCheckRoom && !this.routes.hasRoom(x, v)) continue;
      let extra = count[v] === 0 ? fixed[v]! : 0;
      if (home[x]! >= 0 && home[x] !== v) extra += movedCost;
      if (m.hasTimes) this.scanTimed(x, v, extra);
      else this.scan(x, v, extra);
    }
  }

  private scan(x: number, v: number, extra: number): void {
    const { m, row, arc, count, locked, stride } = this.routes;
    const { cost, costTo, point, points } = m;
    const mustCheckLoad = !m.isOneWay;
    const base = v * stride;
    const rowOfX = m.priceBase[v]! + x * points;
    const last = count[v]!;
    let { blink } = this;
    let best = this.cost;
    let i = row[base + locked[v]!]!;
    for (let k = locked[v]!; k <= last; k++) {
      const j = row[base + k + 1]!;
      const detour = costTo[rowOfX + point[i]!]! + cost[rowOfX + point[j]!]! - arc[j]! + extra;
      if (--blink === 0) blink = this.nextBlink();
      else if (detour < best && (!mustCheckLoad || this.routes.fits(x, v, i, j))) {
        best = detour;
        this.vehicle = v;
        this.after = k;
      }
      i = j;
    }
    this.cost = best;
    this.blink = blink;
  }

  private scanTimed(x: number, v: number, extra: number): void {
    const { m, row, arc, count, locked, stride, early, late } = this.routes;
    const { cost, costTo, duration, durationTo, point, points, service } = m;
    const mustCheckLoad = !m.isOneWay;
    const isComplex = m.isComplex[v] === 1;
    const [open, close, stay] = [m.open[x]!, m.close[x]!, service[x]!];
    const base = v * stride;
    const rowOfX = x * points;
    const prices = m.priceBase[v]! + rowOfX;
    const last = count[v]!;
    let { blink } = this;
    let best = this.cost;
    let i = row[base + locked[v]!]!;
    for (let k = locked[v]!; k <= last; k++) {
      // Times never fall along a route: from here on every start would be too late.
      if (early[i]! > close) break;
      const j = row[base + k + 1]!;
      const detour = costTo[prices + point[i]!]! + cost[prices + point[j]!]! - arc[j]! + extra;
      if (--blink === 0) blink = this.nextBlink();
      else if (detour < best) {
        const arrival = early[i]! + service[i]! + durationTo[rowOfX + point[i]!]!;
        if (
          arrival <= close &&
          (arrival > open ? arrival : open) + stay + duration[rowOfX + point[j]!]! <= late[j]! &&
          (!mustCheckLoad || this.routes.fits(x, v, i, j)) &&
          (!isComplex || this.routes.keepsTime(x, v, k))
        ) {
          best = detour;
          this.vehicle = v;
          this.after = k;
        }
      }
      i = j;
    }
    this.cost = best;
    this.blink = blink;
  }

  private nextBlink(): number {
    return 1 + Math.floor(Math.log(1 - this.random.unit()) / Math.log(1 - this.blinkRatio));
  }
}
