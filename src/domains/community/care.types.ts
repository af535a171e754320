/** Care as `createCare` in `care.ts` offers it: nobody silent is forgotten, and nobody is watched who has not agreed. */
import type { FindingChange } from '#kernel/finding.ts';
import type { Polygon, Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { DatastreamId, Grade, Localized, PartyId } from '#kernel/words.ts';

export const CARE_RULES = ['water-silent', 'missed-visit'] as const;
export type CareRule = (typeof CARE_RULES)[number];

/** What the pack says in `care.yaml`. */
export interface CareRules {
  readonly opens: string;
  readonly grade: Grade;
  /** A consent is asked for again after at most this. */
  readonly longestDays: number;
  readonly waterSilent: { readonly hours: number; readonly flowAbove: number } | undefined;
  readonly missedVisit: { readonly hours: number } | undefined;
}

export interface Carer {
  /** Id of the account. */
  readonly account: string;
  readonly name: string;
  readonly party: PartyId;
}

export interface Enrolment {
  readonly id: string;
  readonly pseudonym: string;
  readonly consentId: string;
  readonly rule: CareRule;
  readonly carer: Carer;
  readonly cell: string;
  /** Drawn at random in the cell. */
  readonly shownAt: Position;
  /** Datastream of the water meter. */
  readonly meter: DatastreamId | undefined;
  readonly since: Instant;
  readonly expiresAt: Instant;
  readonly awayUntil: Instant | undefined;
  readonly seenAt: Instant | undefined;
}

/** What the meter of a home has said lately; `undefined`: not within the time asked for. */
export interface MeterSilence {
  readonly enrolmentId: string;
  readonly lastFlowAt: Instant | undefined;
  readonly lastReadAt: Instant | undefined;
}

export interface OverdueVisit {
  readonly id: string;
  readonly pseudonym: string;
  readonly dueAt: Instant;
}

/** A concern that stands, as those who may know of it read it. */
export interface StandingConcern {
  readonly enrolmentId: string;
  readonly since: Instant;
  readonly sentence: Localized;
}

/** A reason to look in on somebody. */
export interface Concern {
  readonly key: string;
  readonly enrolment: Enrolment;
  readonly why: 'no-flow' | 'meter-silent' | 'missed-visit';
  readonly since: Instant;
}

export interface NewEnrolment {
  readonly person: Readonly<Partial<Record<'name' | 'phone' | 'email' | 'address' | 'note', string>>>;
  readonly rules: readonly CareRule[];
  readonly carer: Carer;
  readonly cell: string;
  readonly meter: DatastreamId | undefined;
  readonly expiresAt: Instant;
  /** How the consent was given: `on-paper`, `in-person`, `cabin`. */
  readonly given: string;
  readonly recordedBy: string;
}

/** The part of the identity vault that care needs; `app` hands it in. */
export interface CareVault {
  keep(person: NewEnrolment['person'], purpose: 'care'): Promise<string>;
  erase(pseudonym: string, reason: 'withdrawn-consent'): Promise<unknown>;
  giveConsent(consent: {
    readonly pseudonym: string;
    readonly scope: string;
    readonly givenAt: Instant;
    readonly expiresAt: Instant;
    readonly given: string;
    readonly recordedBy: string;
  }): Promise<{ readonly id: string }>;
  withdrawConsent(id: string, by: string): Promise<unknown>;
  listConsents(query: { readonly validAt: Instant }): Promise<readonly { readonly id: string }[]>;
}

export interface CareCity {
  findCell(
    id: string,
  ): { readonly name: Localized; readonly polygon: Polygon; readonly party: PartyId | undefined } | undefined;
  hasDatastream(id: DatastreamId): boolean;
  /** Newest Observation, and newest above the flow, since an instant. */
  meterSince(
    id: DatastreamId,
    since: Instant,
    flowAbove: number,
  ): Promise<{ readonly lastReadAt: Instant | undefined; readonly lastFlowAt: Instant | undefined }>;
  listOverdueVisits(now: Instant): Promise<readonly OverdueVisit[]>;
  /** Casework takes it; the same change twice is once. */
  onConcern(change: FindingChange): Promise<void>;
}

export interface Care {
  /** Undefined: the pack has no care rules, and nobody can be enrolled. */
  readonly rules: CareRules | undefined;
  /**
   * Writes a consent down and begins. Errors: `care.not_offered`, `care.rules`, `care.meter`, `care.cell`, `care.expiry`, and those of
   * the vault, each naming its field.
   */
  enrol(enrolment: NewEnrolment): Promise<Enrolment[]>;
  list(query: {
    readonly parties?: readonly PartyId[] | undefined;
    readonly pseudonym?: string | undefined;
  }): Promise<Enrolment[]>;
  /** What stands at this moment, of everybody. */
  listConcerns(): Promise<StandingConcern[]>;
  /** Stops at once, closes what stands because of it, and erases. Errors: `care.unknown`. */
  withdraw(enrolmentId: string, by: string): Promise<void>;
  /** Nobody worries while the person is away. Errors: `care.unknown`. */
  away(enrolmentId: string, until: Instant | undefined): Promise<Enrolment>;
  /** Somebody has found the person well: what stands is over, and the time counts from now. Errors: `care.unknown`. */
  seen(enrolmentId: string): Promise<Enrolment>;
  /** The enrolment behind a finding of a case; undefined: none, or its consent has ended. */
  findByFinding(key: string): Promise<Enrolment | undefined>;
  /** Homes to be looked in on. */
  listHomes(): Promise<
    {
      readonly pseudonym: string;
      readonly carer: string;
      readonly cell: string;
      readonly place: undefined;
      readonly since: Instant;
    }[]
  >;
  /** Judges everybody who has agreed, by `now` alone. */
  tick(now: Instant): Promise<void>;
}
