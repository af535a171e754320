/**
 * When a route happens: breaks and the longest duration included. The search's own windows need no more than two numbers per stop
 * (see `routes.ts`); this walks a whole route, for vehicles that have breaks or a longest duration, and for every plan handed out.
 *
 * With breaks it keeps, stop by stop, the earliest time with 0, 1, 2 … breaks taken: for each count earlier is never worse, so this
 * finds a way to keep all breaks when there is one of the kind it knows: on leaving or on the drive, and on arrival before service.
 * Where breaks and a longest duration meet, only two departures are tried, so a route may be refused that a third would allow; none
 * is ever accepted wrongly.
 */
import type { Model } from './model.ts';

const [NO_BREAK, ON_THE_WAY, ON_ARRIVAL] = [0, 1, 2];
const MORE_THAN_ROUNDING = 1e-6;

export interface TimedVisit {
  readonly arrivesAt: number;
  readonly startsAt: number;
  readonly leavesAt: number;
}

export interface TimedRoute {
  readonly departsAt: number;
  readonly endsAt: number;
  readonly visits: readonly TimedVisit[];
  readonly breaks: readonly { readonly startsAt: number; readonly endsAt: number; readonly afterVisits: number }[];
}

export class RouteClock {
  private readonly m: Model;
  /** Earliest time ready to leave, and ready to serve, by number of breaks taken. */
  private left: Float64Array;
  private ready: Float64Array;

  constructor(m: Model) {
    this.m = m;
    const most = 1 + m.breaks.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.left = new Float64Array(most);
    this.ready = new Float64Array(most);
  }

  /**
   * When the vehicle must depart to do `count` stops at `nodes[from …]`; NaN when it cannot. It departs as late as it can without
   * coming back later; a vehicle that is under way departs at once.
   */
  departure(v: number, nodes: Int32Array, from: number, count: number): number {
    const { m } = this;
    const soonest = m.open[m.stops + v]!;
    const most = m.maxSeconds[v]! + MORE_THAN_ROUNDING;
    const end = this.end(v, nodes, from, count, soonest);
    if (end === Infinity) return Number.NaN;
    const latest = m.committed[v]!.length > 0 ? soonest : this.withoutWaiting(v, nodes, from, count);
    if (latest > soonest) {
      const later = this.end(v, nodes, from, count, latest);
      if (later <= end + MORE_THAN_ROUNDING && later - latest <= most) return latest;
    }
    return end - soonest <= most ? soonest : Number.NaN;
  }

  /** When a vehicle departing at `departsAt` is done; infinity when a window, the shift or a break cannot be kept. */
  end(v: number, nodes: Int32Array, from: number, count: number, departsAt: number, choices?: Uint8Array): number {
    const { m, left } = this;
    const breaks = m.breaks[v]!;
    left.fill(Infinity);
    left[breaks.filter(({ latest }) => latest < departsAt).length] = departsAt;
    let before = m.stops + v;
    for (let k = 0; k <= count; k++) {
      const node = k < count ? nodes[from + k]! : m.stops + m.vehicles + v;
      this.arrive(v, m.duration[m.point[before]! * m.points + m.point[node]!]!, choices?.subarray(k * left.length));
      if (k === count) break;
      let isReached = false;
      for (let b = 0; b <= breaks.length; b++) {
        const start = Math.max(this.ready[b]!, m.open[node]!);
        left[b] = start <= m.close[node]! ? start + m.service[node]! : Infinity;
        if (left[b]! < Infinity) isReached = true;
      }
      if (!isReached) return Infinity;
      before = node;
    }
    const taken = this.takenAtEnd(v);
    return taken < 0 ? Infinity : this.ready[taken]!;
  }

  /** The whole route in time; undefined when it cannot be done. */
  time(v: number, nodes: Int32Array, from: number, count: number): TimedRoute | undefined {
    const departsAt = this.departure(v, nodes, from, count);
    if (Number.isNaN(departsAt)) return undefined;
    const width = this.left.length;
    const choices = new Uint8Array((count + 1) * width);
    const endsAt = this.end(v, nodes, from, count, departsAt, choices);
    const path = this.choicesTaken(choices, count, this.takenAtEnd(v));
    return this.walk(v, nodes, from, count, departsAt, endsAt, path);
  }

  /** From ready-to-leave to ready-to-serve over `drive` seconds. */
  private arrive(v: number, drive: number, choices?: Uint8Array): void {
    const { left, ready } = this;
    const breaks = this.m.breaks[v]!;
    for (let b = 0; b <= breaks.length; b++) {
      ready[b] = left[b]! + drive;
      let choice = NO_BREAK;
      if (b > 0) {
        const { earliest, latest, seconds } = breaks[b - 1]!;
        const onTheWay = Math.max(left[b - 1]! + drive, earliest) + seconds;
        if (Math.max(left[b - 1]!, earliest) <= latest && onTheWay < ready[b]!) {
          ready[b] = onTheWay;
          choice = ON_THE_WAY;
        }
        const onArrival = Math.max(ready[b - 1]!, earliest);
        if (onArrival <= latest && onArrival + seconds < ready[b]!) {
          ready[b] = onArrival + seconds;
          choice = ON_ARRIVAL;
        }
      }
      if (choices !== undefined) choices[b] = choice;
    }
  }

