/**
 * Two different signs at the same place say more than either: smoke and carbon monoxide in a tunnel, gas in the air and a falling
 * pressure in the pipe, rain and a rising manhole. The finding begins when the second sign did.
 */
import type { Finding } from '#kernel/finding.ts';
import { MINUTE } from '#kernel/time.ts';

export interface PairRule {
  readonly withinMinutes: number;
  isFirst(finding: Finding): boolean;
  isSecond(finding: Finding): boolean;
  /** Whether the two belong together by place. */
  isNear(first: Finding, second: Finding): boolean;
}

export interface Pair {
  readonly firsts: readonly Finding[];
  readonly seconds: readonly Finding[];
  readonly since: number;
}

/** Everything that makes the pair, at least one of each kind; undefined when a sign is missing. */
export function findPair(findings: readonly Finding[], rule: PairRule): Pair | undefined {
  const firsts = new Set<Finding>();
  const seconds = new Set<Finding>();
  let since = Infinity;
  for (const first of findings.filter(rule.isFirst)) {
    for (const second of findings.filter(rule.isSecond)) {
      const apart = Math.abs(first.since - second.since);
      if (apart > rule.withinMinutes * MINUTE || !rule.isNear(first, second)) continue;
      firsts.add(first);
      seconds.add(second);
      since = Math.min(since, Math.max(first.since, second.since));
    }
  }
  return firsts.size === 0 ? undefined : { firsts: [...firsts], seconds: [...seconds], since };
}

/** Findings a standing conclusion still rests on; empty when it is over. */
export function stillOf(before: Finding, active: readonly Finding[]): Finding[] {
  return active.filter((finding) => before.basis.includes(finding.key));
}
