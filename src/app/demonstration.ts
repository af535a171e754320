/**
 * The accounts of a demonstration city and their one password: given, or made up once and kept in the data folder for its owner only.
 * What is printed at every start has to open them, so a password that is new to this folder (given anew, or because the database was
 * restored from elsewhere) is set on the accounts that are there already.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CityPack, SeedAccount } from '#kernel/city.ts';
import type { People } from '#people/people.types.ts';

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

export interface Demonstration {
  readonly password: string;
  readonly accounts: readonly SeedAccount[];
}

/** Undefined for a real city, which has no such accounts. */
export async function seedDemonstration(
  people: People,
  { accounts, fictional }: CityPack,
  dataDir: string,
  given: string | undefined,
): Promise<Demonstration | undefined> {
  if (!fictional || accounts.length === 0) return undefined;
  const path = join(dataDir, 'demonstration-password');
  const kept = (await readFile(path, 'utf8').catch(() => undefined))?.trim();
  const password = given ?? kept ?? makePassword();
  const { created } = await people.seedAccounts(accounts, { fictional, password });
  if (password !== kept) {
    const before = accounts.filter(({ name }) => !created.includes(name));
    for (const { name } of before) await people.changeAccount(name, { password, mustChangePassword: false });
    await mkdir(dataDir, { recursive: true });
    await writeFile(path, `${password}\n`, { mode: 0o600 });
  }
  return { password, accounts };
}

const makePassword = (): string =>
  Array.from(
    randomBytes(12),
    (byte, index) => (index > 0 && index % 4 === 0 ? '-' : '') + LETTERS[byte % LETTERS.length],
  ).join('');
