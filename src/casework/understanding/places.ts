/** What is usual where: the squares of a city in which reports were made, and how they differ from the city as a whole. */
import type { Position } from '#kernel/geo.ts';
import { hashOf, KIND } from './features.ts';
import type { LabelledReport } from './understanding.types.ts';

/** About half a kilometre: a few streets. */
const SQUARE_DEGREES = 0.005;
/** A square is judged as if so many reports of the whole city's usual mixture had been made there as well. */
const PRIOR_REPORTS = 20;

/** The square a place lies in, as a hash. */
export const squareOf = ([longitude, latitude]: Position): number =>
  hashOf(`${Math.floor(longitude / SQUARE_DEGREES)},${Math.floor(latitude / SQUARE_DEGREES)}`, KIND.word);

export interface Squares {
  readonly squares: Int32Array;
  /** `[square × categories + category]`: ln of how much likelier than in the whole city. */
  readonly logRatios: Float32Array;
}

export function learnSquares(reports: readonly LabelledReport[], categories: readonly string[]): Squares {
  const columns = new Map(categories.map((category, k) => [category, k]));
  const counts = new Map<number, Float64Array>();
  const usual = new Float64Array(categories.length).fill(1);
  for (const { place, category } of reports) {
    const column = columns.get(category);
    if (place === undefined || column === undefined) continue;
    const square = squareOf(place);
    const here = counts.get(square) ?? new Float64Array(categories.length);
    here[column]! += 1;
    usual[column]! += 1;
    counts.set(square, here);
  }
  const whole = usual.reduce((sum, each) => sum + each, 0);
  const logRatios = new Float32Array(counts.size * categories.length);
  [...counts.values()].forEach((here, row) => {
    const total = here.reduce((sum, each) => sum + each, 0);
    here.forEach((count, k) => {
      const share = usual[k]! / whole;
      const found = (count + PRIOR_REPORTS * share) / (total + PRIOR_REPORTS);
      logRatios[row * categories.length + k] = Math.log(found / share);
    });
  });
  return { squares: Int32Array.from(counts.keys()), logRatios };
}
