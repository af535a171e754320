/** The note a running city leaves in its data folder, so that commands find it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict } from '#kernel/errors.ts';

export interface RunningNote {
  readonly pid: number;
  readonly url: string;
  readonly mqttUrl: string;
}

const pathOf = (dataDir: string) => join(dataDir, 'running.json');

/** The city that runs on this data folder now; undefined when none does. */
export async function findRunningCity(dataDir: string): Promise<RunningNote | undefined> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const note = JSON.parse(text) as RunningNote;
  try {
    process.kill(note.pid, 0);
    return note;
  } catch {
    return undefined;
  }
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
  await writeFile(pathOf(dataDir), JSON.stringify(note), { mode: 0o600 });
  return () => rm(pathOf(dataDir), { force: true });
}
