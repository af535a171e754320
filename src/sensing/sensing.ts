/**
 * The sensing room: Things, Datastreams and Observations, put together from its parts. One process opens it as the writer; others may
 * open it to read (replay, export) with `writes: false`.
 *
 * Not done here: retention and partitioning of old Observations; they stay in one table for good.
 */
import { type CityError, unavailable } from '#kernel/errors.ts';
import type { IncomingObservation, ObservationBatch } from '#kernel/observation.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { AssetId, DatastreamId, ObservationId, ThingId } from '#kernel/words.ts';
import { recomputeSpot, removeRow, replaceRow } from './amend.ts';
import type { Batch } from './batch.ts';
import { Board } from './board.ts';
import { lockCursor, MERGER_RULES, Merger, type MergerRules, WIDTH_MS } from './buckets.ts';
import { Catalogue } from './catalogue.ts';
import { readCatalogue } from './catalogue-rows.ts';
import { Counters } from './counters.ts';
import { Features } from './features.ts';
import { GROUP_COMMIT_RULES, GroupCommit, type GroupCommitRules } from './group-commit.ts';
import { latestAt, type ReadFilter, readFrom } from './history.ts';
import { createIntake } from './intake.ts';
import { type Lease, takeLease } from './lease.ts';
import { livenessOf } from './liveness.ts';
import { deleteLeftovers, deleteOrphans, loadBoard, loadTail } from './memory.ts';
import { seedThings } from './seeding.ts';
import type {
  Accepted,
  AcceptedColumns,
  Bucket,
  BucketWidth,
  DatastreamInfo,
  Extent,
  Intake,
  Latest,
  Liveness,
  ObservationColumns,
  SeedResult,
  Sensing,
  SensingCounters,
  Series,
  ThingInfo,
  ThingSeed,
} from './sensing.types.ts';
import { readBuckets, readSeries, type SeriesSource } from './series.ts';
import { Tail } from './tail.ts';
import { DOOR_RULES, type DoorRules } from './validation.ts';

export interface SensingOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Numeric Observations just made durable; called in the order of storing, after their callers were answered. Must be quick. */
  readonly onStored: (batch: ObservationBatch) => void;
  /** False: reads only, beside the writer; intake refuses. Default true. */
  readonly writes?: boolean;
  readonly door?: Partial<DoorRules>;
  readonly groupCommit?: Partial<GroupCommitRules>;
  readonly merger?: Partial<MergerRules>;
  readonly rowsPerCall?: number;
  /** Rows kept in memory between storing and merging; about 32 bytes each. */
  readonly tailRows?: number;
  /** How long `start` waits for another writer to go. */
  readonly leasePatienceMs?: number;
}

const ROWS_PER_CALL = 100_000;
const TAIL_ROWS = 500_000;
/** A writer that was killed lingers until the server has noticed. */
const LEASE_PATIENCE_MS = 10_000;

export function createSensing(options: SensingOptions): Sensing {
  return new Room(options);
}

/** What runs between `start` and `stop` of a writer. */
interface Running {
  readonly intake: Intake;
  readonly writer: GroupCommit;
  readonly merger: Merger;
  readonly lease: Lease;
}

class Room implements Sensing {
  readonly #options: SensingOptions;
  readonly #catalogue = new Catalogue();
  readonly #board = new Board();
  readonly #counters = new Counters();
  readonly #features: Features;
  /** Without a writer in this process nothing new is in memory: the database is asked for everything not merged. */
  #tail = new Tail(Number.MAX_SAFE_INTEGER, 0);
  #newest = 0;
  #running: Running | undefined;
  #refreshing: Promise<unknown> = Promise.resolve();

  constructor(options: SensingOptions) {
    this.#options = options;
    this.#features = new Features(options.database, this.#catalogue);
  }

  async start(): Promise<void> {
    const { database, log, writes = true, leasePatienceMs = LEASE_PATIENCE_MS } = this.#options;
    if (!writes) return this.#refreshNow(undefined);
    const lease = await takeLease(database, log, leasePatienceMs);
    try {
      await deleteOrphans(database);
      const cursor = await this.#catchUp();
      await this.#refreshNow(undefined);
      this.#running = this.#open(lease, cursor);
      this.#running.merger.start();
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    await running.writer.stop();
    await running.merger.stop();
    await running.lease.release();
    this.#running = undefined;
  }

  /** Waits for a commit of the writer before us that may still be going on, then takes over where it came to. */
  async #catchUp(): Promise<number> {
    const { database, tailRows = TAIL_ROWS } = this.#options;
    const row = await database.transaction(async (tx) => {
      await tx.query('lock table observations in share mode');
      const rows = await tx.query<{ newest: number; cursor: number }>(
        `select observation_id as cursor, greatest(observation_id, (select max(id) from observations)) as newest
         from merge_cursor`,
      );
      return rows[0]!;
    });
    this.#newest = row.newest;
    this.#tail = await loadTail(database, row.cursor, row.newest, tailRows);
    return row.cursor;
  }

