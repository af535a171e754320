/** State outside React: a value that can be read, changed and listened to. */
import { useSyncExternalStore } from 'react';

export interface Store<T> {
  get(): T;
  set(change: Partial<T>): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(first: T): Store<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(change) {
      value = { ...value, ...change };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** `pick` must answer a part of the state, not something new each time. */
export const useStore = <T extends object, P>(store: Store<T>, pick: (value: T) => P): P =>
  useSyncExternalStore(store.subscribe, () => pick(store.get()));
