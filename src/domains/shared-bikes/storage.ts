/** What the platform writes down, and what it throws away again. */
import type { Finding } from '#kernel/finding.ts';
import type { Database } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { PartyId } from '#kernel/words.ts';
import type { DaySecret } from './daily-keys.ts';
import type { GroundEdit } from './shared-bikes.types.ts';

/** Sightings as they are kept: the day's name of the vehicle, its kind, longitude, latitude, instant, error. */
export type KeptSighting = readonly [
  name: string,
  kind: number,
  lon: number | null,
  lat: number | null,
  at: number,
  error: number,
];

/** One standing or faulty bike of the written fleet. */
export type KeptVehicle = readonly [
  name: string,
  state: number,
  lon: number | null,
  lat: number | null,
  since: number,
  reportedAt: number,
  faultySince: number | null,
];

export interface KeptBatch {
  readonly sequence: number;
  readonly operator: PartyId;
  readonly receivedAt: Instant;
  readonly isWholeFleet: boolean;
  readonly batch: readonly KeptSighting[];
}

export function createStorage(database: Database) {
  return {
    /** Durable when it resolves. */
    async keep(operator: PartyId, receivedAt: Instant, isWholeFleet: boolean, batch: readonly KeptSighting[]) {
      const [row] = await database.query<{ sequence: string }>(
        `INSERT INTO shared_bikes_sightings (operator, received_at, is_whole_fleet, batch) VALUES ($1, $2, $3, $4) RETURNING sequence`,
        [operator, new Date(receivedAt), isWholeFleet, JSON.stringify(batch)],
      );
      return Number(row!.sequence);
    },
    async readFleet(): Promise<{ operator: PartyId; sequence: number; vehicles: readonly KeptVehicle[] }[]> {
      const rows = await database.query<{ operator: string; sequence: string; vehicles: KeptVehicle[] }>(
        'SELECT operator, sequence, vehicles FROM shared_bikes_fleet',
      );
      return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
    },
    async readSightings(): Promise<KeptBatch[]> {
      const rows = await database.query<{
        sequence: string;
        operator: string;
        receivedAt: Date;
        isWholeFleet: boolean;
        batch: KeptSighting[];
      }>(
        `SELECT sequence, operator, received_at AS "receivedAt", is_whole_fleet AS "isWholeFleet", batch
         FROM shared_bikes_sightings ORDER BY sequence`,
      );
      return rows.map((row) => ({ ...row, sequence: Number(row.sequence), receivedAt: row.receivedAt.getTime() }));
    },
    /** Writes the fleet of an operator down and forgets the sightings that are in it. */
    async writeFleet(operator: PartyId, at: Instant, sequence: number, vehicles: readonly KeptVehicle[]) {
      await database.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO shared_bikes_fleet (operator, written_at, sequence, vehicles) VALUES ($1, $2, $3, $4)
           ON CONFLICT (operator) DO UPDATE SET written_at = excluded.written_at, sequence = excluded.sequence, vehicles = excluded.vehicles`,
          [operator, new Date(at), sequence, JSON.stringify(vehicles)],
        );
        await tx.query('DELETE FROM shared_bikes_sightings WHERE operator = $1 AND sequence <= $2', [
          operator,
          sequence,
        ]);
      });
    },
    async readSecrets(): Promise<DaySecret[]> {
      return database.query<{ date: string; secret: Uint8Array }>(
        `SELECT to_char(date, 'YYYY-MM-DD') AS date, secret FROM shared_bikes_secrets ORDER BY date`,
      ) as Promise<DaySecret[]>;
    },
    /** Holds exactly these; every other secret is gone for good. */
    async writeSecrets(secrets: readonly DaySecret[]) {
      await database.transaction(async (tx) => {
        await tx.query('DELETE FROM shared_bikes_secrets WHERE NOT (date = ANY($1::date[]))', [
          secrets.map(({ date }) => date),
        ]);
        for (const { date, secret } of secrets)
          await tx.query('INSERT INTO shared_bikes_secrets (date, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
            date,
            secret,
          ]);
      });
    },
    async writeCounts(at: Instant, stands: readonly string[], counts: readonly number[], keepFrom: Instant) {
      await database.query(
        `INSERT INTO shared_bikes_counts (stand, at, count) SELECT stand, $2, count FROM unnest($1::text[], $3::int[]) AS c (stand, count)
         ON CONFLICT (stand, at) DO UPDATE SET count = excluded.count`,
        [stands, new Date(at), counts],
      );
      await database.query('DELETE FROM shared_bikes_counts WHERE at < $1', [new Date(keepFrom)]);
    },
    async readCounts(from: Instant): Promise<{ stand: string; at: Date; count: number }[]> {
      return database.query('SELECT stand, at, count FROM shared_bikes_counts WHERE at >= $1 ORDER BY at', [
        new Date(from),
      ]);
    },
    async readFindings(): Promise<Map<string, Finding>> {
      const rows = await database.query<{ name: string; finding: Finding }>(
        'SELECT name, finding FROM shared_bikes_findings',
      );
      return new Map(rows.map(({ name, finding }) => [name, finding]));
    },
    async writeFindings(standing: ReadonlyMap<string, Finding>) {
      await database.transaction(async (tx) => {
        await tx.query('DELETE FROM shared_bikes_findings WHERE NOT (name = ANY($1::text[]))', [[...standing.keys()]]);
        await tx.query(
          `INSERT INTO shared_bikes_findings (name, finding) SELECT name, finding FROM unnest($1::text[], $2::jsonb[]) AS f (name, finding)
           ON CONFLICT (name) DO UPDATE SET finding = excluded.finding`,
          [[...standing.keys()], [...standing.values()].map((finding) => JSON.stringify(finding))],
        );
      });
    },
    async readEdits(): Promise<GroundEdit[]> {
      const rows = await database.query<{ id: string; at: Date; by: string; from: Date; change: GroundEdit['change'] }>(
        'SELECT id, at, by, holds_from AS "from", change FROM shared_bikes_ground_edits ORDER BY holds_from, at, id',
      );
      return rows.map((row) => ({ ...row, at: row.at.getTime(), from: row.from.getTime() }));
    },
    async writeEdit({ id, at, by, from, change }: GroundEdit) {
      await database.query(
        'INSERT INTO shared_bikes_ground_edits (id, at, by, holds_from, change) VALUES ($1, $2, $3, $4, $5)',
        [id, new Date(at), by, new Date(from), JSON.stringify(change)],
      );
    },
  };
}

export type Storage = ReturnType<typeof createStorage>;