  #open(lease: Lease, cursor: number): Running {
    const { database, clock, log, door, groupCommit, rowsPerCall = ROWS_PER_CALL } = this.#options;
    const writer = new GroupCommit(
      {
        database,
        clock,
        log,
        rules: { ...GROUP_COMMIT_RULES, ...groupCommit },
        committed: (batch) => this.#committed(batch),
      },
      this.#newest + 1,
    );
    const intake = createIntake({
      catalogue: this.#catalogue,
      writer,
      counters: this.#counters,
      clock,
      rules: { ...DOOR_RULES, ...door },
      rowsPerCall,
      makeFeatures: (slots) => this.#features.make(slots),
      noteFeatures: (pairs) => this.#features.note(pairs),
    });
    return { intake, writer, merger: this.#openMerger(writer, cursor), lease };
  }

  #openMerger(writer: GroupCommit, cursor: number): Merger {
    const { database, log, merger } = this.#options;
    return new Merger(
      {
        database,
        log,
        rules: { ...MERGER_RULES, ...merger },
        newest: () => this.#newest,
        isIntakeBusy: () => writer.waitingRows > 0,
        merged: (upTo) => this.#tail.forget(upTo),
      },
      cursor,
    );
  }

  /** Memory first: whoever is answered can read what they wrote. The rest of the house hears of it after the answers. */
  #committed(batch: Batch): () => void {
    for (let row = 0; row < batch.count; row++) {
      if (!batch.isNew(row)) continue;
      const [at, end] = [batch.times[row]!, batch.ends[row]!];
      const id = batch.firstId + row;
      this.#board.note(batch.slots[row]!, id, at, end, batch.resultTimes[row]!, batch.results[row]!);
    }
    this.#newest = batch.firstId + batch.count - 1;
    this.#counters.commit(batch);
    const stored = batch.toObservationBatch();
    this.#tail.add(stored);
    return () => this.#publish(stored);
  }

  #publish(stored: ObservationBatch): void {
    if (stored.ids.length === 0) return;
    try {
      this.#options.onStored(stored);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.error({ reason }, 'Handling stored Observations failed; they are stored all the same');
    }
  }

  get #door(): Intake {
    if (this.#running === undefined) {
      throw unavailable(
        'intake.closed',
        'This process does not take Observations now. Send them again in a few seconds.',
      );
    }
    return this.#running.intake;
  }

  async submit(observations: readonly IncomingObservation[]): Promise<Accepted[]> {
    return this.#door.submit(observations);
  }

  async submitColumns(columns: ObservationColumns, onBad?: 'refuse' | 'skip'): Promise<AcceptedColumns> {
    return this.#door.submitColumns(columns, onBad);
  }

  findProblem(observation: IncomingObservation): CityError | undefined {
    return this.#door.findProblem(observation);
  }

  /** One after the other, so that an older reading never overwrites a newer one. */
  refresh(thingIds?: readonly ThingId[]): Promise<void> {
    const done = this.#refreshing.then(() => this.#refreshNow(thingIds));
    this.#refreshing = done.catch(() => undefined);
    return done;
  }

  async #refreshNow(thingIds: readonly ThingId[] | undefined): Promise<void> {
    const { database } = this.#options;
    const read = await readCatalogue(database, thingIds);
    const fresh = read.datastreams.map(({ info }) => info.id).filter((id) => this.#catalogue.slotOf(id) < 0);
    const gone = this.#catalogue.replace(thingIds, read.things, read.datastreams);
    await loadBoard(database, this.#board, this.#catalogue, fresh);
    if (gone.length > 0) await this.#forget(gone);
  }

  /** Rows of a deleted Datastream that were on their way when it was deleted are deleted once they have arrived. */
  async #forget(gone: readonly DatastreamId[]): Promise<void> {
    if (this.#running === undefined) return;
    await this.#running.writer.barrier();
    await this.#options.database.transaction(async (tx) => {
      await lockCursor(tx);
      await deleteLeftovers(tx, gone);
    });
  }

  findDatastream(id: DatastreamId): DatastreamInfo | undefined {
    return this.#catalogue.findDatastream(id);
  }

  findThing(id: ThingId): ThingInfo | undefined {
    return this.#catalogue.findThing(id);
  }

  findThingByAsset(assetId: AssetId): ThingInfo | undefined {
    return this.#catalogue.findThingByAsset(assetId);
  }

  listDatastreams(): Iterable<DatastreamInfo> {
    return this.#catalogue.listDatastreams();
  }

  listThings(): Iterable<ThingInfo> {
    return this.#catalogue.listThings();
  }

  findLatest(id: DatastreamId): Latest | undefined {
    const slot = this.#catalogue.slotOf(id);
    return slot < 0 ? undefined : this.#board.findLatest(slot);
  }

  extent(id: DatastreamId): Extent | undefined {
    const slot = this.#catalogue.slotOf(id);
    return slot < 0 ? undefined : this.#board.extent(slot);
  }

  liveness(id: DatastreamId, now: Instant): Liveness {
    const slot = this.#catalogue.slotOf(id);
    const info = this.#catalogue.infoAt(slot);
    if (info === undefined) return 'unexpected';
    return livenessOf(info, this.#board.latestAt(slot), this.#catalogue.registeredAt[slot]!, now);
  }

  livenessCounts(now: Instant): Readonly<Record<Liveness, number>> {
    const counts = { unexpected: 0, expected: 0, reporting: 0, late: 0, silent: 0 };
    for (const { id } of this.#catalogue.listDatastreams()) counts[this.liveness(id, now)]++;
    return counts;
  }

  latestAt(at: Instant): Promise<Map<DatastreamId, Latest>> {
    const ids = Array.from(this.#catalogue.listDatastreams(), ({ id }) => id);
    return latestAt(this.#options.database, ids, at);
  }

  #sourceOf(id: DatastreamId): SeriesSource {
    return { database: this.#options.database, tail: this.#tail, keepsMinutes: this.#catalogue.keepsMinutes(id) };
  }

  series(id: DatastreamId, from: Instant, to: Instant, points: number): Promise<Series> {
    return readSeries(this.#sourceOf(id), id, from, to, points);
  }

  async buckets(id: DatastreamId, width: BucketWidth, from: Instant, to: Instant): Promise<Bucket[]> {
    const first = Math.ceil(from / WIDTH_MS[width]) * WIDTH_MS[width];
    return first < to ? readBuckets(this.#sourceOf(id), id, width, first, to) : [];
  }

  readFrom(after: ObservationId, batchSize: number, filter?: ReadFilter): AsyncIterable<ObservationBatch> {
    return readFrom(this.#options.database, after, batchSize, filter);
  }

  counters(): SensingCounters {
    return this.#counters.read();
  }

  async replaceObservation(id: ObservationId, observation: IncomingObservation): Promise<void> {
    const problem = this.findProblem(observation);
    if (problem !== undefined) throw problem;
    if (observation.featureOfInterestId !== undefined) {
      await this.#features.note([[observation.datastreamId, observation.featureOfInterestId]]);
    }
    const before = await replaceRow(this.#options.database, id, observation);
    const { datastreamId, phenomenonTime, result } = observation;
    this.#tail.amend(id, datastreamId, phenomenonTime, typeof result === 'number' ? result : Number.NaN);
    await this.#reloadBoard([before.datastreamId, datastreamId]);
  }

  async removeObservation(id: ObservationId): Promise<boolean> {
    const before = await removeRow(this.#options.database, id);
    if (before === undefined) return false;
    this.#tail.amend(id, before.datastreamId, before.time, Number.NaN);
    await this.#reloadBoard([before.datastreamId]);
    return true;
  }

  async settle(): Promise<void> {
    await this.#running?.writer.barrier();
    await this.#running?.merger.mergeAll();
  }

  async recompute(datastreamId: DatastreamId, time: Instant): Promise<void> {
    await recomputeSpot(this.#options.database, { datastreamId, time });
    await this.#reloadBoard([datastreamId]);
  }

  async #reloadBoard(ids: readonly DatastreamId[]): Promise<void> {
    const known = [...new Set(ids)].filter((id) => this.#catalogue.slotOf(id) >= 0);
    await loadBoard(this.#options.database, this.#board, this.#catalogue, known);
  }

  async seedThings(seeds: readonly ThingSeed[]): Promise<SeedResult> {
    const result = await seedThings(this.#options.database, seeds);
    await this.refresh();
    return result;
  }
}
