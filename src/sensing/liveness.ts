/** Whether a Datastream reports as often as it was declared to. Pure: decided by `now`, not by how often anyone looks. */
import { type Instant, SECOND } from '#kernel/time.ts';
import type { Liveness } from './sensing.types.ts';

/** The declared rhythm; `intervalSeconds` undefined: none. */
export interface Rhythm {
  readonly intervalSeconds: number | undefined;
  readonly lateAfterIntervals: number;
  readonly silentAfterIntervals: number;
}

/**
 * Counts from the newest phenomenonTime, and for one that never reported from when it was registered. It is late when *more* than
 * `lateAfterIntervals` intervals have passed, silent when more than `silentAfterIntervals` have. `latestAt` NaN: never reported.
 */
export function livenessOf(rhythm: Rhythm, latestAt: number, registeredAt: Instant, now: Instant): Liveness {
  if (rhythm.intervalSeconds === undefined) return 'unexpected';
  const neverReported = Number.isNaN(latestAt);
  const intervals = (now - (neverReported ? registeredAt : latestAt)) / (rhythm.intervalSeconds * SECOND);
  if (intervals > rhythm.silentAfterIntervals) return 'silent';
  if (intervals > rhythm.lateAfterIntervals) return 'late';
  return neverReported ? 'expected' : 'reporting';
}
