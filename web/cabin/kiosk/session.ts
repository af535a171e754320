/**
 * One person's time at a kiosk: begins with a touch, ends by leaving or after a minute of silence, and then nothing of it is left:
 * memory, storage, object URLs, history. What still waits to be sent stays, sealed.
 */
import { cabin, forgetPerson, type Language } from '../cabin.ts';
import { wipeDatabase } from '../database.ts';
import { setLanguage } from '../i18n.ts';
import { hush } from '../speech.ts';
import { startHealth, touched } from './health.ts';

/** After this much silence somebody is asked; after the rest everything is gone. */
export const ASK_AFTER_MS = 45_000;
export const WIPE_AFTER_MS = 60_000;

const kept = ['cityloom.kiosk', 'cityloom.theme'];

export function wakeKiosk(): void {
  touched();
  // One entry to fall back on: whoever presses "back" lands on the page that shows the city.
  history.pushState(null, '', location.href);
  cabin.set({ isAwake: true });
  void document.documentElement.requestFullscreen?.().catch(() => undefined);
}

/** Wipes, then loads the page anew in the place of the old one, so that nothing can linger in memory either. */
export async function leaveKiosk(): Promise<void> {
  await wipe();
  location.replace(`/cabin?kiosk=${cabin.get().kiosk?.thingId ?? ''}`);
}

export async function wipe(): Promise<void> {
  hush();
  forgetPerson();
  setLanguage((cabin.get().city?.defaultLanguage as Language | undefined) ?? cabin.get().language);
  sessionStorage.clear();
  for (const name of Object.keys(localStorage)) if (!kept.includes(name)) localStorage.removeItem(name);
  await wipeDatabase();
}

export function startKiosk(): void {
  void wipe();
  startHealth();
  // "Back" and a page that the browser had put aside both end the session.
  window.addEventListener('popstate', () => void leaveKiosk());
  window.addEventListener('pageshow', (event) => event.persisted && location.reload());
  window.addEventListener('contextmenu', (event) => event.preventDefault());
  window.addEventListener('pagehide', forgetPerson);
}
