/**
 * Sends what waits, each once: the city knows a report by its `clientId` and answers the same receipt however often it is sent. One
 * sender at a time on a device, whether page or service worker, by a lock of the browser.
 */
import type { BookingView, ChallengeView, ReceiptView } from '#adapters/residents/api.types.ts';
import { ApiError, call } from './api.ts';
import { keep, openDatabase } from './database.ts';
import { afterFailure, isDue, type Waiting } from './outbox.view.ts';
import { seal, unseal } from './sealing.ts';

type Solve = (challenge: string, bits: number) => Promise<number>;
export type Drawer = 'waiting' | 'sealed';

export interface Sent {
  readonly clientId: string;
  readonly kind: 'report' | 'booking';
  readonly code: string;
}

/** What pages and service worker tell each other. */
export const CHANNEL = 'cityloom-cabin';
export const SYNC_TAG = 'cabin-outbox';

export async function putWaiting(drawer: Drawer, entry: Waiting): Promise<void> {
  const database = await openDatabase();
  if (drawer === 'sealed') await database.put('sealed', await seal(entry));
  else await database.put('waiting', entry);
}

export const removeWaiting = async (drawer: Drawer, clientId: string): Promise<void> =>
  (await openDatabase()).delete(drawer, clientId);

export async function listWaiting(drawer: Drawer): Promise<Waiting[]> {
  const database = await openDatabase();
  const entries =
    drawer === 'sealed'
      ? await Promise.all((await database.getAll('sealed')).map(unseal))
      : await database.getAll('waiting');
  return entries.sort((a, b) => a.writtenAt - b.writtenAt);
}

export const countWaiting = async (drawer: Drawer): Promise<number> => (await openDatabase()).count(drawer);

/** A riddle's answer as the header and the body carry it. */
async function prove(solve: Solve): Promise<string> {
  const { challenge, bits } = await call<ChallengeView>('POST', '/challenges');
  return `${challenge}.${await solve(challenge, bits)}`;
}

async function deliver(entry: Waiting, save: (entry: Waiting) => Promise<void>, solve: Solve): Promise<Sent> {
  let current = entry;
  while (current.photos.length > 0) {
    const [photo, ...rest] = current.photos;
    const { key } = await call<{ key: string }>('POST', '/photos', photo, { 'x-proof': await prove(solve) });
    current = { ...current, photos: rest, photoKeys: [...current.photoKeys, key] };
    await save(current);
  }
  const { clientId, letter } = current;
  const proof = await prove(solve);
  if (letter.kind === 'report') {
    const body = { ...letter.body, proof, ...(current.photoKeys.length > 0 && { photos: current.photoKeys }) };
    const { code } = await call<ReceiptView>('POST', '/reports', body);
    return { clientId, kind: 'report', code };
  }
  const { code } = await call<BookingView>('POST', '/bookings', { ...letter.body, proof });
  return { clientId, kind: 'booking', code };
}

const toFailure = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, 'outbox.failed', String(error), undefined);

/**
 * Sends everything that is due; `isHurried` also what was to wait. What was sent from the open drawer is kept to be followed.
 * Resolves with what was sent and when to come back: undefined when nothing waits.
 */
export async function flush(
  drawer: Drawer,
  solve: Solve,
  isHurried = false,
): Promise<{ readonly sent: readonly Sent[]; readonly nextAt: number | undefined }> {
  return navigator.locks.request(`cityloom-cabin-${drawer}`, async () => {
    const sent: Sent[] = [];
    for (const entry of await listWaiting(drawer)) {
      if (!isDue(isHurried ? { ...entry, notBefore: 0 } : entry, Date.now())) continue;
      let latest = entry;
      const save = (changed: Waiting) => {
        latest = changed;
        return putWaiting(drawer, changed);
      };
      try {
        const done = await deliver(entry, save, solve);
        if (drawer === 'waiting')
          await keep({ code: done.code, kind: done.kind, addedAt: Date.now(), follow: undefined, booking: undefined });
        await removeWaiting(drawer, entry.clientId);
        sent.push(done);
      } catch (error) {
        const failure = toFailure(error);
        await putWaiting(drawer, afterFailure(latest, failure, Date.now()));
        if (failure.status === 0) break;
      }
    }
    const left = (await listWaiting(drawer)).filter((entry) => entry.refused === undefined);
    return { sent, nextAt: left.length > 0 ? Math.min(...left.map((entry) => entry.notBefore)) : undefined };
  });
}
