/**
 * Learning the categories: from the pack's own words on the first day, from the city's closed cases later.
 *
 * The newest fifth of the reports is held out in time, not at random: what counts is how well yesterday's words foretell tomorrow's.
 * On it the accuracy is measured and the probabilities are calibrated; then the model is fitted once more to everything.
 */
import type { ReportCategory } from '#kernel/reporting.ts';
import type { Instant } from '#kernel/time.ts';
import { measure, openModel, surprise, toProbabilities } from './category-model.ts';
import { type Features, featuresOf } from './features.ts';
import { fitLogistic } from './logistic.ts';
import { learnSquares } from './places.ts';
import type { CategoryModel, LabelledReport } from './understanding.types.ts';
import { chooseLexicon, toVector } from './vectors.ts';

const FIT = { l2: 0.5, steps: 40 };
/** The pack has few words, and each is meant. */
const FIT_FEW = { l2: 0.05, steps: 60 };
/** Reports under which every feature is kept. */
const FEW_REPORTS = 500;
const MOST_WEIGHTS = 3_000_000;
const HELD_OUT_SHARE = 0.2;
/** Under this many held-out reports a temperature would be a guess. */
const LEAST_TO_CALIBRATE = 100;
const TEMPERATURES = Array.from({ length: 29 }, (_, i) => 0.5 * 1.08 ** i);
const PLACE_WEIGHTS = [0, 0.15, 0.3, 0.45, 0.6, 0.8, 1];

/** Words that teach a category without ever having been reported: the pack's. */
export type Lesson = Pick<LabelledReport, 'text' | 'category'>;

/** What the pack says about its categories: names, descriptions, keywords and examples, in every language it has. */
export const lessonsOf = (categories: readonly ReportCategory[]): Lesson[] =>
  categories.flatMap(({ code, name, description, keywords, examples }) => {
    const texts = [name, description]
      .flatMap(Object.values)
      .concat(...Object.values(keywords), ...Object.values(examples));
    return texts.filter((text) => text.trim() !== '').map((text) => ({ text, category: code }));
  });

/** The model of a city that has closed no case yet. */
export function trainFromPack(categories: readonly ReportCategory[], now: Instant): CategoryModel {
  const codes = categories.map(({ code }) => code);
  return { ...fit([], lessonsOf(categories), codes), learntFrom: 'pack', trainedAt: now };
}

/**
 * Learns from everything given. What it says about itself (`accuracy`), its temperature and the weight of the place come from a trial
 * that had not seen the reports of `later`; by default those are the newest fifth.
 */
export function trainFromCases(
  reports: readonly LabelledReport[],
  lessons: readonly Lesson[],
  categories: readonly string[],
  now: Instant,
  later: readonly LabelledReport[] = newest(reports),
): CategoryModel {
  const heldOut = new Set(later);
  const earlier = reports.filter((report) => !heldOut.has(report));
  const trial = calibrate(fit(earlier, lessons, categories), later);
  const accuracy = later.length === 0 ? undefined : measure(openModel(trial), later);
  const { temperature, placeWeight } = trial;
  return {
    ...fit(reports, lessons, categories),
    learntFrom: 'cases',
    trainedAt: now,
    accuracy,
    temperature,
    placeWeight,
  };
}

/** The newest fifth. */
export const newest = <R extends { readonly at: Instant }>(reports: readonly R[]): R[] =>
  splitByTime(reports, HELD_OUT_SHARE).later;

/** Earlier reports to learn from, later ones to be measured on. */
export function splitByTime<R extends { readonly at: Instant }>(
  reports: readonly R[],
  laterShare: number,
): { earlier: R[]; later: R[] } {
  const inOrder = reports.toSorted((a, b) => a.at - b.at);
  const line = Math.round(inOrder.length * (1 - laterShare));
  return { earlier: inOrder.slice(0, line), later: inOrder.slice(line) };
}

/** Learns from everything given; neither measured nor calibrated. */
export function fit(
  reports: readonly LabelledReport[],
  lessons: readonly Lesson[],
  categories: readonly string[],
): CategoryModel {
  const columns = new Map(categories.map((category, k) => [category, k]));
  const all = [...lessons, ...reports].filter(({ category }) => columns.has(category));
  const own = all.length - reports.filter(({ category }) => columns.has(category)).length;
  const isFew = all.length < FEW_REPORTS;
  const most = Math.floor(MOST_WEIGHTS / Math.max(1, categories.length));
  const lexicon = chooseLexicon(readFeatures(all), isFew ? 1 : 2, own, most);
  const vectors = all.map(({ text }) => toVector(featuresOf(text), lexicon));
  const classes = Int32Array.from(all, ({ category }) => columns.get(category)!);
  const size = lexicon.keys.length;
  const weights = fitLogistic(vectors, classes, size, categories.length, isFew ? FIT_FEW : FIT);
  const { squares, logRatios } = learnSquares(reports, categories);
  return {
    categories,
    learntFrom: 'cases',
    reports: reports.length,
    trainedAt: 0,
    trainedUntil: reports.reduce((last, { at }) => Math.max(last, at), 0),
    accuracy: undefined,
    temperature: 1,
    placeWeight: 0,
    keys: lexicon.keys,
    rarities: lexicon.rarities,
    weights: Float32Array.from(weights),
    squares,
    squareLogRatios: logRatios,
  };
}

/** One text after the other: read twice rather than held, because features take far more room than the vectors they become. */
function* readFeatures(lessons: readonly Lesson[]): Iterable<Features> {
  for (const { text } of lessons) yield featuresOf(text);
}

/** The temperature and the weight of the place under which reports that the model has not seen are least surprising. */
export function calibrate(model: CategoryModel, unseen: readonly LabelledReport[]): CategoryModel {
  if (unseen.length < LEAST_TO_CALIBRATE) return model;
  const { scores, findUsualAt } = openModel(model);
  const asked = unseen.map(({ text, place, category }) => ({
    scores: scores(text),
    usual: findUsualAt(place),
    right: model.categories.indexOf(category),
  }));
  const lossWith = (temperature: number, placeWeight: number) =>
    asked.reduce((sum, each) => {
      const probabilities = toProbabilities(each.scores, each.usual, temperature, placeWeight);
      return sum + surprise(probabilities[each.right]);
    }, 0);
  const temperature = leastBy(TEMPERATURES, (each) => lossWith(each, 0));
  const placeWeight = leastBy(PLACE_WEIGHTS, (each) => lossWith(temperature, each));
  return { ...model, temperature, placeWeight };
}

function leastBy(candidates: readonly number[], lossOf: (candidate: number) => number): number {
  const losses = candidates.map(lossOf);
  return candidates[losses.indexOf(Math.min(...losses))]!;
}
