/**
 * The latest value and the extent of every Datastream, by slot, in typed arrays: some sixty bytes per Datastream.
 * A late Observation never takes the place of a newer one; of two of the same time the one stored later counts.
 */
import type { Instant } from '#kernel/time.ts';
import type { ObservationId } from '#kernel/words.ts';
import { doubled } from './catalogue.ts';
import type { Extent, Latest } from './sensing.types.ts';

export class Board {
  #latestAt = new Float64Array(0);
  #latestId = new Float64Array(0);
  #latestValue = new Float64Array(0);
  #lastNoted = new Float64Array(0);
  #timeBegin = new Float64Array(0);
  #timeEnd = new Float64Array(0);
  #resultBegin = new Float64Array(0);
  #resultEnd = new Float64Array(0);

  /** Makes room for slots below `size`. */
  reserve(size: number): void {
    while (this.#latestAt.length < size) this.#grow();
  }

  /** One Observation was stored. NaN: `resultTime` not given, `result` not a number. */
  note(slot: number, id: ObservationId, at: Instant, end: Instant, resultTime: number, result: number): void {
    const before = this.#latestAt[slot]!;
    if (!(at < before) && !(at === before && id < this.#latestId[slot]!)) this.setLatest(slot, id, at, result);
    this.#lastNoted[slot] = id;
    this.widen(slot, at, end, resultTime, resultTime);
  }

  setLatest(slot: number, id: ObservationId, at: number, result: number): void {
    this.#latestAt[slot] = at;
    this.#latestId[slot] = id;
    this.#latestValue[slot] = result;
  }

  /** NaN on the new side leaves the extent as it is. */
  widen(slot: number, begin: number, end: number, resultBegin: number, resultEnd: number): void {
    if (begin < this.#timeBegin[slot]! || Number.isNaN(this.#timeBegin[slot])) this.#timeBegin[slot] = begin;
    if (end > this.#timeEnd[slot]! || Number.isNaN(this.#timeEnd[slot])) this.#timeEnd[slot] = end;
    if (resultBegin < this.#resultBegin[slot]! || Number.isNaN(this.#resultBegin[slot]))
      this.#resultBegin[slot] = resultBegin;
    if (resultEnd > this.#resultEnd[slot]! || Number.isNaN(this.#resultEnd[slot])) this.#resultEnd[slot] = resultEnd;
  }

  clear(slot: number): void {
    this.setLatest(slot, 0, Number.NaN, Number.NaN);
    for (const side of [this.#timeBegin, this.#timeEnd, this.#resultBegin, this.#resultEnd]) side[slot] = Number.NaN;
  }

  /** Id of the Observation noted last, however old its time; 0 for none. */
  lastNoted(slot: number): ObservationId {
    return this.#lastNoted[slot] || 0;
  }

  /** NaN when there is none. */
  latestAt(slot: number): number {
    return this.#latestAt[slot]!;
  }

  findLatest(slot: number): Latest | undefined {
    const at = this.#latestAt[slot]!;
    if (Number.isNaN(at)) return undefined;
    const value = this.#latestValue[slot]!;
    return { at, value: Number.isNaN(value) ? undefined : value };
  }

  extent(slot: number): Extent {
    return {
      phenomenonTime: pair(this.#timeBegin[slot]!, this.#timeEnd[slot]!),
      resultTime: pair(this.#resultBegin[slot]!, this.#resultEnd[slot]!),
    };
  }

  #grow(): void {
    const from = this.#latestAt.length;
    const wider = (array: Float64Array<ArrayBuffer>) =>
      (from === 0 ? new Float64Array(1024) : doubled(array)).fill(Number.NaN, from);
    this.#latestAt = wider(this.#latestAt);
    this.#latestId = wider(this.#latestId);
    this.#latestValue = wider(this.#latestValue);
    this.#lastNoted = wider(this.#lastNoted);
    this.#timeBegin = wider(this.#timeBegin);
    this.#timeEnd = wider(this.#timeEnd);
    this.#resultBegin = wider(this.#resultBegin);
    this.#resultEnd = wider(this.#resultEnd);
  }
}

const pair = (begin: number, end: number): readonly [Instant, Instant] | undefined =>
  Number.isNaN(begin) ? undefined : [begin, end];
