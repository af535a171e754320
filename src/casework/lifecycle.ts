/**
 * The life of a case and of a work order, each as one table. An action that is not in the row of a state is refused there
 * (`case.move_not_allowed`, `order.move_not_allowed`); an action that leads to its own state leaves a trace and changes no state.
 *
 * The tables say what is possible; who may do it and when is decided in `actions.ts`. `docs/case-lifecycle.md` is drawn from here.
 */
import type { CaseAction, CaseState, WorkOrderAction, WorkOrderState } from '#kernel/case.ts';

export type Transitions<State extends string, Action extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Action, State>>>>
>;

/** How a case begins: `collect` from nothing. */
export const FIRST_STATE: CaseState = 'collected';

export const transitions: Transitions<CaseState, CaseAction> = {
  collected: {
    acknowledge: 'collected',
    confirm: 'opened',
    dismiss: 'dismissed',
    merge: 'merged',
    escalate: 'collected',
    regrade: 'collected',
    locate: 'collected',
    note: 'collected',
  },
  opened: {
    acknowledge: 'opened',
    confirm: 'opened',
    dispatch: 'dispatched',
    dismiss: 'dismissed',
    merge: 'merged',
    escalate: 'opened',
    regrade: 'opened',
    locate: 'opened',
    note: 'opened',
  },
  dispatched: {
    acknowledge: 'dispatched',
    confirm: 'dispatched',
    dispatch: 'dispatched',
    accept: 'in_progress',
    return: 'opened',
    dismiss: 'dismissed',
    merge: 'merged',
    pause: 'dispatched',
    resume: 'dispatched',
    request_deferral: 'dispatched',
    approve_deferral: 'dispatched',
    refuse_deferral: 'dispatched',
    escalate: 'dispatched',
    regrade: 'dispatched',
    locate: 'dispatched',
    note: 'dispatched',
  },
  in_progress: {
    confirm: 'in_progress',
    dispatch: 'dispatched',
    return: 'opened',
    finish: 'handled',
    dismiss: 'dismissed',
    merge: 'merged',
    pause: 'in_progress',
    resume: 'in_progress',
    request_deferral: 'in_progress',
    approve_deferral: 'in_progress',
    refuse_deferral: 'in_progress',
    escalate: 'in_progress',
    regrade: 'in_progress',
    locate: 'in_progress',
    note: 'in_progress',
  },
  handled: {
    verify_pass: 'closed',
    verify_fail: 'dispatched',
    regrade: 'handled',
    note: 'handled',
  },
  closed: { evaluate: 'evaluated', reopen: 'dispatched', note: 'closed' },
  evaluated: { reopen: 'dispatched', note: 'evaluated' },
  dismissed: { reopen: 'opened', note: 'dismissed' },
  merged: { note: 'merged' },
};

export const orderTransitions: Transitions<WorkOrderState, WorkOrderAction> = {
  issued: { accept: 'accepted', refuse: 'refused', cancel: 'cancelled' },
  accepted: { set_out: 'on_the_way', arrive: 'arrived', finish: 'finished', refuse: 'refused', cancel: 'cancelled' },
  on_the_way: { arrive: 'arrived', finish: 'finished', refuse: 'refused', cancel: 'cancelled' },
  arrived: { finish: 'finished', refuse: 'refused', cancel: 'cancelled' },
  finished: {},
  refused: { cancel: 'cancelled' },
  cancelled: {},
};

/** Actions that only the system takes; nobody is offered them. */
export const SYSTEM_ACTIONS: ReadonlySet<CaseAction> = new Set(['collect', 'evaluate', 'escalate']);

/** States in which a case still asks something of somebody. */
export const OPEN_STATES: readonly CaseState[] = ['collected', 'opened', 'dispatched', 'in_progress', 'handled'];

export const isOpen = (state: CaseState): boolean => OPEN_STATES.includes(state);

/** Orders that somebody still works on, or should. A refused one is still asked for until it is reissued or cancelled. */
export const isOrderOpen = (state: WorkOrderState): boolean =>
  state !== 'finished' && state !== 'cancelled' && state !== 'refused';

/** The state an action leads to; undefined when it is not allowed there. */
export const nextState = (state: CaseState, action: CaseAction): CaseState | undefined => transitions[state][action];

export const nextOrderState = (state: WorkOrderState, action: WorkOrderAction): WorkOrderState | undefined =>
  orderTransitions[state][action];
