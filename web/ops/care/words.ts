/** The words of care, in a pair of files of their own; language and city words are the operations centre's. */
import { useWords } from '../i18n.ts';
import en from './strings.en.json';
import zh from './strings.zh.json';

type Values = Readonly<Record<string, string | number>>;

export function useCareWords() {
  const words = useWords();
  const strings: Readonly<Record<string, string>> = words.language === 'zh' ? zh : en;
  const c = (key: string, values: Values = {}): string => {
    const template = (values['count'] === 1 && strings[`${key}_one`]) || (strings[key] ?? key);
    return template.replaceAll(/\{\{(\w+)\}\}/g, (hole, name: string) => String(values[name] ?? hole));
  };
  return { ...words, c };
}
