/**
 * Sealing: AES-256-GCM with a fresh nonce, bound to what it belongs to, so that a sealed phone copied to another person's row or
 * another field does not open. Each person has a key of their own; the vault key seals only that one.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { CityError } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Pseudonym } from './vault.types.ts';
import type { VaultKey } from './vault-key.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PERSON_KEY_BYTES = 32;

/** What a sealed value belongs to; `key` is the person's own key. */
const bindingOf = (pseudonym: Pseudonym, part: string): Buffer => Buffer.from(`${pseudonym}\n${part}`);

function seal(key: Uint8Array, content: Uint8Array, binding: Buffer, random: RandomBytes): Buffer {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(binding);
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** Errors: `vault.sealed` when the key is another one or the row was altered; says nothing of the content. */
function open(key: Uint8Array, sealed: Buffer, binding: Buffer): Buffer {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(binding)
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new CityError(
      'conflict',
      'vault.sealed',
      'These data do not open: they were sealed with another key, or altered in the database.',
    );
  }
}

/** A person's own key, open and as it is stored. */
export interface PersonKey {
  readonly open: Uint8Array;
  readonly sealed: Buffer;
}

export function newPersonKey(vault: VaultKey, pseudonym: Pseudonym, random: RandomBytes): PersonKey {
  const own = random(PERSON_KEY_BYTES);
  return { open: own, sealed: sealPersonKey(vault, pseudonym, own, random) };
}

export const sealPersonKey = (vault: VaultKey, pseudonym: Pseudonym, own: Uint8Array, random: RandomBytes): Buffer =>
  seal(vault.sealing, own, bindingOf(pseudonym, 'key'), random);

export const openPersonKey = (vault: VaultKey, pseudonym: Pseudonym, sealed: Buffer): Buffer =>
  open(vault.sealing, sealed, bindingOf(pseudonym, 'key'));

export const sealField = (
  own: Uint8Array,
  pseudonym: Pseudonym,
  field: string,
  text: string,
  random: RandomBytes,
): Buffer => seal(own, Buffer.from(text, 'utf8'), bindingOf(pseudonym, `field ${field}`), random);

export const openField = (own: Uint8Array, pseudonym: Pseudonym, field: string, sealed: Buffer): string =>
  open(own, sealed, bindingOf(pseudonym, `field ${field}`)).toString('utf8');

/** The same number gives the same bytes under the same vault key, and nothing without it. */
export const blindIndexOf = (vault: VaultKey, digits: string): Buffer =>
  createHmac('sha256', vault.indexing).update(digits).digest();
