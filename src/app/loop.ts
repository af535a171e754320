/**
 * The one flow of the city, readable in one sitting:
 *
 *   devices → sensing (durable, then acknowledged) → detection and domains (findings) → casework (one case) → the live stream
 *
 * and, once a second, time: silence is noticed, deadlines are met, sensors verify. Everything behind the acknowledgement may be late
 * or be done again after a crash; each step knows what it has seen.
 */
import type { Console } from '#adapters/console/console.types.ts';
import type { Residents } from '#adapters/residents/residents.types.ts';
import type { CaseChange, Casework } from '#casework/casework.types.ts';
import type { Change, Detection } from '#detection/detection.types.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Bus, Clock, Log } from '#kernel/ports.ts';
import { type Instant, SECOND } from '#kernel/time.ts';
import type { Metrics } from '#platform/metrics.ts';
import type { HotlineEar } from './hotline.ts';

/** What travels between the rooms of one process. */
export interface Topics {
  readonly 'observations.stored': ObservationBatch;
}

export interface LoopParts {
  readonly bus: Bus<Topics>;
  readonly detection: Detection;
  readonly casework: Casework;
  readonly console: Console;
  readonly residents: Pick<Residents, 'onCase'>;
  readonly hotline: HotlineEar;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly chores: readonly Chore[];
}

/** What a room does now and then, deciding by `now` alone; a failure is logged and the next turn tries again. */
export interface Chore {
  readonly what: string;
  readonly everyMs: number;
  work(now: Instant): Promise<unknown>;
}

export interface Loop {
  /** A change of a finding is durable: casework takes it, the map shows it. A rejection is tried again. */
  onFinding(change: Change): Promise<void>;
  /** A case event is durable: everybody who watches sees it. */
  onCase(change: CaseChange): void;
  start(): void;
  stop(): Promise<void>;
}

const TICK_MS = SECOND;

/** `parts` is asked for late, because the rooms tell the loop and the loop tells the rooms. */
export function createLoop(parts: () => LoopParts): Loop {
  let timer: NodeJS.Timeout | undefined;
  let ticking = Promise.resolve();
  let leave = () => {};
  const doneAt = new Map<Chore, Instant>();

  const tick = () => {
    const { detection, casework, clock, chores } = parts();
    ticking = ticking.then(async () => {
      const now = clock.now();
      await attempt('detection', () => detection.tick(now));
      await attempt('casework', () => casework.tick(now));
      for (const chore of chores) {
        if (now - (doneAt.get(chore) ?? 0) < chore.everyMs) continue;
        doneAt.set(chore, now);
        await attempt(chore.what, () => chore.work(now));
      }
    });
  };
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      parts().log.error(
        { what, error: (error as Error).message, stack: (error as Error).stack },
        'A tick failed; the next one tries again',
      );
    }
  };

  return {
    async onFinding(change) {
      const { casework, console, metrics } = parts();
      metrics.findings.inc({ change: change.change });
      console.onFinding(change);
      await casework.onFinding(change);
    },
    onCase(change) {
      const { console, residents, hotline, metrics, clock } = parts();
      if (change.event.from === undefined && change.event.to !== undefined) {
        metrics.casesOpened.inc({ domain: change.summary.domain });
        if (change.summary.findings > 0)
          metrics.observationToCase.observe((clock.now() - change.summary.raisedAt) / 1_000);
      }
      console.onCase(change);
      residents.onCase(change);
      hotline.onCase(change);
    },
    start() {
      const { bus, detection, console } = parts();
      leave = bus.subscribe('observations.stored', (batch) => {
        console.onObservations(batch);
        return detection.onBatch(batch);
      });
      timer = setInterval(tick, TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      await ticking;
      await parts().bus.settled();
      leave();
    },
  };
}
