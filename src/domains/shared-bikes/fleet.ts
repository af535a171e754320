/**
 * Every bike of the city in columns: where it stands, since when, how it is judged, and which bikes share its bay. A sighting costs a
 * few hundred nanoseconds, so that the whole city fits one core.
 *
 * A trip leaves nothing behind: when a bike is unlocked its place is forgotten, so that a start and an end are never side by side.
 * A bike that reports from within its own position error has not moved: it keeps its place, its judgement and its standing time. Time
 * runs forward per bike; a sighting older than the last one is refused, because a late start of a trip would undo its end.
 */
import { createJudge, FORBIDDEN, IN_BAY, type Judge, LIKELY, OUTSIDE, UNKNOWN } from './judge.ts';
import type { Plane } from './plane.ts';
import {
  type BikeRules,
  type Ground,
  type Judgement,
  SIGHTINGS,
  type Sighting,
  type SightingBatch,
  VERDICTS,
} from './shared-bikes.types.ts';

const KIND = Object.fromEntries(SIGHTINGS.map((kind, index) => [kind, index])) as Record<Sighting, number>;

/** What a slot is doing. */
export const GONE = 0;
export const STANDING = 1;
export const MOVING = 2;

/** Why sightings were refused: how many of each. */
export interface Refused {
  /** Earlier than the last sighting of the same bike. */
  backwards: number;
  /** Not a position on earth, or 0,0. */
  nowhere: number;
  /** Not near the city. */
  elsewhere: number;
  /** From the future. */
  future: number;
}

export interface Columns {
  readonly operator: Uint8Array;
  readonly state: Uint8Array;
  readonly verdict: Uint8Array;
  readonly probability: Float32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly bay: Int32Array;
  readonly zone: Int32Array;
  readonly quota: Int32Array;
  /** Standing: since when. Moving: since when. */
  readonly since: Float64Array;
  readonly reportedAt: Float64Array;
  /** NaN: not faulty. */
  readonly faultySince: Float64Array;
}

export interface Fleet {
  readonly ground: Ground;
  readonly plane: Plane;
  /** Slots in use: 0 … size − 1. */
  size(): number;
  columns(): Columns;
  /** The slot of a bike by today's key; a new one when it was not known. */
  slotOf(operator: number, key: string): number;
  findSlot(operator: number, key: string): number | undefined;
  /** The bike has a new key from today on; its slot stays. False when the old key is unknown. */
  rekey(operator: number, before: string, key: string): boolean;
  /** Today's key of a slot; undefined when it is free. */
  keyOf(slot: number): string | undefined;
  /** Forgets a bike that is gone; its slot is given to another. */
  release(slot: number): void;
  /** Returns how many were taken in; the others are counted in `refused`. */
  apply(batch: SightingBatch, now: number): number;
  readonly refused: Refused;
  /** Standing in a bay, likely ones included. */
  inBay(bay: number): number;
  /** Slots that stand in a bay, in no order. */
  standingIn(bay: number): Int32Array;
  judgementOf(slot: number): Judgement;
  /** Judges every standing bike anew on other ground; standing times stay. */
  move(ground: Ground): Fleet;
}

const FIRST_ROOM = 1_024;
/** Clocks of senders may be this far ahead. */
const AHEAD_MS = 60_000;
/** What lies further from the middle of the plane is another city. */
const CITY_METRES = 100_000;

const column = <A extends { set(from: A): void }>(make: (length: number) => A, from: A, length: number): A => {
  const grown = make(length);
  grown.set(from);
  return grown;
};

export function createFleet(ground: Ground, plane: Plane, rules: BikeRules): Fleet {
  return build(ground, plane, rules, { slots: new Map(), ofSlot: [], free: [] }, undefined);
}

/** Which bike has which slot; shared by the fleets of one city on changing ground. */
interface Keys {
  readonly slots: Map<string, number>;
  readonly ofSlot: (string | undefined)[];
  readonly free: number[];
}

