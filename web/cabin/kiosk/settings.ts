/** What staff set up once on a kiosk: which Thing it is, its key, and how much paper is on the roll. Nothing of a person. */
import type { KioskView } from '#adapters/residents/api.types.ts';

export interface KioskSettings extends KioskView {
  readonly key: string;
  readonly receiptsPerRoll: number;
  readonly printedSinceRoll: number;
}

const PLACE = 'cityloom.kiosk';

/** A device that was set up is a kiosk under whatever address its page is opened. */
export function readKiosk(): KioskSettings | undefined {
  try {
    return (JSON.parse(localStorage.getItem(PLACE) ?? 'null') as KioskSettings | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export const writeKiosk = (settings: KioskSettings): void => localStorage.setItem(PLACE, JSON.stringify(settings));
export const removeKiosk = (): void => localStorage.removeItem(PLACE);

/** The Thing that the address asks this device to become. */
export const askedThing = (): number | undefined => {
  const asked = new URLSearchParams(location.search).get('kiosk');
  return asked !== null && /^\d+$/.test(asked) ? Number(asked) : undefined;
};

/** Per cent of the roll, rounded down: an empty roll is found out by a person, not by a resident without a receipt. */
export const paperLeft = ({ receiptsPerRoll, printedSinceRoll }: KioskSettings): number =>
  Math.max(0, Math.floor(100 * (1 - printedSinceRoll / receiptsPerRoll)));