  /** Number of breaks taken by the earliest end that owes none; −1 when there is none. */
  private takenAtEnd(v: number): number {
    const { m, ready } = this;
    const breaks = m.breaks[v]!;
    let best = -1;
    for (let b = 0; b <= breaks.length; b++) {
      const isOwed = b < breaks.length && ready[b]! > breaks[b]!.latest;
      if (isOwed || ready[b]! > m.close[m.stops + m.vehicles + v]!) continue;
      if (best < 0 || ready[b]! < ready[best]!) best = b;
    }
    return best;
  }

  private choicesTaken(choices: Uint8Array, count: number, taken: number): number[][] {
    const path: number[][] = [];
    let b = taken;
    for (let k = count; k >= 0; k--) {
      const here: number[] = [];
      for (let choice = choices[k * this.left.length + b]!; choice !== NO_BREAK; ) {
        here.unshift(choice);
        b -= 1;
        choice = choice === ON_THE_WAY ? NO_BREAK : choices[k * this.left.length + b]!;
      }
      path.unshift(here);
    }
    return path;
  }

  private walk(
    v: number,
    nodes: Int32Array,
    from: number,
    count: number,
    departsAt: number,
    endsAt: number,
    path: readonly number[][],
  ): TimedRoute {
    const { m } = this;
    const owed = m.breaks[v]!;
    let next = owed.filter(({ latest }) => latest < departsAt).length;
    const visits: TimedVisit[] = [];
    const breaks: { startsAt: number; endsAt: number; afterVisits: number }[] = [];
    let [now, before] = [departsAt, m.stops + v];
    for (let k = 0; k <= count; k++) {
      const node = k < count ? nodes[from + k]! : m.stops + m.vehicles + v;
      let arrivesAt = now + m.duration[m.point[before]! * m.points + m.point[node]!]!;
      let ready = arrivesAt;
      for (const choice of path[k]!) {
        const { earliest, seconds } = owed[next++]!;
        const startsAt = Math.max(choice === ON_THE_WAY ? now : ready, earliest);
        breaks.push({ startsAt, endsAt: startsAt + seconds, afterVisits: k });
        ready = Math.max(ready, earliest) + seconds;
        if (choice === ON_THE_WAY && startsAt < arrivesAt) arrivesAt += seconds;
      }
      if (k === count) break;
      const startsAt = Math.max(ready, m.open[node]!);
      now = startsAt + m.service[node]!;
      visits.push({ arrivesAt, startsAt, leavesAt: now });
      before = node;
    }
    return { departsAt, endsAt, visits, breaks };
  }

  /** The earliest departure that needs the least waiting, windows only. */
  private withoutWaiting(v: number, nodes: Int32Array, from: number, count: number): number {
    const { m } = this;
    let [spent, earliest, latest] = [0, m.open[m.stops + v]!, Infinity];
    let before = m.stops + v;
    for (let k = 0; k < count; k++) {
      const node = nodes[from + k]!;
      const reach = spent + m.duration[m.point[before]! * m.points + m.point[node]!]!;
      const wait = Math.max(m.open[node]! - reach - latest, 0);
      spent = reach + m.service[node]! + wait;
      earliest = Math.max(m.open[node]! - reach, earliest) - wait;
      latest = Math.min(m.close[node]! - reach, latest);
      before = node;
    }
    return earliest;
  }
}

/**
 * What is committed goes ahead even when it is late: widens the shift, the longest duration and the breaks of a vehicle whose
 * committed stops alone do not keep them, just so far that they do.
 */
export function widenForCommitted(m: Model): void {
  const clock = new RouteClock(m);
  m.committed.forEach((list, v) => {
    if (list.length === 0) return;
    const end = m.stops + m.vehicles + v;
    const soonest = m.open[m.stops + v]!;
    const [shiftEnd, breaks] = [m.close[end]!, m.breaks[v]!];
    m.close[end] = Infinity;
    let done = clock.end(v, list, 0, list.length, soonest);
    if (done === Infinity) {
      m.breaks[v] = [];
      let free = clock.end(v, list, 0, list.length, soonest);
      m.breaks[v] = breaks.map((pause) => {
        const latest = Math.max(pause.latest, free);
        free = latest + pause.seconds;
        return { ...pause, latest };
      });
      done = clock.end(v, list, 0, list.length, soonest);
    }
    m.close[end] = Math.max(shiftEnd, done);
    m.maxSeconds[v] = Math.max(m.maxSeconds[v]!, done - soonest);
  });
}
