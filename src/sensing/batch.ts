/**
 * A batch of Observations on its way to the table: its rows already encoded for COPY, its columns kept for what follows the commit,
 * and the calls that wait for it. Ids of one batch are consecutive. Batches are used again, buffers and all.
 */
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Instant } from '#kernel/time.ts';
import { CopyEncoder } from './copy-encoder.ts';

/** The rows `[from, to)` of one call; told once what became of them. */
export interface Parcel {
  readonly from: number;
  readonly to: number;
  readonly bytesFrom: number;
  readonly bytesTo: number;
  /** After the commit; reads what it needs from the batch at once, because the batch is used again. */
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

export class Batch {
  readonly encoder = new CopyEncoder(256 * 1024);
  parcels: Parcel[] = [];
  firstId = 0;
  count = 0;
  receivedAt: Instant = 0;
  /** By row. Times in milliseconds; `ends` is the time itself when there is no interval; NaN: no resultTime, not a number. */
  slots = new Int32Array(1024);
  datastreamIds = new Float64Array(1024);
  times = new Float64Array(1024);
  ends = new Float64Array(1024);
  resultTimes = new Float64Array(1024);
  results = new Float64Array(1024);
  /** Set by the commit when some rows did not get in under their own id: the first one's id, NaN when refused. */
  foundIds: Float64Array | undefined;
  /** Since when the oldest call waits, on the process's own clock. */
  openedAt = 0;
  /** True from the first attempt on whose end is not known: it may be stored, so it is retried until that is certain. */
  outcomeUnknown = false;
  /** To be stored with a look at what is there already. */
  careful = false;
  /** The calls have been refused; nobody waits for it any more. */
  abandoned = false;

  open(firstId: number, receivedAt: Instant, openedAt: number): this {
    this.encoder.reset();
    this.parcels = [];
    this.firstId = firstId;
    this.count = 0;
    this.receivedAt = receivedAt;
    this.openedAt = openedAt;
    this.foundIds = undefined;
    this.outcomeUnknown = false;
    this.careful = false;
    this.abandoned = false;
    return this;
  }

  /** Tells every call that waits. */
  refuse(error: unknown): void {
    for (const parcel of this.parcels) parcel.failed(error);
    this.abandoned = true;
  }

  /** Makes room for as many more rows. */
  reserve(rows: number): void {
    const needed = this.count + rows;
    if (needed <= this.slots.length) return;
    const length = Math.max(needed, this.slots.length * 2);
    const grown = <A extends Float64Array | Int32Array>(larger: A, array: A): A => {
      larger.set(array);
      return larger;
    };
    this.slots = grown(new Int32Array(length), this.slots);
    this.datastreamIds = grown(new Float64Array(length), this.datastreamIds);
    this.times = grown(new Float64Array(length), this.times);
    this.ends = grown(new Float64Array(length), this.ends);
    this.resultTimes = grown(new Float64Array(length), this.resultTimes);
    this.results = grown(new Float64Array(length), this.results);
  }

  /** The id a row is known by after the commit; NaN when it was not stored. */
  idAt(row: number): number {
    return this.foundIds === undefined ? this.firstId + row : this.foundIds[row]!;
  }

  /** True when the row was stored by this batch, not found stored before. */
  isNew(row: number): boolean {
    return this.foundIds === undefined || this.foundIds[row] === this.firstId + row;
  }

  /** The new numeric rows, copied: what detection and the live stream see. */
  toObservationBatch(): ObservationBatch {
    const kept = new Int32Array(this.count);
    let length = 0;
    for (let row = 0; row < this.count; row++) {
      if (!Number.isNaN(this.results[row]!) && this.isNew(row)) kept[length++] = row;
    }
    const ids = new Float64Array(length);
    const datastreamIds = new Float64Array(length);
    const phenomenonTimes = new Float64Array(length);
    const results = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      const row = kept[i]!;
      ids[i] = this.firstId + row;
      datastreamIds[i] = this.datastreamIds[row]!;
      phenomenonTimes[i] = this.times[row]!;
      results[i] = this.results[row]!;
    }
    return { ids, datastreamIds, phenomenonTimes, results, receivedAt: this.receivedAt };
  }
}
