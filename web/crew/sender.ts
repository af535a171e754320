/**
 * Sends what waits, in the order in which it was done, and fetches the day. Every action carries an id of its own, so that sending
 * again after a lost answer does nothing twice; it leaves the phone only with the city's answer in hand.
 */
import type { SyncView } from '#adapters/crew/api.types.ts';
import { ApiError, getDay, photoUrl, postSync, storePhoto } from './api.ts';
import { dayAfter, mergeDay, offsetOf, taskOf } from './day.view.ts';
import * as kept from './kept.ts';
import { change, getState } from './state.ts';

/** Photos make a batch heavy; a few actions at a time get through a bad line. */
const AT_ONCE = 10;
const AGAIN_MS = 15_000;
const REFRESH_MS = 60_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | undefined;

/** Sends and fetches; calls while it runs are one call more after it. */
let wanted = false;
export function synchronise(): Promise<void> {
  wanted = true;
  running ??= (async () => {
    while (wanted) {
      wanted = false;
      await alone(round);
    }
  })().finally(() => {
    running = undefined;
    plan();
  });
  return running;
}

/** One tab of the phone at a time. */
const alone = (work: () => Promise<void>): Promise<void> =>
  'locks' in navigator ? navigator.locks.request('cityloom-crew', work) : work();

function plan(): void {
  clearTimeout(timer);
  const { phase, waiting, network } = getState();
  if (phase !== 'in') return;
  timer = setTimeout(() => void synchronise(), waiting.length > 0 || network !== 'there' ? AGAIN_MS : REFRESH_MS);
}

export const stopSending = (): void => clearTimeout(timer);

async function round(): Promise<void> {
  if (getState().phase !== 'in') return;
  try {
    await sendAll();
    await fetchDay();
    change({ network: 'there', mustSignIn: false });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401 || error.status === 403) change({ network: 'there', mustSignIn: true });
    else change({ network: 'lost' });
  } finally {
    change({ isSending: false });
  }
}

export async function reload(): Promise<void> {
  const [waiting, failed] = await Promise.all([kept.listWaiting(), kept.listFailed()]);
  change({ waiting, failed });
}

async function sendAll(): Promise<void> {
  await reload();
  for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) {
    change({ isSending: true });
    const ready: kept.Waiting[] = [];
    for (const waiting of batch) ready.push(await withPhotos(waiting));
    await sendBatch(ready);
    await reload();
  }
}

/** A batch that the city cannot read as a whole is sent one by one, so that one broken action holds up nothing else. */
async function sendBatch(ready: readonly kept.Waiting[]): Promise<void> {
  try {
    await settle(ready, await postSync({ sentAt: Date.now(), actions: ready.map(({ action }) => action) }));
  } catch (error) {
    if (!(error instanceof ApiError) || !UNREADABLE.has(error.status)) throw error;
    const [first] = ready;
    if (ready.length > 1) for (const each of ready) await sendBatch([each]);
    else if (first !== undefined) {
      const { code, message } = error;
      await kept.settle([], [{ ...first, n: first.n!, outcome: { result: 'refused', code, message } }]);
    }
  }
}

const UNREADABLE: ReadonlySet<number> = new Set([400, 409, 413, 500]);

const nextBatch = (): kept.Waiting[] => {
  const { session, waiting } = getState();
  return waiting.filter(({ account }) => account === session?.account.id).slice(0, AT_ONCE);
};

/** Uploads what is not there yet, and remembers the keys at once: a line that breaks after two photos goes on with the third. */
async function withPhotos(waiting: kept.Waiting): Promise<kept.Waiting> {
  let current = waiting;
  for (const [index, photo] of waiting.photos.entries()) {
    if (photo.key !== undefined) continue;
    const key = await storePhoto(photo.blob).then(
      (stored) => stored.key,
      (error) => keyOfRefused(error),
    );
    if (key === undefined) continue;
    current = { ...current, photos: current.photos.map((each, at) => (at === index ? { ...each, key } : each)) };
    await kept.putWaiting(current);
  }
  const keys = current.photos.flatMap(({ key }) => key ?? []);
  return { ...current, action: { ...current.action, photos: keys } };
}

/** A photo the city cannot read is left out: the action goes without it, and says so by being refused where one is needed. */
function keyOfRefused(error: unknown): undefined {
  const isRefused = error instanceof ApiError && (error.status === 400 || error.status === 413);
  if (!isRefused) throw error;
  return undefined;
}

async function settle(sent: readonly kept.Waiting[], { results }: SyncView): Promise<void> {
  const byId = new Map(results.map((result) => [result.id, result]));
  const done: number[] = [];
  const failed: kept.Failed[] = [];
  for (const waiting of sent) {
    const result = byId.get(waiting.action.id);
    if (result === undefined) continue;
    if (result.result === 'done') done.push(waiting.n!);
    else failed.push({ ...waiting, n: waiting.n!, outcome: result });
  }
  const { day } = getState();
  if (day !== undefined) {
    const acknowledged = sent.flatMap(({ action }) => {
      const result = byId.get(action.id);
      return result?.result === 'done' ? { ...action, doneAt: result.doneAt } : [];
    });
    const after = dayAfter(day, acknowledged);
    await kept.keep({ day: after });
    change({ day: after });
  }
  await kept.settle(done, [...failed, ...(await followers(failed, new Set(sent.map(({ n }) => n))))]);
}

/** Steps written after one that did not go through, on the same task: they wait for the same decision. */
async function followers(
  failed: readonly kept.Failed[],
  sent: ReadonlySet<number | undefined>,
): Promise<kept.Failed[]> {
  const tasks = new Map(failed.map((each) => [taskOf(each.action), each.outcome]));
  return (await kept.listWaiting()).flatMap((waiting) => {
    const task = taskOf(waiting.action);
    const outcome = task === undefined ? undefined : tasks.get(task);
    if (outcome === undefined || sent.has(waiting.n)) return [];
    return [{ ...waiting, n: waiting.n!, outcome: { ...outcome, code: 'crew.after_conflict' } }];
  });
}

async function fetchDay(): Promise<void> {
  const before = Date.now();
  const answer = await getDay(getState().day?.version);
  const after = Date.now();
  if (getState().phase !== 'in') return;
  const day = mergeDay(getState().day, answer);
  const offset = offsetOf(answer.now, before, after);
  change({ day, offset, fetchedAt: after });
  await kept.keep({ day, offset, fetchedAt: after });
  for (const key of new Set(day.tasks.flatMap((task) => [...task.before, ...task.after])))
    void fetch(photoUrl(key)).catch(() => undefined);
}
