/// <reference lib="webworker" />
/**
 * Keeps the page and its files, so that it opens without a network, and the photos of the day's tasks, so that they are seen there.
 * What is written without a network is the page's own matter. Signing out deletes the photos.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';
import { PHOTO_CACHE } from './photo-cache.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const __PRECACHE__: { url: string; revision: string | null }[];

precacheAndRoute(__PRECACHE__, { cleanURLs: false });
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/crew'), { allowlist: [/^\/crew([/?]|$)/] }));
registerRoute(
  ({ url }) => /^\/api\/v1\/photos\/[0-9a-f]{64}$/.test(url.pathname),
  new CacheFirst({
    cacheName: PHOTO_CACHE,
    plugins: [{ cacheWillUpdate: async ({ response }) => (response.status === 200 ? response : null) }],
  }),
);
self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
