/**
 * Callers this process has verified, kept so that a device that sends a thousand times a second is looked up once.
 *
 * What is kept is trusted only while the database's revision stands still: it is read again at most every `trustMs`, in one query
 * for everybody, so a key revoked or an account disabled by another process stops working within that time. When the revision
 * cannot be read nobody is let through on old knowledge: the error goes to the caller.
 */
import type { Clock, Queryable } from '#kernel/ports.ts';
import type { Caller } from '#kernel/roles.ts';
import type { Instant } from '#kernel/time.ts';

export interface Known {
  readonly caller: Caller;
  /** The caller is unknown again from this instant on; Infinity for keys. */
  readonly until: Instant;
}

export function createKnownCallers(deps: { database: Queryable; clock: Clock; trustMs: number; capacity: number }) {
  const { database, clock, trustMs, capacity } = deps;
  const known = new Map<string, Known>();
  let revision = '';
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function readRevision(): Promise<void> {
    const startedAt = clock.now();
    const [row] = await database.query<{ revision: string | number }>('select revision from people_revision');
    const current = String(row?.revision);
    if (current !== revision) known.clear();
    revision = current;
    readAt = startedAt;
  }

  return {
    /** Resolves when what is kept may be trusted. Undefined (no waiting) when it may be already. */
    settle(): Promise<void> | undefined {
      if (clock.now() - readAt < trustMs) return undefined;
      reading ??= readRevision().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    find(fingerprint: string): Caller | undefined {
      const entry = known.get(fingerprint);
      if (!entry) return undefined;
      if (clock.now() < entry.until) return entry.caller;
      known.delete(fingerprint);
      return undefined;
    },
    /** `seenRevision`: the revision that held before the caller was looked up; what was looked up across a change is not kept. */
    keep(fingerprint: string, entry: Known, seenRevision: string): void {
      if (seenRevision !== revision) return;
      if (known.size >= capacity) known.delete(known.keys().next().value!);
      known.set(fingerprint, entry);
    },
    revision: () => revision,
    /** Forget everything: this process has just changed something itself. */
    forget(): void {
      known.clear();
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}
