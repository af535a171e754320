/**
 * What is wrong in the city right now, and how it came about: by schedule, by command, or not at all. Faults act on the world; mending
 * one lets the world recover at its own pace.
 */
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { IndicatorRule } from '#kernel/rules.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import { type Random, seeded } from '../random.ts';
import type { Instrument, World } from '../world.ts';
import type { FaultKind } from './kinds.ts';
import { targetBeyond } from './limits.ts';
import type { Push } from './pushes.ts';

export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly assetId: string;
  readonly place: Position;
  readonly since: Instant;
  readonly endsAt: Instant;
  readonly pushes: readonly { readonly instrument: Instrument; readonly push: Push }[];
  /** Burst only: valves that crews have closed. */
  closedValves: readonly string[];
}

export interface Faults {
  active(): readonly Fault[];
  /** Brings a kind about; at a named asset or at one drawn for this occurrence. Undefined when the city has no place for it. */
  begin(
    kind: FaultKind,
    at: Instant,
    options: {
      readonly assetId?: string | undefined;
      readonly number: number;
      readonly openShare?: number | undefined;
    },
  ): Fault | undefined;
  mend(fault: Fault, at: Instant): void;
  /** Closes the valves around a burst, as a crew on site does. False when valves cannot cut it off. */
  isolate(fault: Fault): boolean;
  /** Ends what has run its time. */
  tick(at: Instant): void;
  /** Instruments that notice something and report more often now. */
  attentive(at: Instant): Iterable<Instrument>;
}

const ATTENTION = 4 * MINUTE;
const NOTICED_SHARE = 0.1;

export type RuleOf = (domain: string, assetClass: string, indicator: string) => IndicatorRule | undefined;

export function createFaults(world: World, ruleOf: RuleOf): Faults {
  const active = new Map<string, Fault>();
  const attention = new Map<Instrument, Instant>();
  let count = 0;
  const notice = (instruments: Iterable<Instrument>, until: Instant) => {
    for (const instrument of instruments) attention.set(instrument, until);
  };

  const faults: Faults = {
    active: () => [...active.values()],

    begin(kind, at, { assetId, number, openShare }) {
      const random = seeded(world.seed, `fault/${kind.id}/${number}`);
      const chosen = assetId ?? choose(world, ruleOf, kind, random, active);
      if (chosen === undefined) return undefined;
      const place = world.assets.get(chosen)?.place ?? world.of(chosen)[0]?.place;
      if (!place) return undefined;
      const pushes = kind.special === 'burst' ? [] : pushesOf(world, ruleOf, kind, chosen, place, at, random);
      if (kind.special === 'burst') world.water?.burst(chosen, openShare ?? random.between(0.08, 0.22));
      else if (pushes.length === 0) return undefined;
      if (kind.special === 'shower')
        world.rainOn({ from: at - MINUTE, to: at + random.between(25, 45) * MINUTE, peakMmH: random.between(35, 60) });
      const [least, most] = kind.lastsMinutes;
      const fault: Fault = {
        id: `F${++count}`,
        kind,
        assetId: chosen,
        place,
        since: at,
        endsAt: at + random.between(least, most) * MINUTE,
        pushes,
        closedValves: [],
      };
      active.set(fault.id, fault);
      for (const { instrument, push } of pushes) world.push(instrument, push);
      notice(
        kind.special === 'burst'
          ? world.moved(NOTICED_SHARE)
          : pushes.filter(({ push }) => push.kind === 'towards').map(({ instrument }) => instrument),
        at + ATTENTION,
      );
      return fault;
    },

    mend(fault, at) {
      if (!active.delete(fault.id)) return;
      for (const { instrument, push } of fault.pushes) world.release(instrument, push, at);
      notice(
        fault.pushes.map(({ instrument }) => instrument),
        at + ATTENTION,
      );
      if (fault.kind.special !== 'burst' || !world.water) return;
      world.water.repair(fault.assetId);
      const stillNeeded = new Set([...active.values()].flatMap(({ closedValves }) => closedValves));
      for (const valve of fault.closedValves) if (!stillNeeded.has(valve)) world.water.setValve(valve, true);
      notice(world.moved(NOTICED_SHARE / 2), at + ATTENTION);
    },

    isolate(fault) {
      const valves = fault.kind.special === 'burst' ? world.water?.isolationValves(fault.assetId) : undefined;
      if (!valves || valves.length === 0) return false;
      for (const valve of valves) world.water!.setValve(valve, false);
      fault.closedValves = valves;
      return true;
    },

    tick(at) {
      for (const fault of active.values()) if (at >= fault.endsAt) faults.mend(fault, at);
      for (const [instrument, until] of attention) if (at > until) attention.delete(instrument);
      if (world.water && [...active.values()].some(({ kind }) => kind.special === 'burst'))
        notice(world.moved(NOTICED_SHARE), at + MINUTE);
    },

    *attentive(at) {
      for (const [instrument, until] of attention) if (at <= until) yield instrument;
      for (const fault of active.values())
        for (const { instrument, push } of fault.pushes)
          if (push.kind === 'towards' && !attention.has(instrument)) yield instrument;
    },
  };
  return faults;
}

