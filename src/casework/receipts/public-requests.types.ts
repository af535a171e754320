/**
 * Reports as anyone may see them: one per receipt, showing how its case stands. Without contact, without the secret code, with
 * telephone numbers masked; a report about somebody's home lies on a coarse grid and shows neither address nor photos.
 */
import type { CaseState } from '#kernel/case.ts';
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized, PartyId } from '#kernel/words.ts';

export interface PublicRequest {
  /** The receipt's id: what Open311 calls `service_request_id`. */
  readonly id: string;
  readonly category: string;
  readonly description: string | undefined;
  readonly place: Position | undefined;
  readonly address: Localized | undefined;
  /** Blob keys. */
  readonly photos: readonly string[];
  /** A picture that lies elsewhere, as its sender named it. */
  readonly mediaUrl: string | undefined;
  readonly answers: Readonly<Record<string, string | number | readonly string[]>>;
  readonly reportedAt: Instant;
  /** Of a closed one: when it was closed. */
  readonly updatedAt: Instant;
  /** Undefined while it waits for somebody to look whether it is meant seriously, or was not. */
  readonly state: CaseState | undefined;
  readonly isOpen: boolean;
  readonly caseId: string | undefined;
  readonly reference: string | undefined;
  readonly party: PartyId | undefined;
  readonly partyName: Localized | undefined;
  readonly dueAt: Instant | undefined;
}

/** Everything named must hold. */
export interface PublicQuery {
  /** These and nothing else counts, held ones too. */
  readonly ids?: readonly string[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly reportedFrom?: Instant | undefined;
  readonly reportedTo?: Instant | undefined;
  readonly updatedFrom?: Instant | undefined;
  readonly updatedTo?: Instant | undefined;
  readonly open?: boolean | undefined;
  readonly near?: { readonly place: Position; readonly metres: number } | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
}

/** Something that happened to a report's case after it was reported. */
export interface PublicStep {
  /** Of the ledger event and the report: the same one has the same id for ever. */
  readonly id: string;
  readonly requestId: string;
  readonly at: Instant;
  /** The ledger's word for what was done. */
  readonly action: string;
  readonly state: CaseState;
}

export interface PublicRequests {
  /** Newest first. */
  list(query: PublicQuery): Promise<PublicRequest[]>;
  /** Changes of state in `[from, to]`, oldest first. */
  listSteps(query: {
    readonly from: Instant;
    readonly to: Instant;
    readonly ids?: readonly string[] | undefined;
    readonly limit: number;
  }): Promise<PublicStep[]>;
  /** Whether a photo may be shown to anyone. */
  isPublicPhoto(key: string): Promise<boolean>;
}
