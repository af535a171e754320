/** Loads what a screen shows, keeps what it has while it looks again, and falls back on what this device knows from before. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CityView, NeighbourhoodView, ServiceView } from '#adapters/residents/api.types.ts';
import { ApiError, call, id } from './api.ts';
import { cabin } from './cabin.ts';
import { openDatabase } from './database.ts';

/** Answers that name no person are kept for when there is no network. */
async function getKept<T>(path: string): Promise<T> {
  try {
    const value = await call<T>('GET', path);
    void openDatabase().then((database) => database.put('city', value, path));
    return value;
  } catch (error) {
    const isGone = error instanceof ApiError && (error.status === 0 || error.status >= 500);
    const kept = isGone ? ((await (await openDatabase()).get('city', path)) as T | undefined) : undefined;
    if (kept === undefined) throw error;
    return kept;
  }
}

export const listServices = () => getKept<{ services: ServiceView[] }>('/services');
export const getNeighbourhood = (community: string) => getKept<NeighbourhoodView>(`/neighbourhood/${id(community)}`);

/** What is known from before is shown at once; the city's answer replaces it. */
export async function loadCity(): Promise<void> {
  void openDatabase()
    .then((database) => database.get('city', '/city'))
    .then((kept) => kept !== undefined && cabin.get().city === undefined && cabin.set({ city: kept as CityView }));
  try {
    cabin.set({ city: await getKept<CityView>('/city'), cityError: undefined });
  } catch (error) {
    cabin.set({ cityError: error as ApiError });
  }
}

export interface Remote<T> {
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
  reload(): void;
  set(value: T): void;
}

export function useRemote<T>(key: string, load: () => Promise<T>): Remote<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: ApiError }>({ key });
  const latest = useRef(load);
  latest.current = load;
  const current = useRef(key);
  current.current = key;
  const reload = useCallback(() => {
    const asked = current.current;
    latest.current().then(
      (value) => asked === current.current && setState({ key: asked, value }),
      (error: ApiError) =>
        asked === current.current &&
        setState((before) => ({ ...(before.key === asked ? before : { key: asked }), error })),
    );
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new key is a new question
  useEffect(reload, [key]);
  const isCurrent = state.key === key;
  return {
    value: isCurrent ? state.value : undefined,
    error: isCurrent ? state.error : undefined,
    reload,
    set: (value) => setState({ key, value }),
  };
}
