/** What the console adapter is given, and what it offers to the loop that feeds it. */
import type { CaseChange, Casework } from '#casework/casework.types.ts';
import type { Detection } from '#detection/detection.types.ts';
import type { FindingChange } from '#kernel/finding.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Blobs, Clock, Log } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { People } from '#people/people.types.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { GaugesView } from './api.types.ts';

export interface ConsoleDeps {
  readonly people: People;
  readonly sensing: Sensing;
  readonly detection: Pick<Detection, 'active' | 'activeAt' | 'findFinding'>;
  readonly casework: Casework;
  readonly territory: Territory;
  readonly gauges: (at: Instant) => Promise<GaugesView>;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Shown on the sign-in screen of a fictional city; undefined: nothing is shown. */
  readonly demonstrationPassword?: string | undefined;
  /** Told how many live streams are open, whenever that changes. */
  readonly onLiveClients?: ((count: number) => void) | undefined;
}

/** What the loop tells the console; everything here is cheap and never throws. */
export interface Console {
  /** Takes the present state of the city in and starts the clocks of the live stream. */
  start(): Promise<void>;
  /** Ends every live stream; clients come back by themselves. */
  stop(): void;
  onFinding(change: FindingChange): void;
  onCase(change: CaseChange): void;
  onObservations(batch: ObservationBatch): void;
}
