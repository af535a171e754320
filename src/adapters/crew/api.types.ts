/**
 * The crew's API, `/api/v1/crew/…`: what /crew speaks (permission `crew.work`). Instants are milliseconds since 1970, positions
 * `[longitude, latitude]`. Photos go through `POST /api/v1/photos` first; their keys are the SHA-256 of what is stored.
 *
 *   GET  /crew/day?since=VERSION   → DayView        everything a day without network needs; with `since` only what has changed
 *   POST /crew/sync  SyncBody      → SyncView       what was done, in order, each exactly once; the same id answers the same again
 *   GET  /crew/cells/:id           → CellView       permission `city.read`: the cell page of /ops
 *   GET  /crew/proofs?case=ID      → { proofs }     permission `city.read`: place-and-time proof of what was done on site
 */
import type { Outcome, ProofFlag, Standing } from '#domains/community/community.types.ts';
import type { Polygon, Position } from '#kernel/geo.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, Grade, Localized } from '#kernel/words.ts';

export type { Outcome, ProofFlag, Standing };

export const TASK_KINDS = ['order', 'check', 'verify', 'visit', 'booking'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** One thing to do. What can be done about it follows from kind and state; see `ACTION_KINDS`. */
export interface TaskView {
  /** `order:ID`: stable over days. */
  readonly id: string;
  readonly kind: TaskKind;
  /** Id of the work order, the case, the visit or the booking. */
  readonly target: string;
  readonly caseId: string | undefined;
  readonly reference: string | undefined;
  readonly title: Localized;
  /** What is wrong or wanted, in one sentence. */
  readonly sentence: Localized;
  readonly place: Position | undefined;
  readonly address: Localized;
  readonly cell: string | undefined;
  readonly grade: Grade | undefined;
  /** Work orders: issued, accepted, on_the_way, arrived. Others: `due`. */
  readonly state: string;
  readonly startedAt: Instant | undefined;
  readonly dueAt: Instant | undefined;
  readonly needsPhoto: boolean;
  /** Keys of photos that show how it was. */
  readonly before: readonly string[];
  /** Keys of photos that show how it was said to be done. */
  readonly after: readonly string[];
  /** How many have told it. */
  readonly reports: number;
  /** Send it back with every action: the city then knows what the person had seen. */
  readonly version: number;
}

export interface CellOutline {
  readonly id: string;
  readonly name: Localized;
  readonly polygon: Polygon;
  readonly worker: string | undefined;
}

export interface ComponentView {
  readonly id: AssetId;
  readonly name: Localized;
  readonly className: Localized;
  readonly domain: string;
  readonly place: Position;
  readonly cell: string;
}

export interface OpenCaseView {
  readonly id: string;
  readonly reference: string;
  readonly name: Localized;
  readonly sentence: Localized;
  readonly grade: Grade;
  readonly state: string;
  readonly place: Position;
  readonly cell: string;
  readonly partyName: Localized | undefined;
  readonly dueAt: Instant | undefined;
}

export interface HandoverView {
  readonly id: string;
  readonly from: string;
  readonly at: Instant;
  readonly note: string;
}

/** What does not change within a day; left out when `since` was given and still holds. */
export interface GroundView {
  readonly city: { readonly id: string; readonly name: Localized; readonly timeZone: string };
  readonly cells: readonly CellOutline[];
  readonly components: readonly ComponentView[];
  readonly roads: readonly { readonly name: Localized; readonly kind: string; readonly line: readonly Position[] }[];
  readonly categories: readonly { readonly code: string; readonly name: Localized; readonly icon: string }[];
  readonly walking: { readonly metresPerMinute: number; readonly detourFactor: number };
  readonly colleagues: readonly { readonly account: string; readonly name: string }[];
  /** Where the party starts from. */
  readonly base: Position | undefined;
}

export interface DayView {
  /** The city's clock: the phone measures how far its own is off. */
  readonly now: Instant;
  readonly version: string;
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly party: string | undefined;
    readonly partyName: Localized | undefined;
    readonly maySeeOnSite: boolean;
  };
  readonly ground: GroundView | undefined;
  /** All tasks, or with `since` those that have changed. */
  readonly tasks: readonly TaskView[];
  /** Ids of every task there is: what is not here is no longer mine. */
  readonly taskIds: readonly string[];
  readonly cases: readonly OpenCaseView[];
  readonly shift: { readonly startedAt: Instant } | undefined;
  readonly handovers: readonly HandoverView[];
}

export const ACTION_KINDS = [
  'order.accept',
  'order.set_out',
  'order.arrive',
  'order.finish', // details: { feedback }
  'order.refuse', // details: { reason }
  'check.confirm', // it is as the resident said
  'check.dismiss', // details: { reason }
  'check.other', // details: { category, text? }: it is something else, by a patrol category
  'verify.pass', // details: { comment? }
  'verify.fail', // details: { reason }
  'patrol', // target: the category; details: { text? }
  'visit.done', // details: { note? }
  'visit.missed', // details: { reason }
  'booking.done', // details: { note? }
  'booking.missed', // details: { reason }
  'note', // target: a case; details: { text }
  'shift.start',
  'shift.end', // details: { next?: account, note? }
  'handover.read', // target: the handover
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export interface ActionBody {
  /** A UUID made on the phone: the same one is the same action, however often it is sent. */
  readonly id: string;
  readonly kind: ActionKind;
  readonly target: string;
  readonly caseId?: string | undefined;
  /** The phone's own clock when it was done. */
  readonly at: Instant;
  /** City time minus phone time in milliseconds, as last measured before it was done. */
  readonly offset: number;
  readonly baseVersion?: number | undefined;
  readonly place?: { readonly lon: number; readonly lat: number; readonly accuracy: number } | undefined;
  readonly photos?: readonly string[] | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export interface SyncBody {
  /** The phone's clock while sending. */
  readonly sentAt: Instant;
  readonly actions: readonly ActionBody[];
}

export interface ResultView extends Outcome {
  readonly id: string;
  readonly flags: readonly ProofFlag[];
  /** When the city says it was done. */
  readonly doneAt: Instant;
}

export interface SyncView {
  readonly now: Instant;
  readonly results: readonly ResultView[];
}

export interface ProofView {
  readonly id: string;
  readonly kind: ActionKind;
  readonly by: string;
  readonly doneAt: Instant;
  readonly receivedAt: Instant;
  readonly place: Position | undefined;
  readonly accuracyMetres: number | undefined;
  readonly distanceMetres: number | undefined;
  readonly flags: readonly ProofFlag[];
  readonly photos: readonly string[];
}

export interface CellView {
  readonly id: string;
  readonly name: Localized;
  readonly community: Localized | undefined;
  readonly street: Localized | undefined;
  readonly residents: number | undefined;
  readonly polygon: Polygon;
  readonly responsible:
    | { readonly name: string; readonly partyName: Localized; readonly phone: string | undefined }
    | undefined;
  /** What stands there, by class, most of a kind first. */
  readonly components: readonly {
    readonly domain: string;
    readonly className: Localized;
    readonly things: readonly { readonly id: AssetId; readonly name: Localized }[];
  }[];
  readonly open: readonly OpenCaseView[];
  readonly happened: readonly {
    readonly at: Instant;
    readonly kind: 'case' | 'patrol' | 'visit';
    readonly caseId: string | undefined;
    readonly title: Localized;
    readonly state: string;
    readonly by: string | undefined;
  }[];
}
