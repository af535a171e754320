/**
 * The one writer of `observations`. Calls encode their rows into the open batch while the batch before it is being copied; when the
 * writer is free it takes everything that waits and commits it as one binary COPY. A call is answered only after that commit.
 *
 * A batch is copied straight into the table, hoping that no row is stored already. When one is, PostgreSQL refuses the whole COPY,
 * and the batch goes the careful way: into a temporary table, from there ON CONFLICT DO NOTHING, and the ids of the first ones are
 * looked up. Whoever resends tends to resend more, so the next few batches go the careful way at once.
 *
 * Bad days: while the database does not answer, batches wait and are tried again; calls are told `storage.unavailable` at their
 * deadline. A batch whose end is not known (the session broke after it was sent) is never given up, because it may be stored: it is
 * repeated the careful way, which stores nothing twice, until its outcome is certain, and only then follows what follows a commit. On a full disk
 * calls are told `storage.full` at once and the next batch simply tries again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Database, Log, Session } from '#kernel/ports.ts';
import { Batch } from './batch.ts';
import { HEADER_BYTES, OBSERVATION_COLUMNS } from './copy-encoder.ts';
import { overloaded, storageFull, storageUnavailable, troubleOf } from './storage-trouble.ts';

export interface GroupCommitRules {
  /** A batch is closed to further rows at this size; one call is never split. */
  readonly batchRows: number;
  /** More rows or bytes than this waiting: `intake.overloaded`. */
  readonly waitingRows: number;
  readonly waitingBytes: number;
  /** How long a call waits for a database that does not answer. */
  readonly deadlineMs: number;
  /** Rows of one batch share one `received_at`; a batch is closed when it has waited this long. */
  readonly openForMs: number;
}

export const GROUP_COMMIT_RULES: GroupCommitRules = {
  batchRows: 20_000,
  waitingRows: 400_000,
  waitingBytes: 128 * 1024 * 1024,
  deadlineMs: 15_000,
  openForMs: 250,
};

const COPY_STRAIGHT = `copy observations (${OBSERVATION_COLUMNS}) from stdin (format binary)`;
const COPY_STAGED = `copy staged_observations (${OBSERVATION_COLUMNS}) from stdin (format binary)`;
const CREATE_STAGED = 'create temp table if not exists staged_observations (like observations) on commit delete rows';
const INSERT_STAGED = `insert into observations (${OBSERVATION_COLUMNS}) select ${OBSERVATION_COLUMNS} from staged_observations
  order by id on conflict (datastream_id, phenomenon_time, digest) do nothing`;
const FIND_FIRST = `select s.id as sent, o.id as first from staged_observations s
  join observations o using (datastream_id, phenomenon_time, digest) where o.id <> s.id`;

const CAREFUL_BATCHES_AFTER_A_DUPLICATE = 8;
const RETRY_AFTER_MS = 100;
const DEADLINES_EVERY_MS = 250;
const BATCHES_KEPT = 3;

export interface GroupCommitDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: GroupCommitRules;
  /** After the commit and before the calls are answered; returns what is to be done after. Neither may throw. */
  readonly committed: (batch: Batch) => () => void;
}

export class GroupCommit {
  readonly #dependencies: GroupCommitDependencies;
  #nextId: number;
  #open: Batch | undefined;
  #current: Batch | undefined;
  #sealed: Batch[] = [];
  #spare: Batch[] = [];
  #waitingRows = 0;
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #carefulFor = 0;
  #stopped = false;

  constructor(dependencies: GroupCommitDependencies, nextId: number) {
    this.#dependencies = dependencies;
    this.#nextId = nextId;
  }

  /** Rows that wait or are being written. */
  get waitingRows(): number {
    return this.#waitingRows;
  }

