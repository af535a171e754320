import type { CaseAction } from '#kernel/case.ts';
import { ASKS, isImmediate } from '../actions.view.ts';
import { act, notifyError } from '../controller.ts';
import { setOps } from '../store.ts';

/** Does what needs nothing further at once; otherwise asks: in a dialog, or, for a pipe, by a click on the map. */
export function requestAction(caseId: string, action: CaseAction): void {
  if (isImmediate(action)) void act(caseId, action, {}).catch(notifyError);
  else if (ASKS[action]?.includes('pipe')) setOps({ locating: caseId });
  else setOps({ dialog: { kind: 'action', action, caseId } });
}
