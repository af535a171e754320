/** What the community remembers, as `createCommunity` in `community.ts` offers it to the crew's door and to the care rules. */
import type { Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';

export interface CrewRules {
  readonly patrol: readonly {
    readonly code: string;
    readonly name: Localized;
    readonly icon: string;
    readonly caseClass: string;
  }[];
  /** A home is due again `everyDays` after it was last looked in on, and is missed `dueWithinHours` after it became due. */
  readonly visits: { readonly everyDays: number; readonly dueWithinHours: number };
  readonly walking: { readonly metresPerMinute: number; readonly detourFactor: number };
  readonly proof: { readonly graceMetres: number };
}

/** Where the phone was, as it says itself; `accuracyMetres` is one sigma. */
export interface Whereabouts {
  readonly lon: number;
  readonly lat: number;
  readonly accuracyMetres: number;
}

export type ProofFlag =
  | 'far-from-place' // further away than its accuracy and the grace
  | 'no-place' // the phone did not say where it was
  | 'clock-changed'; // the phone's clock was set between writing and sending

export interface NewAction {
  /** Chosen by the phone (a UUID): the same one again is the same action. */
  readonly id: string;
  readonly account: string;
  readonly accountName: string;
  readonly party: string | undefined;
  readonly kind: string;
  readonly target: string;
  readonly caseId: string | undefined;
  readonly cell: string | undefined;
  readonly doneAt: Instant;
  readonly receivedAt: Instant;
  readonly whereabouts: Whereabouts | undefined;
  readonly distanceMetres: number | undefined;
  readonly flags: readonly ProofFlag[];
  readonly photos: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the city has at the moment about what somebody wanted to change. */
export interface Standing {
  /** State of the work order, the case or the visit. */
  readonly state: string;
  /** Who changed it last, and how: the ledger's word (`order.accept`, `dismiss`). */
  readonly by: string | undefined;
  readonly change: string | undefined;
  readonly at: Instant | undefined;
  readonly version: number;
}

/** How an action ended: `done`; `conflict`, the city has moved on meanwhile; `refused`, it would be wrong at any time. */
export interface Outcome {
  readonly result: 'done' | 'conflict' | 'refused';
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly caseId?: string | undefined;
  readonly standing?: Standing | undefined;
}

export interface StoredAction extends NewAction {
  readonly outcome: Outcome | undefined;
}

export interface Visit {
  readonly id: string;
  readonly pseudonym: string;
  /** Account or party that looks in. */
  readonly carer: string;
  readonly cell: string;
  readonly place: Position | undefined;
  readonly dueAt: Instant;
  readonly state: 'due' | 'done' | 'missed' | 'cancelled';
  readonly settledAt: Instant | undefined;
  readonly settledBy: string | undefined;
  readonly note: string | undefined;
  /** Grows with every change of any visit. */
  readonly version: number;
}

/** A home whose people have asked to be looked in on. */
export interface EnrolledHome {
  readonly pseudonym: string;
  readonly carer: string;
  readonly cell: string;
  readonly place: Position | undefined;
  readonly since: Instant;
}

export interface Shift {
  readonly id: string;
  readonly account: string;
  readonly accountName: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant | undefined;
  readonly nextName: string | undefined;
  readonly note: string | undefined;
}

interface Worker {
  readonly account: string;
  readonly name: string;
  readonly party: string | undefined;
}

export interface Community {
  readonly rules: CrewRules;
  /**
   * Does what an action asks exactly once, and answers the same for the same id ever after. `recover` is asked what became of it
   * when an earlier run was interrupted between doing and writing down; undefined: nothing, so it is done now. When `work` throws,
   * nothing is written down and the phone sends it again. Errors: `crew.action_of_another` (409), `crew.busy` (503).
   */
  perform(
    action: NewAction,
    steps: { work(): Promise<Outcome>; recover(since: Instant): Promise<Outcome | undefined> },
  ): Promise<Outcome>;
  findAction(id: string): Promise<StoredAction | undefined>;
  listActions(query: {
    readonly caseId?: string | undefined;
    readonly cell?: string | undefined;
    readonly kind?: string | undefined;
    readonly limit: number;
  }): Promise<StoredAction[]>;

  /** Puts every home on the list that is due by the pack's rule and is not on it; those no longer enrolled are taken off. */
  planVisits(homes: readonly EnrolledHome[]): Promise<{ planned: number; cancelled: number }>;
  listVisits(query: { readonly carers?: readonly string[] | undefined; readonly due: boolean }): Promise<Visit[]>;
  findVisit(id: string): Promise<Visit | undefined>;
  /** Visits that nobody made in time: for the care rules. */
  listOverdueVisits(now: Instant): Promise<Visit[]>;
  /** Error: `visit.settled` (409) when it is not due any more. */
  settleVisit(id: string, state: 'done' | 'missed', by: Worker, at: Instant, note: string | undefined): Promise<Visit>;

  findShift(account: string): Promise<Shift | undefined>;
  /** Errors: `shift.running` (409). */
  startShift(worker: Worker, at: Instant): Promise<Shift>;
  /** Errors: `shift.none` (409). */
  endShift(
    account: string,
    at: Instant,
    handover: { readonly next: { readonly account: string; readonly name: string } | undefined; readonly note: string },
  ): Promise<Shift>;
  /** What others have left for this account, or for anyone of its party, and nobody has read. */
  listHandovers(account: string): Promise<Shift[]>;
  readHandover(shiftId: string, account: string, at: Instant): Promise<void>;
}
