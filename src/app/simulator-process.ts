/** Runs the simulator beside the city: a process of its own that knows the city's public interfaces and the keys it is given. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CityPack } from '#kernel/city.ts';
import type { Log } from '#kernel/ports.ts';
import type { People } from '#people/people.types.ts';

const PROGRAM = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
const RESTART_AFTER_MS = 3_000;
/** While it computes a past or a network it does not hear; nothing it does needs an orderly end. */
const PATIENCE_MS = 1_000;
const KEY_PREFIX = 'simulator';

export interface SimulatorOptions {
  readonly server: string;
  readonly mqtt: string;
  readonly pack: CityPack;
  readonly dataDir: string;
  readonly seed: string;
  readonly handsOff: boolean;
  readonly troubles: boolean;
  readonly people: People;
  readonly log: Log;
}

/** Starts it, keeps it running, and returns how to stop it. Its keys live as long as this run. */
export async function runSimulator(options: SimulatorOptions): Promise<() => Promise<void>> {
  const keys = await makeKeys(options.people, options.pack);
  let stopping = false;
  let child: ChildProcess | undefined;
  let again: NodeJS.Timeout | undefined;
  const start = () => {
    child = launch(options, keys);
    child.on('exit', (code, signal) => {
      if (stopping) return;
      options.log.warn({ code, signal }, 'The simulator stopped; starting it again');
      again = setTimeout(start, RESTART_AFTER_MS);
    });
  };
  start();
  return async () => {
    stopping = true;
    clearTimeout(again);
    const running = child;
    if (running !== undefined && running.exitCode === null && running.signalCode === null) {
      const gone = new Promise((done) => running.once('exit', done));
      running.kill('SIGTERM');
      const patience = setTimeout(() => running.kill('SIGKILL'), PATIENCE_MS);
      await gone;
      clearTimeout(patience);
    }
    await dropKeys(options.people).catch(() => undefined);
  };
}

function launch(
  { server, mqtt, pack, dataDir, seed, handsOff, troubles }: SimulatorOptions,
  keys: object,
): ChildProcess {
  const args = [
    PROGRAM,
    '--server',
    server,
    '--mqtt',
    mqtt,
    '--pack',
    pack.directory,
    '--data',
    dataDir,
    '--seed',
    seed,
    '--tied',
  ];
  if (handsOff) args.push('--hands-off');
  if (!troubles) args.push('--no-troubles');
  return spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'inherit'], // the pipe breaks when this process is killed, and the simulator ends
    env: { ...process.env, CITYLOOM_SIMULATOR_KEYS: JSON.stringify(keys) },
    detached: process.platform !== 'win32',
  });
}

async function makeKeys(people: People, pack: CityPack): Promise<object> {
  await dropKeys(people);
  const make = async (
    name: string,
    role: 'integrator' | 'analyst' | 'dispatcher' | 'verifier' | 'handler',
    party?: string,
    areas?: readonly string[],
  ) => (await people.createKey({ name: `${KEY_PREFIX} ${name}`, roles: [role], party, areas })).secret;
  const handlers: Record<string, string> = {};
  for (const { id, kind, roles, areas } of pack.parties) {
    // Who checks on site may do so in their own area only: a grid team's key says which that is.
    if (roles.length > 0) handlers[id] = await make(id, 'handler', id, kind === 'grid' ? areas : undefined);
  }
  return {
    devices: await make('devices', 'integrator'),
    analyst: await make('analyst', 'analyst'),
    dispatcher: await make('dispatcher', 'dispatcher'),
    verifier: await make('verifier', 'verifier'),
    handlers,
  };
}

async function dropKeys(people: People): Promise<void> {
  for (const key of await people.listKeys()) {
    if (key.name.startsWith(`${KEY_PREFIX} `) && key.revokedAt === undefined) await people.revokeKey(key.id);
  }
}
