/**
 * Streets as a network that vans drive: what is built from, and what can be asked. Nothing here knows OpenStreetMap or a pack: whoever
 * builds a network brings a StreetMap, and positions are WGS 84.
 */
import type { Position } from '#kernel/geo.ts';

/** Streets meet where they name the same vertex, and nowhere else: a bridge shares no vertex with the street below. */
export interface StreetMap {
  readonly longitudes: Float64Array;
  readonly latitudes: Float64Array;
  readonly streets: readonly Street[];
  readonly turnRules: readonly TurnRule[];
}

export interface Street {
  /** Named by turn rules. */
  readonly id: number;
  /** At least two vertex numbers, in driving direction when it is one-way. */
  readonly vertices: ArrayLike<number>;
  /** What a van drives there on average, above 0. */
  readonly kph: number;
  readonly isOneWay: boolean;
}

/** What a driver may not do (`no`), or the one thing that may be done (`only`), coming from a street at a vertex. */
export interface TurnRule {
  readonly kind: 'no' | 'only';
  readonly from: number;
  readonly via: number;
  readonly to: number;
}

/** What became of a StreetMap; said by the command line and the bench. */
export interface RoadFigures {
  readonly vertices: number;
  /** Pieces of street between junctions. */
  readonly sections: number;
  /** Sections by direction that lie in the part kept, and the turns between them. */
  readonly ways: number;
  readonly turns: number;
  /** Parts in which everything reaches everything; the largest is kept, the rest is as if it were not there. */
  readonly components: number;
  readonly waysLeftOut: number;
  readonly turnRules: { readonly applied: number; readonly withoutEffect: number };
  readonly shortcuts: number;
}

/** Where a place meets the network. */
export interface Snap {
  /** The point on the street. */
  readonly place: Position;
  /** Straight from the place asked for to that point; not part of any duration. */
  readonly offMetres: number;
  /** One, or both directions of the section when it may be driven both ways. */
  readonly on: readonly WayPoint[];
}

/** A point on a section in one direction, by what has been driven since the section's start in that direction. */
export interface WayPoint {
  readonly way: number;
  readonly metres: number;
  readonly milliseconds: number;
}

/** Row-major n×n, `from * n + to`, fit for `#dispatch/routing`. Infinity: one of the two is away from all streets. The diagonal is 0. */
export interface RoadMatrix {
  readonly places: number;
  /** Seconds of the fastest way. */
  readonly durations: Float32Array;
  /** Metres of that same way, which need not be the shortest. */
  readonly distances: Float32Array;
  /** Row numbers of places that are farther from every street than was allowed. */
  readonly offRoad: readonly number[];
}

export interface RoadRoute {
  readonly seconds: number;
  readonly metres: number;
  /** From street to street along the way, for drawing. */
  readonly line: readonly Position[];
}

export interface Roads {
  readonly figures: RoadFigures;
  /** The nearest point of the network, undefined when none is within `withinMetres` (default 300). */
  snap(place: Position, withinMetres?: number): Snap | undefined;
  matrix(places: readonly Position[], withinMetres?: number): RoadMatrix;
  /** The fastest way; undefined when either place is away from all streets. */
  route(from: Position, to: Position, withinMetres?: number): RoadRoute | undefined;
}
