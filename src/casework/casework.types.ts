/** What the casework room offers to adapters and to `app`. Implemented by `createCasework` in `casework.ts`. */
import type { Actor, CaseAction, CaseEvent, CaseState, WorkOrderAction, WorkOrderState } from '#kernel/case.ts';
import type { FindingChange } from '#kernel/finding.ts';
import type { Position } from '#kernel/geo.ts';
import type { DayRoot } from '#kernel/ledger.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DomainId, Grade, Level, Localized, PartyId } from '#kernel/words.ts';
import type { ReceiptDraft } from './receipts/storage.ts';
import type { Answers } from './record.ts';

/** Where a place lies and who is responsible there, as territory and people know it; given to casework by `app`. */
export interface Responsibility {
  readonly cell: string;
  readonly community: string;
  readonly street: string;
  readonly district: string;
  readonly address: Localized;
  /** Where a confidential case is said to be. */
  readonly cellName?: Localized | undefined;
  /** The party for a role at this place. */
  partyFor(role: string): PartyId | undefined;
  /** The named grid worker of the cell. */
  readonly gridWorker: { readonly party: PartyId; readonly name: string } | undefined;
}

/** What a failing main takes with it: proposed by the network and the map, given to casework by `app`. */
export interface Impact {
  /** Valves to close, nearest first, with whether they are on the list because the network needs them. */
  readonly valves: readonly {
    readonly assetId: AssetId;
    readonly name: string;
    readonly place: Position;
    readonly distanceMetres: number;
  }[];
  readonly links: readonly AssetId[];
  readonly cells: readonly string[];
  readonly buildings: number;
  /** Counts only; under 5 is suppressed to undefined. */
  readonly residents: number | undefined;
  readonly criticalSites: readonly {
    readonly id: string;
    readonly name: Localized;
    readonly kind: string;
    readonly place: Position;
    readonly distanceMetres: number;
  }[];
}

export interface NewReport {
  readonly caseClass: string;
  readonly place: Position;
  readonly description: string;
  readonly source: 'resident' | 'grid_worker' | 'hotline' | 'integrator';
  readonly reporter: Actor;
  readonly photos: readonly string[];
  /** Code of the report category it was told under. */
  readonly category?: string | undefined;
  /** Answers to the questions of the category; nothing in them names a person. */
  readonly answers?: Answers | undefined;
  /** Of who reported, BCP 47. */
  readonly language?: string | undefined;
  /** The open case that who reported says is the same; taken at their word when it lies near. */
  readonly joins?: string | undefined;
  /** Kept in the same transaction as the case: a report and its receipt exist together or not at all. */
  readonly receipt?: ReceiptDraft | undefined;
}

export interface PlacedReport {
  readonly caseId: string;
  readonly reportId: string;
  readonly reference: string;
  /** It joined a case that was there before. */
  readonly merged: boolean;
  /** The receipt as it is stored; `isNew` is false when the same client id had come before. */
  readonly receipt?: { readonly id: string; readonly code: string; readonly isNew: boolean } | undefined;
}

export interface WorkOrder {
  readonly id: string;
  readonly caseId: string;
  readonly key: string;
  readonly party: PartyId;
  readonly partyName: Localized;
  readonly role: string;
  readonly lead: boolean;
  /** The crew proposed to go: the nearest free one of the party. The party decides. */
  readonly crew?: PartyId | undefined;
  readonly task: Localized;
  readonly state: WorkOrderState;
  readonly issuedAt: Instant;
  readonly acceptBy: Instant;
  readonly finishBy: Instant;
  readonly acceptedAt: Instant | undefined;
  readonly arrivedAt: Instant | undefined;
  readonly finishedAt: Instant | undefined;
  readonly needsPhoto: boolean;
  readonly feedback: string | undefined;
  readonly photos: readonly string[];
}

/** The clock that runs now: what must be done by when. None on closed and paused cases. */
export interface RunningClock {
  readonly stage: 'acknowledge' | 'accept' | 'handle' | 'verify';
  readonly dueAt: Instant;
  readonly startedAt: Instant;
  readonly basis: 'calendar' | 'working';
  readonly pausedSince: Instant | undefined;
}

