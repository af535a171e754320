/** mySociety's thirteen words for how a request stands, and what they mean in a case's life. */
import type { CaseState } from '#kernel/case.ts';

export const STATUSES = [
  'OPEN',
  'INVESTIGATING',
  'FOR_TRIAGE',
  'IN_PROGRESS',
  'PLANNED',
  'ACTION_SCHEDULED',
  'INTERNAL_REFERRAL',
  'REOPEN',
  'DUPLICATE',
  'NOT_COUNCILS_RESPONSIBILITY',
  'NO_FURTHER_ACTION',
  'FIXED',
  'CLOSED',
] as const;
export type UpdateStatus = (typeof STATUSES)[number];

/** Case and spaces do not matter: some clients send `in progress`. */
export const findStatus = (text: string): UpdateStatus | undefined =>
  STATUSES.find(
    (status) =>
      status ===
      text
        .trim()
        .toUpperCase()
        .replaceAll(/[\s-]+/g, '_'),
  );

/** Who says one of these is done with it, solved or not. */
const ENDED: ReadonlySet<UpdateStatus> = new Set([
  'DUPLICATE',
  'NOT_COUNCILS_RESPONSIBILITY',
  'NO_FURTHER_ACTION',
  'FIXED',
  'CLOSED',
]);
export const isEnded = (status: UpdateStatus): boolean => ENDED.has(status);

const OF_STATE: Readonly<Record<CaseState, UpdateStatus>> = {
  collected: 'FOR_TRIAGE',
  opened: 'INVESTIGATING',
  dispatched: 'ACTION_SCHEDULED',
  in_progress: 'IN_PROGRESS',
  handled: 'IN_PROGRESS',
  closed: 'FIXED',
  evaluated: 'FIXED',
  dismissed: 'NO_FURTHER_ACTION',
  merged: 'DUPLICATE',
};

/** The status that a step of a case means; undefined when it changes nothing for whoever reported it. */
export function statusOfStep(action: string, state: CaseState): UpdateStatus | undefined {
  if (action === 'reopen' || action === 'verify_fail') return 'REOPEN';
  if (action === 'return') return 'INTERNAL_REFERRAL';
  // Evaluating judges the office, not the trouble; being merged goes on in the other case, whose steps are told.
  if (action === 'evaluate' || action === 'merge') return undefined;
  return OF_STATE[state];
}

export const statusOfState = (state: CaseState | undefined): UpdateStatus =>
  state === undefined ? 'FOR_TRIAGE' : OF_STATE[state];
