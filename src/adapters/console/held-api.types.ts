/** What the spam queue tells a browser. */
import type { Instant } from '#kernel/time.ts';

/** One held report, without who sent it: nobody judges by that. */
export interface HeldView {
  readonly id: string;
  readonly at: Instant;
  readonly category: string;
  readonly description: string;
  /** `blocked-word`, `links`, `markup`, `repeated-text`. */
  readonly why: string;
  readonly photos: readonly string[];
}
