/**
 * Plain sentences from templates: language is data. A room keeps one `strings.<language>.json` per language; a template names its
 * words in braces (`{indicator} at {asset} fell to {value} {unit}.`), and every language given is filled from the same words.
 */
import type { Localized } from './words.ts';

export type Templates = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A word of a sentence: a text, one text per language, a figure, a UCUM unit to be shown, or a span of time in seconds. */
export type Word = string | number | Localized | { readonly unit: string } | { readonly seconds: number };

/** One sentence per language of `templates`. A template that a language lacks is taken from the first language that has it. */
export function phrase(templates: Templates, key: string, words: Readonly<Record<string, Word>>): Localized {
  const sentence: Record<string, string> = {};
  for (const language of Object.keys(templates)) {
    const filled = templateOf(templates, language, key).replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
      const word = words[name];
      return word === undefined ? hole : say(word, language, templates);
    });
    sentence[language] = filled.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  }
  return sentence;
}

function templateOf(templates: Templates, language: string, key: string): string {
  const own = templates[language]?.[key];
  if (own !== undefined) return own;
  for (const strings of Object.values(templates)) if (strings[key] !== undefined) return strings[key];
  throw new Error(`No language has the template “${key}”.`);
}

function say(word: Word, language: string, templates: Templates): string {
  if (typeof word === 'string') return word;
  if (typeof word === 'number') return figure(word);
  if ('seconds' in word && typeof word.seconds === 'number') return span(word.seconds, language, templates);
  if ('unit' in word && typeof word.unit === 'string') return shownUnit(word.unit);
  const texts = word as Localized;
  return texts[language] ?? texts.en ?? Object.values(texts)[0] ?? '';
}

/** Three significant places, but whole numbers stay whole; thousands apart from 10,000 on; a real minus sign: `92`, `0.0071`, `12,345`, `−4.5`. */
export function figure(value: number, places = 3): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const decimals = size === 0 ? 0 : Math.max(0, places - 1 - Math.floor(Math.log10(size)));
  const fixed = size.toFixed(Math.min(decimals, 12));
  const [whole = '', fraction = ''] = (fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  const text = fraction === '' ? grouped : `${grouped}.${fraction}`;
  return value < 0 && Number(fixed) !== 0 ? `−${text}` : text;
}

/** A figure with as many places as it takes to tell it from `other`, so that a limit never seems to be passed by nothing. */
export function figureApartFrom(value: number, other: number): string {
  for (let places = 3; places < 7; places++) {
    if (value === other || figure(value, places) !== figure(other, places)) return figure(value, places);
  }
  return figure(value, 7);
}

const SHOWN: Readonly<Record<string, string>> = {
  Cel: '°C',
  deg: '°',
  '%{LEL}': '%LEL',
  'u{strain}': 'µε',
  'm3/h': 'm³/h',
  'mm/s2': 'mm/s²',
  'm/s2': 'm/s²',
  'kg/m3': 'kg/m³',
  'ug/m3': 'µg/m³',
  '/m': 'm⁻¹',
};

/** A UCUM code as people write the unit: `Cel` → `°C`, `[NTU]` → `NTU`, `%{LEL}` → `%LEL`. */
export const shownUnit = (code: string): string => SHOWN[code] ?? code.replaceAll(/[[\]]|\{[^}]*\}/g, '');

const SPANS = [
  ['span.days', 86_400, 172_800],
  ['span.hours', 3_600, 5_400],
  ['span.minutes', 60, 60],
  ['span.seconds', 1, 0],
] as const;

function span(seconds: number, language: string, templates: Templates): string {
  const [key, unit] = SPANS.find(([, , from]) => seconds >= from) ?? SPANS[3];
  const count = figure(Math.round((seconds / unit) * 10) / 10, 3);
  return templateOf(templates, language, key).replace('{n}', count);
}
