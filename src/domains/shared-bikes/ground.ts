/** The ground as it holds at an instant: the pack's, with every edit that holds by then, in the order in which they came to hold. */
import type { Instant } from '#kernel/time.ts';
import type { Ground, GroundEdit } from './shared-bikes.types.ts';

export function groundAt(base: Ground, edits: readonly GroundEdit[], at: Instant): Ground {
  const bays = new Map(base.bays.map((bay) => [bay.id, bay]));
  const zones = new Map(base.zones.map((zone) => [zone.id, zone]));
  const holding = edits.filter(({ from }) => from <= at).sort((a, b) => a.from - b.from || a.at - b.at);
  for (const { change } of holding) {
    if (change.kind === 'bay') bays.set(change.bay.id, change.bay);
    else if (change.kind === 'zone') zones.set(change.zone.id, change.zone);
    else if (change.kind === 'remove-bay') bays.delete(change.id);
    else zones.delete(change.id);
  }
  return { bays: [...bays.values()], zones: [...zones.values()] };
}

/** Edits that come to hold in `(after, until]`. */
export const becomeDue = (edits: readonly GroundEdit[], after: Instant, until: Instant): boolean =>
  edits.some(({ from }) => from > after && from <= until);
