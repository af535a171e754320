/** The ids of the queue as it is on the screen, in its order: what J and K walk along. */
import { queueOf } from './queue.view.ts';
import { getOps } from './store.ts';

export function shownQueue(): string[] {
  const { cases, filter, session } = getOps();
  return queueOf(cases?.values() ?? [], filter, session?.account.party).map(({ id }) => id);
}
