/** Asks the map to bring something into sight, from anywhere on the screen; the map listens when it is there. */
import type { Bounds, Position } from '#kernel/geo.ts';

type Request = { readonly place: Position } | { readonly bounds: Bounds };
let listener: ((request: Request) => void) | undefined;

export const showOnMap = (place: Position): void => listener?.({ place });
export const showBounds = (bounds: Bounds): void => listener?.({ bounds });

export function onShow(next: (request: Request) => void): () => void {
  listener = next;
  return () => {
    if (listener === next) listener = undefined;
  };
}
