/** The vault on a real database, with a clock that tests move. */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createVault } from '#people/vault/vault.ts';
import { newVaultKeyText, parseVaultKey } from '#people/vault/vault-key.ts';
import { testDatabase } from '#tests/support/database.ts';
import { handClock } from './town-hall.ts';

export const random = (count: number) => randomBytes(count);
export const someKey = () => parseVaultKey(newVaultKeyText(random), 'key');

export const MEI = {
  name: '何桂梅',
  phone: '+86 138-0013-8000',
  email: 'mei@lower-terrace.example',
  address: '下半城 Lower Terrace 12, flat 301',
  note: 'bell is broken, knock',
};
export const ANALYST = { kind: 'account', id: 'account_1', name: 'Wen', party: 'operations-centre' } as const;

export async function lockedRoom(t: Pick<TestContext, 'after'>) {
  const database = await testDatabase(t, ['people']);
  const clock = handClock();
  const key = someKey();
  const open = (with_ = key) => createVault({ database, clock, random, key: with_ });
  return { database, clock, key, open, vault: open() };
}
