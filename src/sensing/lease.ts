/**
 * One process writes Observations: it gives them their ids, and buckets rely on ids being stored in order. The writer holds an
 * advisory lock on a session of its own for as long as it runs; a second one is refused instead of spoiling the order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { conflict } from '#kernel/errors.ts';
import type { Database, Log, Session } from '#kernel/ports.ts';

/** Any constant of our own. */
const LOCK = 0x53656e73;
const ASK_EVERY_MS = 100;
const LOOK_EVERY_MS = 2_000;

export interface Lease {
  release(): Promise<void>;
}

/** Waits up to `patienceMs` for the writer before (one that was just killed lingers for a moment). Errors: `sensing.second_writer`. */
export async function takeLease(database: Database, log: Log, patienceMs: number): Promise<Lease> {
  const released = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const held = (taken: () => void) =>
    database.session(async (session) => {
      await lock(session, patienceMs);
      taken();
      await watch(session, stopping.signal).catch(() => undefined);
      await session.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    });
  const first = Promise.withResolvers<void>();
  const hold = async () => {
    await held(first.resolve);
    // The session was lost with the server: take it again as soon as there is one.
    while (!stopping.signal.aborted) {
      await sleep(ASK_EVERY_MS);
      await held(() => log.info({}, 'The lease of the writer is held again')).catch(() => undefined);
    }
  };
  void hold().catch(first.reject).finally(released.resolve);
  await first.promise;
  return {
    async release() {
      stopping.abort();
      await released.promise;
    },
  };
}

async function lock(session: Session, patienceMs: number): Promise<void> {
  for (let waited = 0; ; waited += ASK_EVERY_MS) {
    const [row] = await session.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK]);
    if (row!.got) return;
    if (waited >= patienceMs) {
      throw conflict(
        'sensing.second_writer',
        'Another process already stores Observations in this database. Send them to it.',
      );
    }
    await sleep(ASK_EVERY_MS);
  }
}

/** Returns when asked to stop; throws when the session is lost. */
async function watch(session: Session, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    if (!signal.aborted) await session.query('select 1');
  }
}
