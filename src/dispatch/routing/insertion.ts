/**
 * The cheapest place for one stop in the routes as they stand. Cost first, since it is one addition; what is dearer than the best so
 * far is not worth checking. Windows and loads cost constant time per place; only breaks and a longest duration walk the route.
 *
 * The best place in one route is remembered until the route changes: most routes are as they were when the stop was last torn out.
 *
 * Now and then the best place is overlooked on purpose (a *blink*): a greedy choice that is sometimes blind does not fall into the
 * same hole every time. The first empty vehicle of each kind stands for all of its kind.
 */
import type { Random } from './random.ts';
import type { Routes } from './routes.ts';

/** Above this many pairs of stop and vehicle nothing is remembered. */
const MOST_REMEMBERED = 6_000_000;
const NOWHERE = -1;

export class Insertion {
  /** What the last `find` found; `vehicle` is −1 when there is no place. */
  vehicle = NOWHERE;
  after = 0;
  cost = Infinity;
  readonly routes: Routes;
  private readonly random: Random;
  /** Best places until the next blink; negative: never. */
  private blink = -1;
  private blinkRatio = 0;
  /** The first empty vehicle of each kind is tried in each `find`. */
  private readonly seen: Int32Array;
  private turn = 0;
  /** What the last scan of one route found, without costs that do not depend on the place. */
  private detour = Infinity;
  private behind = NOWHERE;
  /** By `stop * vehicles + vehicle`: version of the route that was scanned, and what was found. */
  private readonly version: Float64Array | undefined;
  private readonly detours: Float64Array;
  private readonly behinds: Int32Array;

  constructor(routes: Routes, random: Random) {
    const pairs = routes.m.stops * routes.m.vehicles;
    this.routes = routes;
    this.random = random;
    this.seen = new Int32Array(routes.m.vehicles);
    this.version = pairs <= MOST_REMEMBERED ? new Float64Array(pairs) : undefined;
    this.detours = new Float64Array(this.version === undefined ? 0 : pairs);
    this.behinds = new Int32Array(this.version === undefined ? 0 : pairs);
  }

  /** Share of best places to overlook, 0 to see all. */
  blinkAt(ratio: number): void {
    this.blinkRatio = ratio;
    this.blink = ratio > 0 ? this.nextBlink() : -1;
  }

  find(x: number): void {
    const { m, count, weight } = this.routes;
    const { vehicles, hasSkills, allowed, home, movedCost, kind, isOneWay, dimensions, fixed, room } = m;
    this.vehicle = NOWHERE;
    this.cost = Infinity;
    this.turn += 1;
    const hasOneLoad = isOneWay && dimensions === 1;
    const hasManyLoads = isOneWay && dimensions > 1;
    const size = hasOneLoad ? Math.abs(m.load[x]!) : 0;
    for (let v = 0; v < vehicles; v++) {
      if (hasOneLoad && weight[v]! + size > room[v]!) continue;
      if (count[v] === 0) {
        if (this.seen[kind[v]!] === this.turn) continue;
        this.seen[kind[v]!] = this.turn;
      }
      if (hasSkills && allowed[x * vehicles + v] === 0) continue;
      if (hasManyLoads && !this.routes.hasRoom(x, v)) continue;
      let extra = count[v] === 0 ? fixed[v]! : 0;
      if (home[x]! >= 0 && home[x] !== v) extra += movedCost;
      this.look(x, v);
      if (this.detour + extra >= this.cost) continue;
      if (--this.blink === 0) {
        this.blink = this.nextBlink();
        this.scan(x, v, this.behind);
        if (this.detour + extra >= this.cost) continue;
      }
      this.cost = this.detour + extra;
      this.vehicle = v;
      this.after = this.behind;
    }
  }

  /** The best place for x in v, remembered or found. */
  private look(x: number, v: number): void {
    const { version } = this;
    const pair = x * this.routes.m.vehicles + v;
    if (version !== undefined && version[pair] === this.routes.version[v]) {
      this.detour = this.detours[pair]!;
      this.behind = this.behinds[pair]!;
      return;
    }
    this.scan(x, v, NOWHERE);
    if (version === undefined) return;
    version[pair] = this.routes.version[v]!;
    this.detours[pair] = this.detour;
    this.behinds[pair] = this.behind;
  }

  /** The best place behind any node of v but the one at `overlooked`. */
  private scan(x: number, v: number, overlooked: number): void {
    this.detour = Infinity;
    this.behind = NOWHERE;
    if (this.routes.m.hasTimes) this.scanTimed(x, v, overlooked);
    else this.scanPlain(x, v, overlooked);
  }

  private scanPlain(x: number, v: number, overlooked: number): void {
    const { m, row, arc, count, locked, stride } = this.routes;
    const { cost, costTo, point, points } = m;
    const mustCheckLoad = !m.isOneWay;
    const base = v * stride;
    const rowOfX = m.priceBase[v]! + x * points;
    const last = count[v]!;
    let [best, behind] = [Infinity, NOWHERE];
    let i = row[base + locked[v]!]!;
    for (let k = locked[v]!; k <= last; k++) {
      const j = row[base + k + 1]!;
      const detour = costTo[rowOfX + point[i]!]! + cost[rowOfX + point[j]!]! - arc[j]!;
      if (detour < best && k !== overlooked && (!mustCheckLoad || this.routes.fits(x, v, i, j))) {
        best = detour;
        behind = k;
      }
      i = j;
    }
    this.detour = best;
    this.behind = behind;
  }

  private scanTimed(x: number, v: number, overlooked: number): void {
    const { m, row, arc, count, locked, stride, early, late } = this.routes;
    const { cost, costTo, duration, durationTo, point, points, service } = m;
    const mustCheckLoad = !m.isOneWay;
    const isComplex = m.isComplex[v] === 1;
    const [open, close, stay] = [m.open[x]!, m.close[x]!, service[x]!];
    const base = v * stride;
    const rowOfX = x * points;
    const prices = m.priceBase[v]! + rowOfX;
    const last = count[v]!;
    let [best, behind] = [Infinity, NOWHERE];
    let i = row[base + locked[v]!]!;
    for (let k = locked[v]!; k <= last; k++) {
      // Times never fall along a route: from here on every start would be too late.
      if (early[i]! > close) break;
      const j = row[base + k + 1]!;
      const detour = costTo[prices + point[i]!]! + cost[prices + point[j]!]! - arc[j]!;
      if (detour < best && k !== overlooked) {
        const arrival = early[i]! + service[i]! + durationTo[rowOfX + point[i]!]!;
        if (
          arrival <= close &&
          (arrival > open ? arrival : open) + stay + duration[rowOfX + point[j]!]! <= late[j]! &&
          (!mustCheckLoad || this.routes.fits(x, v, i, j)) &&
          (!isComplex || this.routes.keepsTime(x, v, k))
        ) {
          best = detour;
          behind = k;
        }
      }
      i = j;
    }
    this.detour = best;
    this.behind = behind;
  }

  private nextBlink(): number {
    return 1 + Math.floor(Math.log(1 - this.random.unit()) / Math.log(1 - this.blinkRatio));
  }
}
