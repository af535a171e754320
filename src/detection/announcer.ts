/** Tells of changes one by one, in order, at least once. What fails stays first in line until the next try. */
import type { Log } from '#kernel/ports.ts';
import type { Change } from './detection.types.ts';
import type { Announcement } from './store.ts';

export interface Announcer {
  begin(announced: number, waiting: readonly Announcement[]): void;
  add(announcements: readonly Announcement[]): void;
  retry(): void;
  /** Sequence of the last change that was taken. */
  announced(): number;
  settled(): Promise<void>;
  /** Ends after the change that is under way; what waits is announced at the next start, since it is written down. */
  stop(): Promise<void>;
}

export function createAnnouncer(onChange: (change: Change) => void | Promise<void>, log: Log): Announcer {
  let waiting: Announcement[] = [];
  let announced = 0;
  let running: Promise<void> | undefined;
  let stopping = false;

  async function drain(): Promise<void> {
    let done = 0;
    await undefined; // so that `running` is set before it can be unset
    try {
      for (; done < waiting.length && !stopping; done++) {
        const { sequence, change } = waiting[done]!;
        await onChange(change);
        announced = sequence;
      }
    } catch (error) {
      const { key } = waiting[done]!.change.finding;
      log.error({ key, error: (error as Error).message }, 'A finding could not be announced; it is tried again');
    } finally {
      waiting = waiting.slice(done);
      running = undefined;
    }
  }

  const retry = (): void => {
    if (waiting.length > 0 && !stopping) running ??= drain();
  };

  return {
    begin(last, unannounced) {
      announced = last;
      waiting = [...unannounced, ...waiting];
      retry();
    },
    add(announcements) {
      for (const announcement of announcements) waiting.push(announcement);
      retry();
    },
    retry,
    announced: () => announced,
    settled: async () => {
      await running;
    },
    async stop() {
      stopping = true;
      await running;
    },
  };
}
