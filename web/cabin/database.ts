/**
 * What is kept on this device: reports that wait for a network, codes to follow, what is known of the city. In a kiosk nothing of a
 * person is kept but what waits to be sent, and that is sealed.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { BookingView, Follow } from '#adapters/residents/api.types.ts';
import type { Sealed, Waiting } from './outbox.view.ts';

export interface Kept {
  readonly code: string;
  readonly kind: 'report' | 'booking';
  readonly addedAt: number;
  /** As last seen; undefined until it has been. */
  readonly follow: Follow | undefined;
  readonly booking: BookingView | undefined;
}

export interface Schema extends DBSchema {
  waiting: { key: string; value: Waiting };
  sealed: { key: string; value: Sealed };
  kept: { key: string; value: Kept };
  /** Answers that name no person, by path: the city, its services. */
  city: { key: string; value: unknown };
  keys: { key: string; value: CryptoKey };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

export function openDatabase(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('cityloom-cabin', 1, {
    upgrade(database) {
      database.createObjectStore('waiting', { keyPath: 'clientId' });
      database.createObjectStore('sealed', { keyPath: 'clientId' });
      database.createObjectStore('kept', { keyPath: 'code' });
      database.createObjectStore('city');
      database.createObjectStore('keys');
    },
    terminated: () => {
      opened = undefined;
    },
  });
  return opened;
}

export const listKept = async (): Promise<Kept[]> =>
  (await (await openDatabase()).getAll('kept')).sort((a, b) => b.addedAt - a.addedAt);
export const keep = async (kept: Kept): Promise<void> => void (await (await openDatabase()).put('kept', kept));
export const findKept = async (code: string): Promise<Kept | undefined> => (await openDatabase()).get('kept', code);
export const forget = async (code: string): Promise<void> => (await openDatabase()).delete('kept', code);

/** Everything that a person could have left here; the sealed reports stay until they are sent. */
export async function wipeDatabase(): Promise<void> {
  const database = await openDatabase();
  await Promise.all([database.clear('kept'), database.clear('waiting')]);
}
