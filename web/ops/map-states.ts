/**
 * The state of every Thing that is not normal, outside the interface's snapshot: five hundred of them may change in a second, and
 * only the map draws them. Changes are collected and handed on once per animation frame.
 */
import type { ThingState } from '#adapters/console/api.types.ts';
import type { ThingId } from '#kernel/words.ts';

const states = new Map<ThingId, ThingState>();
const pending = new Map<ThingId, ThingState>();
let listener: ((changes: ReadonlyMap<ThingId, ThingState>) => void) | undefined;
let frame = 0;

export const stateOfThing = (id: ThingId): ThingState => states.get(id) ?? 'ok';

/** The whole picture again: whatever is not named is normal. */
export function replaceStates(ids: readonly ThingId[], next: readonly ThingState[]): void {
  const wanted = new Map<ThingId, ThingState>();
  ids.forEach((id, index) => {
    wanted.set(id, next[index]!);
  });
  for (const id of states.keys()) if (!wanted.has(id)) change(id, 'ok');
  for (const [id, state] of wanted) if (states.get(id) !== state) change(id, state);
  schedule();
}

export function applyStates(ids: readonly ThingId[], next: readonly ThingState[]): void {
  ids.forEach((id, index) => {
    change(id, next[index]!);
  });
  schedule();
}

function change(id: ThingId, state: ThingState): void {
  if (state === 'ok') states.delete(id);
  else states.set(id, state);
  pending.set(id, state);
}

function schedule(): void {
  if (frame !== 0 || pending.size === 0 || !listener) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    listener?.(pending);
    pending.clear();
  });
}

/** The map listens here, and is told everything known so far at once. */
export function onStates(next: (changes: ReadonlyMap<ThingId, ThingState>) => void): () => void {
  listener = next;
  pending.clear();
  next(states);
  return () => {
    if (listener === next) listener = undefined;
  };
}
