/**
 * Whether two reports tell of the same trouble, from seven figures about the pair and a logistic model over them.
 *
 * Being near and using the same words is not enough: a crew that inspects a street files one "Tree trimming" per tree, and a list of lamps
 * differs in nothing but the number of the pole. So it counts how rare the rarest common word is, and numbers that contradict each
 * other speak strongly against. The coefficients were fitted by `bench/text.ts --fit-duplicates` to pairs of real reports that were
 * read and labelled by hand; see docs/operate/text-understanding.md for how, and for what they came to.
 */
import { distanceMetres } from '#kernel/geo.ts';
import { HOUR } from '#kernel/time.ts';
import { featuresOf, KIND, kindOf } from './features.ts';
import type { DuplicateCandidate, DuplicateReasons, KnownReport, LikelyDuplicate } from './understanding.types.ts';

export type Coefficients = Readonly<Record<keyof Pair | 'always', number>>;

/** What each figure is worth; they are named as in `Pair`. */
const COEFFICIENTS: Coefficients = {
  always: -4.0,
  distance: -1.33,
  sameHour: -1.12,
  likeness: 4.83,
  rarestWord: 2.26,
  numbersAgree: 0.46,
  numbersDiffer: -0.53,
  sameCategory: 1.67,
};
/** Pairs under this are not suggested. */
export const LEAST_PROBABILITY = 0.8;
/** At most so many are worth reading. */
const MOST_SUGGESTED = 5;
/** Further or longer ago than this was never labelled: nothing is claimed about it. */
const MOST_METRES = 200;
const MOST_HOURS = 30 * 24;

/** The figures about a pair. */
export interface Pair {
  /** ln(1 + metres / 20): a house's width matters next door and not two streets away. */
  readonly distance: number;
  /** Told within the same hour: then it is more often a list of many troubles than one trouble told twice. */
  readonly sameHour: number;
  /** How much of what is rare in one text stands in the other: 0 nothing, towards 1 the same long text. Common words weigh nothing. */
  readonly likeness: number;
  /** How rare the rarest common word or pair is, 1: as rare as can be. */
  readonly rarestWord: number;
  /** A number of two digits or more (of a house, a pole, a bus) stands in both; or in both, and none in common. */
  readonly numbersAgree: number;
  readonly numbersDiffer: number;
  /** 1 the same, 0 another, ½ when one is not known. */
  readonly sameCategory: number;
}

/** How rare a feature is in the city's reports, from 0 to 1. */
export type RarityOf = (key: number) => number;

/** A text read once, to be compared with many. */
interface Read {
  readonly report: KnownReport;
  readonly words: ReadonlyMap<number, number>;
  /** Of all its words together. */
  readonly weight: number;
  readonly numbers: ReadonlySet<string>;
}

/** A word half as rare as the rarest counts a sixty-fourth: what every crew writes says nothing about this trouble. */
const weightOf = (rarity: number): number => rarity ** 6;
/** Added to what each text says, so that two words in common out of two are no proof. */
const LITTLE_SAID = 4;

function read(report: KnownReport, rarityOf: RarityOf): Read {
  const words = new Map<number, number>();
  let weight = 0;
  for (const key of featuresOf(report.text).keys()) {
    if (kindOf(key) !== KIND.word) continue;
    const rarity = rarityOf(key);
    words.set(key, rarity);
    weight += weightOf(rarity);
  }
  return { report, words, weight, numbers: new Set(report.text.match(/\d{2,}/g)) };
}

function compare(a: Read, b: Read): Pair & { metres: number; hours: number } {
  const metres = distanceMetres(a.report.place, b.report.place);
  const hours = Math.abs(a.report.at - b.report.at) / HOUR;
  let [common, rarestWord] = [0, 0];
  for (const [key, rarity] of a.words) {
    if (!b.words.has(key)) continue;
    common += weightOf(rarity);
    rarestWord = Math.max(rarestWord, rarity);
  }
  const bothNumbered = a.numbers.size > 0 && b.numbers.size > 0;
  const numbersAgree = bothNumbered && [...a.numbers].some((number) => b.numbers.has(number));
  const [mine, other] = [a.report.category, b.report.category];
  return {
    metres,
    hours,
    distance: Math.log1p(metres / 20),
    sameHour: hours < 1 ? 1 : 0,
    likeness: Math.sqrt(common / Math.sqrt((a.weight + LITTLE_SAID) * (b.weight + LITTLE_SAID))),
    rarestWord,
    numbersAgree: numbersAgree ? 1 : 0,
    numbersDiffer: bothNumbered && !numbersAgree ? 1 : 0,
    sameCategory: mine === undefined || other === undefined ? 0.5 : mine === other ? 1 : 0,
  };
}

/** The figures about two reports, as the bench fits them. */
export const pairOf = (a: KnownReport, b: KnownReport, rarityOf: RarityOf): Pair => {
  const { metres: _metres, hours: _hours, ...pair } = compare(read(a, rarityOf), read(b, rarityOf));
  return pair;
};

/** How probable it is that two reports with these figures tell of the same trouble. */
export function duplicateProbability(pair: Pair, from: Coefficients = COEFFICIENTS): number {
  const { always, ...coefficients } = from;
  const names = Object.keys(coefficients) as (keyof Pair)[];
  return 1 / (1 + Math.exp(-names.reduce((sum, name) => sum + coefficients[name] * pair[name], always)));
}

/** The candidates that are probably the same trouble, most probable first, each with what speaks for it. One case appears once. */
export function findLikelyDuplicates(
  report: KnownReport,
  candidates: readonly DuplicateCandidate[],
  rarityOf: RarityOf,
): LikelyDuplicate[] {
  const mine = read(report, rarityOf);
  const best = new Map<string, LikelyDuplicate>();
  for (const candidate of candidates) {
    const { metres, hours, ...pair } = compare(mine, read(candidate, rarityOf));
    if (metres > MOST_METRES || hours > MOST_HOURS) continue;
    const probability = duplicateProbability(pair);
    if (probability < LEAST_PROBABILITY || probability <= (best.get(candidate.caseId)?.probability ?? 0)) continue;
    const why: DuplicateReasons = {
      distanceMetres: metres,
      hoursApart: hours,
      wordsInCommon: pair.likeness,
      sameCategory: pair.sameCategory === 1,
    };
    best.set(candidate.caseId, { caseId: candidate.caseId, probability, why });
  }
  return [...best.values()].sort((a, b) => b.probability - a.probability).slice(0, MOST_SUGGESTED);
}
