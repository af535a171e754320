/**
 * In which order somebody on foot goes round: nearest first, then made shorter by uncrossing, from where they stand.
 *
 * What is late or urgent comes first, in the order in which it is due, whatever the way costs; only the rest is a matter of distance.
 * Streets are taken as a straight line times a factor: good enough to say what is next, and it works in a tunnel. Without a place to
 * start from the order is by due time. The same input always gives the same order.
 */
import { distanceMetres, type Position } from './geo.ts';
import { type Instant, MINUTE } from './time.ts';

export interface Stop {
  readonly id: string;
  /** Undefined: nowhere to walk to; such stops come last, by due time. */
  readonly place: Position | undefined;
  readonly dueAt: Instant | undefined;
}

export interface Walk {
  readonly now: Instant;
  readonly from: Position | undefined;
  /** A street is this much longer than the straight line. */
  readonly detourFactor: number;
  readonly metresPerMinute: number;
}

/** Due within this much more than the walk there takes: it cannot wait for a nicer round. */
const TIGHT_MS = 15 * MINUTE;
const FEWER_THAN = 1e-6;

export const walkMetres = (from: Position, to: Position, detourFactor: number): number =>
  distanceMetres(from, to) * detourFactor;

export function walkingOrder<S extends Stop>(stops: readonly S[], walk: Walk): S[] {
  const placed = stops.filter(({ place }) => place !== undefined).toSorted(byDue);
  const nowhere = stops.filter(({ place }) => place === undefined).toSorted(byDue);
  const { from } = walk;
  if (from === undefined) return [...stops].sort(byDue);
  const pressing = placed.filter((stop) => isPressing(stop, from, walk));
  const rest = placed.filter((stop) => !pressing.includes(stop));
  const start = pressing.at(-1)?.place ?? from;
  return [...pressing, ...uncross(nearestFirst(rest, start), start), ...nowhere];
}

function isPressing({ place, dueAt }: Stop, from: Position, { now, detourFactor, metresPerMinute }: Walk): boolean {
  if (dueAt === undefined || place === undefined) return false;
  const walkMs = (walkMetres(from, place, detourFactor) / metresPerMinute) * MINUTE;
  return dueAt - now < walkMs + TIGHT_MS;
}

const byDue = (a: Stop, b: Stop): number => (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || (a.id < b.id ? -1 : 1);

function nearestFirst<S extends Stop>(stops: readonly S[], start: Position): S[] {
  const left = [...stops];
  const order: S[] = [];
  for (let at = start; left.length > 0; at = order.at(-1)!.place!) {
    let nearest = 0;
    for (let i = 1; i < left.length; i++)
      if (distanceMetres(at, left[i]!.place!) < distanceMetres(at, left[nearest]!.place!)) nearest = i;
    order.push(...left.splice(nearest, 1));
  }
  return order;
}

/** 2-opt on an open path: turns a stretch round while that makes the walk shorter. */
function uncross<S extends Stop>(stops: readonly S[], start: Position): S[] {
  const order = [...stops];
  const at = (index: number): Position | undefined => (index < 0 ? start : order[index]?.place);
  const step = (a: Position | undefined, b: Position | undefined): number =>
    a === undefined || b === undefined ? 0 : distanceMetres(a, b);
  for (let improved = true; improved; ) {
    improved = false;
    for (let i = 0; i < order.length - 1; i++) {
      for (let j = i + 1; j < order.length; j++) {
        const before = step(at(i - 1), at(i)) + step(at(j), at(j + 1));
        const after = step(at(i - 1), at(j)) + step(at(i), at(j + 1));
        if (before - after < FEWER_THAN) continue;
        order.splice(i, j - i + 1, ...order.slice(i, j + 1).reverse());
        improved = true;
      }
    }
  }
  return order;
}
