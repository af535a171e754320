/**
 * What a fault does to single measuring points: pushes a value towards where the fault drives it, freezes it, or silences it. A push
 * grows and, once released, dies away with a time constant, as leaks, heat and water do.
 */
import { type Instant, SECOND } from '#kernel/time.ts';

interface Held {
  readonly since: Instant;
  readonly releasedAt?: Instant;
}
export type Push =
  | (Held & { readonly kind: 'towards'; readonly target: number; readonly growSeconds: number })
  | (Held & { readonly kind: 'freeze' })
  | (Held & { readonly kind: 'silence' });

/** How far a push has come at an instant, 0 … 1. */
export function weightOf(push: Push, at: Instant): number {
  if (at < push.since) return 0;
  if (push.kind !== 'towards') return push.releasedAt !== undefined && at >= push.releasedAt ? 0 : 1;
  const grown = (until: Instant) => 1 - Math.exp(-(until - push.since) / SECOND / push.growSeconds);
  if (push.releasedAt === undefined || at < push.releasedAt) return grown(at);
  const left = grown(push.releasedAt) * Math.exp(-(at - push.releasedAt) / SECOND / push.growSeconds);
  return left < 0.01 ? 0 : left;
}

export const isOver = (push: Push, at: Instant): boolean =>
  push.releasedAt !== undefined && at > push.releasedAt && weightOf(push, at) === 0;

/** The value that is read, or undefined when nothing is sent. `frozen` is the last value sent before. */
export function applyPushes(
  pushes: readonly Push[],
  healthy: number,
  frozen: number | undefined,
  at: Instant,
): number | undefined {
  let value = healthy;
  for (const push of pushes) {
    const weight = weightOf(push, at);
    if (weight === 0) continue;
    if (push.kind === 'silence') return undefined;
    if (push.kind === 'freeze') value = frozen ?? value;
    else value += (push.target - value) * weight;
  }
  return value;
}
