/**
 * The identity vault: who a pseudonym is. Names, phones and addresses live in their own database schema, encrypted with a key that is
 * not in the database; every other room knows the pseudonym only. Nothing personal leaves it without a purpose, and every look is
 * written down and shown to the person.
 */
import type { Actor } from '#kernel/case.ts';
import type { Instant } from '#kernel/time.ts';

/** `p_` and 22 random characters; says nothing about the person and is never derived from their data. */
export type Pseudonym = string;

/** Everything that may be kept about a person. */
export interface PersonalData {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
  readonly address?: string | undefined;
  /** What a worker at the door must know: `third floor, bell broken`. */
  readonly note?: string | undefined;
}

export const PERSONAL_FIELDS = ['name', 'phone', 'email', 'address', 'note'] as const;
export type PersonalField = (typeof PERSONAL_FIELDS)[number];

/** Why it is kept, which decides how long. */
export type KeepingPurpose = 'report' | 'booking' | 'call' | 'care';
/** Why somebody looks. */
export const REVEAL_PURPOSES = [
  'answer-report',
  'visit',
  'urgent-danger',
  'care',
  'check-of-complaint',
  'own-data',
] as const;
export type RevealPurpose = (typeof REVEAL_PURPOSES)[number];

export interface Access {
  readonly at: Instant;
  /** Who looked: the display name of an account with its party, never a number. */
  readonly by: string;
  readonly party: string | undefined;
  readonly purpose: RevealPurpose;
  readonly caseId: string | undefined;
  readonly fields: readonly PersonalField[];
}

/** What is left when the data are gone. */
export interface Tombstone {
  readonly pseudonym: Pseudonym;
  readonly erasedAt: Instant;
  readonly reason: 'retention' | 'own-wish' | 'withdrawn-consent';
}

export interface Consent {
  readonly id: string;
  readonly pseudonym: Pseudonym;
  /** `care:water-silent`, `care:missed-visit` … */
  readonly scope: string;
  readonly givenAt: Instant;
  readonly expiresAt: Instant;
  readonly withdrawnAt: Instant | undefined;
  /** How it was given: `on-paper`, `in-person`, `cabin`. */
  readonly given: string;
  /** Who wrote it down. */
  readonly recordedBy: string;
}

export interface Vault {
  /**
   * Keeps data and answers the pseudonym. `keepUntil`: undefined while what it is for goes on; `release` starts the countdown.
   * Errors: `person.empty`, `person.phone`, `person.email`, `text.too_long` (each names the field).
   */
  keep(person: PersonalData, purpose: KeepingPurpose): Promise<Pseudonym>;
  /** Replaces the fields that are named; `null` removes one. */
  change(pseudonym: Pseudonym, change: Readonly<Partial<Record<PersonalField, string | null>>>): Promise<void>;
  /** What it is for has ended (the case was closed): the data are anonymised at `until`. Undefined: it goes on again (reopened). */
  release(pseudonym: Pseudonym, until: Instant | undefined): Promise<void>;
  /** Errors: `person.unknown` (404), `person.erased` (410-like conflict), `reveal.purpose`. Writes the access down before it answers. */
  reveal(
    pseudonym: Pseudonym,
    look: {
      readonly purpose: RevealPurpose;
      readonly fields: readonly PersonalField[];
      readonly caseId?: string | undefined;
      readonly by: Actor;
    },
  ): Promise<PersonalData>;
  /** Pseudonyms with the same phone, found by a keyed hash, newest first: a caller's earlier cases. The number itself is not kept in clear. */
  findByPhone(phone: string): Promise<Pseudonym[]>;
  accesses(pseudonym: Pseudonym): Promise<Access[]>;
  /** Which fields are kept, without their content; and the tombstone when they are gone. */
  describe(
    pseudonym: Pseudonym,
  ): Promise<
    | { readonly fields: readonly PersonalField[]; readonly since: Instant; readonly until: Instant | undefined }
    | Tombstone
  >;
  erase(pseudonym: Pseudonym, reason: Tombstone['reason']): Promise<Tombstone>;
  giveConsent(consent: Omit<Consent, 'id' | 'withdrawnAt'>): Promise<Consent>;
  withdrawConsent(id: string, by: string): Promise<Consent>;
  listConsents(query: {
    readonly scope?: string | undefined;
    readonly pseudonym?: Pseudonym | undefined;
    readonly validAt?: Instant | undefined;
  }): Promise<Consent[]>;
  /** Retention: anonymises what is due. Called by the loop; decides by `now` alone. Answers how many. */
  tick(now: Instant): Promise<number>;
}
