/** The one closed loop: collect → open → dispatch → handle → feed back → verify → close → evaluate. */
import type { Instant } from './time.ts';

export type CaseState =
  | 'collected' // an alarm or report has come in; an analyst, or a check on site, confirms it
  | 'opened' // filed: it is real and has a class and a cell
  | 'dispatched' // given to a responsible party, not yet accepted
  | 'in_progress' // accepted
  | 'handled' // fed back as done, waiting to be verified
  | 'closed'
  | 'evaluated'
  | 'dismissed' // false alarm or not the city's
  | 'merged'; // the same trouble as another case, which carries its findings and reports on

/** What a person or the system may do to a case; the moves are the table in `casework/lifecycle.ts`. */
export type CaseAction =
  | 'collect'
  | 'acknowledge'
  | 'confirm'
  | 'dismiss'
  | 'dispatch'
  | 'accept'
  | 'return'
  | 'finish'
  | 'verify_pass'
  | 'verify_fail'
  | 'evaluate'
  | 'reopen'
  | 'pause'
  | 'resume'
  | 'request_deferral'
  | 'approve_deferral'
  | 'refuse_deferral'
  | 'escalate'
  | 'merge'
  | 'regrade'
  | 'locate'
  | 'note';

export type WorkOrderState = 'issued' | 'accepted' | 'on_the_way' | 'arrived' | 'finished' | 'refused' | 'cancelled';
export type WorkOrderAction = 'accept' | 'set_out' | 'arrive' | 'finish' | 'refuse' | 'cancel';

/** Who did something: an account, a party's account, or the system itself. */
export interface Actor {
  readonly kind: 'account' | 'key' | 'system' | 'resident';
  readonly id: string;
  readonly name: string;
  readonly party?: string | undefined;
}

/** One entry of the ledger. `hash` covers everything else and `previous`; see `ledger.ts`. */
export interface CaseEvent {
  /** Position in the city's one chain, from 1 without gaps. */
  readonly sequence: number;
  readonly caseId: string;
  readonly at: Instant;
  readonly actor: Actor;
  /**
   * A case action, or a work-order action prefixed with `order.` (and `order.issue`), or `report.added`, `report.answered`,
   * `report.rated`, `finding.changed`, `plan.chosen`, `reclass`, `case.absorbed`; and `rules.adopted`, which belongs to no case (`caseId` is `city`).
   */
  readonly type: string;
  readonly from: CaseState | undefined;
  readonly to: CaseState | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly previous: string;
  readonly hash: string;
}
