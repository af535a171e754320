/** Another vault key: what every person's own key is sealed with anew. The contents stay as they are, because their keys do. */
import type { RandomBytes } from '#kernel/ids.ts';
import type { Database } from '#kernel/ports.ts';
import { comparableNumber } from './personal-data.ts';
import { blindIndexOf, openField, openPersonKey, sealPersonKey } from './sealing.ts';
import type { VaultKey } from './vault-key.ts';

/**
 * All or nothing, in one transaction; answers how many people. The city must stand still: a person kept meanwhile would stay under the
 * old key. Errors: `vault.sealed` when `from` is not the key in use.
 */
export async function rotateVaultKey(
  database: Database,
  { from, to, random }: { readonly from: VaultKey; readonly to: VaultKey; readonly random: RandomBytes },
): Promise<number> {
  return database.transaction(async (tx) => {
    await tx.query('lock table vault.people in exclusive mode');
    const rows = await tx.query<{ pseudonym: string; data_key: Buffer; phone: Buffer | null }>(
      `select p.pseudonym, p.data_key, f.content as phone from vault.people p
       left join vault.fields f on f.pseudonym = p.pseudonym and f.field = 'phone'`,
    );
    for (const { pseudonym, data_key, phone } of rows) {
      const own = openPersonKey(from, pseudonym, data_key);
      const digits = phone === null ? undefined : comparableNumber(openField(own, pseudonym, 'phone', phone));
      await tx.query('update vault.people set data_key = $2, key_id = $3, phone_index = $4 where pseudonym = $1', [
        pseudonym,
        sealPersonKey(to, pseudonym, own, random),
        to.id,
        digits === undefined ? null : blindIndexOf(to, digits),
      ]);
    }
    return rows.length;
  });
}