export interface CaseSummary {
  readonly id: string;
  /** Human reference, `MC-20260301-0042`. */
  readonly reference: string;
  readonly caseClass: string;
  readonly domain: DomainId;
  readonly name: Localized;
  readonly state: CaseState;
  readonly grade: Grade;
  readonly level: Level;
  readonly place: Position;
  readonly address: Localized;
  readonly cell: string;
  readonly community: string;
  readonly street: string;
  readonly district: string;
  readonly openedAt: Instant;
  /** Where the response time starts: the Observation behind the first finding was received, or the report was made. */
  readonly raisedAt: Instant;
  readonly acknowledgedAt: Instant | undefined;
  /** Until when somebody had to acknowledge it; for a case that the system dispatched by itself, until when the party had to accept. */
  readonly acknowledgeBy: Instant | undefined;
  /** True while nobody has confirmed that it is what its class says; `confirm` is what it waits for. */
  readonly awaitsConfirmation: boolean;
  /** The case it went on in. */
  readonly mergedInto: string | undefined;
  readonly closedAt: Instant | undefined;
  readonly clock: RunningClock | undefined;
  readonly party: PartyId | undefined;
  readonly partyName: Localized | undefined;
  readonly assetId: AssetId | undefined;
  /** Latest plain sentence about it. */
  readonly sentence: Localized;
  readonly findings: number;
  readonly reports: number;
  readonly escalations: number;
  readonly bounces: number;
  readonly onTime: boolean | undefined;
  readonly updatedAt: Instant;
  /** Sequence of its newest ledger event. */
  readonly sequence: number;
  /** A confidential case: only these parties may know of it. Undefined: everybody within reach. */
  readonly visibleTo?: readonly PartyId[] | undefined;
}

export interface CaseDetail extends CaseSummary {
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly plan: { readonly id: string; readonly name: Localized } | undefined;
  readonly workOrders: readonly WorkOrder[];
  readonly impact: Impact | undefined;
  readonly children: readonly {
    readonly kind: 'finding' | 'report';
    readonly id: string;
    readonly at: Instant;
    readonly clearedAt: Instant | undefined;
    readonly place: Position;
    readonly sentence: Localized;
    readonly datastreamId: number | undefined;
    readonly source: string | undefined;
  }[];
  readonly events: readonly CaseEvent[];
  readonly deferral: { readonly requestedUntil: Instant; readonly reason: string; readonly by: string } | undefined;
  readonly evaluation: Readonly<Record<string, unknown>> | undefined;
}

/** Details that an action needs; see `actions.ts` for each action's own shape. */
export type ActionDetails = Readonly<Record<string, unknown>>;

export interface CaseQuery {
  readonly states?: readonly CaseState[] | undefined;
  readonly open?: boolean | undefined;
  readonly domain?: DomainId | undefined;
  readonly grade?: Grade | undefined;
  /** Cases this party has a part in: dispatched to it, or with a work order for it. */
  readonly party?: PartyId | undefined;
  /** Cases that lie in one of these areas, of whatever level. */
  readonly areas?: readonly string[] | undefined;
  /** The queue as it was at this instant. */
  readonly at?: Instant | undefined;
  readonly text?: string | undefined;
  /** Confidential cases are left out, also from the total, unless they are for one of these parties. */
  readonly confidentialFor?: readonly PartyId[] | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly limit: number;
}

export interface CaseChange {
  readonly summary: CaseSummary;
  readonly event: CaseEvent;
}

export interface Casework {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A finding was raised, regraded or cleared: opens, joins, regrades or lets a case be verified. Idempotent by finding key and change. */
  onFinding(change: FindingChange): Promise<void>;
  /** Reports that come while one is being decided on are decided on together. */
  report(report: NewReport): Promise<PlacedReport>;
  /**
   * Who reported says whether it is solved. `reason` is what a reopened case is given as its reason, free of personal data.
   * Errors: `report.unknown`, `rating.too_early`, `rating.too_late`.
   */
  rateReport(
    reportId: string,
    rating: { readonly solved: boolean; readonly satisfied: number | undefined; readonly reason: string },
  ): Promise<CaseSummary>;
  /** Who reported adds something. Errors: `report.unknown`, `text.…`. */
  noteOnReport(
    reportId: string,
    note: { readonly text: string; readonly photos: readonly string[] },
  ): Promise<CaseSummary>;
  /** Errors: `case.move_not_allowed` (409, names state and action), `case.handler_verifies` (403), `case.pushed_down` (409) … */
  act(caseId: string, action: CaseAction, details: ActionDetails, actor: Actor): Promise<CaseDetail>;
  actOnOrder(orderId: string, action: WorkOrderAction, details: ActionDetails, actor: Actor): Promise<CaseDetail>;
  getCase(caseId: string, at?: Instant): Promise<CaseDetail>;
  listCases(query: CaseQuery): Promise<{ cases: CaseSummary[]; total: number }>;
  /** Those of confidential cases are left out unless the case is for one of these parties. */
  listOrders(query: {
    party?: PartyId | undefined;
    open?: boolean | undefined;
    confidentialFor?: readonly PartyId[] | undefined;
  }): Promise<WorkOrder[]>;
  /** Which actions the state allows; the adapter intersects with the caller's permissions. */
  allowedActions(summary: CaseSummary): CaseAction[];
  /** Deadlines, escalations, verification by sensors: called by the job runner; decides by `now`, not by how often it runs. */
  tick(now: Instant): Promise<void>;
  /** The published roots of finished days, newest first. */
  dayRoots(limit: number): Promise<DayRoot[]>;
  /** Throws the read model away and computes it again from the events. For repairs; the city stands still meanwhile. */
  rebuild(): Promise<void>;
  /** Events with sequence > `after`, in order: the live stream's resume and the export. */
  events(after: number, limit: number): Promise<CaseEvent[]>;
}
