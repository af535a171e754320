/** Words that every room uses. The standard's term first; see GLOSSARY.md. */

/** A text in the languages the pack speaks, keyed by BCP 47 tag (`zh`, `en`). */
export type Localized = Readonly<Record<string, string>>;

/** The four grades of public warning, least to most severe. */
export const GRADES = ['blue', 'yellow', 'orange', 'red'] as const;
export type Grade = (typeof GRADES)[number];

/** 0 = nothing wrong, 1 = blue … 4 = red; for arrays and comparisons. */
export const gradeRank = (grade: Grade | undefined): number => (grade === undefined ? 0 : GRADES.indexOf(grade) + 1);
export const worstGrade = (a: Grade | undefined, b: Grade | undefined): Grade | undefined =>
  gradeRank(a) >= gradeRank(b) ? a : b;

/** Administrative levels, top to bottom. A case may be pushed up, never down to a level that does not own its class. */
export const LEVELS = ['city', 'district', 'street', 'community', 'cell'] as const;
export type Level = (typeof LEVELS)[number];

/** The id of a city domain: the name of its folder under `src/domains` (`water`, `bridges`, `shared-bikes`). */
export type DomainId = string;
/** The pack's own stable ids. */
export type AssetId = string;
export type PartyId = string;
export type AreaId = string;
/** SensorThings ids: positive integers below 2^53. */
export type ThingId = number;
export type DatastreamId = number;
export type ObservationId = number;
