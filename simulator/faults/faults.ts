/**
 * What is wrong in the city right now, and how it came about: by schedule or by command. Faults act on the world; mending one lets
 * the world recover at its own pace.
 */
import type { Position } from '#kernel/geo.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import { type Random, seeded } from '../random.ts';
import type { Instrument, World } from '../world.ts';
import { breakSomeMain } from './bursts.ts';
import { candidatesOf } from './candidates.ts';
import type { FaultKind } from './kinds.ts';
import type { RuleOf } from './limits.ts';
import { type Felt, symptomsOf } from './symptoms.ts';

export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly assetId: string;
  readonly place: Position;
  readonly since: Instant;
  readonly endsAt: Instant;
  readonly felt: readonly Felt[];
  /** Burst only: valves that crews have closed, by the node they stand at. */
  closedValves: readonly string[];
}

export interface Wanted {
  /** Where; drawn by the seed when absent. */
  readonly assetId?: string | undefined;
  /** Which occurrence of its kind: with the seed it decides where and how badly. */
  readonly number: number;
  /** Burst only: open share of the cross-section. */
  readonly openShare?: number | undefined;
}

export interface Faults {
  active(): readonly Fault[];
  /** Brings a kind about. Undefined when the city has no place for it. */
  begin(kind: FaultKind, at: Instant, wanted: Wanted): Fault | undefined;
  mend(fault: Fault, at: Instant): void;
  /** Closes the valves around a burst, as a crew on site does. False when valves cannot cut it off. */
  isolate(fault: Fault): boolean;
  /** Ends what has run its time. */
  tick(at: Instant): void;
  /** Instruments that notice something and report more often now. */
  attentive(at: Instant): Iterable<Instrument>;
}

const ATTENTION = 5 * MINUTE;
const NOTICED_SHARE = 0.1;

export function createFaults(world: World, ruleOf: RuleOf): Faults {
  const active = new Map<string, Fault>();
  const attention = new Map<Instrument, Instant>();
  let count = 0;
  const notice = (instruments: Iterable<Instrument>, until: Instant) => {
    for (const instrument of instruments) attention.set(instrument, until);
  };
  const taken = () => new Set([...active.values()].map(({ assetId }) => assetId));

  const faults: Faults = {
    active: () => [...active.values()],

    begin(kind, at, wanted) {
      const random = seeded(world.seed, `fault/${kind.id}/${wanted.number}`);
      const assetId =
        kind.special === 'burst'
          ? breakMain(world, ruleOf, random, taken(), wanted)
          : (wanted.assetId ?? drawn(candidatesOf(world, ruleOf, kind), random, taken()));
      const place =
        assetId === undefined ? undefined : (world.assets.get(assetId)?.place ?? world.of(assetId)[0]?.place);
      if (assetId === undefined || !place) return undefined;
      const felt = kind.special === 'burst' ? [] : symptomsOf(world, ruleOf, kind, assetId, place, at, random);
      if (kind.special !== 'burst' && felt.length === 0) return undefined;
      if (kind.special === 'shower')
        world.rainOn({ from: at - MINUTE, to: at + random.between(25, 45) * MINUTE, peakMmH: random.between(18, 55) });
      const fault: Fault = {
        id: `F${++count}`,
        kind,
        assetId,
        place,
        since: at,
        endsAt: at + random.between(...kind.lastsMinutes) * MINUTE,
        felt,
        closedValves: [],
      };
      active.set(fault.id, fault);
      for (const { instrument, push } of felt) world.push(instrument, push);
      notice(kind.special === 'burst' ? world.moved(NOTICED_SHARE) : loud(felt), at + ATTENTION);
      return fault;
    },

    mend(fault, at) {
      if (!active.delete(fault.id)) return;
      for (const { instrument, push } of fault.felt) world.release(instrument, push, at);
      notice(loud(fault.felt), at + ATTENTION);
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
      if ([...active.values()].some(({ kind }) => kind.special === 'burst'))
        notice(world.moved(NOTICED_SHARE), at + MINUTE);
    },

    *attentive(at) {
      for (const [instrument, until] of attention) if (at <= until) yield instrument;
      for (const fault of active.values())
        for (const instrument of loud(fault.felt)) if (!attention.has(instrument)) yield instrument;
    },
  };
  return faults;
}

/** Those that read something unusual, not those that read nothing. */
const loud = (felt: readonly Felt[]): Instrument[] =>
  felt.filter(({ push }) => push.kind === 'towards').map(({ instrument }) => instrument);

function drawn(candidates: readonly string[], random: Random, taken: ReadonlySet<string>): string | undefined {
  const free = candidates.filter((id) => !taken.has(id));
  return free.length === 0 ? undefined : random.pick(free);
}

function breakMain(
  world: World,
  ruleOf: RuleOf,
  random: Random,
  taken: ReadonlySet<string>,
  { assetId, openShare }: Wanted,
): string | undefined {
  if (!world.water || !world.waterSystem) return undefined;
  if (assetId === undefined) return breakSomeMain(world, ruleOf, random, taken);
  world.water.burst(assetId, openShare ?? world.waterSystem.burstShare);
  return assetId;
}
