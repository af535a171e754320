/**
 * The numeric Observations stored but not yet merged into buckets, in memory and in id order, so that a series is fresh without asking
 * the database twice. It holds a bounded number of rows; of what was left out (after a long back-fill, or at a start behind a long
 * backlog) it knows up to which id, and the database is asked for those.
 */
import type { ObservationBatch } from '#kernel/observation.ts';
import type { DatastreamId, ObservationId } from '#kernel/words.ts';

export class Tail {
  readonly #largestRows: number;
  #batches: ObservationBatch[] = [];
  #rows = 0;
  #from: ObservationId;

  /** Holds every row with id > `from`. */
  constructor(from: ObservationId, largestRows: number) {
    this.#from = from;
    this.#largestRows = largestRows;
  }

  /** Rows with a greater id are all here. */
  get from(): ObservationId {
    return this.#from;
  }

  add(batch: ObservationBatch): void {
    if (batch.ids.length === 0) return;
    this.#batches.push(batch);
    this.#rows += batch.ids.length;
    while (this.#rows > this.#largestRows) this.#dropFirst();
  }

  /** Forgets the batches that are merged whole. */
  forget(upTo: ObservationId): void {
    while (this.#batches.length > 0 && this.#batches[0]!.ids.at(-1)! <= upTo) this.#dropFirst();
  }

  /** Visits the rows of one Datastream with id > `after` and time in `[from, to)`, in id order. */
  visit(
    datastreamId: DatastreamId,
    after: ObservationId,
    from: number,
    to: number,
    row: (time: number, result: number) => void,
  ): void {
    for (const { ids, datastreamIds, phenomenonTimes, results } of this.#batches) {
      if (ids.at(-1)! <= after) continue;
      for (let i = 0; i < ids.length; i++) {
        if (datastreamIds[i] !== datastreamId || ids[i]! <= after) continue;
        const time = phenomenonTimes[i]!;
        if (time >= from && time < to && Number.isFinite(results[i])) row(time, results[i]!);
      }
    }
  }

  /** An Observation was changed, or deleted (`result` NaN), in the database. */
  amend(id: ObservationId, datastreamId: DatastreamId, time: number, result: number): void {
    const at = this.#batches.findIndex(({ ids }) => ids[0]! <= id && id <= ids.at(-1)!);
    const batch = this.#batches[at];
    const row = batch?.ids.indexOf(id) ?? -1;
    if (batch === undefined || row < 0) {
      // It was no number when it was stored: from here on the database knows better.
      if (!Number.isNaN(result) && id > this.#from) this.#askDatabaseUpTo(id);
      return;
    }
    const copy = {
      ...batch,
      datastreamIds: batch.datastreamIds.slice(),
      phenomenonTimes: batch.phenomenonTimes.slice(),
      results: batch.results.slice(),
    };
    copy.datastreamIds[row] = datastreamId;
    copy.phenomenonTimes[row] = time;
    copy.results[row] = result;
    this.#batches[at] = copy;
  }

  #askDatabaseUpTo(id: ObservationId): void {
    while (this.#batches.length > 0 && this.#batches[0]!.ids[0]! <= id) this.#dropFirst();
    this.#from = Math.max(this.#from, id);
  }

  #dropFirst(): void {
    const first = this.#batches.shift()!;
    this.#rows -= first.ids.length;
    this.#from = first.ids.at(-1)!;
  }
}
