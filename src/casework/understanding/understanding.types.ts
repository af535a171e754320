/** What the city understands of a report's own words: which category it is probably about, and whether it was told before. */
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';

/** One category and how probable it is, from 0 to 1. */
export interface Suggestion {
  /** Code of a report category. */
  readonly category: string;
  readonly probability: number;
}

/** A report whose category is known: what a model learns from. */
export interface LabelledReport {
  readonly text: string;
  readonly category: string;
  readonly at: Instant;
  readonly place?: Position | undefined;
}

/** How often a model was right on reports that it had not seen. */
export interface Accuracy {
  readonly reports: number;
  /** Share whose category was the first, or among the first three, suggested. */
  readonly top1: number;
  readonly top3: number;
  /** Mean of −ln(probability given to what was right): 0 is perfect, and being sure and wrong is what costs most. */
  readonly logLoss: number;
}

/**
 * A linear model: one row of weights per feature, one column per category. Features are known by a 32-bit hash only, so that no word a
 * resident wrote can be read back from it. All numbers are 32-bit floats, in memory as in the file, so that a saved model answers
 * bit for bit as it did before.
 */
export interface CategoryModel {
  readonly categories: readonly string[];
  /** `pack`: the words and examples of the pack only. `cases`: closed cases of the city as well. */
  readonly learntFrom: 'pack' | 'cases';
  readonly reports: number;
  readonly trainedAt: Instant;
  /** The newest report it has seen; 0 when it has seen none. */
  readonly trainedUntil: Instant;
  /** On the newest part of the reports, by a model that had not seen them. Undefined: nothing was held out. */
  readonly accuracy: Accuracy | undefined;
  /** Scores are divided by it before they become probabilities; above 1 it makes an over-confident model modest. */
  readonly temperature: number;
  /** How much a place counts beside the words. */
  readonly placeWeight: number;
  /** Hash of each feature, and its rarity (inverse document frequency). */
  readonly keys: Int32Array;
  readonly rarities: Float32Array;
  /** `weights[feature × categories + category]`; the last row is what holds without any feature. */
  readonly weights: Float32Array;
  /** Squares of the city where reports were made, and how much likelier than elsewhere each category is there (natural log). */
  readonly squares: Int32Array;
  readonly squareLogRatios: Float32Array;
}

/** A report as duplicate search sees it. */
export interface KnownReport {
  readonly text: string;
  readonly place: Position;
  readonly at: Instant;
  /** Code of its category, when it is known. */
  readonly category?: string | undefined;
}

export interface DuplicateCandidate extends KnownReport {
  readonly caseId: string;
}

/** Why a case is thought to be the same trouble, in figures that a screen can put into words. */
export interface DuplicateReasons {
  readonly distanceMetres: number;
  readonly hoursApart: number;
  /** From 0 (no word in common) to 1 (the same rare words). */
  readonly wordsInCommon: number;
  readonly sameCategory: boolean;
}

export interface LikelyDuplicate {
  readonly caseId: string;
  readonly probability: number;
  readonly why: DuplicateReasons;
}

/** What the room offers to `app`: suggestions from the model in force. */
export interface Understanding {
  /**
   * Every category of the pack, most probable first. Text in any language; empty text answers with what is usual, at that place if one
   * is given. Only the first 2,000 characters are read.
   */
  suggest(text: string, context?: { readonly place?: Position | undefined }): Suggestion[];
  /** Open cases that are probably the same trouble, most probable first; none under the probability that was measured to be precise. */
  likelyDuplicates(report: KnownReport, candidates: readonly DuplicateCandidate[]): LikelyDuplicate[];
  /** Takes the model as it is stored now. When that one is broken this throws and the model in force stays. */
  reload(): Promise<void>;
  /** What is in force, for a status page. */
  state(): Pick<CategoryModel, 'learntFrom' | 'reports' | 'trainedAt' | 'accuracy'>;
}
