/**
 * Detection as it runs in the city: the engine judges what has just been stored, its changes are written down with the cursor in one
 * transaction, and only then announced. A crash between the two announces again, so whoever listens must know a change by its key,
 * kind and time; a crash before the write judges again, and what was already written is recognised and not announced twice.
 *
 * When the database is away judging goes on; changes wait in memory and are written, in order, with the next batch or tick.
 */
import type { Finding } from '#kernel/finding.ts';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { ObservationId } from '#kernel/words.ts';
import { createAnnouncer } from './announcer.ts';
import { findUnresolvedLimits } from './compile.ts';
import type { Change, Correlator, Detection, ReadFrom, Subject } from './detection.types.ts';
import { createEngine } from './engine.ts';
import { packMemory, unpackMemory } from './memory.ts';
import {
  readActiveAt,
  readCursor,
  readFinding,
  readFindings,
  readHistory,
  readOpenFindings,
  readUnannounced,
  writeProgress,
} from './store.ts';

export interface DetectionOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of every change, in order, one at a time, at least once. A rejection is tried again with the next batch or tick. */
  readonly onChange: (change: Change) => void | Promise<void>;
  readonly readFrom: ReadFrom;
  readonly correlators?: readonly Correlator[];
}

/** The cursor is written at least this often while Observations come, even when nothing is wrong. */
const CURSOR_EVERY_MS = 5 * SECOND;
/** So much is judged again after a crash, at most. */
const MEMORY_EVERY_MS = MINUTE;
const CATCH_UP_BATCH = 10_000;

export function createDetection(options: DetectionOptions): Detection {
  const { database, clock, log } = options;
  const engine = createEngine(options.correlators);
  const announcer = createAnnouncer(options.onChange, log);
  const early: ObservationBatch[] = [];
  let isReady = false;
  let judged: ObservationId = 0;
  let tickedAt: Instant | undefined;
  let unwritten: Change[] = [];
  let isBehind = false;
  let cursorAt = 0;
  let memoryAt = 0;
  let writing: Promise<void> | undefined;

  function judge(batch: ObservationBatch): void {
    const fresh = after(batch, judged);
    if (fresh.ids.length === 0) return;
    for (const change of engine.judge(fresh)) unwritten.push(change);
    judged = fresh.ids[fresh.ids.length - 1]!;
    isBehind = true;
  }

  async function write(withMemory: boolean): Promise<void> {
    const changes = unwritten;
    const now = clock.now();
    const memory = withMemory ? packMemory(engine.save()) : undefined;
    unwritten = [];
    isBehind = false;
    try {
      const progress = { changes, observationId: judged, tickedAt, announced: announcer.announced(), memory };
      announcer.add(await writeProgress(database, progress));
      cursorAt = now;
      if (withMemory) memoryAt = now;
    } catch (error) {
      unwritten = [...changes, ...unwritten];
      isBehind = true;
      log.warn({ error: (error as Error).message, changes: unwritten.length }, 'Findings wait for the database');
      throw error;
    }
  }

  /** Writes what there is to write; one write at a time, and whatever came meanwhile goes with the next. */
  function flush(): Promise<void> {
    writing ??= (async () => {
      await undefined; // so that `writing` is set before it can be unset
      try {
        while (isDue()) await write(clock.now() - memoryAt >= MEMORY_EVERY_MS);
      } catch {
        // Kept in `unwritten`; the next batch or tick tries again.
      } finally {
        writing = undefined;
      }
    })();
    return writing;
  }

  const isDue = (): boolean => unwritten.length > 0 || (isBehind && clock.now() - cursorAt >= CURSOR_EVERY_MS);

  async function catchUp(): Promise<void> {
    let observations = 0;
    for await (const batch of options.readFrom(judged, CATCH_UP_BATCH)) {
      for (const change of engine.tick(batch.receivedAt)) unwritten.push(change);
      judge(batch);
      observations += batch.ids.length;
      await flush();
    }
    if (observations > 0) log.info({ observations }, 'Judged what was stored while detection was away');
  }

  /** Findings that are open in the database but no longer in the engine: their rules or Datastreams are gone. */
  async function closeOrphans(): Promise<void> {
    const known = new Set([...engine.active()].map((finding) => finding.key));
    for (const finding of await readOpenFindings(database)) {
      if (!known.has(finding.key)) unwritten.push(ended(finding));
    }
    await flush();
  }

  return {
    async start() {
      const cursor = await readCursor(database);
      if (cursor.memory) engine.restore(unpackMemory(cursor.memory));
      judged = cursor.memory ? cursor.memoryObservationId : 0;
      tickedAt = cursor.tickedAt;
      cursorAt = memoryAt = clock.now();
      announcer.begin(cursor.announced, await readUnannounced(database, cursor.announced));
      await catchUp();
      for (const batch of early.splice(0)) judge(batch);
      isReady = true;
      await flush();
      await closeOrphans();
    },
    async stop() {
      await flush();
      await announcer.stop();
      if (isReady) await write(true).catch(() => undefined);
    },
    watch(subjects) {
      engine.watch(checked(subjects, log));
    },
    unwatch: (datastreamIds) => engine.unwatch(datastreamIds),
    async onBatch(batch) {
      if (!isReady) {
        early.push(batch);
        return;
      }
      judge(batch);
      announcer.retry();
      await flush();
    },
    async tick(now) {
      if (!isReady) return;
      for (const change of engine.tick(now)) unwritten.push(change);
      tickedAt = now;
      isBehind = true;
      announcer.retry();
      await flush();
    },
    settled: async () => {
      await writing;
      await announcer.settled();
    },
    active: () => engine.active(),
    activeAt: (at) => readActiveAt(database, at),
    findFinding: (key) => readFinding(database, key),
    listFindings: (query) => readFindings(database, query),
    history: (keys) => readHistory(database, keys),
  };
}

/** The part of a batch that was not judged yet: batches may overlap with what catching up has read. */
function after(batch: ObservationBatch, judged: ObservationId): ObservationBatch {
  const from = batch.ids.findIndex((id) => id > judged);
  if (from === 0) return batch;
  const begin = from < 0 ? batch.ids.length : from;
  return {
    ids: batch.ids.subarray(begin),
    datastreamIds: batch.datastreamIds.subarray(begin),
    phenomenonTimes: batch.phenomenonTimes.subarray(begin),
    results: batch.results.subarray(begin),
    receivedAt: batch.receivedAt,
  };
}

function ended(finding: Finding): Change {
  const at = Math.max(finding.since, finding.lastAt);
  return { change: 'cleared', at, finding: { ...finding, clearedAt: at } };
}

/** Passes the subjects on and tells of limits that cannot be judged for want of a normal range. */
function* checked(subjects: Iterable<Subject>, log: Log): Iterable<Subject> {
  let unresolved = 0;
  let example: number | undefined;
  for (const subject of subjects) {
    const count = findUnresolvedLimits(subject).length;
    unresolved += count;
    if (count > 0) example ??= subject.datastreamId;
    yield subject;
  }
  if (unresolved > 0) log.warn({ unresolved, example }, 'Limits are a share of normal, but no normal range is given');
}
