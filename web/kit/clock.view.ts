import { type Instant, MINUTE } from '#kernel/time.ts';
import { type Span, spanOf } from './time.view.ts';

export interface ClockInput {
  readonly startedAt: Instant;
  readonly dueAt: Instant;
  readonly pausedSince: Instant | undefined;
}

/**
 * What a clock shows. `calm` is a thin ring with quiet words, `soon` words that stand out, `overdue` red words, `paused` says so.
 * `share` is what is left of the whole span, 1 full to 0 empty.
 */
export interface ClockFace {
  readonly tone: 'calm' | 'soon' | 'overdue' | 'paused';
  readonly share: number;
  readonly span: Span;
}

const SOON = 15 * MINUTE;

/** It matters when less than a quarter of the time, or less than a quarter of an hour, is left; overdue begins after the very instant due. */
export function clockFace(clock: ClockInput, now: Instant): ClockFace {
  const at = clock.pausedSince ?? now;
  const left = clock.dueAt - at;
  const whole = Math.max(1, clock.dueAt - clock.startedAt);
  const share = Math.min(1, Math.max(0, left / whole));
  const span = left < 0 ? overdueSpan(-left) : spanOf(left);
  if (clock.pausedSince !== undefined) return { tone: 'paused', share, span };
  if (left < 0) return { tone: 'overdue', share: 0, span };
  return { tone: left < SOON || share < 0.25 ? 'soon' : 'calm', share, span };
}

/** Overdue is told in whole minutes: the second no longer helps anybody. */
function overdueSpan(late: number): Span {
  return late < 10 * MINUTE
    ? { key: 'span.minutes', values: { count: Math.max(1, Math.floor(late / MINUTE)) } }
    : spanOf(late);
}
