/**
 * Where a bike stands, with the doubt that its position carries.
 *
 * A position is spread around the truth as a circular normal whose 95 % radius is the stated error. Against a bay at distance d the
 * evidence is exp(−d²/2σ²), full when the position lies inside; against that stands the chance that a bike is left outside any bay
 * (`outsideOdds`). So a position four metres from a bay is likely in it, one twenty metres away hardly, and neither is ever certain.
 * Only verdicts that are at least `certainFrom` likely may count against an operator: we may miss an untidy bike, we accuse no tidy one.
 *
 * One bike, one bay: the nearest within the error. A bay inside a forbidden zone is allowed: where a bike may be meant for a bay, it is.
 */
import type { Plane } from './plane.ts';
import { indexShapes } from './shapes.ts';
import type { BikeRules, Ground } from './shared-bikes.types.ts';

/** Indexes into VERDICTS. */
export const UNKNOWN = 0;
export const IN_BAY = 1;
export const LIKELY = 2;
export const OUTSIDE = 3;
export const FORBIDDEN = 4;

export interface Judge {
  /** Judges a place; the answer stands in the fields below until the next call. `error` 0: the default. */
  judge(x: number, y: number, error: number): void;
  verdict: number;
  bay: number;
  zone: number;
  probability: number;
  /** Index of the quota zone it stands in; −1: none. */
  quota: number;
}

/** 95 % radius of a circular normal, in standard deviations. */
const RADIUS_95 = Math.sqrt(-2 * Math.log(0.05));

/** Standard normal distribution; good to 1e-7 (Abramowitz and Stegun 26.2.17). */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    Math.exp((-z * z) / 2) *
    0.3989422804014327 *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

export function createJudge(ground: Ground, plane: Plane, rules: BikeRules): Judge {
  const { errorMetres, mostErrorMetres, outsideOdds } = rules;
  const bays = indexShapes(
    ground.bays.map(({ polygon }) => polygon),
    plane,
    mostErrorMetres,
  );
  const zones = indexShapes(
    ground.zones.map(({ polygon }) => polygon),
    plane,
    0,
  );
  const isQuota = Uint8Array.from(ground.zones, ({ kind }) => Number(kind === 'quota'));
  const hasZones = ground.zones.length > 0;
  let depth = 0;
  const visit = (index: number, inside: number) => {
    if (isQuota[index] === 1) {
      if (result.quota < 0) result.quota = index;
    } else if (inside >= depth) {
      depth = inside;
      result.zone = index;
    }
  };

  const result: Judge = {
    verdict: UNKNOWN,
    bay: -1,
    zone: -1,
    probability: 0,
    quota: -1,
    judge(x, y, told) {
      const error = told > 0 ? Math.min(told, mostErrorMetres) : errorMetres;
      const sigma = error / RADIUS_95;
      result.zone = -1;
      result.quota = -1;
      depth = 0;
      if (hasZones) zones.holding(x, y, visit);
      const bay = bays.nearest(x, y, mostErrorMetres);
      const distance = bay < 0 ? Infinity : bays.distance();
      const evidence = Math.exp((-distance * distance) / (2 * sigma * sigma));
      const inBay = evidence / (evidence + outsideOdds);
      if (distance <= error) {
        result.bay = bay;
        result.verdict = distance === 0 ? IN_BAY : LIKELY;
        result.probability = inBay;
        return;
      }
      result.bay = -1;
      const forbidden = result.zone < 0 ? 0 : normalBelow(depth / sigma);
      result.verdict = result.zone < 0 ? OUTSIDE : FORBIDDEN;
      result.probability = (1 - inBay) * (result.zone < 0 ? 1 : forbidden);
    },
  };
  return result;
}
