/** Fits and measures the duplicate model on pairs labelled by hand. */
import {
  type Coefficients,
  duplicateProbability,
  type Pair,
  pairOf,
  type RarityOf,
} from '#casework/understanding/duplicates.ts';
import type { KnownReport } from '#casework/understanding/understanding.types.ts';
import type { Told } from './new-haven.ts';

/** A pair that was read: rows of the recording and what they are. `unsure`: the two texts do not tell. */
export interface LabelledPair {
  readonly a: number;
  readonly b: number;
  readonly label: 'same' | 'different' | 'unsure';
  /** 1: drawn from all pairs by layers; 2: from what an earlier model suggested; 3: from what this model suggests, after it was fitted. */
  readonly round: 1 | 2 | 3;
  /** How many pairs of its layer stand behind it. */
  readonly weight: number;
}

export interface Judged extends LabelledPair {
  readonly pair: Pair;
  readonly fold: number;
}

const FOLDS = 5;
const FOLD_DAYS = 60;
const FIT = { l2: 0.5, steps: 6_000 };

export function judgePairs(labels: readonly LabelledPair[], reports: readonly Told[], rarityOf: RarityOf): Judged[] {
  const rows = new Map(reports.map((report) => [report.row, report]));
  return labels.flatMap((each) => {
    const [a, b] = [rows.get(each.a), rows.get(each.b)];
    if (a === undefined || b === undefined || !isPlaced(a) || !isPlaced(b)) return [];
    return [{ ...each, pair: pairOf(a, b, rarityOf), fold: Math.floor(a.at / (FOLD_DAYS * 86_400_000)) % FOLDS }];
  });
}

export const isPlaced = (report: Told): report is Told & KnownReport => report.place !== undefined;

/** Logistic regression by plain descent; `unsure` counts as different. */
export function fitDuplicates(judged: readonly Judged[]): Coefficients {
  const names = ['always', ...Object.keys(judged[0]?.pair ?? {})] as (keyof Coefficients)[];
  const rows = judged.map(({ pair, label, weight }) => ({
    values: names.map((name) => (name === 'always' ? 1 : pair[name])),
    right: label === 'same' ? 1 : 0,
    weight: Math.sqrt(weight),
  }));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const fitted = names.map(() => 0);
  for (let step = 0; step < FIT.steps; step++) {
    const slope = fitted.map((value, i) => (i === 0 ? 0 : FIT.l2 * value));
    for (const { values, right, weight } of rows) {
      const score = values.reduce((sum, value, i) => sum + value * fitted[i]!, 0);
      const miss = (1 / (1 + Math.exp(-score)) - right) * weight;
      for (let i = 0; i < slope.length; i++) slope[i]! += miss * values[i]!;
    }
    for (let i = 0; i < fitted.length; i++) fitted[i]! -= slope[i]! / total;
  }
  return Object.fromEntries(names.map((name, i) => [name, Math.round(fitted[i]! * 100) / 100])) as Coefficients;
}

export interface Outcome {
  readonly right: number;
  readonly unsure: number;
  readonly wrong: number;
  readonly missed: number;
  /** `unsure` counted as wrong. */
  readonly precision: number;
  readonly recall: number;
}

/** What comes of suggesting every pair from this probability on. Weighted: as if all pairs of the recording had been read. */
export function outcomeOf(
  judged: readonly Judged[],
  least: number,
  { probability = (each: Judged) => duplicateProbability(each.pair), isWeighted = false } = {},
): Outcome {
  const sum = (chosen: (each: Judged) => boolean) =>
    judged.filter(chosen).reduce((total, { weight }) => total + (isWeighted ? weight : 1), 0);
  const isSuggested = (each: Judged) => probability(each) >= least;
  const right = sum((each) => isSuggested(each) && each.label === 'same');
  const unsure = sum((each) => isSuggested(each) && each.label === 'unsure');
  const wrong = sum((each) => isSuggested(each) && each.label === 'different');
  const missed = sum((each) => !isSuggested(each) && each.label === 'same');
  return {
    right,
    unsure,
    wrong,
    missed,
    precision: right / (right + unsure + wrong),
    recall: right / (right + missed),
  };
}

/** Each pair judged by a model fitted without the two months it lies in. */
export function crossJudged(judged: readonly Judged[]): (each: Judged) => number {
  const models = Array.from({ length: FOLDS }, (_, fold) => fitDuplicates(judged.filter((each) => each.fold !== fold)));
  return ({ fold, pair }) => duplicateProbability(pair, models[fold]!);
}
