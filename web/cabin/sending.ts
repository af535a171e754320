/** Sends what waits whenever there is a chance, and knows what became of what somebody has just written. */
import { cabin, onStartAgain } from './cabin.ts';
import { CHANNEL, countWaiting, type Drawer, flush, putWaiting, type Sent, SYNC_TAG } from './outbox.ts';
import type { Letter, Waiting } from './outbox.view.ts';
import { solveBeside } from './proof.ts';
import { createStore, useStore } from './store.ts';

/** By clientId, for the screen that waits for it; forgotten with the person. */
const arrivals = createStore<{ sent: Readonly<Record<string, Sent>> }>({ sent: {} });
onStartAgain(() => arrivals.set({ sent: {} }));

const drawer = (): Drawer => (cabin.get().kiosk ? 'sealed' : 'waiting');
let timer: ReturnType<typeof setTimeout> | undefined;

export async function sendNow(isHurried = false): Promise<void> {
  clearTimeout(timer);
  const { sent, nextAt } = await flush(drawer(), solveBeside, isHurried);
  if (sent.length > 0)
    arrivals.set({
      sent: { ...arrivals.get().sent, ...Object.fromEntries(sent.map((each) => [each.clientId, each])) },
    });
  await recount();
  if (nextAt !== undefined) {
    timer = setTimeout(() => void sendNow(), Math.max(500, nextAt - Date.now()));
    askForSync();
  }
}

const recount = async (): Promise<void> => cabin.set({ waiting: await countWaiting(drawer()) });

/** Where the browser can, it sends with the page closed. Not in a kiosk: its page is always open. */
function askForSync(): void {
  if (cabin.get().kiosk || !('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.getRegistration('/cabin').then((registration) => {
    const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
    return sync?.register(SYNC_TAG).catch(() => undefined);
  });
}

export async function post(letter: Letter, title: Waiting['title'], photos: readonly Blob[]): Promise<void> {
  const entry: Waiting = {
    clientId: letter.body.clientId,
    letter,
    title,
    writtenAt: Date.now(),
    photos,
    photoKeys: [],
    attempts: 0,
    notBefore: 0,
    refused: undefined,
  };
  await putWaiting(drawer(), entry);
  await recount();
  await sendNow();
}

export const useArrival = (clientId: string): Sent | undefined => useStore(arrivals, (state) => state.sent[clientId]);

export function startSending(): void {
  const hurry = () => void sendNow(true).catch(() => undefined);
  window.addEventListener('online', hurry);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && hurry());
  new BroadcastChannel(CHANNEL).addEventListener('message', ({ data }: MessageEvent<Sent>) => {
    arrivals.set({ sent: { ...arrivals.get().sent, [data.clientId]: data } });
    void recount();
  });
  hurry();
}
