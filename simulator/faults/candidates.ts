/** Where a kind of fault can happen: assets that measure what would show it, in the order of their ids so that the seed alone decides. */
import type { IndicatorRule } from '#kernel/rules.ts';
import type { MeasuringPoint } from '../models/physics.ts';
import type { World } from '../world.ts';
import { burstableMains } from './bursts.ts';
import type { FaultKind } from './kinds.ts';
import { type RuleOf, targetBeyond } from './limits.ts';

/** A device that reports seldom would be silent for hours before anyone could tell. */
const SILENCE_TELLS_SECONDS = 120;

export function candidatesOf(world: World, ruleOf: RuleOf, kind: FaultKind): string[] {
  if (kind.special === 'burst') return burstableMains(world);
  const ids = new Set<string>();
  for (const { point } of world.instruments) {
    if (kind.domain !== undefined && point.domain !== kind.domain) continue;
    const rule = ruleOf(point.domain, point.assetClass, point.indicator);
    if (rule && showsItself(kind, rule, point)) ids.add(point.assetId);
  }
  return [...ids].sort();
}

function showsItself(kind: FaultKind, rule: IndicatorRule, point: MeasuringPoint): boolean {
  if (kind.special === 'silence')
    return rule.silence?.opens !== undefined && rule.intervalSeconds <= SILENCE_TELLS_SECONDS;
  if (kind.special === 'freeze') return rule.stuck !== undefined;
  const [first] = kind.symptoms;
  return (
    first?.indicators.test(point.indicator) === true && targetBeyond(rule, point.normal, first.side, 0) !== undefined
  );
}
