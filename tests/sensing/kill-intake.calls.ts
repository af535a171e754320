/** The calls of the killing test: what call number n holds is known to sender and judge alike. */
import { SECOND } from '#kernel/time.ts';
import type { ObservationColumns } from '#sensing/sensing.types.ts';

export const ROWS_PER_CALL = 50;
const BEGIN = Date.UTC(2026, 0, 1);

export function columnsOfCall(streams: readonly number[], call: number): ObservationColumns {
  const row = (i: number) => call * ROWS_PER_CALL + i;
  return {
    count: ROWS_PER_CALL,
    datastreamIds: Float64Array.from({ length: ROWS_PER_CALL }, (_, i) => streams[row(i) % streams.length]!),
    phenomenonTimes: Float64Array.from({ length: ROWS_PER_CALL }, (_, i) => BEGIN + row(i) * SECOND),
    resultTimes: new Float64Array(ROWS_PER_CALL).fill(Number.NaN),
    results: Float64Array.from({ length: ROWS_PER_CALL }, (_, i) => row(i) % 1_000),
  };
}
