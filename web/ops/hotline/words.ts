/** The words of the hotline desk, in a pair of files of their own; language and city words are the operations centre's. */
import { useWords } from '../i18n.ts';
import en from './strings.en.json';
import zh from './strings.zh.json';

export type HotlineKey = keyof typeof zh;

export function useHotlineWords() {
  const words = useWords();
  const strings: Readonly<Record<HotlineKey, string>> = words.language === 'zh' ? zh : en;
  const h = (key: HotlineKey, values: Readonly<Record<string, string | number>> = {}): string =>
    strings[key].replaceAll(/\{\{(\w+)\}\}/g, (hole, name: string) => String(values[name] ?? hole));
  return { ...words, h };
}