function build(ground: Ground, plane: Plane, rules: BikeRules, keys: Keys, before: Columns | undefined): Fleet {
  const judge = createJudge(ground, plane, rules);
  const bayCount = ground.bays.length;
  const head = new Int32Array(bayCount).fill(-1);
  const counts = new Int32Array(bayCount);
  const { slots: slotsOf, ofSlot, free } = keys;
  let size = ofSlot.length;
  let room = Math.max(FIRST_ROOM, before?.state.length ?? 0);
  let next = new Int32Array(room);
  let previous = new Int32Array(room);
  let the: Columns = grownTo(room, before);
  const refused: Refused = { backwards: 0, nowhere: 0, elsewhere: 0, future: 0 };

  function grow(): void {
    room *= 2;
    next = column((length) => new Int32Array(length), next, room);
    previous = column((length) => new Int32Array(length), previous, room);
    the = grownTo(room, the);
  }

  function leaveBay(slot: number): void {
    const bay = the.bay[slot]!;
    if (bay < 0) return;
    const after = next[slot]!;
    const prior = previous[slot]!;
    if (prior < 0) head[bay] = after;
    else next[prior] = after;
    if (after >= 0) previous[after] = prior;
    counts[bay]!--;
    the.bay[slot] = -1;
  }

  function enterBay(slot: number, bay: number): void {
    the.bay[slot] = bay;
    if (bay < 0) return;
    const first = head[bay]!;
    next[slot] = first;
    previous[slot] = -1;
    if (first >= 0) previous[first] = slot;
    head[bay] = slot;
    counts[bay]!++;
  }

  function forgetPlace(slot: number): void {
    leaveBay(slot);
    the.x[slot] = Number.NaN;
    the.y[slot] = Number.NaN;
    the.verdict[slot] = UNKNOWN;
    the.probability[slot] = 0;
    the.zone[slot] = -1;
    the.quota[slot] = -1;
  }

  function stand(slot: number, x: number, y: number, error: number): void {
    leaveBay(slot);
    judge.judge(x, y, error);
    the.x[slot] = x;
    the.y[slot] = y;
    keepJudgement(the, slot, judge);
    enterBay(slot, judge.bay);
  }

  function applyOne(kind: number, slot: number, x: number, y: number, at: number, told: number): void {
    the.reportedAt[slot] = at;
    if (kind === KIND.faulty) {
      if (Number.isNaN(the.faultySince[slot]!)) the.faultySince[slot] = at;
      return;
    }
    if (kind === KIND.mended) {
      the.faultySince[slot] = Number.NaN;
      return;
    }
    if (kind === KIND.unlocked || kind === KIND['seen-moving'] || kind === KIND.removed) {
      const state = kind === KIND.removed ? GONE : MOVING;
      if (the.state[slot] !== state) {
        forgetPlace(slot);
        the.since[slot] = at;
        the.state[slot] = state;
      }
      return;
    }
    const error = told > 0 ? Math.min(told, rules.mostErrorMetres) : rules.errorMetres;
    if (kind !== KIND.locked && the.state[slot] === STANDING) {
      const dx = x - the.x[slot]!;
      const dy = y - the.y[slot]!;
      if (dx * dx + dy * dy <= error * error) return;
    }
    the.state[slot] = STANDING;
    the.since[slot] = at;
    stand(slot, x, y, error);
  }

  const fleet: Fleet = {
    ground,
    plane,
    refused,
    size: () => size,
    columns: () => the,
    findSlot: (operator, key) => slotsOf.get(`${operator}/${key}`),
    slotOf(operator, key) {
      const name = `${operator}/${key}`;
      const known = slotsOf.get(name);
      if (known !== undefined) return known;
      if (free.length === 0 && size === room) grow();
      const slot = free.pop() ?? size++;
      slotsOf.set(name, slot);
      ofSlot[slot] = key;
      the.operator[slot] = operator;
      the.state[slot] = GONE;
      the.bay[slot] = -1;
      forgetPlace(slot);
      the.reportedAt[slot] = Number.NEGATIVE_INFINITY;
      the.faultySince[slot] = Number.NaN;
      return slot;
    },
    rekey(operator, old, key) {
      const slot = slotsOf.get(`${operator}/${old}`);
      if (slot === undefined) return false;
      slotsOf.delete(`${operator}/${old}`);
      slotsOf.set(`${operator}/${key}`, slot);
      ofSlot[slot] = key;
      return true;
    },
    keyOf: (slot) => ofSlot[slot],
    release(slot) {
      const key = ofSlot[slot];
      if (key === undefined) return;
      forgetPlace(slot);
      the.state[slot] = GONE;
      the.faultySince[slot] = Number.NaN;
      slotsOf.delete(`${the.operator[slot]}/${key}`);
      ofSlot[slot] = undefined;
      free.push(slot);
    },
    apply({ slots, kinds, lon, lat, at, error }, now) {
      const { lon0, lat0, perLon, perLat } = plane;
      let taken = 0;
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!;
        const instant = at[i]!;
        const longitude = lon[i]!;
        const latitude = lat[i]!;
        if (instant < the.reportedAt[slot]!) {
          refused.backwards++;
          continue;
        }
        if (!(instant <= now + AHEAD_MS)) {
          refused.future++;
          continue;
        }
        if (kinds[i] !== KIND.locked && kinds[i] !== KIND['seen-standing']) {
          applyOne(kinds[i]!, slot, 0, 0, instant, 0);
          taken++;
          continue;
        }
        const isOnEarth = longitude >= -180 && longitude <= 180 && latitude >= -90 && latitude <= 90;
        if (!isOnEarth || (longitude === 0 && latitude === 0)) {
          refused.nowhere++;
          continue;
        }
        const x = (longitude - lon0) * perLon;
        const y = (latitude - lat0) * perLat;
        if (Math.abs(x) > CITY_METRES || Math.abs(y) > CITY_METRES) {
          refused.elsewhere++;
          continue;
        }
        applyOne(kinds[i]!, slot, x, y, instant, error[i]!);
        taken++;
      }
      return taken;
    },
    inBay: (bay) => counts[bay]!,
    standingIn(bay) {
      const found = new Int32Array(counts[bay]!);
      for (let slot = head[bay]!, k = 0; slot >= 0; slot = next[slot]!) found[k++] = slot;
      return found;
    },
    judgementOf: (slot) => ({
      verdict: VERDICTS[the.verdict[slot]!]!,
      bay: the.bay[slot]!,
      zone: the.zone[slot]!,
      probability: the.probability[slot]!,
    }),
    move: (elsewhere) => build(elsewhere, plane, rules, keys, the),
  };
  if (before !== undefined) {
    for (let slot = 0; slot < size; slot++) {
      the.bay[slot] = -1;
      if (the.state[slot] === STANDING) stand(slot, the.x[slot]!, the.y[slot]!, rules.errorMetres);
    }
  }
  return fleet;
}

