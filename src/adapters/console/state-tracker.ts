/**
 * What colour every Thing has on the map: the worst grade of its active findings, else silent or late, else ok.
 *
 * Silence has no colour of its own grade here: a Thing that is not heard of is drawn as not heard of, whatever grade the city gave
 * to silence, because a grade on the map claims that something was measured. Changes are gathered and handed over by `takeChanges`,
 * so that a Thing that flickers ten times a second costs one line. Pure memory; time is an argument.
 */
import type { Finding, FindingChange } from '#kernel/finding.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DomainId, Grade, ThingId } from '#kernel/words.ts';
import { GRADES, gradeRank, worstGrade } from '#kernel/words.ts';
import type { Liveness, Sensing, ThingInfo } from '#sensing/sensing.types.ts';
import type { StateView, ThingState } from './api.types.ts';

export interface StateTracker {
  /** Takes over the findings that are active now; call at start and whenever changes may have been missed. */
  reset(active: Iterable<Finding>, now: Instant): void;
  onFinding(change: FindingChange): void;
  /** Looks at the liveness of every Datastream: 20,000 in a few milliseconds. */
  sweep(now: Instant): void;
  stateOf(thingId: ThingId): ThingState;
  /** Things whose state changed since the last call. */
  takeChanges(): { ids: ThingId[]; states: ThingState[] } | undefined;
  view(): Pick<StateView, 'things' | 'counts'>;
}

type Source = Pick<Sensing, 'listThings' | 'liveness' | 'findThingByAsset'>;

export function createStateTracker(sensing: Source): StateTracker {
  /** Active findings of each Thing by key. */
  const graded = new Map<ThingId, Map<string, Grade>>();
  const unheard = new Map<ThingId, 'late' | 'silent'>();
  const told = new Map<ThingId, ThingState>();
  const changed = new Set<ThingId>();

  const thingOf = (finding: Finding) => finding.thingId ?? thingOfAsset(sensing, finding.assetId);

  const stateOf = (thingId: ThingId): ThingState => {
    let worst: Grade | undefined;
    for (const grade of graded.get(thingId)?.values() ?? []) worst = worstGrade(worst, grade);
    return worst ?? unheard.get(thingId) ?? 'ok';
  };

  function put(finding: Finding): void {
    const thingId = thingOf(finding);
    if (thingId === undefined || finding.kind === 'silence') return;
    const grades = graded.get(thingId) ?? new Map<string, Grade>();
    graded.set(thingId, grades.set(finding.key, finding.grade));
    changed.add(thingId);
  }

  function drop(finding: Finding): void {
    const thingId = thingOf(finding);
    const grades = thingId === undefined ? undefined : graded.get(thingId);
    if (thingId === undefined || !grades?.delete(finding.key)) return;
    if (grades.size === 0) graded.delete(thingId);
    changed.add(thingId);
  }

  function sweep(now: Instant): void {
    for (const thing of sensing.listThings()) {
      const heard = worstLiveness(thing, sensing, now);
      if (heard === unheard.get(thing.id)) continue;
      if (heard) unheard.set(thing.id, heard);
      else unheard.delete(thing.id);
      changed.add(thing.id);
    }
  }

  return {
    reset(active, now) {
      for (const thingId of graded.keys()) changed.add(thingId);
      graded.clear();
      for (const finding of active) put(finding);
      sweep(now);
    },
    onFinding({ change, finding }) {
      if (change === 'cleared') drop(finding);
      else put(finding);
    },
    sweep,
    stateOf,
    takeChanges() {
      const ids: ThingId[] = [];
      const states: ThingState[] = [];
      for (const id of changed) {
        const state = stateOf(id);
        if (state === (told.get(id) ?? 'ok')) continue;
        if (state === 'ok') told.delete(id);
        else told.set(id, state);
        ids.push(id);
        states.push(state);
      }
      changed.clear();
      return ids.length > 0 ? { ids, states } : undefined;
    },
    view() {
      const states = new Map<ThingId, ThingState>();
      for (const id of [...graded.keys(), ...unheard.keys()]) states.set(id, stateOf(id));
      return toStateColumns(states, sensing.listThings());
    },
  };
}

const thingOfAsset = (sensing: Source, assetId: AssetId | undefined): ThingId | undefined =>
  assetId === undefined ? undefined : sensing.findThingByAsset(assetId)?.id;

function worstLiveness(thing: ThingInfo, sensing: Source, now: Instant): 'late' | 'silent' | undefined {
  let worst: 'late' | undefined;
  for (const id of thing.datastreamIds) {
    const liveness: Liveness = sensing.liveness(id, now);
    if (liveness === 'silent') return 'silent';
    if (liveness === 'late') worst = 'late';
  }
  return worst;
}

/** The columns of `/state`: only what is not ok, and how many Things of each domain are in which state. */
export function toStateColumns(
  states: ReadonlyMap<ThingId, ThingState>,
  things: Iterable<ThingInfo>,
): Pick<StateView, 'things' | 'counts'> {
  const counts: Record<DomainId, Record<ThingState, number>> = {};
  const ids: ThingId[] = [];
  const columns: ThingState[] = [];
  for (const thing of things) {
    const state = states.get(thing.id) ?? 'ok';
    if (state !== 'ok') {
      ids.push(thing.id);
      columns.push(state);
    }
    if (thing.domain === undefined) continue;
    counts[thing.domain] ??= { ok: 0, late: 0, silent: 0, blue: 0, yellow: 0, orange: 0, red: 0 };
    counts[thing.domain]![state]++;
  }
  return { things: { ids, states: columns }, counts };
}

/** Most urgent first. */
export const urgency = (state: ThingState): number =>
  GRADES.includes(state as Grade) ? 2 + gradeRank(state as Grade) : state === 'silent' ? 2 : state === 'late' ? 1 : 0;
