/**
 * The kiosk's own health, as Observations of its own Thing: paper on the roll, network, minutes since somebody used it. The counts
 * are of the machine; nothing says who stood there.
 */
import { cabin } from '../cabin.ts';
import { type KioskSettings, paperLeft, writeKiosk } from './settings.ts';

const EVERY_MS = 5 * 60_000;
let lastUse = Date.now();

export const touched = (): void => {
  lastUse = Date.now();
};

export function changeKiosk(change: Partial<KioskSettings>): void {
  const { kiosk } = cabin.get();
  if (!kiosk) return;
  const next = { ...kiosk, ...change };
  writeKiosk(next);
  cabin.set({ kiosk: next });
}

/** One receipt less on the roll. On somebody's own device there is no roll. */
export function countReceipt(): void {
  const { kiosk } = cabin.get();
  if (!kiosk) return;
  changeKiosk({ printedSinceRoll: kiosk.printedSinceRoll + 1 });
  void reportHealth();
}

export function startHealth(): void {
  void reportHealth();
  setInterval(() => void reportHealth(), EVERY_MS);
  window.addEventListener('online', () => void reportHealth());
}

/** Without a network nothing is stored up: that it was away is told by the gap. */
export async function reportHealth(): Promise<boolean> {
  const { kiosk } = cabin.get();
  if (!kiosk) return false;
  const values: Readonly<Record<string, number>> = {
    paper: paperLeft(kiosk),
    network: 1,
    'last-use': Math.floor((Date.now() - lastUse) / 60_000),
  };
  const at = new Date().toISOString();
  const groups = Object.entries(values).flatMap(([indicator, result]) => {
    const datastream = kiosk.datastreams[indicator];
    if (datastream === undefined) return [];
    return [
      { Datastream: { '@iot.id': datastream }, components: ['phenomenonTime', 'result'], dataArray: [[at, result]] },
    ];
  });
  if (groups.length === 0) return false;
  try {
    const response = await fetch('/sensorthings/v1.1/CreateObservations', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${kiosk.key}` },
      body: JSON.stringify(groups),
      credentials: 'omit',
    });
    return response.ok;
  } catch {
    return false;
  }
}
