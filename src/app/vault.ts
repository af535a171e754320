/** Opens the identity vault with the key that the operator gave, or with the key file beside the database's folder, made when there is none. */
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CityError } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { isVaultUsed, refuseWrongKey } from '#people/vault/key-check.ts';
import { createVault } from '#people/vault/vault.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import { newVaultKeyText, parseVaultKey, type VaultKey } from '#people/vault/vault-key.ts';
import type { Config } from '#platform/config.ts';

export interface VaultOpening {
  readonly config: Pick<Config, 'dataDir' | 'vaultKey'>;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** Errors: `vault.key_invalid`, `vault.key_missing`, `vault.wrong_key`. */
export async function openVault({ config, database, clock, random }: VaultOpening): Promise<Vault> {
  const key = await obtainVaultKey(config, database, random);
  await refuseWrongKey(database, key);
  return createVault({ database, clock, random, key });
}

/** Errors: `vault.key_invalid`, `vault.key_missing`. */
export async function obtainVaultKey(
  { dataDir, vaultKey }: Pick<Config, 'dataDir' | 'vaultKey'>,
  database: Database,
  random: RandomBytes,
): Promise<VaultKey> {
  if (vaultKey !== undefined) return parseVaultKey(vaultKey, 'CITYLOOM_VAULT_KEY');
  const path = join(dataDir, 'vault.key');
  const written = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (written !== undefined) return parseVaultKey(written, path);
  // A new key would never open what is there already: better to ask for the old one.
  if (await isVaultUsed(database))
    throw new CityError(
      'conflict',
      'vault.key_missing',
      `The identity vault holds data, and its key is not here. Put the key file back as ${path}, or give the key as CITYLOOM_VAULT_KEY; it is not part of a backup and cannot be made again.`,
      'CITYLOOM_VAULT_KEY',
    );
  const text = newVaultKeyText(random);
  await writeKeyFile(dataDir, path, text);
  return parseVaultKey(text, path);
}

/** On the disk before anything is sealed with it; `wx` because two keys for one vault would be worse than none. */
export async function writeKeyFile(dataDir: string, path: string, text: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
