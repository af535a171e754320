/**
 * What operators register. A vehicle is kept under an HMAC of its device_id, and sealed with a key made of that same device_id: only who
 * brings the id can read it, the city's database alone cannot. So the register tells nothing about the bikes that stand in the fleet,
 * whose names change every day; its price is that it cannot be listed.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Database } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { PartyId } from '#kernel/words.ts';
import type { MdsRecord } from './records.ts';

const [NONCE_BYTES, TAG_BYTES, NAME_BYTES] = [12, 16, 16];

export interface Register {
  /** Whether a vehicle is registered; decided from memory. */
  has(operator: PartyId, deviceId: string): boolean;
  /** Writes vehicles down, new or changed. */
  write(operator: PartyId, vehicles: readonly MdsRecord[]): Promise<void>;
  find(operator: PartyId, deviceId: string): Promise<MdsRecord | undefined>;
  /** Answers how many different bikes have been picked up for the ticket by now. */
  countPickUps(operator: PartyId, ticket: string, deviceIds: readonly string[], at: Instant): Promise<number>;
  listStops(operator: PartyId): Promise<MdsRecord[]>;
  writeStops(operator: PartyId, stops: readonly MdsRecord[]): Promise<void>;
}

export async function openRegister(database: Database, random: RandomBytes): Promise<Register> {
  await database.query('INSERT INTO mds_secret (secret) VALUES ($1) ON CONFLICT DO NOTHING', [random(32)]);
  const [row] = await database.query<{ secret: Uint8Array }>('SELECT secret FROM mds_secret');
  const { secret } = row!;
  const mac = (purpose: string, ...words: readonly string[]): Buffer =>
    createHmac('sha256', secret)
      .update(`${purpose}\n${words.join('\n')}`)
      .digest();
  const nameOf = (operator: PartyId, deviceId: string) => mac('name', operator, deviceId).subarray(0, NAME_BYTES);
  const known = new Set<string>();
  const rows = await database.query<{ operator: string; vehicle: Buffer }>(
    'SELECT operator, vehicle FROM mds_vehicles',
  );
  for (const { operator, vehicle } of rows) known.add(`${operator} ${vehicle.toString('base64')}`);

  function seal(operator: PartyId, vehicle: MdsRecord): Buffer {
    const nonce = Buffer.from(random(NONCE_BYTES));
    const cipher = createCipheriv('aes-256-gcm', mac('seal', operator, vehicle['device_id'] as string), nonce);
    const body = Buffer.concat([cipher.update(JSON.stringify(vehicle)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  function unseal(operator: PartyId, deviceId: string, sealed: Buffer): MdsRecord {
    const decipher = createDecipheriv('aes-256-gcm', mac('seal', operator, deviceId), sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = [decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
    return JSON.parse(Buffer.concat(body).toString('utf8')) as MdsRecord;
  }

  return {
    has: (operator, deviceId) => known.has(`${operator} ${nameOf(operator, deviceId).toString('base64')}`),
    async write(operator, vehicles) {
      const names = vehicles.map(({ device_id: id }) => nameOf(operator, id as string));
      await database.query(
        `INSERT INTO mds_vehicles (operator, vehicle, sealed)
         SELECT $1, vehicle, sealed FROM unnest($2::bytea[], $3::bytea[]) AS v (vehicle, sealed)
         ON CONFLICT (operator, vehicle) DO UPDATE SET sealed = excluded.sealed`,
        [operator, names, vehicles.map((vehicle) => seal(operator, vehicle))],
      );
      for (const name of names) known.add(`${operator} ${name.toString('base64')}`);
    },
    async find(operator, deviceId) {
      const [found] = await database.query<{ sealed: Buffer }>(
        'SELECT sealed FROM mds_vehicles WHERE operator = $1 AND vehicle = $2',
        [operator, nameOf(operator, deviceId)],
      );
      return found === undefined ? undefined : unseal(operator, deviceId, found.sealed);
    },
    async countPickUps(operator, ticket, deviceIds, at) {
      const names = deviceIds.map((id) => mac('ticket', operator, ticket, id).subarray(0, NAME_BYTES));
      await database.query(
        `INSERT INTO mds_pick_ups (operator, ticket, vehicle, at) SELECT $1, $2, vehicle, $4 FROM unnest($3::bytea[]) AS v (vehicle)
         ON CONFLICT DO NOTHING`,
        [operator, ticket, names, new Date(at)],
      );
      const [counted] = await database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM mds_pick_ups WHERE operator = $1 AND ticket = $2',
        [operator, ticket],
      );
      return counted!.count;
    },
    async listStops(operator) {
      const stops = await database.query<{ stop: MdsRecord }>(
        'SELECT stop FROM mds_stops WHERE operator = $1 ORDER BY stop_id',
        [operator],
      );
      return stops.map(({ stop }) => stop);
    },
    async writeStops(operator, stops) {
      await database.query(
        `INSERT INTO mds_stops (operator, stop_id, stop)
         SELECT $1, (stop->>'stop_id')::uuid, stop FROM unnest($2::jsonb[]) AS s (stop)
         ON CONFLICT (operator, stop_id) DO UPDATE SET stop = mds_stops.stop || excluded.stop`,
        // Which bikes stand at a stop is not written down.
        [operator, stops.map(({ devices: _, ...stop }) => JSON.stringify(stop))],
      );
    },
  };
}
