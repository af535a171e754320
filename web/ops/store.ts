/** What the operations centre knows, as one immutable snapshot; `controller.ts` changes it, components read slices of it. */
import { useSyncExternalStore } from 'react';
import type {
  CaseDetailView,
  CaseView,
  CityView,
  DayView,
  GaugesView,
  SearchResult,
  SessionView,
  StateView,
  ThingView,
  WelcomeView,
} from '#adapters/console/api.types.ts';
import type { CaseAction } from '#kernel/case.ts';
import type { Instant } from '#kernel/time.ts';
import type { ApiError } from './api.ts';
import type { Connection } from './live.ts';
import { NO_FILTER, type QueueFilter } from './queue.view.ts';

export type Selection =
  | { readonly kind: 'case'; readonly id: string }
  | { readonly kind: 'thing'; readonly id: number }
  | { readonly kind: 'cell'; readonly id: string }
  | { readonly kind: 'place'; readonly result: SearchResult };

/** A form that stands in front of everything until it is sent or left. */
export type DialogRequest =
  | { readonly kind: 'action'; readonly action: CaseAction; readonly caseId: string }
  | { readonly kind: 'order'; readonly orderId: string; readonly action: 'finish' | 'refuse' }
  | { readonly kind: 'help' };

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo: (() => void) | undefined;
}

export interface OpsState {
  readonly phase: 'starting' | 'signed_out' | 'must_change_password' | 'ready' | 'failed';
  readonly failure: ApiError | undefined;
  readonly welcome: WelcomeView | undefined;
  readonly session: SessionView | undefined;
  readonly city: CityView | undefined;
  readonly connection: Connection;
  /** Server time minus browser time. */
  readonly clockOffset: number;
  /** The instant looked at; undefined is now. */
  readonly at: Instant | undefined;
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly windowHours: number;
  readonly cases: ReadonlyMap<string, CaseView> | undefined;
  readonly casesError: ApiError | undefined;
  readonly gauges: GaugesView | undefined;
  readonly counts: StateView['counts'] | undefined;
  readonly days: ReadonlyMap<string, DayView>;
  readonly selection: Selection | undefined;
  readonly detail: CaseDetailView | undefined;
  readonly detailError: ApiError | undefined;
  readonly thing: ThingView | undefined;
  readonly thingError: ApiError | undefined;
  readonly filter: QueueFilter;
  readonly hiddenDomains: ReadonlySet<string>;
  readonly focusDomain: string | undefined;
  readonly dialog: DialogRequest | undefined;
  /** While set, a click on the map names the pipe this case is about. */
  readonly locating: string | undefined;
  readonly isSearching: boolean;
  readonly toasts: readonly Toast[];
  /** Cases that came in while this person watched: shown with a short mark of novelty. */
  readonly fresh: ReadonlySet<string>;
}

const initial: OpsState = {
  phase: 'starting',
  failure: undefined,
  welcome: undefined,
  session: undefined,
  city: undefined,
  connection: 'connecting',
  clockOffset: 0,
  at: undefined,
  isPlaying: false,
  speed: 10,
  windowHours: 6,
  cases: undefined,
  casesError: undefined,
  gauges: undefined,
  counts: undefined,
  days: new Map(),
  selection: undefined,
  detail: undefined,
  detailError: undefined,
  thing: undefined,
  thingError: undefined,
  filter: NO_FILTER,
  hiddenDomains: new Set(),
  focusDomain: undefined,
  dialog: undefined,
  locating: undefined,
  isSearching: false,
  toasts: [],
  fresh: new Set(),
};

let snapshot = initial;
const listeners = new Set<() => void>();

export const getOps = (): OpsState => snapshot;

export function setOps(change: Partial<OpsState>): void {
  snapshot = { ...snapshot, ...change };
  for (const listener of listeners) listener();
}

export const resetOps = (keep: Partial<OpsState>): void => setOps({ ...initial, ...keep });

export function subscribeOps(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Reads a slice; the component draws again only when that slice is another value. */
export function useOps<Slice>(read: (state: OpsState) => Slice): Slice {
  return useSyncExternalStore(subscribeOps, () => read(snapshot));
}

/** The present as the city's server tells it. */
export const cityNow = (): Instant => Date.now() + snapshot.clockOffset;

const seconds = new Set<() => void>();
let tickedAt = 0;
let isTicking = false;
function subscribeSeconds(listener: () => void): () => void {
  seconds.add(listener);
  if (!isTicking) {
    isTicking = true;
    setInterval(() => {
      tickedAt = cityNow();
      for (const each of seconds) each();
    }, 1_000);
  }
  return () => {
    seconds.delete(listener);
  };
}

/** The instant on the screen, moving once a second while it is live: what every clock counts against. */
export function useMoment(): Instant {
  const at = useOps((state) => state.at);
  const now = useSyncExternalStore(subscribeSeconds, () => tickedAt || cityNow0());
  return at ?? now;
}
/** The real present, moving once a second, also while the past is on the screen. */
export function useNow(): Instant {
  return useSyncExternalStore(subscribeSeconds, () => tickedAt || cityNow0());
}

let first = 0;
/** A stable first answer before the first tick, so that a render never sees two presents. */
function cityNow0(): Instant {
  if (first === 0) first = cityNow();
  return first;
}
