/** Chinese and English, complete; the city's own words come as `Localized` and are picked by the same language. */
import i18next from 'i18next';
import type { Localized } from '#kernel/words.ts';
import { formatNumber } from '#web/kit/number.view.ts';
import { agoOf, clockTime, dayName, type Span, whenText } from '#web/kit/time.view.ts';
import { cabin, type Language, rememberLanguage, useCabin } from './cabin.ts';
import en from './strings.en.json';
import zh from './strings.zh.json';

export function startWords(language: Language): void {
  void i18next.init({
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
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
  rememberLanguage(language);
}

type Values = Readonly<Record<string, unknown>>;
export const text = (key: string, values: Values = {}): string => i18next.t(key, values);
export const say = (words: Localized | undefined, language: string = cabin.get().language): string =>
  words?.[language] ?? words?.['en'] ?? words?.['zh'] ?? Object.values(words ?? {})[0] ?? '';

const CITY_ZONE = 'UTC';

const agoText = ({ key, values }: Span): string =>
  key === 'span.seconds' ? text(key) : text('time.ago', { span: text(key, values) });

/** Everything a component needs to speak; a new object per language, so that whoever uses it is drawn again. */
export function useWords() {
  const language = useCabin((state) => state.language);
  const zone = useCabin((state) => state.city?.timeZone) ?? CITY_ZONE;
  return {
    language,
    t: text,
    say: (words: Localized | undefined) => say(words, language),
    span: ({ key, values }: Span) => text(key, values),
    /** `80 m`, `1.4 km`: as far as somebody walks, never to the metre beyond a kilometre. */
    distance: (metres: number) =>
      metres < 995 ? `${Math.round(metres)} m` : `${formatNumber(Math.round(metres / 100) / 10, language)} km`,
    /** `12 min ago`, `just now`. */
    ago: (at: number) => agoText(agoOf(Date.now() - at)),
    when: (at: number) => whenText(at, Date.now(), zone, language),
    time: (at: number) => clockTime(at, zone),
    day: (at: number) => dayName(at, zone, language),
    zone,
  };
}
