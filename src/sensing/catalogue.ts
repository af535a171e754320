/**
 * Things and Datastreams in memory. Every Datastream has a *slot*, a small dense number, so that what intake asks for each row (is it
 * known, what is its range, which feature does it observe) lies in typed arrays. A slot is never given to another Datastream while
 * the process lives.
 */
import type { DatastreamId, ThingId } from '#kernel/words.ts';
import type { DatastreamInfo, ThingInfo } from './sensing.types.ts';

/** The generated FeatureOfInterest of a slot: an id, or one of these. */
export const NO_FEATURE = 0;
/** There is a Location, but its feature (or the note that this Datastream observes it) is still to be made. */
export const FEATURE_TO_BE_MADE = -1;

export interface DatastreamEntry {
  readonly info: DatastreamInfo;
  readonly registeredAt: number;
  readonly featureId: number;
  /** False: its minutes are read from the Observations themselves. */
  readonly keepsMinutes: boolean;
}

export class Catalogue {
  readonly #slots = new Map<DatastreamId, number>();
  readonly #things = new Map<ThingId, ThingInfo>();
  readonly #thingByAsset = new Map<string, ThingId>();
  readonly #infos: (DatastreamInfo | undefined)[] = [];
  readonly #keepsMinutes: boolean[] = [];
  /** By slot. */
  low = new Float64Array(1024);
  high = new Float64Array(1024);
  featureIds = new Float64Array(1024);
  registeredAt = new Float64Array(1024);

  /** Slot of a known Datastream, −1 otherwise. */
  slotOf(id: DatastreamId): number {
    return this.#slots.get(id) ?? -1;
  }

  /** Slots ever given: every slot is below this. */
  get size(): number {
    return this.#infos.length;
  }

  infoAt(slot: number): DatastreamInfo | undefined {
    return this.#infos[slot];
  }

  keepsMinutes(id: DatastreamId): boolean {
    return this.#keepsMinutes[this.slotOf(id)] ?? true;
  }

  findDatastream(id: DatastreamId): DatastreamInfo | undefined {
    return this.#infos[this.slotOf(id)];
  }

  findThing(id: ThingId): ThingInfo | undefined {
    return this.#things.get(id);
  }

  findThingByAsset(assetId: string): ThingInfo | undefined {
    const id = this.#thingByAsset.get(assetId);
    return id === undefined ? undefined : this.#things.get(id);
  }

  *listDatastreams(): Generator<DatastreamInfo> {
    for (const slot of this.#slots.values()) yield this.#infos[slot]!;
  }

  listThings(): Iterable<ThingInfo> {
    return this.#things.values();
  }

  /** Puts in what was read for `thingIds` (all when undefined) and takes out what is no longer there; returns the ids taken out. */
  replace(
    thingIds: readonly ThingId[] | undefined,
    things: readonly ThingInfo[],
    datastreams: readonly DatastreamEntry[],
  ): DatastreamId[] {
    const stillThere = new Set(datastreams.map(({ info }) => info.id));
    const before = new Set(thingIds ?? this.#things.keys());
    // A Datastream that has meanwhile moved to a Thing outside the reload is not gone.
    const gone = [...before]
      .flatMap((id) => this.#things.get(id)?.datastreamIds ?? [])
      .filter((id) => !stillThere.has(id) && before.has(this.findDatastream(id)?.thingId ?? -1));
    for (const id of gone) this.#remove(id);
    for (const id of before) this.#removeThing(id);
    for (const thing of things) this.#putThing(thing);
    for (const entry of datastreams) this.#put(entry);
    return gone;
  }

  #put({ info, registeredAt, featureId, keepsMinutes }: DatastreamEntry): void {
    let slot = this.slotOf(info.id);
    if (slot < 0) {
      slot = this.#infos.length;
      this.#slots.set(info.id, slot);
      if (slot >= this.low.length) this.#grow();
    }
    this.#infos[slot] = info;
    this.#keepsMinutes[slot] = keepsMinutes;
    this.low[slot] = info.range?.[0] ?? -Infinity;
    this.high[slot] = info.range?.[1] ?? Infinity;
    this.registeredAt[slot] = registeredAt;
    this.featureIds[slot] = featureId;
  }

  #remove(id: DatastreamId): void {
    const slot = this.slotOf(id);
    if (slot < 0) return;
    this.#slots.delete(id);
    this.#infos[slot] = undefined;
  }

  #putThing(thing: ThingInfo): void {
    this.#things.set(thing.id, thing);
    if (thing.assetId !== undefined) this.#thingByAsset.set(thing.assetId, thing.id);
  }

  #removeThing(id: ThingId): void {
    const assetId = this.#things.get(id)?.assetId;
    if (assetId !== undefined && this.#thingByAsset.get(assetId) === id) this.#thingByAsset.delete(assetId);
    this.#things.delete(id);
  }

  #grow(): void {
    this.low = doubled(this.low);
    this.high = doubled(this.high);
    this.featureIds = doubled(this.featureIds);
    this.registeredAt = doubled(this.registeredAt);
  }
}

/** A copy of twice the length. */
export function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