  /** The batch to write `rows` rows into, with room for them; follow with `take`. Errors: `intake.overloaded`. */
  batchFor(rows: number): Batch {
    const { rules, clock } = this.#dependencies;
    if (this.#stopped) throw storageUnavailable();
    if (this.#waitingRows + rows > rules.waitingRows || this.#waitingBytes > rules.waitingBytes) throw overloaded();
    const open = this.#open;
    const closes =
      open !== undefined &&
      (open.count + rows > rules.batchRows || performance.now() - open.openedAt > rules.openForMs);
    if (closes) this.#seal();
    this.#open ??= (this.#spare.pop() ?? new Batch()).open(this.#nextId, clock.now(), performance.now());
    this.#open.reserve(rows);
    return this.#open;
  }

  /** The rows since `from` are written: resolves with what `read` finds in the batch when they are durable. */
  take<T>(batch: Batch, from: number, bytesFrom: number, read: () => T): Promise<T> {
    const rows = batch.count - from;
    this.#nextId = batch.firstId + batch.count;
    this.#waitingRows += rows;
    this.#waitingBytes += batch.encoder.length - bytesFrom;
    return new Promise((resolve, failed) => {
      const stored = () => resolve(read());
      batch.parcels.push({ from, to: batch.count, bytesFrom, bytesTo: batch.encoder.length, stored, failed });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything taken until now is settled, whatever comes after. */
  async barrier(): Promise<void> {
    const batch = this.batchFor(0);
    await this.take(batch, batch.count, batch.encoder.length, () => undefined);
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Waits for what is being written, for as long as the deadline allows; then refuses everything. */
  async stop(): Promise<void> {
    const patience = new AbortController();
    const deadline = sleep(this.#dependencies.rules.deadlineMs, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([this.idle(), deadline]);
    patience.abort();
    this.#stopped = true;
    await this.idle();
  }

  #seal(): void {
    if (this.#open !== undefined) this.#sealed.push(this.#open);
    this.#open = undefined;
  }

  async #run(): Promise<void> {
    const look = setInterval(() => this.#refuseWhoWaitedTooLong(), DEADLINES_EVERY_MS);
    // Everything that arrives in this turn of the event loop shares the first batch.
    await new Promise(setImmediate);
    for (;;) {
      if (this.#sealed.length === 0) this.#seal();
      this.#current = this.#sealed.shift();
      if (this.#current === undefined) break;
      await this.#store(this.#current);
      this.#release(this.#current);
    }
    clearInterval(look);
    this.#running = undefined;
  }

  #release(batch: Batch): void {
    this.#waitingRows -= batch.count;
    this.#waitingBytes -= batch.encoder.length - HEADER_BYTES;
    // The buffers of an unusually large call are not kept.
    const isUsual = batch.slots.length <= this.#dependencies.rules.batchRows * 2;
    if (isUsual && this.#spare.length < BATCHES_KEPT) this.#spare.push(batch);
  }

  async #store(batch: Batch): Promise<void> {
    const { log } = this.#dependencies;
    for (let attempt = 1; !batch.abandoned || batch.outcomeUnknown; attempt++) {
      try {
        await this.#attempt(batch);
        if (attempt > 1) log.info({ rows: batch.count, attempt }, 'A batch of Observations is stored after trouble');
        this.#answer(batch);
        return;
      } catch (error) {
        const goesOn = this.#meet(error, batch, attempt);
        if (!goesOn || this.#stopped) break;
        if (troubleOf(error) !== 'duplicate') await sleep(RETRY_AFTER_MS);
      }
    }
    if (!batch.abandoned) batch.refuse(storageUnavailable());
  }

  /** Decides after a failed attempt; true: try again. Where false, the calls have been told why. */
  #meet(error: unknown, batch: Batch, attempt: number): boolean {
    const { log } = this.#dependencies;
    const trouble = troubleOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    if (trouble === 'duplicate' && !batch.careful) {
      this.#carefulFor = CAREFUL_BATCHES_AFTER_A_DUPLICATE;
      batch.careful = true;
      return true;
    }
    if (trouble === 'refused' && !batch.careful && batch.parcels.length > 1) {
      batch.careful = true;
      return true;
    }
    if (trouble === 'refused' || trouble === 'duplicate' || (trouble === 'full' && !batch.outcomeUnknown)) {
      log.error({ reason, rows: batch.count }, 'The database refused a batch of Observations');
      batch.outcomeUnknown = false;
      batch.refuse(trouble === 'full' ? storageFull() : error);
      return false;
    }
    if (attempt === 1) log.warn({ reason, rows: batch.count }, 'The database does not answer; Observations wait');
    if (trouble === 'lost') batch.outcomeUnknown = true;
    batch.careful = true;
    return true;
  }

  async #attempt(batch: Batch): Promise<void> {
    const { database } = this.#dependencies;
    if (this.#carefulFor === 0 && !batch.careful) {
      await database.session((session) => session.copyBinary(COPY_STRAIGHT, batch.encoder.finish()));
      return;
    }
    batch.careful = true;
    const found = await database.session((session) => this.#storeCarefully(session, batch));
    this.#carefulFor = found.duplicates > 0 ? CAREFUL_BATCHES_AFTER_A_DUPLICATE : Math.max(0, this.#carefulFor - 1);
    batch.foundIds = found.ids;
  }

  /** In one transaction; when the server refuses some call's rows, each call in its own, so that one does not spoil the others. */
  async #storeCarefully(session: Session, batch: Batch): Promise<{ ids: Float64Array; duplicates: number }> {
    const ids = Float64Array.from({ length: batch.count }, (_, row) => batch.firstId + row);
    let duplicates = 0;
    const put = async (data: Uint8Array) => {
      for (const { sent, first } of await inTransaction(session, data)) {
        ids[sent - batch.firstId] = first;
        duplicates++;
      }
    };
    try {
      await put(batch.encoder.finish());
    } catch (error) {
      if (troubleOf(error) !== 'refused' || batch.parcels.length < 2) throw error;
      for (const parcel of batch.parcels) {
        await put(batch.encoder.part(parcel.bytesFrom, parcel.bytesTo)).catch((reason) => {
          if (troubleOf(reason) !== 'refused') throw reason;
          ids.fill(Number.NaN, parcel.from, parcel.to);
          parcel.failed(reason);
        });
      }
    }
    return { ids, duplicates };
  }

  #answer(batch: Batch): void {
    const afterwards = this.#dependencies.committed(batch);
    for (const parcel of batch.parcels) parcel.stored();
    afterwards();
  }

  /** A batch never sent is dropped with its calls; one that may be stored is repeated without them. */
  #refuseWhoWaitedTooLong(): void {
    const { deadlineMs } = this.#dependencies.rules;
    const before = performance.now() - deadlineMs;
    for (const batch of [this.#current, ...this.#sealed, this.#open]) {
      if (batch !== undefined && !batch.abandoned && batch.openedAt < before) batch.refuse(storageUnavailable());
    }
    if (this.#open?.abandoned) this.#seal();
  }
}

async function inTransaction(session: Session, data: Uint8Array): Promise<{ sent: number; first: number }[]> {
  await session.query('begin');
  try {
    // Staged rows are few beside the table: never read the table whole to find them.
    await session.query(
      `set local enable_hashjoin = off; set local enable_mergejoin = off; set local client_min_messages = error; ${CREATE_STAGED}`,
    );
    await session.copyBinary(COPY_STAGED, data);
    await session.query(INSERT_STAGED);
    const found = await session.query<{ sent: number; first: number }>(FIND_FIRST);
    await session.query('commit');
    return found;
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}
