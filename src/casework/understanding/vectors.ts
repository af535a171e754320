/** From features to the numbers a linear model multiplies: which features are known, and how much each counts in a text. */
import { type Features, KIND, kindOf } from './features.ts';

/**
 * How much each kind counts. Words and pieces are rarities scaled to one length whatever the length of the text; plain counts are
 * not, so that a long report weighs in with all it says. Chosen by time-ordered trials inside training data.
 */
const SHARE: readonly number[] = Object.assign([], {
  [KIND.word]: 2,
  [KIND.piece]: 2,
  [KIND.count]: 0.5,
  [KIND.opening]: 0.3,
});
/** A word said more often than this says no more: nobody turns a suggestion by repeating it. */
const MOST_COUNTED = 20;

/** A text: rows of the model and the value of each. */
export interface Vector {
  readonly rows: Int32Array;
  readonly values: Float32Array;
}

/** The features a model knows. */
export interface Lexicon {
  readonly keys: Int32Array;
  readonly rarities: Float32Array;
  findRow(key: number): number | undefined;
}

/** An open-addressed table: looked up a thousand times per report, by keys that are hashes already. */
export function openLexicon(keys: Int32Array, rarities: Float32Array): Lexicon {
  let size = 16;
  while (size < keys.length * 2) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const slotOf = (key: number): number => {
    let slot = (key >>> 2) & (size - 1);
    while (slots[slot]! >= 0 && keys[slots[slot]!] !== key) slot = (slot + 1) & (size - 1);
    return slot;
  };
  keys.forEach((key, row) => {
    slots[slotOf(key)] = row;
  });
  return {
    keys,
    rarities,
    findRow(key) {
      const row = slots[slotOf(key)]!;
      return row < 0 ? undefined : row;
    },
  };
}

/**
 * The features worth a weight: those in at least so many texts (pieces one more), the most frequent first when there are too many.
 * Features of the first `always` texts are kept however rare: they are the pack's own words.
 */
export function chooseLexicon(texts: Iterable<Features>, leastTexts: number, always: number, most: number): Lexicon {
  const found = new Map<number, number>();
  const own = new Set<number>();
  let read = 0;
  for (const features of texts) {
    for (const key of features.keys()) {
      found.set(key, (found.get(key) ?? 0) + 1);
      if (read < always) own.add(key);
    }
    read += 1;
  }
  const least = (key: number) => (kindOf(key) === KIND.piece && leastTexts > 1 ? leastTexts + 1 : leastTexts);
  const chosen = [...found]
    .filter(([key, count]) => count >= least(key) || own.has(key))
    .sort(([a, inTexts], [b, alsoIn]) => alsoIn - inTexts || a - b)
    .slice(0, most);
  const rarities = chosen.map(([, count]) => Math.log((1 + read) / (1 + count)) + 1);
  return openLexicon(
    Int32Array.from(chosen, ([key]) => key),
    Float32Array.from(rarities),
  );
}

export function toVector(features: Features, lexicon: Lexicon): Vector {
  const rows = new Int32Array(features.size);
  const values = new Float32Array(features.size);
  const squares = [0, 0];
  let length = 0;
  for (const [key, count] of features) {
    const row = lexicon.findRow(key);
    if (row === undefined) continue;
    const kind = kindOf(key);
    const value = countsAs(kind, count, lexicon.rarities[row]!);
    if (kind <= KIND.piece) squares[kind]! += value * value;
    rows[length] = row;
    values[length++] = value;
  }
  const scale = SHARE.map((share, kind) => share / Math.sqrt(squares[kind] || 1));
  for (let i = 0; i < length; i++) values[i]! *= scale[kindOf(lexicon.keys[rows[i]!]!)]!;
  return { rows: rows.subarray(0, length), values: values.subarray(0, length) };
}

function countsAs(kind: number, count: number, rarity: number): number {
  if (kind === KIND.opening) return 1;
  if (kind === KIND.count) return Math.min(count, MOST_COUNTED);
  return (1 + Math.log(count)) * rarity;
}
