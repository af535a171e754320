/** Understanding of reports as `app` uses it: the model in force, and how to take a new one while the city runs. */
import type { ReportCategory } from '#kernel/reporting.ts';
import type { Instant } from '#kernel/time.ts';
import { type OpenModel, openModel } from './category-model.ts';
import { findLikelyDuplicates, type RarityOf } from './duplicates.ts';
import { trainFromPack } from './training.ts';
import type { CategoryModel, Suggestion, Understanding } from './understanding.types.ts';
import { openLexicon } from './vectors.ts';

export interface UnderstandingDeps {
  readonly categories: readonly ReportCategory[];
  /** Reads the stored model; undefined: the city has not trained one. */
  readonly findModel: () => Promise<CategoryModel | undefined>;
  readonly now: Instant;
}

/**
 * Begins with the words of the pack; `reload()` takes the trained model if there is one. Calling it after start and whenever the file
 * has changed is up to `app`. Learning the pack takes a few hundred milliseconds and is put off until it is needed: a city with a
 * model of its own never does it.
 */
export function createUnderstanding({ categories, findModel, now }: UnderstandingDeps): Understanding {
  let inForce: InForce | undefined;
  const current = (): InForce => {
    inForce ??= prepare(trainFromPack(categories, now));
    return inForce;
  };
  return {
    suggest: (text, { place } = {}) => onlyKnown(current().open.suggest(text, place), categories),
    likelyDuplicates: (report, candidates) => findLikelyDuplicates(report, candidates, current().rarityOf),
    async reload() {
      const model = await findModel();
      inForce = model === undefined ? undefined : prepare(model);
      current();
    },
    state() {
      const { learntFrom, reports, trainedAt, accuracy } = current().open.model;
      return { learntFrom, reports, trainedAt, accuracy };
    },
  };
}

interface InForce {
  readonly open: OpenModel;
  readonly rarityOf: RarityOf;
}

const prepare = (model: CategoryModel): InForce => ({
  open: openModel(model),
  rarityOf: rarityIn(model),
});

/** Between 0 and 1: the share of the highest rarity that the model knows. A word it does not know is as rare as can be. */
export function rarityIn({ keys, rarities }: Pick<CategoryModel, 'keys' | 'rarities'>): RarityOf {
  const { findRow } = openLexicon(keys, rarities);
  const highest = rarities.reduce((most, each) => Math.max(most, each), 1);
  return (key) => {
    const row = findRow(key);
    return row === undefined ? 1 : rarities[row]! / highest;
  };
}

/**
 * The pack may have changed since the model was trained: what it no longer has is left out, what the model does not know comes last
 * with probability 0 until the next training.
 */
function onlyKnown(suggestions: readonly Suggestion[], categories: readonly ReportCategory[]): Suggestion[] {
  const codes = new Set(categories.map(({ code }) => code));
  const known = suggestions.filter(({ category }) => codes.delete(category));
  const total = known.reduce((sum, { probability }) => sum + probability, 0) || 1;
  return [
    ...known.map(({ category, probability }) => ({ category, probability: probability / total })),
    ...[...codes].map((category) => ({ category, probability: 0 })),
  ];
}
