/**
 * Receipts: what a resident holds in hand after reporting. A receipt belongs to one report; many receipts may lead to one case
 * (neighbours who saw the same), and each is answered. Who holds the code may follow, rate and, within the days the pack grants, say
 * that it is not solved; there is no account.
 */
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { CaseChange } from '../casework.types.ts';

/** Ten characters of Crockford's base 32 with a check character, shown as `XXXX-XXX-XXX`; case and dashes do not matter when typed. */
export type ReceiptCode = string;

export interface NewReceipt {
  /** Chosen by the sender (a UUID): the same one again answers the same receipt and stores nothing. */
  readonly clientId: string;
  readonly category: string;
  readonly place: Position;
  /** 1-sigma error of the place in metres as the device says; undefined: shown on the map by hand. */
  readonly accuracyMetres: number | undefined;
  readonly address: string | undefined;
  readonly description: string;
  readonly photos: readonly string[];
  /** Question code → answer; list answers are arrays of value keys. */
  readonly answers: Readonly<Record<string, string | number | readonly string[]>>;
  /** The case that the resident says is the same; undefined: the casework decides by class, place and time. */
  readonly joins: string | undefined;
  /** Pseudonym of the vault; undefined: told without contact. */
  readonly contact: string | undefined;
  readonly language: string;
  readonly source: 'resident' | 'hotline' | 'integrator';
  /** Written on the device at; not later than now, not older than 30 days. */
  readonly writtenAt: Instant | undefined;
  readonly mediaUrl?: string | undefined;
  /** What the door found suspicious about it; it is held back until somebody has looked. */
  readonly holdFor?: string | undefined;
}

/** One step of a receipt's way, in words that a resident understands. */
export interface Step {
  readonly at: Instant;
  readonly kind:
    | 'received'
    | 'checked'
    | 'joined' // others had told it already
    | 'sent' // given to somebody
    | 'started'
    | 'on-the-way'
    | 'done'
    | 'verified'
    | 'closed'
    | 'dismissed'
    | 'reopened'
    | 'waiting'
    | 'escalated'
    | 'note'
    | 'looked-up'; // somebody looked at the contact data
  readonly sentence: Localized;
  /** Blob keys of photos that may be shown. */
  readonly photos: readonly string[];
}

export interface Follow {
  readonly code: ReceiptCode;
  readonly reference: string;
  readonly category: string;
  readonly categoryName: Localized;
  readonly state: 'received' | 'checking' | 'being-handled' | 'done' | 'closed' | 'dismissed' | 'held-as-spam';
  readonly place: Position;
  readonly address: Localized;
  readonly description: string;
  readonly photos: readonly string[];
  readonly reportedAt: Instant;
  /** Until when the city promises the next step to be done. */
  readonly dueAt: Instant | undefined;
  readonly partyName: Localized | undefined;
  /** People who told the same, this one included; undefined under the smallest published count. */
  readonly toldBy: number | undefined;
  readonly steps: readonly Step[];
  /** What was done, when it is done. */
  readonly answer:
    | {
        readonly at: Instant;
        readonly sentence: Localized;
        readonly before: readonly string[];
        readonly after: readonly string[];
      }
    | undefined;
  readonly rating: Rating | undefined;
  /** Until when it may be said that it is not solved; undefined: not now. */
  readonly mayReopenUntil: Instant | undefined;
  readonly hasContact: boolean;
  /** Changes whenever the receipt's way has; for the live stream and for caching. */
  readonly version: number;
}

export interface Rating {
  readonly at: Instant;
  readonly solved: boolean;
  /** 1 to 5; undefined: not said. */
  readonly satisfied: number | undefined;
  readonly comment: string | undefined;
}

export interface Receipts {
  /** Idempotent by `clientId`. Errors: `category.unknown`, `answers.…`, `description.missing`, `place.outside`, `receipt.client_id`. */
  receive(receipt: NewReceipt): Promise<{
    /** The receipt's own id: stable, public, opens nothing. */
    readonly id: string;
    readonly code: ReceiptCode;
    readonly caseId: string | undefined;
    readonly reference: string;
    readonly merged: boolean;
    readonly isNew: boolean;
  }>;
  /** The receipt of a report that was sent before; undefined: it is new. */
  findByClientId(clientId: string): Promise<Awaited<ReturnType<Receipts['receive']>> | undefined>;
  /** Those of the codes that exist, each with the case it is in now: for telling many at once. Codes come back without dashes. */
  followMany(
    codes: readonly string[],
  ): Promise<readonly { readonly code: string; readonly caseId: string | undefined; readonly follow: Follow }[]>;
  /** Errors: `receipt.unknown` (404; the same answer for a wrong check character). */
  follow(code: string): Promise<Follow>;
  /** "Not solved" within the time reopens the case, or escalates it when it was reopened before. Errors: `rating.too_early`, `rating.too_late`. */
  rate(code: string, rating: Omit<Rating, 'at'>): Promise<Follow>;
  addNote(code: string, note: { readonly text: string; readonly photos: readonly string[] }): Promise<Follow>;
  contactOf(code: string): Promise<string | undefined>;
  /** Receipts that lead to a case: codes never leave towards staff, contacts are pseudonyms. */
  listOfCase(caseId: string): Promise<
    readonly {
      readonly id: string;
      readonly at: Instant;
      readonly contact: string | undefined;
      readonly language: string;
      readonly category: string;
      /** As the resident wrote it; not in the ledger. */
      readonly address: string | undefined;
      readonly rating: Rating | undefined;
    }[]
  >;
  /** Receipts of these contacts, newest first: a caller's earlier reports. */
  listOfContacts(
    contacts: readonly string[],
    limit: number,
  ): Promise<
    readonly {
      readonly id: string;
      readonly caseId: string | undefined;
      readonly reference: string;
      readonly at: Instant;
      readonly category: string;
    }[]
  >;
  /** Held back until somebody looks: the spam queue. */
  listHeld(limit: number): Promise<
    readonly {
      readonly id: string;
      readonly at: Instant;
      readonly category: string;
      readonly description: string;
      readonly why: string;
      readonly photos: readonly string[];
    }[]
  >;
  /** `release` lets it become a case; `discard` ends it. */
  judgeHeld(id: string, verdict: 'release' | 'discard', by: string): Promise<void>;
  /** Whether a photo may be shown to who knows its key: one of a filed receipt, or of what was done. */
  isShown(photo: string): Promise<boolean>;
  /** Tells the vault what ended while nobody told it. */
  start(): Promise<void>;
  /** A case event is durable: tells the vault when a matter has ended or goes on again. */
  onCase(change: CaseChange): Promise<void>;
}
