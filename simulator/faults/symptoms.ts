/** What a fault does to the instruments that feel it: those of the asset itself, and like ones nearby, later and weaker. */
import { distanceMetres, type Position } from '#kernel/geo.ts';
import { type Instant, SECOND } from '#kernel/time.ts';
import type { Random } from '../random.ts';
import type { Instrument, World } from '../world.ts';
import type { FaultKind } from './kinds.ts';
import { type RuleOf, targetBeyond } from './limits.ts';
import type { Push } from './pushes.ts';

export interface Felt {
  readonly instrument: Instrument;
  readonly push: Push;
}

const SPREAD_SECONDS_PER_METRE = 0.4;

export function symptomsOf(
  world: World,
  ruleOf: RuleOf,
  kind: FaultKind,
  assetId: string,
  place: Position,
  at: Instant,
  random: Random,
): Felt[] {
  const own = world.of(assetId);
  if (kind.special === 'silence')
    return own.map((instrument) => ({ instrument, push: { kind: 'silence', since: at } }));
  if (kind.special === 'freeze')
    return own
      .filter(({ point }) => ruleOf(point.domain, point.assetClass, point.indicator)?.stuck !== undefined)
      .map((instrument) => ({ instrument, push: { kind: 'freeze', since: at } }));
  // Most troubles are mild.
  const severity = random.next() ** 2;
  const feel = (instrument: Instrument, nearness: number, since: Instant) =>
    feltBy(ruleOf, kind, severity, instrument, nearness, since);
  const felt = own.flatMap((instrument) => feel(instrument, 1, at));
  const { spreadsMetres } = kind;
  if (spreadsMetres === undefined || felt.length === 0) return felt;
  for (const instrument of world.instruments) {
    if (instrument.point.domain !== kind.domain || instrument.point.assetId === assetId || !instrument.place) continue;
    const metres = distanceMetres(place, instrument.place);
    if (metres < spreadsMetres)
      felt.push(...feel(instrument, 1 - metres / spreadsMetres, at + metres * SPREAD_SECONDS_PER_METRE * SECOND));
  }
  return felt;
}

function feltBy(
  ruleOf: RuleOf,
  kind: FaultKind,
  severity: number,
  instrument: Instrument,
  nearness: number,
  since: Instant,
): Felt[] {
  const { point } = instrument;
  const symptom = kind.symptoms.find(({ indicators }) => indicators.test(point.indicator));
  const rule = symptom && ruleOf(point.domain, point.assetClass, point.indicator);
  const target = rule && targetBeyond(rule, point.normal, symptom.side, severity);
  if (target === undefined) return [];
  const middle = (point.normal[0] + point.normal[1]) / 2;
  // Away from the source a value moves too, but stays short of the limit.
  const reached = nearness === 1 ? target : middle + (target - middle) * nearness * 0.6;
  return [{ instrument, push: { kind: 'towards', target: reached, since, growSeconds: kind.growSeconds } }];
}
