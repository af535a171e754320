/** What waits to be sent and when it is tried again. Decides only; `outbox.ts` sends. */
import type { BookingBody, ReportBody } from '#adapters/residents/api.types.ts';
import type { Localized } from '#kernel/words.ts';

export type Letter =
  | { readonly kind: 'report'; readonly body: Omit<ReportBody, 'proof' | 'photos'> }
  | { readonly kind: 'booking'; readonly body: Omit<BookingBody, 'proof'> };

export interface Waiting {
  readonly clientId: string;
  readonly letter: Letter;
  /** What it is about, for the list of what waits. */
  readonly title: Localized;
  readonly writtenAt: number;
  /** Photos that are not with the city yet, then the keys of those that are. */
  readonly photos: readonly Blob[];
  readonly photoKeys: readonly string[];
  readonly attempts: number;
  readonly notBefore: number;
  /** The city will not take it as it is. */
  readonly refused: { readonly code: string; readonly message: string; readonly field: string | undefined } | undefined;
}

/** A waiting report that nobody at this device can read: bytes under a key that cannot be taken out of the browser. */
export interface Sealed {
  readonly clientId: string;
  readonly parts: readonly { readonly iv: Uint8Array<ArrayBuffer>; readonly bytes: ArrayBuffer }[];
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Doubles from two seconds to five minutes: a city that comes back is not run down by those who waited. */
export const waitAfter = (attempts: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1));

/** Refused for good, or only not now? Too many requests, an expired riddle and the city's own troubles pass. */
export const isFinal = (status: number, code: string): boolean =>
  status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status) && !/^(proof|challenge)\b/.test(code);

export const isDue = (entry: Waiting, now: number): boolean => entry.refused === undefined && entry.notBefore <= now;

export const afterFailure = (
  entry: Waiting,
  failure: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly field: string | undefined;
  },
  now: number,
): Waiting =>
  isFinal(failure.status, failure.code)
    ? { ...entry, refused: { code: failure.code, message: failure.message, field: failure.field } }
    : { ...entry, attempts: entry.attempts + 1, notBefore: now + waitAfter(entry.attempts + 1) };
