/** How much one sender may write in an hour: a window that slides, kept in memory, so a restart forgives. */
import { CityError } from '#kernel/errors.ts';
import { HOUR, type Instant } from '#kernel/time.ts';

const MOST_SENDERS = 50_000;

export interface Allowance {
  /** Errors: `sender.too_many` (429) when the sender has had `limit` in the last hour. What is refused does not count. */
  take(sender: string, limit: number, now: Instant): void;
}

export function createAllowance(): Allowance {
  const windows = new Map<string, Instant[]>();
  return {
    take(sender, limit, now) {
      const recent = (windows.get(sender) ?? []).filter((at) => at > now - HOUR);
      if (recent.length >= limit)
        throw new CityError(
          'too_many',
          'sender.too_many',
          `At most ${limit} an hour from one sender; a key allows more.`,
        );
      recent.push(now);
      windows.delete(sender);
      windows.set(sender, recent);
      if (windows.size > MOST_SENDERS) windows.delete(windows.keys().next().value!);
    },
  };
}
