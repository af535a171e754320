/** How far a value must be driven for the city to see that something is wrong: read from the city's own published limits. */
import type { IndicatorRule } from '#kernel/rules.ts';
import { type Grade, gradeRank } from '#kernel/words.ts';

/** The city's rule for an indicator of a class of assets. */
export type RuleOf = (domain: string, assetClass: string, indicator: string) => IndicatorRule | undefined;

export interface Bound {
  readonly grade: Grade;
  readonly value: number;
  readonly opens: boolean;
}

/** The limits of an indicator on one side, mildest first, in its unit, resolved against the point's own normal range. */
export function boundsOf(rule: IndicatorRule, normal: readonly [number, number], side: 'above' | 'below'): Bound[] {
  return rule.limits
    .flatMap((limit): Bound[] => {
      const ratio = side === 'above' ? limit.aboveRatioOfNormal : limit.belowRatioOfNormal;
      const value = limit[side] ?? (ratio === undefined ? undefined : ratio * normal[side === 'above' ? 1 : 0]);
      return value === undefined ? [] : [{ grade: limit.grade, value, opens: limit.opens !== undefined }];
    })
    .sort((a, b) => gradeRank(a.grade) - gradeRank(b.grade));
}

/**
 * A value well beyond one of the limits: the mildest that opens a case, or with `severity` near 1 the worst there is. Undefined when
 * there is no limit on that side that opens anything.
 */
export function targetBeyond(
  rule: IndicatorRule,
  normal: readonly [number, number],
  side: 'above' | 'below',
  severity: number,
): number | undefined {
  const bounds = boundsOf(rule, normal, side).filter(({ opens }) => opens);
  const bound = bounds[Math.min(bounds.length - 1, Math.floor(severity * bounds.length))];
  if (!bound) return undefined;
  const next = bounds.find(({ value }) => (side === 'above' ? value > bound.value : value < bound.value));
  const edge = normal[side === 'above' ? 1 : 0];
  const step = next ? (next.value - bound.value) * 0.5 : (bound.value - edge) * 0.3 || bound.value * 0.1;
  const target = bound.value + step;
  return Math.max(rule.range[0], Math.min(rule.range[1], target));
}