function keepJudgement(the: Columns, slot: number, { verdict, probability, zone, quota }: Judge): void {
  the.verdict[slot] = verdict;
  the.probability[slot] = probability;
  the.zone[slot] = zone;
  the.quota[slot] = quota;
}

function grownTo(room: number, from: Columns | undefined): Columns {
  const bytes = (old?: Uint8Array) => column((length) => new Uint8Array(length), old ?? new Uint8Array(0), room);
  const floats = (old?: Float32Array) => column((length) => new Float32Array(length), old ?? new Float32Array(0), room);
  const doubles = (old?: Float64Array) =>
    column((length) => new Float64Array(length), old ?? new Float64Array(0), room);
  const ints = (old?: Int32Array) => column((length) => new Int32Array(length), old ?? new Int32Array(0), room);
  return {
    operator: bytes(from?.operator),
    state: bytes(from?.state),
    verdict: bytes(from?.verdict),
    probability: floats(from?.probability),
    x: doubles(from?.x),
    y: doubles(from?.y),
    bay: ints(from?.bay),
    zone: ints(from?.zone),
    quota: ints(from?.quota),
    since: doubles(from?.since),
    reportedAt: doubles(from?.reportedAt),
    faultySince: doubles(from?.faultySince),
  };
}

/** True for a verdict that may count against an operator. */
export const isCertain = (the: Columns, slot: number, { certainFrom }: BikeRules): boolean =>
  (the.verdict[slot] === OUTSIDE || the.verdict[slot] === FORBIDDEN) && the.probability[slot]! >= certainFrom;

export const isInBay = (the: Columns, slot: number): boolean =>
  the.verdict[slot] === IN_BAY || the.verdict[slot] === LIKELY;
