/** The vault's key: 32 random bytes that live outside the database, and what is derived from them. */
import { hkdfSync } from 'node:crypto';
import { invalid } from '#kernel/errors.ts';

const KEY_BYTES = 32;

export interface VaultKey {
  /** Stored beside what it sealed. Derived one-way, so it tells a wrong key without helping to guess a right one. */
  readonly id: string;
  /** Seals the persons' own keys. */
  readonly sealing: Buffer;
  /** Makes the blind index of phone numbers. */
  readonly indexing: Buffer;
}

const derive = (secret: Uint8Array, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `cityloom vault ${purpose}`, bytes));

/** From base64 as it stands in the key file or the environment. Errors: `vault.key_invalid` naming where it came from. */
export function parseVaultKey(text: string, field: string): VaultKey {
  const written = text.trim();
  const secret = Buffer.from(written, 'base64');
  const isExact = secret.toString('base64').replace(/=+$/, '') === written.replace(/=+$/, '');
  if (secret.length !== KEY_BYTES || !isExact)
    throw invalid(
      'vault.key_invalid',
      `${field} must be ${KEY_BYTES} random bytes in base64 (44 characters), for example from: openssl rand -base64 ${KEY_BYTES}`,
      field,
    );
  return {
    id: derive(secret, 'key id', 12).toString('hex'),
    sealing: derive(secret, 'sealing', KEY_BYTES),
    indexing: derive(secret, 'phone index', KEY_BYTES),
  };
}

/** A key as `parseVaultKey` reads it. */
export const newVaultKeyText = (random: (count: number) => Uint8Array): string =>
  Buffer.from(random(KEY_BYTES)).toString('base64');
