/**
 * What each event of the ledger says in its `details`. An event carries everything needed to fold it: names as they were, the clocks
 * with their due times, the impact. Folding never looks into today's rules, so yesterday's case stays what it was.
 */
import type { Actor, CaseState } from '#kernel/case.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DomainId, Grade, Level, Localized, PartyId } from '#kernel/words.ts';
import type { Impact } from './casework.types.ts';
import type {
  Beginning,
  Child,
  ClockChange,
  ClockId,
  Facts,
  FindingChild,
  OrderRecord,
  ReportChild,
  Where,
} from './record.ts';

interface WithClocks {
  readonly clocks?: readonly ClockChange[];
}

type NewOrder = Pick<
  OrderRecord,
  'id' | 'key' | 'party' | 'partyName' | 'crew' | 'role' | 'lead' | 'task' | 'needsPhoto'
> & {
  readonly replaces?: string | undefined;
};

export interface EventDetails {
  collect: Beginning & WithClocks;
  'report.added': { readonly report: ReportChild };
  'report.answered': {
    readonly reportId: string;
    readonly reporter: Actor;
    readonly outcome: string;
    readonly sentence: Localized;
  };
  'report.rated': {
    readonly reportId: string;
    readonly solved: boolean;
    readonly satisfied?: number | undefined;
  };
  'finding.changed': { readonly change: string; readonly finding: FindingChild; readonly leads: boolean };
  'case.absorbed': { readonly absorbed: string; readonly children: readonly Child[] };
  reclass: {
    readonly caseClass: string;
    readonly was: string;
    readonly domain: DomainId;
    readonly name: Localized;
    readonly level: Level;
    readonly awaitsConfirmation: boolean;
    readonly facts: Facts;
    readonly assetId?: AssetId | undefined;
    readonly sentence: Localized;
  } & WithClocks;
  'plan.chosen': {
    readonly plan: { readonly id: string; readonly name: Localized };
    readonly impact?: Impact | undefined;
  };

  acknowledge: WithClocks;
  confirm: { readonly reason?: string | undefined } & WithClocks;
  dismiss: { readonly reason: string } & WithClocks;
  dispatch: {
    readonly party: PartyId;
    readonly partyName: Localized;
    readonly order: string;
    readonly firstReceiverLeads?: true | undefined;
  } & WithClocks;
  accept: { readonly party: PartyId; readonly order: string } & WithClocks;
  return: { readonly reason: string; readonly party: PartyId; readonly bounces: number } & WithClocks;
  finish: { readonly feedback?: string | undefined } & WithClocks;
  verify_pass: {
    readonly by: 'sensors' | 'person';
    readonly normalSince?: Instant | undefined;
    readonly comment?: string | undefined;
    readonly photos?: readonly string[];
  };
  verify_fail: { readonly reason: string; readonly photos?: readonly string[] } & WithClocks;
  evaluate: Readonly<Record<string, unknown>>;
  reopen: { readonly reason: string } & WithClocks;
  pause: { readonly reason: string } & WithClocks;
  resume: WithClocks;
  request_deferral: { readonly until: Instant; readonly reason: string };
  approve_deferral: { readonly until: Instant; readonly requestedBy: string } & WithClocks;
  refuse_deferral: { readonly reason: string; readonly requestedBy: string };
  escalate: {
    readonly deadline: ClockId;
    readonly step: number;
    readonly dueAt: Instant;
    readonly level: Level;
    readonly order?: string | undefined;
  };
  merge: { readonly into: string; readonly intoReference: string; readonly reason?: string | undefined } & WithClocks;
  regrade: { readonly grade: Grade; readonly was: Grade; readonly reason: string; readonly held: boolean };
  locate: Where & {
    readonly assetId?: AssetId | undefined;
    readonly facts: Facts;
    readonly reason?: string | undefined;
  };
  /** `report`: who reported adds something to their own report. */
  note: {
    readonly text: string;
    readonly report?: string | undefined;
    readonly photos?: readonly string[] | undefined;
  };

  'order.issue': { readonly order: NewOrder } & WithClocks;
  'order.accept': { readonly order: string } & WithClocks;
  'order.set_out': { readonly order: string };
  'order.arrive': { readonly order: string };
  'order.finish': {
    readonly order: string;
    readonly feedback: string;
    readonly photos: readonly string[];
  } & WithClocks;
  'order.refuse': { readonly order: string; readonly reason: string } & WithClocks;
  'order.cancel': { readonly order: string; readonly reason: string } & WithClocks;
}

export type EventType = keyof EventDetails;

/** An event before it is chained, with details of its own type. */
export interface Draft<T extends EventType = EventType> {
  readonly caseId: string;
  readonly at: Instant;
  readonly actor: Actor;
  readonly type: T;
  readonly from: CaseState | undefined;
  readonly to: CaseState | undefined;
  readonly details: EventDetails[T];
}
