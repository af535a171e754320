/** Which of the actions a person may take stands in front, and what each one asks for before it is done. */
import type { CaseAction, CaseState, WorkOrderAction, WorkOrderState } from '#kernel/case.ts';

/** What a form asks. `reason?` may be left empty. */
export type Ask =
  | 'reason'
  | 'reason?'
  | 'comment?'
  | 'feedback?'
  | 'party'
  | 'until'
  | 'grade'
  | 'merge'
  | 'photos'
  | 'text'
  | 'pipe';

export const ASKS: Readonly<Partial<Record<CaseAction, readonly Ask[]>>> = {
  confirm: ['reason?'],
  dismiss: ['reason'],
  dispatch: ['party'],
  return: ['reason'],
  finish: ['feedback?'],
  verify_pass: ['photos', 'comment?'],
  verify_fail: ['reason'],
  reopen: ['reason'],
  pause: ['reason'],
  request_deferral: ['until', 'reason'],
  refuse_deferral: ['reason'],
  merge: ['merge', 'reason?'],
  regrade: ['grade', 'reason'],
  locate: ['pipe'],
  note: ['text'],
};

/** Actions of the system, or that the ladder of deadlines takes by itself. */
const NEVER_OFFERED: ReadonlySet<CaseAction> = new Set(['collect', 'evaluate', 'escalate']);

const ORDER: readonly CaseAction[] = [
  'confirm',
  'dispatch',
  'accept',
  'finish',
  'verify_pass',
  'approve_deferral',
  'resume',
  'acknowledge',
  'dismiss',
  'verify_fail',
  'refuse_deferral',
  'locate',
  'merge',
  'regrade',
  'return',
  'pause',
  'request_deferral',
  'note',
  'reopen',
];

/** What moves the case on from where it is. */
const FORWARD: Readonly<Record<CaseState, readonly CaseAction[]>> = {
  collected: ['confirm', 'acknowledge'],
  opened: ['confirm', 'dispatch', 'acknowledge'],
  dispatched: ['confirm', 'approve_deferral', 'accept', 'acknowledge', 'resume'],
  in_progress: ['confirm', 'approve_deferral', 'finish', 'resume'],
  handled: ['verify_pass'],
  closed: [],
  evaluated: [],
  dismissed: [],
  merged: [],
};

/** The other half of the decision the primary action asks for: it stands beside it as a word. */
const ALTERNATIVE: Readonly<Partial<Record<CaseAction, CaseAction>>> = {
  confirm: 'dismiss',
  verify_pass: 'verify_fail',
  accept: 'return',
  approve_deferral: 'refuse_deferral',
};

export interface Offer {
  readonly primary: CaseAction | undefined;
  readonly secondary: CaseAction | undefined;
  readonly rest: readonly CaseAction[];
}

export interface Offered {
  readonly state: CaseState;
  readonly actions: readonly CaseAction[];
  readonly awaitsConfirmation: boolean;
  readonly isAcknowledged: boolean;
  readonly hasDeferral: boolean;
}

/** One action in front, at most one beside it, everything else in the menu in its usual order. */
export function offerOf({ state, actions, awaitsConfirmation, isAcknowledged, hasDeferral }: Offered): Offer {
  const allowed = actions.filter((action) => {
    if (NEVER_OFFERED.has(action)) return false;
    if (action === 'confirm') return awaitsConfirmation;
    if (action === 'acknowledge') return !isAcknowledged;
    if (action === 'approve_deferral' || action === 'refuse_deferral') return hasDeferral;
    return true;
  });
  const primary = FORWARD[state].find((action) => allowed.includes(action));
  const beside = primary && ALTERNATIVE[primary];
  const secondary = beside && allowed.includes(beside) ? beside : undefined;
  const rest = ORDER.filter((action) => allowed.includes(action) && action !== primary && action !== secondary);
  return { primary, secondary, rest };
}

/** Done at once, without a form. */
export const isImmediate = (action: CaseAction): boolean => ASKS[action] === undefined;

/** What a handler can do next with a work order: one step at a time, the next first. */
export function orderSteps(state: WorkOrderState): readonly WorkOrderAction[] {
  const steps: Readonly<Record<WorkOrderState, readonly WorkOrderAction[]>> = {
    issued: ['accept', 'refuse'],
    accepted: ['set_out', 'finish'],
    on_the_way: ['arrive', 'finish'],
    arrived: ['finish'],
    finished: [],
    refused: [],
    cancelled: [],
  };
  return steps[state];
}

/** Whether somebody of `own` may take the steps of `party`: the party itself, a crew of it, or an account bound to no party. */
export function actsFor(
  own: string | undefined | null,
  party: string,
  parties: readonly { readonly id: string; readonly parent?: string | undefined }[],
): boolean {
  if (own === undefined || own === null || own === party) return true;
  const parent = parties.find(({ id }) => id === own)?.parent;
  return parent !== undefined && parent === party;
}

/** How far a work order has come, 0 to 4, for its row of four steps; undefined when it went another way. */
export function orderProgress(state: WorkOrderState): number | undefined {
  const progress: Readonly<Record<WorkOrderState, number | undefined>> = {
    issued: 0,
    accepted: 1,
    on_the_way: 2,
    arrived: 3,
    finished: 4,
    refused: undefined,
    cancelled: undefined,
  };
  return progress[state];
}

/** The clock of a work order that runs now; none once it is over. */
export function orderClock(order: {
  readonly state: WorkOrderState;
  readonly issuedAt: number;
  readonly acceptBy: number;
  readonly finishBy: number;
}): { startedAt: number; dueAt: number; pausedSince: undefined } | undefined {
  const progress = orderProgress(order.state);
  if (progress === undefined || progress === 4) return undefined;
  return { startedAt: order.issuedAt, dueAt: progress === 0 ? order.acceptBy : order.finishBy, pausedSince: undefined };
}
