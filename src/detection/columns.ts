/**
 * What the engine remembers of every Datastream, column by column: one slot per Datastream, its limits in a run of `width` entries.
 * NaN means "not yet" in every column of times and values. Typed arrays, because a city has tens of thousands of Datastreams and
 * every Observation touches one slot: nothing is allocated unless something is wrong.
 */
import type { CompiledRules } from './compile.ts';

export interface Columns {
  capacity: number;
  /** Limits one slot has room for. */
  width: number;
  /** Newest phenomenonTime and its value; when anything was last received. */
  lastAt: Float64Array;
  lastValue: Float64Array;
  lastReceived: Float64Array;
  /** Rules: see CompiledRules. */
  low: Float64Array;
  high: Float64Array;
  ratePerMs: Float64Array;
  rateFloorMs: Float64Array;
  allowanceMs: Float64Array;
  /** 1 while a limit of the slot is entered or active, so that every report must be looked at. */
  busy: Uint8Array;
  limitCount: Uint8Array;
  /** Newest report beyond an active limit. */
  beyondAt: Float64Array;
  /** Value that has not moved since when, over how many reports. */
  anchorAt: Float64Array;
  anchorValue: Float64Array;
  anchorCount: Float64Array;
  /** Per limit, at `slot × width + n`. */
  side: Int8Array;
  at: Float64Array;
  clearAt: Float64Array;
  forMs: Float64Array;
  clearForMs: Float64Array;
  rank: Uint8Array;
  /** Beyond without a break since; back inside without a break since; raised. */
  enteredAt: Float64Array;
  calmSince: Float64Array;
  isActive: Uint8Array;
}

export function createColumns(capacity: number, width: number): Columns {
  const perSlot = () => new Float64Array(capacity).fill(Number.NaN);
  const perLimit = () => new Float64Array(capacity * width).fill(Number.NaN);
  return {
    capacity,
    width,
    lastAt: perSlot(),
    lastValue: perSlot(),
    lastReceived: perSlot(),
    low: perSlot(),
    high: perSlot(),
    ratePerMs: perSlot(),
    rateFloorMs: perSlot(),
    allowanceMs: perSlot(),
    busy: new Uint8Array(capacity),
    limitCount: new Uint8Array(capacity),
    beyondAt: perSlot(),
    anchorAt: perSlot(),
    anchorValue: perSlot(),
    anchorCount: new Float64Array(capacity),
    side: new Int8Array(capacity * width),
    at: perLimit(),
    clearAt: perLimit(),
    forMs: perLimit(),
    clearForMs: perLimit(),
    rank: new Uint8Array(capacity * width),
    enteredAt: perLimit(),
    calmSince: perLimit(),
    isActive: new Uint8Array(capacity * width),
  };
}

type ColumnName = Exclude<keyof Columns, 'capacity' | 'width'>;

/** The same columns with room for at least this many slots and limits each. */
export function withRoom(columns: Columns, slots: number, width: number): Columns {
  if (slots <= columns.capacity && width <= columns.width) return columns;
  const grown = createColumns(
    slots <= columns.capacity ? columns.capacity : Math.max(slots, columns.capacity * 2),
    Math.max(width, columns.width),
  );
  for (const name of Object.keys(columns) as (keyof Columns)[]) {
    if (name === 'capacity' || name === 'width') continue;
    copyColumn(columns, grown, name);
  }
  return grown;
}

function copyColumn(from: Columns, to: Columns, name: ColumnName): void {
  if (from[name].length === from.capacity) {
    to[name].set(from[name]);
    return;
  }
  for (let slot = 0; slot < from.capacity; slot++) {
    to[name].set(from[name].subarray(slot * from.width, (slot + 1) * from.width), slot * to.width);
  }
}

/** Writes the rules of a slot; its timers stay as they are. */
export function setRules(columns: Columns, slot: number, rules: CompiledRules): void {
  columns.low[slot] = rules.low;
  columns.high[slot] = rules.high;
  columns.ratePerMs[slot] = rules.ratePerMs;
  columns.rateFloorMs[slot] = rules.rateFloorMs;
  columns.allowanceMs[slot] = rules.allowanceMs;
  columns.limitCount[slot] = rules.limits.length;
  rules.limits.forEach((limit, n) => {
    const entry = slot * columns.width + n;
    columns.side[entry] = limit.side;
    columns.at[entry] = limit.at;
    columns.clearAt[entry] = limit.clearAt;
    columns.forMs[entry] = limit.forMs;
    columns.clearForMs[entry] = limit.clearForMs;
    columns.rank[entry] = limit.rank;
  });
}

/** Forgets the timers of a slot, because its rules are others now; what it last reported stays. */
export function resetTimers(columns: Columns, slot: number): void {
  const [from, to] = [slot * columns.width, (slot + 1) * columns.width];
  columns.enteredAt.fill(Number.NaN, from, to);
  columns.calmSince.fill(Number.NaN, from, to);
  columns.isActive.fill(0, from, to);
  columns.anchorAt[slot] = Number.NaN;
  columns.anchorValue[slot] = Number.NaN;
  columns.anchorCount[slot] = 0;
  columns.beyondAt[slot] = Number.NaN;
  columns.busy[slot] = 1;
}

/** Forgets everything about a slot, so that another Datastream may have it. */
export function clearSlot(columns: Columns, slot: number): void {
  resetTimers(columns, slot);
  columns.lastAt[slot] = Number.NaN;
  columns.lastValue[slot] = Number.NaN;
  columns.lastReceived[slot] = Number.NaN;
  columns.limitCount[slot] = 0;
}
