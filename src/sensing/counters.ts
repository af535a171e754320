/**
 * What came in and what became of it. Once nothing waits: received = accepted + rejected, and accepted = stored + duplicates, unless
 * a call was told `storage.unavailable` and its rows turned out to be stored all the same: those are stored, but not accepted.
 */
import { CityError } from '#kernel/errors.ts';
import type { Batch } from './batch.ts';
import type { SensingCounters } from './sensing.types.ts';

export class Counters {
  #accepted = 0;
  #stored = 0;
  #duplicates = 0;
  readonly #rejected: Record<string, number> = {};

  /** Rows of a batch that was just committed. */
  commit(batch: Batch): void {
    for (let row = 0; row < batch.count; row++) if (batch.isNew(row)) this.#stored++;
  }

  /** Rows of an answered call. */
  accept(rows: number, duplicates: number): void {
    this.#accepted += rows;
    this.#duplicates += duplicates;
  }

  /** Every row of a refused call counts under the code of the call's first error; anything but a CityError under `defect`. */
  reject(error: unknown, rows: number): void {
    const reason = error instanceof CityError ? error.code : 'defect';
    this.#rejected[reason] = (this.#rejected[reason] ?? 0) + rows;
  }

  read(): SensingCounters {
    return {
      accepted: this.#accepted,
      stored: this.#stored,
      duplicates: this.#duplicates,
      rejected: { ...this.#rejected },
    };
  }
}
