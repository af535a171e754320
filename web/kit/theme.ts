/** Light, dark or as the system says; remembered on this machine. */
import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'auto' | 'light' | 'dark';
const REMEMBERED = 'cityloom.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

const remembered = localStorage.getItem(REMEMBERED);
let choice: ThemeChoice = remembered === 'light' || remembered === 'dark' ? remembered : 'auto';

const themeNow = (): 'light' | 'dark' => (choice === 'auto' ? (system.matches ? 'dark' : 'light') : choice);

function apply(): void {
  if (choice === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  for (const listener of listeners) listener();
}

export function startTheme(): void {
  apply();
  system.addEventListener('change', apply);
}

export function setTheme(next: ThemeChoice): void {
  choice = next;
  if (next === 'auto') localStorage.removeItem(REMEMBERED);
  else localStorage.setItem(REMEMBERED, next);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, themeNow);
export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, () => choice);
