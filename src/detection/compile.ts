/**
 * Rules as the engine runs them: numbers only, ratios of normal resolved against the Datastream's own normal range, spans in
 * milliseconds. A limit that names both `above` and `below` becomes two.
 */
import type { IndicatorRule, LimitRule } from '#kernel/rules.ts';
import { SECOND } from '#kernel/time.ts';
import { gradeRank } from '#kernel/words.ts';
import type { Subject } from './detection.types.ts';

/** One side of a limit. */
export interface CompiledLimit {
  /** 1: too high when above `at`; −1: too low when below it. */
  readonly side: 1 | -1;
  readonly at: number;
  /** Never beyond `at`: a limit cannot be left before it is un-passed. */
  readonly clearAt: number;
  readonly forMs: number;
  readonly clearForMs: number;
  readonly rank: number;
  readonly rule: LimitRule;
}

export interface CompiledRules {
  readonly limits: readonly CompiledLimit[];
  /** Inside `[low, high]` no limit is passed. */
  readonly low: number;
  readonly high: number;
  /** Largest allowed change per millisecond; Infinity without a rate rule. */
  readonly ratePerMs: number;
  /** Two reports closer than this count as this far apart: noise between hurried reports is not a jump. */
  readonly rateFloorMs: number;
  /** Silent once this long after the newest phenomenonTime; Infinity without a silence rule. */
  readonly allowanceMs: number;
  /** Tells whether remembered timers still belong to these rules. */
  readonly signature: number;
}

export const normalOf = (subject: Subject): readonly [number, number] | undefined =>
  subject.normal ?? subject.rule.normal;

export function compileRules(subject: Subject): CompiledRules {
  const { rule } = subject;
  const limits = rule.limits.flatMap((limit) => compileLimit(limit, normalOf(subject)));
  const allowanceMs = rule.silence ? rule.silence.silentAfterIntervals * rule.intervalSeconds * SECOND : Infinity;
  return {
    limits,
    low: Math.max(-Infinity, ...limits.filter((limit) => limit.side < 0).map((limit) => limit.at)),
    high: Math.min(Infinity, ...limits.filter((limit) => limit.side > 0).map((limit) => limit.at)),
    ratePerMs: rule.rate ? rule.rate.perMinute / 60_000 : Infinity,
    rateFloorMs: (rule.intervalSeconds * SECOND) / 2,
    allowanceMs: allowanceMs > 0 ? allowanceMs : Infinity,
    signature: signatureOf(limits, rule),
  };
}

/** Limits that are a share of normal on a Datastream whose normal nobody gave: they cannot be judged. Ids for the log. */
export function findUnresolvedLimits(subject: Subject): LimitRule[] {
  return subject.rule.limits.filter((limit) => compileLimit(limit, normalOf(subject)).length === 0);
}

function compileLimit(limit: LimitRule, normal: readonly [number, number] | undefined): CompiledLimit[] {
  const above = limit.above ?? share(limit.aboveRatioOfNormal, normal?.[1]);
  const below = limit.below ?? share(limit.belowRatioOfNormal, normal?.[0]);
  const compiled = { forMs: limit.forSeconds * SECOND, clearForMs: limit.clearForSeconds * SECOND, rule: limit };
  const sides: CompiledLimit[] = [];
  if (above !== undefined) {
    const clearAt = Math.min(above, limit.clearAt ?? share(limit.clearAtRatio, normal?.[1]) ?? above);
    sides.push({ ...compiled, side: 1, at: above, clearAt, rank: gradeRank(limit.grade) });
  }
  if (below !== undefined) {
    const clearAt = Math.max(below, limit.clearAt ?? share(limit.clearAtRatio, normal?.[0]) ?? below);
    sides.push({ ...compiled, side: -1, at: below, clearAt, rank: gradeRank(limit.grade) });
  }
  return sides;
}

const share = (ratio: number | undefined, of: number | undefined): number | undefined =>
  ratio === undefined || of === undefined ? undefined : ratio * of;

/** 32-bit FNV-1a of everything that a timer depends on. */
function signatureOf(limits: readonly CompiledLimit[], rule: IndicatorRule): number {
  const text = JSON.stringify([
    limits.map(({ rule: _, ...numbers }) => numbers),
    rule.stuck,
    rule.rate,
    rule.silence,
    rule.intervalSeconds,
  ]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
