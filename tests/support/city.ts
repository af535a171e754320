/** The whole city as a user starts it: `cityloom up` in a process of its own, on free ports and a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findRunningCity } from '#app/running.ts';
import type { Role } from '#kernel/roles.ts';
import { openStorage } from '#platform/storage/open.ts';
import { quiet } from './database.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'bin/cityloom.js');
export const PASSWORD = 'a-password-for-tests';
const START_WITHIN_MS = 90_000;

export interface TestCity {
  readonly url: string;
  readonly mqttUrl: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Everything it has said so far, stdout and stderr. */
  said(): string;
  key(name: string, role: Role, ...more: string[]): Promise<string>;
  /** Ends the process as Ctrl-C does; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `cityloom up`; stopped and removed when the test ends. `args` as on the command line. */
export async function startCity(
  t: { after(work: () => unknown): void },
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<TestCity> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-city-'));
  const city = await startCityIn(dataDir, args, env);
  t.after(async () => {
    await city.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  return city;
}

/** A folder for a city that is stopped and started again; whatever still runs on it ends before it is removed. */
export async function cityFolder(t: { after(work: () => unknown): void }): Promise<{
  readonly dataDir: string;
  start(args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<TestCity>;
}> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-folder-'));
  const cities: TestCity[] = [];
  t.after(async () => {
    for (const city of cities)
      if (city.process.exitCode === null && city.process.signalCode === null) await city.stop();
    const { embedded } = await openStorage({ dataDir, log: quiet }).then(async (storage) => {
      await storage.database.end();
      return storage;
    });
    await embedded?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    dataDir,
    async start(args = [], env = {}) {
      const city = await startCityIn(dataDir, args, env);
      cities.push(city);
      return city;
    },
  };
}

/** The same on a folder that outlives this run: for tests that stop, kill and start again. */
export async function startCityIn(
  dataDir: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<TestCity> {
  const output: string[] = [];
  const child = spawn(
    process.execPath,
    [PROGRAM, 'up', '--port', '0', '--mqtt-port', '0', '--data', dataDir, ...args],
    {
      cwd: ROOT,
      env: { ...process.env, CITYLOOM_DEMONSTRATION_PASSWORD: PASSWORD, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  const note = await waitForNote(dataDir, child, output);
  return {
    ...note,
    dataDir,
    process: child,
    said: () => output.join(''),
    key: async (name, role, ...more) =>
      (await cityloom(['key', 'create', name, '--role', role, ...more, '--data', dataDir])).stdout.trim(),
    stop: () => {
      child.kill('SIGINT');
      return exited;
    },
  };
}

async function waitForNote(
  dataDir: string,
  child: ChildProcess,
  output: readonly string[],
): Promise<{ url: string; mqttUrl: string }> {
  for (let waited = 0; waited < START_WITHIN_MS; waited += 50) {
    if (child.exitCode !== null) throw new Error(`The city stopped while starting:\n${output.join('')}`);
    const note = await findRunningCity(dataDir);
    if (note !== undefined && note.pid === child.pid) return note;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`The city did not start in ${START_WITHIN_MS / 1_000} s:\n${output.join('')}`);
}

/** Runs a `cityloom` command to its end. */
export async function cityloom(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  return { code, stdout, stderr };
}

/** A console API client with a key. */
export function clientOf(city: Pick<TestCity, 'url'>, key: string) {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${city.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, body: json as never, headers: response.headers };
  };
  return { get: (path: string) => call('GET', path), post: (path: string, body: unknown) => call('POST', path, body) };
}

/** Asks again until the answer satisfies, and says what the last one was when it never does. */
export async function eventually<T>(
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  let answer = await ask();
  for (let waited = 0; !satisfies(answer) && waited < withinMs; waited += 200) {
    await sleep(200);
    answer = await ask();
  }
  if (!satisfies(answer))
    throw new Error(`Not within ${withinMs / 1_000} s; the last answer was ${JSON.stringify(answer)?.slice(0, 2_000)}`);
  return answer;
}
