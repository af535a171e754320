/** What the screens show; one value, changed as a whole, drawn by whoever uses a part of it. */
import { useRef, useSyncExternalStore } from 'react';
import type { SessionView } from '#adapters/console/api.types.ts';
import type { DayView } from '#adapters/crew/api.types.ts';
import type { Instant } from '#kernel/time.ts';
import type { Failed, Waiting } from './kept.ts';

export type Screen = 'next' | 'list' | 'map' | 'report' | 'more' | 'conflicts';

export interface Fix {
  readonly lon: number;
  readonly lat: number;
  readonly accuracy: number;
}

export interface CrewState {
  readonly phase: 'opening' | 'signed-out' | 'in';
  readonly session: SessionView | undefined;
  readonly day: DayView | undefined;
  readonly fetchedAt: Instant | undefined;
  /** City time minus phone time, in milliseconds. */
  readonly offset: number;
  readonly waiting: readonly Waiting[];
  readonly failed: readonly Failed[];
  readonly network: 'unknown' | 'there' | 'lost';
  readonly isSending: boolean;
  /** The session has ended while there was no network; the work goes on, sending waits. */
  readonly mustSignIn: boolean;
  readonly fix: Fix | undefined;
  /** Degrees clockwise from north that the phone points to; undefined: it does not know. */
  readonly heading: number | undefined;
  readonly screen: Screen;
  /** The task somebody chose from the list instead of the first. */
  readonly chosen: string | undefined;
  /** A short word after something was written. */
  readonly told: string | undefined;
}

let state: CrewState = {
  phase: 'opening',
  session: undefined,
  day: undefined,
  fetchedAt: undefined,
  offset: 0,
  waiting: [],
  failed: [],
  network: 'unknown',
  isSending: false,
  mustSignIn: false,
  fix: undefined,
  heading: undefined,
  screen: 'next',
  chosen: undefined,
  told: undefined,
};
const listeners = new Set<() => void>();

export const getState = (): CrewState => state;

export function change(next: Partial<CrewState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useCrew<T>(select: (state: CrewState) => T): T {
  const last = useRef<{ of: CrewState; value: T } | undefined>(undefined);
  return useSyncExternalStore(subscribe, () => {
    if (last.current?.of !== state) last.current = { of: state, value: select(state) };
    return last.current.value;
  });
}
