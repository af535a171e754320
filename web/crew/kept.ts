/**
 * What is kept on the phone, in IndexedDB: who is signed in, the day, what was done and not yet acknowledged, what did not go through,
 * and photos taken for a task that is not finished. Signing out deletes all of it.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import type { SessionView } from '#adapters/console/api.types.ts';
import type { ActionBody, DayView, Outcome } from '#adapters/crew/api.types.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';

const NAME = 'cityloom-crew';

export interface KeptPhoto {
  readonly blob: Blob;
  /** Set once the city has it. */
  readonly key: string | undefined;
}

export interface Waiting {
  /** Order in which it was done. */
  readonly n?: number;
  readonly account: string;
  readonly action: ActionBody;
  readonly photos: readonly KeptPhoto[];
  /** What it was about, for the person; the task may be gone from the day. */
  readonly title: Localized;
  readonly caseId: string | undefined;
}

export interface Failed extends Waiting {
  readonly n: number;
  readonly outcome: Outcome;
}

export interface Kept {
  readonly session: SessionView | undefined;
  readonly day: DayView | undefined;
  readonly offset: number;
  readonly fetchedAt: Instant | undefined;
}

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  outbox: { key: number; value: Waiting };
  failed: { key: number; value: Failed };
  drafts: { key: string; value: readonly Blob[] };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function open(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('kept');
      db.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true });
      db.createObjectStore('failed', { keyPath: 'n' });
      db.createObjectStore('drafts');
    },
    blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
  });
  return opened;
}

export async function readKept(): Promise<Kept> {
  const db = await open();
  const [session, day, offset, fetchedAt] = await Promise.all(
    ['session', 'day', 'offset', 'fetchedAt'].map((key) => db.get('kept', key)),
  );
  return {
    session: session as Kept['session'],
    day: day as Kept['day'],
    offset: (offset as number | undefined) ?? 0,
    fetchedAt: fetchedAt as Kept['fetchedAt'],
  };
}

export async function keep(values: Partial<Kept>): Promise<void> {
  const tx = (await open()).transaction('kept', 'readwrite');
  await Promise.all([...Object.entries(values).map(([key, value]) => tx.store.put(value, key)), tx.done]);
}

export const listWaiting = async (): Promise<Waiting[]> => (await open()).getAll('outbox');
export const listFailed = async (): Promise<Failed[]> => (await open()).getAll('failed');

/** Durable before it resolves: only then is the person told that it is kept. */
export async function addWaiting(waiting: Waiting): Promise<void> {
  const tx = (await open()).transaction('outbox', 'readwrite', { durability: 'strict' });
  await tx.store.add(waiting);
  await tx.done;
}

export const putWaiting = async (waiting: Waiting): Promise<unknown> => (await open()).put('outbox', waiting);

/** Takes acknowledged actions out and puts those that did not go through aside, in one step. */
export async function settle(done: readonly number[], failed: readonly Failed[]): Promise<void> {
  const tx = (await open()).transaction(['outbox', 'failed'], 'readwrite', { durability: 'strict' });
  const outbox = tx.objectStore('outbox');
  await Promise.all([
    ...done.map((n) => outbox.delete(n)),
    ...failed.flatMap((each) => [outbox.delete(each.n), tx.objectStore('failed').put(each)]),
    tx.done,
  ]);
}

/** The person has decided: what did not go through is thrown away, and a note may go out in its place, in one step. */
export async function decide(failed: readonly number[], note: Waiting | undefined): Promise<void> {
  const tx = (await open()).transaction(['outbox', 'failed'], 'readwrite', { durability: 'strict' });
  await Promise.all([
    ...failed.map((n) => tx.objectStore('failed').delete(n)),
    note === undefined ? undefined : tx.objectStore('outbox').add(note),
    tx.done,
  ]);
}

export const readDraft = async (task: string): Promise<readonly Blob[]> =>
  (await (await open()).get('drafts', task)) ?? [];
export async function writeDraft(task: string, photos: readonly Blob[]): Promise<void> {
  const db = await open();
  if (photos.length === 0) await db.delete('drafts', task);
  else await db.put('drafts', photos, task);
}

export async function wipe(): Promise<void> {
  (await opened)?.close();
  opened = undefined;
  await deleteDB(NAME);
}
