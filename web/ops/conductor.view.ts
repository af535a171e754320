/** The arithmetic of the one time control: a window of the city's time as a line, and what moving along it means. */
import { HOUR, type Instant, MINUTE } from '#kernel/time.ts';

export interface TimeWindow {
  readonly begin: Instant;
  readonly end: Instant;
}

export const WINDOW_HOURS = [1, 6, 24] as const;
export const SPEEDS = [1, 10, 60] as const;

/** The window ends a little after now, so that the head of a living city does not stand at the very edge. */
export function liveWindow(now: Instant, hours: number): TimeWindow {
  const length = hours * HOUR;
  const end = now + length * 0.03;
  return { begin: end - length, end };
}

/** A city that began within the hour is shown by the hour: its few ticks would be one blot on six. */
export function firstWindowHours(ticks: readonly { readonly at: Instant }[], now: Instant): number {
  const isYoung = ticks.length > 0 && ticks.every(({ at }) => at > now - HOUR);
  return isYoung ? 1 : 6;
}

/** The window moved by as little as needed to hold the instant with a margin; ends no later than the live window does. */
export function windowHolding(window: TimeWindow, at: Instant, now: Instant): TimeWindow {
  const length = window.end - window.begin;
  const margin = length * 0.05;
  let begin = window.begin;
  if (at < begin + margin) begin = at - margin;
  if (at > begin + length - margin) begin = at + margin - length;
  const latest = now + length * 0.03 - length;
  begin = Math.min(begin, latest);
  return begin === window.begin ? window : { begin, end: begin + length };
}

export const shareOf = (window: TimeWindow, at: Instant): number => (at - window.begin) / (window.end - window.begin);

/** The instant under the pointer, never in the future. Close to now counts as live: undefined. */
export function instantAt(window: TimeWindow, share: number, now: Instant): Instant | undefined {
  const at = Math.round(window.begin + Math.min(1, Math.max(0, share)) * (window.end - window.begin));
  const snap = (window.end - window.begin) * 0.006;
  return at >= now - snap ? undefined : at;
}

/** Where play stands after `elapsed` milliseconds of the wall clock; undefined when it has caught up with the present. */
export function played(at: Instant, elapsed: number, speed: number, now: Instant): Instant | undefined {
  const next = at + elapsed * speed;
  return next >= now ? undefined : next;
}

/** Arrow keys move by a hundred-and-twentieth of the window, page keys by a twelfth, rounded to whole seconds. */
export function keyStep(key: string, window: TimeWindow): number {
  const length = window.end - window.begin;
  const small = Math.max(1_000, Math.round(length / 120_000) * 1_000);
  const large = Math.max(MINUTE, Math.round(length / 12_000) * 1_000);
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -small,
    ArrowDown: -small,
    ArrowRight: small,
    ArrowUp: small,
    PageDown: -large,
    PageUp: large,
  };
  return steps[key] ?? 0;
}
