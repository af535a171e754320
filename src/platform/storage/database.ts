/** The Database port on node-postgres: parameters as given, `int8` as number (our ids stay below 2^53), instants as Date. */

import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { CityError } from '#kernel/errors.ts';
import type { Database, Log, Queryable, Session, SqlValue } from '#kernel/ports.ts';

const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) =>
    oid === INT8 && format !== 'binary'
      ? Number
      : (pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown),
};

export interface OpenDatabase extends Database {
  /** Name of the database, for messages. */
  readonly name: string;
  end(): Promise<void>;
  /** A session of its own for LISTEN; the caller ends it. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
}

/**
 * Opens a pool. Broken idle sessions are logged and replaced, so the pool outlives a restart of the server. `findCause` may know better
 * than the failed connection why there is no session; what it gives is thrown instead.
 */
export function openPool(
  config: pg.PoolConfig,
  log: Log,
  size = 12,
  findCause: () => Error | undefined = () => undefined,
): OpenDatabase {
  const pool = new pg.Pool({ ...config, max: size, types, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 60_000 });
  const lend = <T>(work: (client: pg.PoolClient) => Promise<T>) => lendFrom(pool, findCause, work);
  pool.on('error', (error) => log.warn({ error: error.message }, 'An idle database session broke'));

  return {
    name: String(config.database ?? ''),
    query: (sql, parameters) => lend((client) => run(client, sql, parameters)),
    async transaction(work) {
      return lend(async (client) => {
        await client.query('BEGIN');
        try {
          const result = await work({ query: (sql, parameters) => run(client, sql, parameters) });
          await client.query('COMMIT');
          return result;
        } catch (error) {
          await client.query('ROLLBACK').catch(() => undefined);
          throw error;
        }
      });
    },
    session: (work) => lend((client) => work(sessionOf(client))),
    async listen(channel, heard) {
      const client = new pg.Client({ ...config, types });
      client.on('error', (error) => log.warn({ error: error.message, channel }, 'A listening session broke'));
      client.on('notification', (notice) => heard(notice.payload ?? ''));
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      return () => client.end();
    },
    end: () => pool.end(),
  };
}

async function run<Row>(on: pg.PoolClient, sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
  const result = await on.query(sql, parameters as unknown[] | undefined);
  return result.rows as Row[];
}

/** Lends a session; one whose work failed on the connection itself is thrown away instead of given back. */
async function lendFrom<T>(
  pool: pg.Pool,
  findCause: () => Error | undefined,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: Error) => {
    throw findCause() ?? error;
  });
  const broken: { error?: Error } = {};
  const onError = (error: Error) => {
    broken.error = error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    if (isConnectionLost(error)) broken.error = error as Error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken.error ?? false);
  }
}

const sessionOf = (client: pg.PoolClient): Session =>
  ({
    query: (sql: string, parameters?: readonly SqlValue[]) => run(client, sql, parameters),
    async copyBinary(sql: string, data: Uint8Array) {
      const stream = client.query(copyFrom(sql));
      stream.end(data);
      await finished(stream);
    },
  }) as Session;

const LOST_CODES = new Set([
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
]);

/** True when the session, not the statement, failed: the server restarts, the socket broke. The statement's outcome is unknown. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && LOST_CODES.has(code)) return true;
  return /Connection terminated|connection timeout|Client has encountered a connection error|timeout exceeded when trying to connect/i.test(
    error.message,
  );
}

/** Storage trouble in the caller's words; anything else unchanged. */
export function toStorageError(error: unknown): unknown {
  if (isConnectionLost(error))
    return new CityError(
      'unavailable',
      'storage.unavailable',
      'The database is restarting. Nothing of this request was acknowledged; send it again in a few seconds.',
    );
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === '53100')
    return new CityError(
      'unavailable',
      'storage.full',
      'The disk of the database is full. Nothing of this request was stored.',
    );
  if (code === '53300')
    return new CityError(
      'unavailable',
      'storage.busy',
      'The database has no free session. Send the request again in a few seconds.',
    );
  return error;
}

export type { Queryable };
