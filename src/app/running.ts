/** The note a running city leaves in its data folder, so that commands find it. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict } from '#kernel/errors.ts';

export interface RunningNote {
  readonly pid: number;
  /** When the process began, in the kernel's words; tells it from another that got its number later. Undefined outside Linux. */
  readonly born?: string | undefined;
  readonly url: string;
  readonly mqttUrl: string;
}

const pathOf = (dataDir: string) => join(dataDir, 'running.json');

/** The city that runs on this data folder now; undefined when none does. */
export async function findRunningCity(dataDir: string): Promise<RunningNote | undefined> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const note = parseNote(text);
  if (note === undefined || !isAlive(note.pid)) return undefined;
  return note.born === undefined || note.born === (await birthOf(note.pid)) ? note : undefined;
}

/** Undefined for what a full disk left of a note. */
function parseNote(text: string): RunningNote | undefined {
  try {
    return JSON.parse(text) as RunningNote;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The start time in /proc: the 22nd field, counted behind the program's name, which may hold anything. */
async function birthOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Errors: `city.already_running`: two programs on one data folder would number Observations twice. */
export async function refuseSecondCity(dataDir: string): Promise<void> {
  const running = await findRunningCity(dataDir);
  if (running === undefined || running.pid === process.pid) return;
  throw conflict(
    'city.already_running',
    `A city already runs on ${dataDir}: ${running.url} (process ${running.pid}). Stop it, or choose another folder with --data.`,
  );
}

export async function leaveNote(dataDir: string, note: RunningNote): Promise<() => Promise<void>> {
  const draft = `${pathOf(dataDir)}.part`;
  await writeFile(draft, JSON.stringify({ ...note, born: await birthOf(note.pid) }), { mode: 0o600 });
  await rename(draft, pathOf(dataDir));
  return () => rm(pathOf(dataDir), { force: true });
}
