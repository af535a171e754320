/**
 * Seals what waits in a kiosk. The key is made in this browser, cannot be exported, and is known to nobody: whoever reads the
 * kiosk's storage finds noise. It is no protection against somebody who runs code of their own in the kiosk's page.
 */
import { openDatabase } from './database.ts';
import type { Sealed, Waiting } from './outbox.view.ts';

const ALGORITHM = { name: 'AES-GCM', length: 256 } as const;

async function getKey(): Promise<CryptoKey> {
  const database = await openDatabase();
  const found = await database.get('keys', 'sealing');
  if (found) return found;
  const made = await crypto.subtle.generateKey(ALGORITHM, false, ['encrypt', 'decrypt']);
  await database.put('keys', made, 'sealing');
  return made;
}

async function sealPart(key: CryptoKey, plain: BufferSource) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain) };
}

export async function seal(entry: Waiting): Promise<Sealed> {
  const key = await getKey();
  const { photos, ...head } = entry;
  const plain = [
    new TextEncoder().encode(JSON.stringify(head)),
    ...(await Promise.all(photos.map((photo) => photo.arrayBuffer()))),
  ];
  return { clientId: entry.clientId, parts: await Promise.all(plain.map((part) => sealPart(key, part))) };
}

export async function unseal({ parts }: Sealed): Promise<Waiting> {
  const key = await getKey();
  const [head, ...photos] = await Promise.all(
    parts.map(({ iv, bytes }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes)),
  );
  return {
    ...(JSON.parse(new TextDecoder().decode(head)) as Omit<Waiting, 'photos'>),
    photos: photos.map((photo) => new Blob([photo], { type: 'image/jpeg' })),
  };
}
