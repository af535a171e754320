/** The state of the whole page and what changes it: where somebody is, in which language, on whose device. */
import type { CityView } from '#adapters/residents/api.types.ts';
import { type ApiError, onReachable } from './api.ts';
import { type KioskSettings, readKiosk } from './kiosk/settings.ts';
import { parsePath, type Route, toPath } from './route.view.ts';
import { createStore, useStore } from './store.ts';

export type Language = 'zh' | 'en';

export interface CabinState {
  readonly route: Route;
  readonly language: Language;
  /** Larger, fewer, read aloud. */
  readonly isElder: boolean;
  /** Undefined on somebody's own device. */
  readonly kiosk: KioskSettings | undefined;
  /** A kiosk that nobody has touched yet shows the city instead of the choices. */
  readonly isAwake: boolean;
  readonly isReachable: boolean;
  readonly waiting: number;
  readonly city: CityView | undefined;
  readonly cityError: ApiError | undefined;
  /** Read out by screen readers when it changes. */
  readonly said: string;
}

const REMEMBERED = { language: 'cityloom.language', elder: 'cityloom.elder' } as const;

export function firstLanguage(): Language {
  const remembered = localStorage.getItem(REMEMBERED.language);
  if (remembered === 'zh' || remembered === 'en') return remembered;
  return navigator.languages.some((tag) => tag.startsWith('zh')) ? 'zh' : 'en';
}

const kiosk = readKiosk();

export const cabin = createStore<CabinState>({
  route: kiosk ? [] : parsePath(location.pathname),
  language: firstLanguage(),
  isElder: !kiosk && localStorage.getItem(REMEMBERED.elder) === 'yes',
  kiosk,
  isAwake: kiosk === undefined,
  isReachable: navigator.onLine,
  waiting: 0,
  city: undefined,
  cityError: undefined,
  said: '',
});

export const useCabin = <P>(pick: (state: CabinState) => P): P => useStore(cabin, pick);

onReachable((isReachable) => cabin.get().isReachable !== isReachable && cabin.set({ isReachable }));
window.addEventListener('offline', () => cabin.set({ isReachable: false }));

/** In a kiosk the way back is kept here and not in the browser's history, which the next person could walk. */
let trail: Route[] = [];

export function go(route: Route, how: 'push' | 'replace' = 'push'): void {
  const from = cabin.get().route;
  if (cabin.get().kiosk) {
    if (how === 'push') trail.push(from);
  } else {
    const depth = ((history.state as { depth?: number } | null)?.depth ?? 0) + (how === 'push' ? 1 : 0);
    history[how === 'push' ? 'pushState' : 'replaceState']({ depth }, '', toPath(route));
  }
  show(route);
}

function show(route: Route): void {
  cabin.set({ route });
  window.scrollTo(0, 0);
}

export function goBack(): void {
  if (cabin.get().kiosk) show(trail.pop() ?? []);
  else if (((history.state as { depth?: number } | null)?.depth ?? 0) > 0) history.back();
  else go([], 'replace');
}

export const goHome = (): void => {
  for (const forget of forgetters) forget();
  trail = [];
  if (cabin.get().route.length > 0) go([], cabin.get().kiosk ? 'replace' : 'push');
};

if (!kiosk) window.addEventListener('popstate', () => show(parsePath(location.pathname)));

const forgetters = new Set<() => void>();
/** Whatever somebody began: called on "start again" and when a kiosk is left. */
export const onStartAgain = (forget: () => void): void => void forgetters.add(forget);

/** Nothing in memory is left of the last person. */
export function forgetPerson(): void {
  for (const forget of forgetters) forget();
  trail = [];
  cabin.set({ route: [], isElder: false, said: '', isAwake: false });
}

export function setElder(isElder: boolean): void {
  if (!cabin.get().kiosk) localStorage.setItem(REMEMBERED.elder, isElder ? 'yes' : 'no');
  cabin.set({ isElder });
}

export const announce = (said: string): void => cabin.set({ said });
export const rememberLanguage = (language: Language): void => {
  if (!cabin.get().kiosk) localStorage.setItem(REMEMBERED.language, language);
  cabin.set({ language });
};
