/** The crew's words in Chinese and English, without a library: a phone in a basement opens fast. */
import { useSyncExternalStore } from 'react';
import type { Localized } from '#kernel/words.ts';
import type { Span } from '#web/kit/time.view.ts';
import en from './strings.en.json';
import zh from './strings.zh.json';

export type Language = 'zh' | 'en';
export type Word = keyof typeof en;
type Values = Readonly<Record<string, string | number>>;

const REMEMBERED = 'cityloom.language';
const WORDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = { zh, en };
const listeners = new Set<() => void>();

let language: Language = first();

function first(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered === 'zh' || remembered === 'en') return remembered;
  return navigator.languages.some((tag) => tag.startsWith('zh')) ? 'zh' : 'en';
}

export function startWords(): void {
  document.documentElement.lang = language;
}

export function setLanguage(next: Language): void {
  language = next;
  localStorage.setItem(REMEMBERED, next);
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** `{name}` is filled; a word with `|` has a singular before and a plural after it, chosen by `count`. */
export function word(key: Word, values: Values = {}): string {
  const whole = WORDS[language][key] ?? key;
  const [one, many] = whole.split('|');
  const chosen = many !== undefined && values.count !== 1 ? many : one!;
  return chosen.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** A word that may not be there: a code the server sent. */
export const findWord = (key: string): string | undefined => WORDS[language][key];

export const pick = (words: Localized | undefined): string =>
  words?.[language] ?? words?.zh ?? words?.en ?? Object.values(words ?? {})[0] ?? '';

export const spanWords = ({ key, values }: Span): string => word(key, values);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Draws again when the language changes. */
export const useLanguage = (): Language => useSyncExternalStore(subscribe, () => language);
