/** Asking the model: a text (and a place) to categories with probabilities. */
import type { Position } from '#kernel/geo.ts';
import { featuresOf } from './features.ts';
import { logSum, scoresOf } from './logistic.ts';
import { squareOf } from './places.ts';
import type { Accuracy, CategoryModel, LabelledReport, Suggestion } from './understanding.types.ts';
import { openLexicon, toVector } from './vectors.ts';

/** A model ready to be asked. */
export interface OpenModel {
  readonly model: CategoryModel;
  suggest(text: string, place?: Position): Suggestion[];
  /** What the words alone say, before temperature and place: one score per category. */
  scores(text: string): Float64Array;
  /** How much likelier than elsewhere each category is at a place (natural log); undefined where nothing was ever reported. */
  findUsualAt(place: Position | undefined): Float32Array | undefined;
}

export function openModel(model: CategoryModel): OpenModel {
  const { categories, weights, temperature, placeWeight } = model;
  const lexicon = openLexicon(model.keys, model.rarities);
  const squares = new Map(Array.from(model.squares, (square, row) => [square, row]));
  const scores = (text: string) =>
    scoresOf(toVector(featuresOf(text), lexicon), weights, categories.length, new Float64Array(categories.length));
  const findUsualAt = (place: Position | undefined) => {
    const row = place === undefined ? undefined : squares.get(squareOf(place));
    return row === undefined
      ? undefined
      : model.squareLogRatios.subarray(row * categories.length, (row + 1) * categories.length);
  };
  return {
    model,
    scores,
    findUsualAt,
    suggest(text, place) {
      const probabilities = toProbabilities(scores(text), findUsualAt(place), temperature, placeWeight);
      return categories
        .map((category, k) => ({ category, probability: probabilities[k]! }))
        .sort((a, b) => b.probability - a.probability);
    },
  };
}

export function toProbabilities(
  scores: Float64Array,
  usual: Float32Array | undefined,
  temperature: number,
  placeWeight: number,
): Float64Array {
  const tempered = scores.map((score, k) => score / temperature + placeWeight * (usual?.[k] ?? 0));
  const total = logSum(tempered);
  return tempered.map((score) => Math.exp(score - total));
}

/** A probability this small is as wrong as it gets: one impossible report must not outweigh a thousand others. */
const LEAST_PROBABILITY = 1e-6;

/** −ln of the probability given to what was right. */
export const surprise = (probability: number | undefined): number =>
  -Math.log(Math.max(LEAST_PROBABILITY, probability ?? 0));

/** How the model does on these reports. Zeroes when there are none. */
export function measure({ suggest }: OpenModel, reports: readonly LabelledReport[]): Accuracy {
  let [top1, top3, loss] = [0, 0, 0];
  for (const { text, place, category } of reports) {
    const suggestions = suggest(text, place);
    const rank = suggestions.findIndex((each) => each.category === category);
    if (rank === 0) top1 += 1;
    if (rank >= 0 && rank < 3) top3 += 1;
    loss += surprise(suggestions[rank]?.probability);
  }
  const count = Math.max(1, reports.length);
  return { reports: reports.length, top1: top1 / count, top3: top3 / count, logLoss: loss / count };
}
