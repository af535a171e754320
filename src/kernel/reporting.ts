/**
 * What residents may report and how a report is taken, as the pack says it. A category is what Open311 calls a service: it has a code,
 * words, questions, and opens a case of one class.
 */
import type { Localized } from './words.ts';

/** Open311's attribute datatypes. */
export const QUESTION_TYPES = ['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist'] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];

export interface Question {
  readonly code: string;
  readonly datatype: QuestionType;
  readonly required: boolean;
  readonly question: Localized;
  readonly hint: Localized | undefined;
  /** For lists, in the order they are shown. */
  readonly values: readonly { readonly key: string; readonly name: Localized }[];
}

export interface ReportCategory {
  /** Stable id: Open311 `service_code`. */
  readonly code: string;
  /** Id of one of the rules' `groups`. */
  readonly group: string;
  readonly name: Localized;
  readonly description: Localized;
  /** Name of a Lucide icon. */
  readonly icon: string;
  /** Code of the case class that a report of it opens. */
  readonly caseClass: string;
  /** Words that hint at it, per language; what a city that has not been trained yet goes by. */
  readonly keywords: Readonly<Record<string, readonly string[]>>;
  /** Whole sentences as people say it, per language. */
  readonly examples: Readonly<Record<string, readonly string[]>>;
  readonly questions: readonly Question[];
  /** Id of the hotline class whose clock a call of it gets unless the desk says otherwise. */
  readonly hotlineClass: string;
  /** The place is somebody's home: published only roughly. */
  readonly homeRelated: boolean;
  /** Classes of assets it is usually about (`lamp`): the QR plate of one proposes it. */
  readonly assetClasses: readonly string[];
}

/** How fast a call must be answered in full: 2 h danger, 24 h lifelines, 7 d ordinary, 15 d complex. */
export interface HotlineClass {
  readonly id: string;
  readonly name: Localized;
  readonly description: Localized;
  readonly minutes: number;
  readonly basis: 'calendar' | 'working';
  readonly source: string | undefined;
}

export interface ReportingRules {
  readonly groups: readonly { readonly id: string; readonly name: Localized }[];
  readonly categories: readonly ReportCategory[];
  readonly hotlineClasses: readonly HotlineClass[];
  /** Shown to residents; undefined: the city has none. */
  readonly hotlinePhone: string | undefined;
  /** Reports with one of these go to the spam queue. */
  readonly blockedWords: readonly string[];
  readonly limits: {
    readonly descriptionCharacters: number;
    readonly photosPerReport: number;
    readonly reportsPerHourPerAddress: number;
    readonly reportsPerHourPerDevice: number;
    /** Leading zero bits of the proof of work that a browser must find before it may report. */
    readonly proofOfWorkBits: number;
  };
  readonly privacy: {
    /** Contact data is anonymised this long after the case closed. */
    readonly contactDays: number;
    /** Counts under this are not published for an area. */
    readonly smallestCount: number;
    /** Published places of home-related reports are moved to a grid of this size. */
    readonly homeGridMetres: number;
  };
  readonly answers: {
    /** Until when the reporter may say that it is not solved. */
    readonly reopenDays: number;
    /** Ratings of this and less ask why. */
    readonly lowestGoodRating: number;
  };
}

/** A city that has not written `residents.yaml`: nothing can be reported, and every limit is tight. */
export const NO_REPORTING: ReportingRules = {
  groups: [],
  categories: [],
  hotlineClasses: [],
  hotlinePhone: undefined,
  blockedWords: [],
  limits: {
    descriptionCharacters: 2_000,
    photosPerReport: 3,
    reportsPerHourPerAddress: 30,
    reportsPerHourPerDevice: 10,
    proofOfWorkBits: 12,
  },
  privacy: { contactDays: 365, smallestCount: 5, homeGridMetres: 200 },
  answers: { reopenDays: 30, lowestGoodRating: 3 },
};
