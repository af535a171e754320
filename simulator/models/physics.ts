/**
 * How a measuring point behaves when nothing is wrong. Each domain's file says in its own words what drives a value (the hour, the
 * traffic, the weather, what it was before); the result is placed inside the point's own normal range, because that range is what
 * its maker, its size and its site add up to.
 */
import type { Random } from '../random.ts';
import type { Around } from '../weather.ts';

export interface MeasuringPoint {
  readonly datastreamId: number;
  readonly assetId: string;
  readonly domain: string;
  readonly assetClass: string;
  readonly indicator: string;
  readonly range: readonly [number, number];
  readonly normal: readonly [number, number];
  /** False: nobody said what is normal, `normal` is a guess from the range. */
  readonly isNormalDeclared: boolean;
  readonly intervalSeconds: number;
  /** After so many missed intervals the city calls it silent. */
  readonly silentAfterIntervals: number;
  /** In [0, 1), fixed for the asset: what makes it differ from its like. */
  readonly lot: number;
}

/** What a point remembers between two readings. */
export interface Memory {
  /** A slow wandering of its own, −1 … 1. */
  readonly wander: number;
  /** For things with inertia (oil, rails, water in a pipe): where they are on their way, 0 … 1. */
  readonly lag: number | undefined;
}

export interface Behaviour {
  /** Where in its normal range the value lies, 0 low end … 1 high end. */
  share(point: MeasuringPoint, around: Around): number;
  /** Seconds after which a change has come through for two thirds; 0: at once. */
  readonly lagSeconds?: number;
  /** Size of wandering and of noise, as shares of the normal range. */
  readonly wander?: number;
  readonly noise?: number;
  /** Instead of `share`: the value itself, for what is measured of the weather and may leave any normal range. */
  absolute?(point: MeasuringPoint, around: Around): number;
}

/** By indicator id; `assetClass/indicator` goes before `indicator`. */
export type DomainModel = Readonly<Record<string, Behaviour>>;

export const START: Memory = { wander: 0, lag: undefined };
const WANDER_SECONDS = 1_800;
/** Nothing healthy touches the edge of its normal range: an edge is where alarms live. */
const MARGIN = 0.04;

/** One reading `seconds` after the last. Pure: the same memory and the same chance give the same value. */
export function observe(
  behaviour: Behaviour,
  point: MeasuringPoint,
  around: Around,
  before: Memory,
  seconds: number,
  random: Random,
): { readonly value: number; readonly memory: Memory } {
  const keep = Math.exp(-seconds / WANDER_SECONDS);
  const wander = before.wander * keep + random.normal(0.4) * Math.sqrt(1 - keep * keep);
  const noise = random.normal((behaviour.noise ?? 0.01) / 2);
  const [low, high] = point.normal;
  if (behaviour.absolute) {
    const value = behaviour.absolute(point, around) + noise * (high - low);
    return { value: fit(value, point), memory: { wander, lag: undefined } };
  }
  const goal = behaviour.share(point, around);
  const arrived = behaviour.lagSeconds ? 1 - Math.exp(-seconds / behaviour.lagSeconds) : 1;
  const lag = before.lag === undefined ? goal : before.lag + (goal - before.lag) * arrived;
  const share = Math.max(MARGIN, Math.min(1 - MARGIN, lag + wander * (behaviour.wander ?? 0.06) + noise));
  return { value: fit(low + (high - low) * share, point), memory: { wander, lag } };
}

/** Inside the sensor's physical range, and no finer than the sensor can tell: five significant digits of its range. */
export function fit(value: number, { range: [low, high] }: Pick<MeasuringPoint, 'range'>): number {
  const digits = Math.max(0, Math.min(6, 5 - Math.ceil(Math.log10(high - low))));
  const factor = 10 ** digits;
  const rounded = Math.round(value * factor) / factor;
  return Math.max(low, Math.min(high, rounded));
}

/** Something that hardly moves and differs from one asset to the next: a voltage of a battery, a tilt, a settlement. */
export const steady: Behaviour = { share: ({ lot }) => 0.3 + 0.4 * lot, wander: 0.03, noise: 0.012 };
