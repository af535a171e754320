/** Which language an answer speaks, and the adapter's own sentences in it. */
import type { FastifyRequest } from 'fastify';
import type { CityPack } from '#kernel/city.ts';
import { phrase, type Word } from '#kernel/phrase.ts';
import type { Localized } from '#kernel/words.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

const TEMPLATES: Readonly<Record<string, Readonly<Record<string, string>>>> = { zh, en };

export interface Speech {
  readonly language: string;
  /** A sentence of this adapter. */
  say(key: string, words?: Readonly<Record<string, Word>>): string;
  /** The text in the language asked for, or in the city's own. */
  of(text: Localized): string;
}

/** `locale=en` wins over `Accept-Language`; whoever asks for none of the city's languages gets the city's own. */
export function speechFor(request: FastifyRequest, pack: CityPack): Speech {
  const { locale } = request.query as { locale?: unknown };
  const wanted = [locale, ...(request.headers['accept-language'] ?? '').split(',').map((each) => each.split(';')[0])];
  return speechIn(findLanguage(wanted, pack) ?? pack.defaultLanguage, pack);
}

function findLanguage(wanted: readonly unknown[], pack: CityPack): string | undefined {
  for (const each of wanted) {
    const primary = typeof each === 'string' ? each.trim().toLowerCase().split('-')[0] : undefined;
    if (primary !== undefined && pack.languages.includes(primary)) return primary;
  }
  return undefined;
}

export const speechIn = (language: string, pack: CityPack): Speech => ({
  language,
  say(key, words = {}) {
    const sentences = phrase(TEMPLATES, key, words);
    return sentences[language] ?? sentences['en'] ?? '';
  },
  of: (text) => text[language] ?? text[pack.defaultLanguage] ?? Object.values(text)[0] ?? '',
});
