/** The password of the demonstration accounts: given, or made up once and kept in the data folder for its owner only. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

export async function demonstrationPassword(dataDir: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const path = join(dataDir, 'demonstration-password');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept.trim();
  const made = Array.from(
    randomBytes(12),
    (byte, index) => (index > 0 && index % 4 === 0 ? '-' : '') + LETTERS[byte % LETTERS.length],
  ).join('');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}