/** Assets where a kind can happen, in the order of their ids so that the seed alone decides, without those that are in trouble already. */
function choose(
  world: World,
  ruleOf: RuleOf,
  kind: FaultKind,
  random: Random,
  active: ReadonlyMap<string, Fault>,
): string | undefined {
  const taken = new Set([...active.values()].map(({ assetId }) => assetId));
  const candidates = candidatesOf(world, ruleOf, kind).filter((id) => !taken.has(id));
  return candidates.length === 0 ? undefined : random.pick(candidates);
}

export function candidatesOf(world: World, ruleOf: RuleOf, kind: FaultKind): string[] {
  if (kind.special === 'burst') return burstable(world);
  const ids = new Set<string>();
  for (const { point } of world.instruments) {
    if (kind.domain !== undefined && point.domain !== kind.domain) continue;
    const [first] = kind.symptoms;
    const rule = ruleOf(point.domain, point.assetClass, point.indicator);
    if (kind.special === 'silence' ? rule?.silence?.opens !== undefined && rule.intervalSeconds <= 120 : false)
      ids.add(point.assetId);
    else if (kind.special === 'freeze' ? rule?.stuck?.opens !== undefined : false) ids.add(point.assetId);
    else if (
      first &&
      rule &&
      first.indicators.test(point.indicator) &&
      targetBeyond(rule, point.normal, first.side, 0) !== undefined
    )
      ids.add(point.assetId);
  }
  return [...ids].sort();
}

/** Distribution mains that valves can cut off, large enough to be noticed and small enough for the everyday plan. */
function burstable({ waterSystem, water }: World): string[] {
  if (!waterSystem || !water) return [];
  return waterSystem.pipes
    .filter(
      ({ id, boreMm, lengthMetres }) =>
        boreMm >= 150 && boreMm < 500 && lengthMetres >= 20 && (water.isolationValves(id)?.length ?? 99) <= 6,
    )
    .map(({ id }) => id)
    .sort();
}

function pushesOf(
  world: World,
  ruleOf: RuleOf,
  kind: FaultKind,
  assetId: string,
  place: Position,
  at: Instant,
  random: Random,
): { instrument: Instrument; push: Push }[] {
  const own = world.of(assetId);
  if (kind.special === 'silence')
    return own.map((instrument) => ({ instrument, push: { kind: 'silence', since: at } }));
  if (kind.special === 'freeze')
    return own
      .filter(({ point }) => ruleOf(point.domain, point.assetClass, point.indicator)?.stuck !== undefined)
      .map((instrument) => ({ instrument, push: { kind: 'freeze', since: at } }));
  const severity = random.next() ** 2;
  const pushes = own.flatMap((instrument) => pushAt(instrument, 1, at));
  if (kind.spreadsMetres === undefined) return pushes;
  for (const instrument of world.instruments) {
    if (instrument.point.domain !== kind.domain || instrument.point.assetId === assetId || !instrument.place) continue;
    const distance = distanceMetres(place, instrument.place);
    if (distance < kind.spreadsMetres)
      pushes.push(...pushAt(instrument, 1 - distance / kind.spreadsMetres, at + distance * 0.4 * SECOND));
  }
  return pushes;

  function pushAt(instrument: Instrument, nearness: number, since: Instant): { instrument: Instrument; push: Push }[] {
    const { point } = instrument;
    const symptom = kind.symptoms.find(({ indicators }) => indicators.test(point.indicator));
    const rule = symptom && ruleOf(point.domain, point.assetClass, point.indicator);
    const target = rule && targetBeyond(rule, point.normal, symptom.side, severity);
    if (target === undefined) return [];
    const middle = (point.normal[0] + point.normal[1]) / 2;
    // Far from the source a value still rises, but stays short of the limit.
    const felt = nearness === 1 ? target : middle + (target - middle) * nearness * 0.6;
    return [{ instrument, push: { kind: 'towards', target: felt, since, growSeconds: kind.growSeconds } }];
  }
}
