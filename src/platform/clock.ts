/** The one place where the clock is read. */
import type { Clock } from '#kernel/ports.ts';

export const systemClock: Clock = { now: () => Date.now() };
