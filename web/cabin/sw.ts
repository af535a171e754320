/// <reference lib="webworker" />
/**
 * Keeps the page and its files, so that it opens without a network, and sends what waits when the browser says that the network is
 * back, even with the page closed. The map engine is kept when it was first used, not before: it is larger than all the rest.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';
import { CHANNEL, flush, SYNC_TAG } from './outbox.ts';
import { solve } from './proof.view.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const __PRECACHE__: { url: string; revision: string | null }[];

/** Not in the DOM library yet. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

/** The map engine, and the letters of languages that the page does not speak. */
const isHeavy = (url: string): boolean => /\/(maplibre-|inter-(cyrillic|greek|vietnamese|latin-ext))[^/]*$/.test(url);

precacheAndRoute(
  __PRECACHE__.filter(({ url }) => !isHeavy(url)),
  { cleanURLs: false },
);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/cabin'), { allowlist: [/^\/cabin([/?]|$)/] }));
registerRoute(({ url }) => url.pathname.startsWith('/assets/'), new CacheFirst({ cacheName: 'cabin-assets' }));
self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('sync', (event) => {
  const { tag } = event as SyncEvent;
  if (tag === SYNC_TAG) (event as SyncEvent).waitUntil(sendWaiting());
});

async function sendWaiting(): Promise<void> {
  const { sent, nextAt } = await flush('waiting', async (challenge, bits) => solve(challenge, bits), true);
  const channel = new BroadcastChannel(CHANNEL);
  for (const each of sent) channel.postMessage(each);
  channel.close();
  // The browser tries again by itself when this fails.
  if (nextAt !== undefined) throw new Error('Some reports still wait.');
}
