/** The city's database: a served PostgreSQL when `databaseUrl` is given, else the embedded one of the data folder. */
import { statfsSync } from 'node:fs';
import { CityError } from '#kernel/errors.ts';
import type { Log } from '#kernel/ports.ts';
import { type OpenDatabase, openPool } from './database.ts';
import { connectionTo, type Embedded, openEmbedded } from './embedded.ts';

export interface StorageOptions {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly log: Log;
  readonly poolSize?: number | undefined;
}

export interface Storage {
  readonly database: OpenDatabase;
  /** Undefined when the database is served from elsewhere. */
  readonly embedded: Embedded | undefined;
  /** Closes the sessions; stops the embedded server only when this process started it, or when `keepServer` is false. */
  close(options?: { stopServer?: boolean }): Promise<void>;
}

const DATABASE = 'cityloom';
const OLDEST = 150_000;
const WATCH_EVERY_MS = 1_000;

/** Joins a running city or starts one. Errors: `storage.unreachable`, `storage.too_old`, `storage.not_started`, `storage.no_postgresql`. */
export async function openStorage({ dataDir, databaseUrl, log, poolSize }: StorageOptions): Promise<Storage> {
  if (databaseUrl !== undefined) {
    const database = openPool({ connectionString: databaseUrl }, log, poolSize);
    await refuseOldServer(database).catch(async (error: Error) => {
      await database.end();
      throw error instanceof CityError ? error : unreachable(error);
    });
    return { database, embedded: undefined, close: () => database.end() };
  }
  const embedded = await openEmbedded(dataDir, log);
  await createDatabase(embedded.socket, log);
  const database = openPool(connectionTo(embedded.socket, DATABASE), log, poolSize, () => findFullDisk(dataDir));
  return {
    database,
    embedded,
    async close({ stopServer = !embedded.joined } = {}) {
      await database.end();
      if (stopServer) await embedded.stop();
    },
  };
}

async function refuseOldServer(database: OpenDatabase): Promise<void> {
  const [row] = await database.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
  if (Number(row?.version) >= OLDEST) return;
  throw new CityError(
    'unavailable',
    'storage.too_old',
    `Cityloom needs PostgreSQL 15 or newer; this server says ${row?.version}.`,
  );
}

const unreachable = ({ message }: Error): CityError =>
  new CityError(
    'unavailable',
    'storage.unreachable',
    `The PostgreSQL of DATABASE_URL does not let us in: ${message}.`,
    'DATABASE_URL',
  );

async function createDatabase(socket: string, log: Log): Promise<void> {
  const server = openPool(connectionTo(socket, 'postgres'), log, 1);
  try {
    const found = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.length > 0) return;
    await server.query(`CREATE DATABASE ${DATABASE}`).catch((error: { code?: string }) => {
      if (error.code !== '42P04' && error.code !== '23505') throw error; // somebody else just created it
    });
  } finally {
    await server.end();
  }
}

/** Revives the embedded server whenever it has died; returns how to stop watching, which waits for a revival under way. */
export function keepAlive(storage: Storage, log: Log): () => Promise<void> {
  const { embedded, database } = storage;
  if (embedded === undefined) return () => Promise.resolve();
  let stopped = false;
  let timer: NodeJS.Timeout;
  let looking = Promise.resolve();
  const look = async () => {
    try {
      await database.query('SELECT 1');
    } catch (error) {
      if (!stopped) await revive(embedded, error, log);
    }
    watch();
  };
  const watch = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      looking = look();
    }, WATCH_EVERY_MS);
  };
  watch();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return looking;
  };
}

/** Below this PostgreSQL cannot begin another segment of its log, and does not come up again. */
const LEAST_FREE_BYTES = 17 * 1_048_576;

/** In PostgreSQL's own words that the disk is full, when that is why it gives no session; undefined when it is not. */
function findFullDisk(dataDir: string): Error | undefined {
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize > LEAST_FREE_BYTES) return undefined;
  return Object.assign(new Error(`The disk of ${dataDir} is full, and the database is down`), { code: '53100' });
}

async function revive(embedded: Embedded, reason: unknown, log: Log): Promise<void> {
  log.warn(
    { reason: reason instanceof Error ? reason.message : String(reason) },
    'The database does not answer; starting it again',
  );
  await embedded
    .revive()
    .catch((error: Error) => log.error({ error: error.message }, 'The database could not be started again; trying on'));
}
