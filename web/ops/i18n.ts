/** Chinese and English, complete; the words of the city's own data come as `Localized` and are picked by the same language. */
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Localized } from '#kernel/words.ts';
import { clockTime, dayName, type Span, whenText } from '#web/kit/time.view.ts';
import { getOps } from './store.ts';
import en from './strings.en.json';
import zh from './strings.zh.json';

export type Language = 'zh' | 'en';
const REMEMBERED = 'cityloom.language';

export function firstLanguage(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered === 'zh' || remembered === 'en') return remembered;
  return navigator.languages.some((tag) => tag.startsWith('zh')) ? 'zh' : 'en';
}

export function startWords(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { zh: { translation: zh }, en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = language;
}

export function setLanguage(language: Language): void {
  localStorage.setItem(REMEMBERED, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

export const text = (key: string, values: Record<string, unknown> = {}): string => i18next.t(key, values);

export const pick = (words: Localized | undefined, language: string): string =>
  words?.[language] ?? words?.en ?? words?.zh ?? Object.values(words ?? {})[0] ?? '';

/** Everything a component needs to speak: strings, the city's words, spans and times in its zone. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Language;
  const zone = getOps().city?.timeZone ?? 'UTC';
  return {
    t: t as (key: string, values?: Record<string, unknown>) => string,
    language,
    zone,
    say: (words: Localized | undefined): string => pick(words, language),
    span: (value: Span): string => t(value.key, value.values),
    time: (at: number, seconds = false): string => clockTime(at, zone, seconds),
    day: (at: number): string => dayName(at, zone, language),
    when: (at: number, now: number): string => whenText(at, now, zone, language),
  };
}
