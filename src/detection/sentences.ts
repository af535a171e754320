/** The one plain sentence of a finding, in every language there are strings for. */
import { figureApartFrom, phrase, type Templates, type Word } from '#kernel/phrase.ts';
import type { Localized } from '#kernel/words.ts';
import { normalOf } from './compile.ts';
import type { Subject } from './detection.types.ts';
import en from './strings.en.json' with { type: 'json' };
import zh from './strings.zh.json' with { type: 'json' };

/** A language is added by its file and its name here. */
const STRINGS: Templates = { zh, en };

/** Fills a template for a Datastream; `{value}` is shown with enough places to stand apart from `{limit}`. */
export function sentenceOf(subject: Subject, key: string, words: Readonly<Record<string, Word>> = {}): Localized {
  const { value, limit } = words;
  const apart =
    typeof value === 'number' && typeof limit === 'number' ? { value: figureApartFrom(value, limit) } : undefined;
  return phrase(STRINGS, key, { ...named(subject), measure: measureOf(subject, limit), ...words, ...apart });
}

const named = (subject: Subject): Record<string, Word> => ({
  indicator: subject.rule.name,
  asset: subject.assetName,
  unit: { unit: subject.rule.unit },
});

/** What it is measured against: the normal range where one is known, else the limit. */
function measureOf(subject: Subject, limit: Word | undefined): Localized {
  const normal = normalOf(subject);
  const words = named(subject);
  if (normal) return phrase(STRINGS, 'measure.normal', { ...words, low: normal[0], high: normal[1] });
  return limit === undefined ? {} : phrase(STRINGS, 'measure.limit', { ...words, limit });
}
