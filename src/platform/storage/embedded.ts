/**
 * The embedded PostgreSQL server of one data folder: started when nobody has, joined when somebody has, watched, and stopped by
 * whoever started or adopted it for keeps. It listens on a socket inside a private folder only.
 */

import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CityError } from '#kernel/errors.ts';
import type { Log } from '#kernel/ports.ts';
import { findBinaries, ownFolder, spawnUnprivileged } from './binaries.ts';

const USER = 'cityloom';
const PORT = 5432;
const START_ATTEMPTS = 40;
const LONGEST_START_MS = 60_000;

/** Settings for one city on one machine: durable commits, memory that fits beside the program. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  max_connections: '80',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  synchronous_commit: 'on',
  fsync: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

export interface Embedded {
  /** Folder of the socket: `host` for a client. */
  readonly socket: string;
  /** True when this call found the server running already. */
  readonly joined: boolean;
  /** Stops the server, whoever started it: running transactions are rolled back, everything committed stays. */
  stop(): Promise<void>;
  /** Starts it again when it has died; resolves when it accepts connections. */
  revive(): Promise<void>;
}

/** Connection settings of a database on the embedded server. */
export const connectionTo = (socket: string, database: string): pg.ClientConfig => ({
  host: socket,
  port: PORT,
  user: USER,
  database,
});

/** Starts or joins the server of `dataDir`. Errors: `storage.not_started` with the end of its log. */
export async function openEmbedded(dataDir: string, log: Log): Promise<Embedded> {
  const home = resolve(dataDir, 'postgres');
  const socket = socketFolder(home);
  await mkdir(dataDir, { recursive: true });
  const joined = await isAccepting(socket);
  if (!joined) await start(home, socket, log);
  return {
    socket,
    joined,
    stop: () => stop(home, log),
    revive: () => start(home, socket, log),
  };
}

/** A socket path holds about 100 bytes, so a deep data folder gets a short one beside the other temporary files. */
function socketFolder(home: string): string {
  const inside = join(home, 'run');
  if (inside.length < 80) return inside;
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return join(tmpdir(), `cityloom-${name}`);
}

async function isAccepting(socket: string): Promise<boolean> {
  if (!existsSync(join(socket, `.s.PGSQL.${PORT}`))) return false;
  const client = new pg.Client({ ...connectionTo(socket, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function start(home: string, socket: string, log: Log): Promise<void> {
  const release = await takeStartLock(home, socket);
  if (release === undefined) return; // another process started it meanwhile
  try {
    const binaries = await findBinaries();
    await ownFolder(home);
    await ownFolder(socket);
    if (!existsSync(join(home, 'data/PG_VERSION'))) await initialise(binaries.initdb, home);
    await launch(binaries.postgres, home, socket, log);
  } finally {
    await release();
  }
}

/** Locks that this process holds. */
const held = new Set<string>();

/** One starter at a time: the others wait until the server accepts connections. */
async function takeStartLock(home: string, socket: string): Promise<(() => Promise<void>) | undefined> {
  await mkdir(resolve(home, '..'), { recursive: true });
  const path = `${home}.starting`;
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.write(String(process.pid));
      await file.close();
      held.add(path);
      return async () => {
        await rm(path, { force: true });
        held.delete(path);
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isAccepting(socket)) return undefined;
    const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    // Our own number on a lock we do not hold: it is of a process before us, as in a container, where numbers come again.
    const isLeft = !isAlive(holder) || (holder === process.pid && !held.has(path));
    if ((age > 1_000 && isLeft) || age > LONGEST_START_MS) await rm(path, { force: true });
    await sleep(50);
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** False when the number of a server that died has gone to some other process since; known on Linux only. */
async function isServerOf(home: string, pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine === undefined || commandLine.includes(join(home, 'data'));
}

async function initialise(initdb: string, home: string): Promise<void> {
  const data = join(home, 'data');
  await rm(data, { recursive: true, force: true });
  await ownFolder(data);
  const output: Buffer[] = [];
  const args = [
    '-D',
    data,
    '-U',
    USER,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
  const child = spawnUnprivileged(initdb, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  if (code === 0) return;
  const said = Buffer.concat(output).toString().trim().split('\n').slice(-5).join(' ');
  throw new CityError('unavailable', 'storage.not_initialised', `initdb stopped with code ${code}: ${said}`);
}

/** After a crash the first attempts may meet a left-over pid file or shared memory: try again until the time is up. */
async function launch(postgres: string, home: string, socket: string, log: Log): Promise<void> {
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: socket }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  let exited = true;
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    if (await isAccepting(socket)) return;
    if (exited) {
      exited = false;
      const output = openSync(join(home, 'server.log'), 'a');
      const child = spawnUnprivileged(postgres, ['-D', join(home, 'data'), '-p', String(PORT), ...settings], {
        stdio: ['ignore', output, output],
      });
      closeSync(output);
      child.on('exit', () => {
        exited = true;
      });
      child.on('error', (error) => log.error({ error: error.message }, 'PostgreSQL could not be started'));
      child.unref();
    }
    await sleep(attempt < 10 ? 50 : 250);
  }
  const said = (await readFile(join(home, 'server.log'), 'utf8').catch(() => ''))
    .trim()
    .split('\n')
    .slice(-5)
    .join(' ');
  throw new CityError('unavailable', 'storage.not_started', `PostgreSQL did not start: ${said}`);
}

async function stop(home: string, log: Log): Promise<void> {
  const pidFile = join(home, 'data/postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '0')).split('\n')[0]);
  if (!isAlive(pid) || !(await isServerOf(home, pid))) return;
  process.kill(pid, 'SIGINT'); // PostgreSQL's fast shutdown
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (!existsSync(pidFile)) return;
    await sleep(50);
  }
  log.warn({ pid }, 'PostgreSQL did not stop in 30 s; leaving it to recover at the next start');
  process.kill(pid, 'SIGQUIT');
}
