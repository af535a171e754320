/** A case as its events have made it: what `fold.ts` computes, the read model stores and every decision looks at. Plain JSON. */
import type { Actor, CaseState, WorkOrderState } from '#kernel/case.ts';
import type { Position } from '#kernel/geo.ts';
import type { Clock } from '#kernel/rules.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DomainId, Grade, Level, Localized, PartyId } from '#kernel/words.ts';
import type { Impact } from './casework.types.ts';

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Where a case lies, as written into its events. */
export interface Where {
  readonly place: Position;
  readonly address: Localized;
  readonly cell: string;
  readonly community: string;
  readonly street: string;
  readonly district: string;
}

/** The case's own clocks, or `order:<id>:accept` and `order:<id>:finish`. */
export type ClockId = string;

export interface ClockState {
  readonly basis: Clock['basis'];
  readonly minutes: number;
  readonly startedAt: Instant;
  dueAt: Instant;
  /** Met or no longer asked for. */
  stoppedAt?: Instant | undefined;
  onTime?: boolean | undefined;
  pausedSince?: Instant | undefined;
  /** Of the clock's own time, in milliseconds, when it was paused or stopped. */
  remainingMs?: number | undefined;
  /** How often this deadline has escalated. */
  escalated: number;
}

/** What an event says about a clock. `start` starts at the time of the event; `drop`: nobody asks for it any more. */
export type ClockChange =
  | {
      readonly clock: ClockId;
      readonly change: 'start';
      readonly basis: Clock['basis'];
      readonly minutes: number;
      readonly dueAt: Instant;
    }
  | { readonly clock: ClockId; readonly change: 'stop'; readonly onTime: boolean; readonly remainingMs: number }
  | { readonly clock: ClockId; readonly change: 'pause'; readonly remainingMs: number }
  | { readonly clock: ClockId; readonly change: 'resume'; readonly dueAt: Instant }
  | { readonly clock: ClockId; readonly change: 'move'; readonly dueAt: Instant }
  | { readonly clock: ClockId; readonly change: 'drop' };

export interface FindingChild {
  readonly kind: 'finding';
  /** The finding's key. */
  readonly id: string;
  readonly at: Instant;
  readonly lastAt: Instant;
  readonly clearedAt?: Instant | undefined;
  readonly place: Position;
  readonly sentence: Localized;
  readonly grade: Grade;
  readonly opens?: string | undefined;
  readonly basis: readonly string[];
  readonly datastreamId?: number | undefined;
  readonly assetId?: AssetId | undefined;
  readonly source: string;
  readonly facts: Facts;
  /** Which changes of it are in the history: `escalated@1767225600000`. */
  readonly seen: readonly string[];
  /** The later case that this finding belongs to now, when it got worse after this one was over. */
  readonly movedTo?: string | undefined;
}

/** Question code → answer, without anything that names a person. */
export type Answers = Readonly<Record<string, string | number | readonly string[]>>;

/** What who reported thinks of it; their words are not in the ledger. */
export interface ReportRating {
  readonly at: Instant;
  readonly solved: boolean;
  readonly satisfied?: number | undefined;
}

export interface ReportChild {
  readonly kind: 'report';
  readonly id: string;
  readonly at: Instant;
  readonly place: Position;
  readonly sentence: Localized;
  readonly source: string;
  readonly caseClass: string;
  readonly reporter: Actor;
  readonly photos: readonly string[];
  readonly answeredAt?: Instant | undefined;
  readonly answer?: { readonly outcome: string; readonly sentence: Localized } | undefined;
  /** Code of the report category it was told under. */
  readonly category?: string | undefined;
  readonly answers?: Answers | undefined;
  readonly language?: string | undefined;
  readonly rating?: ReportRating | undefined;
}

export type Child = FindingChild | ReportChild;

export interface OrderRecord {
  readonly id: string;
  readonly key: string;
  readonly party: PartyId;
  readonly partyName: Localized;
  readonly crew?: PartyId | undefined;
  readonly role: string;
  readonly lead: boolean;
  readonly task: Localized;
  readonly needsPhoto: boolean;
  state: WorkOrderState;
  readonly issuedAt: Instant;
  acceptedAt?: Instant | undefined;
  arrivedAt?: Instant | undefined;
  finishedAt?: Instant | undefined;
  feedback?: string | undefined;
  photos: readonly string[];
  /** Why it was refused or cancelled. */
  reason?: string | undefined;
  /** The order issued in its place. */
  replacedBy?: string | undefined;
}

/** The details of a `collect` event: all a case begins with. */
export interface Beginning extends Where {
  readonly reference: string;
  readonly caseClass: string;
  readonly domain: DomainId;
  readonly name: Localized;
  readonly grade: Grade;
  readonly level: Level;
  readonly raisedAt: Instant;
  readonly awaitsConfirmation: boolean;
  readonly assetId?: AssetId | undefined;
  readonly facts: Facts;
  readonly sentence: Localized;
  readonly children: readonly Child[];
  /** An earlier case about the same finding, which had been closed or dismissed. */
  readonly follows?: string | undefined;
}

export interface CaseRecord {
  readonly id: string;
  readonly reference: string;
  caseClass: string;
  domain: DomainId;
  name: Localized;
  state: CaseState;
  grade: Grade;
  /** A person set the grade: only worse findings change it again. */
  gradeHeld: boolean;
  /** A person said where it is: findings do not move it any more. */
  located: boolean;
  level: Level;
  place: Position;
  address: Localized;
  cell: string;
  community: string;
  street: string;
  district: string;
  readonly openedAt: Instant;
  readonly raisedAt: Instant;
  acknowledgedAt?: Instant | undefined;
  acknowledgeBy?: Instant | undefined;
  dispatchedAt?: Instant | undefined;
  handledAt?: Instant | undefined;
  /** The last check that found it done. */
  verified?:
    | { readonly at: Instant; readonly by: 'sensors' | 'person'; readonly photos: readonly string[] }
    | undefined;
  closedAt?: Instant | undefined;
  awaitsConfirmation: boolean;
  assetId?: AssetId | undefined;
  sentence: Localized;
  facts: Facts;
  plan?: { readonly id: string; readonly name: Localized } | undefined;
  impact?: Impact | undefined;
  clocks: Record<ClockId, ClockState>;
  pausedSince?: Instant | undefined;
  deferral?:
    | { readonly requestedUntil: Instant; readonly reason: string; readonly by: string; readonly byId: string }
    | undefined;
  deferred: boolean;
  orders: OrderRecord[];
  children: Child[];
  party?: PartyId | undefined;
  partyName?: Localized | undefined;
  firstReceiver?: PartyId | undefined;
  bounces: number;
  escalations: number;
  verifyFailures: number;
  reopened: number;
  acceptLate: boolean;
  onTime?: boolean | undefined;
  /** Everyone who took part in handling; none of them may verify. */
  handlers: { accounts: string[]; parties: PartyId[] };
  mergedInto?: string | undefined;
  evaluation?: Readonly<Record<string, unknown>> | undefined;
  updatedAt: Instant;
  sequence: number;
}
