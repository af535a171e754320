/**
 * What a text is made of, as hashed features that a linear model can weigh.
 *
 * Languages with spaces give words, pairs of words and pieces of words (so that a typing error costs little). Chinese gives pieces of
 * one to three characters: no dictionary decides where a word ends. How a text begins is told apart from the rest, because people say
 * first what it is about. Nothing depends on the language being named; a text may mix them.
 */

/** What is read of a text: a full page. More would cost time and say little. */
export const LONGEST_TEXT = 2_000;

/** How a feature counts; it is kept in the two lowest bits of the feature's hash. */
export const KIND = { word: 0, piece: 1, count: 2, opening: 3 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

export const kindOf = (key: number): Kind => (key & 3) as Kind;

const TOKENS = /\p{Script=Han}+|[[\p{L}\p{N}']--\p{Script=Han}]+/gv;
const HAN = /^\p{Script=Han}/u;
const SHORTEST_PIECE = 3;
const LONGEST_PIECE = 5;
const LONGEST_HAN_PIECE = 3;
/** Words at the beginning that are taken together. */
const OPENING_WORDS = 3;
const OPENING_CHARACTERS = 4;

/** How often each feature occurs in a text, by the feature's hash. */
export type Features = ReadonlyMap<number, number>;

export function featuresOf(text: string): Features {
  const features = new Map<number, number>();
  const add = (key: number) => features.set(key, (features.get(key) ?? 0) + 1);
  const plain = text.slice(0, LONGEST_TEXT).normalize('NFKC').toLowerCase();
  const tokens = plain.match(TOKENS) ?? [];
  let previous = '';
  for (const token of tokens) {
    if (HAN.test(token)) addHan(token, add);
    else addWord(token, previous, add);
    previous = token;
  }
  addOpening(tokens, add);
  return features;
}

function addWord(word: string, previous: string, add: (key: number) => void): void {
  add(hashOf(word, KIND.word));
  add(hashOf(word, KIND.count));
  if (previous !== '') add(hashOf(`${previous} ${word}`, KIND.word));
  addPieces(` ${word} `, SHORTEST_PIECE, LONGEST_PIECE, add);
}

/** Every piece of so many characters; longer ones go on from the hash of the shorter. */
function addPieces(text: string, shortest: number, longest: number, add: (key: number) => void): void {
  for (let from = 0; from + shortest <= text.length; from++) {
    let hash = SEED ^ (KIND.piece * STRIDE);
    const end = Math.min(text.length, from + longest);
    for (let to = from; to < end; to++) {
      hash = Math.imul(hash ^ text.charCodeAt(to), PRIME);
      if (to - from + 1 >= shortest) add(finish(hash, KIND.piece));
    }
  }
}

function addHan(run: string, add: (key: number) => void): void {
  addPieces(run, 1, LONGEST_HAN_PIECE, add);
  for (let from = 0; from + 2 <= run.length; from++) {
    add(hashOf(run, KIND.word, from, from + 2));
    add(hashOf(run, KIND.count, from, from + 2));
  }
}

function addOpening(tokens: readonly string[], add: (key: number) => void): void {
  const [first] = tokens;
  if (first === undefined) return;
  if (HAN.test(first)) {
    for (let length = 2; length <= Math.min(OPENING_CHARACTERS, first.length); length += 2)
      add(hashOf(first, KIND.opening, 0, length));
    return;
  }
  for (let words = 1; words <= Math.min(OPENING_WORDS, tokens.length); words++)
    add(hashOf(tokens.slice(0, words).join(' '), KIND.opening));
}

const SEED = 0x811c9dc5;
const PRIME = 0x01000193;
const STRIDE = 0x9e3779b9;

/** FNV-1a over UTF-16 code units, mixed; the two lowest bits are the kind. A signed 32-bit number: those are cheap to look up. */
export function hashOf(text: string, kind: Kind, from = 0, to = text.length): number {
  let hash = SEED ^ (kind * STRIDE);
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return finish(hash, kind);
}

function finish(hash: number, kind: Kind): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 13)) & ~3) | kind;
}
