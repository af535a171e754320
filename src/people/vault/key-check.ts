/** Whether a key is the one of this vault, asked once at the start. */
import { CityError } from '#kernel/errors.ts';
import type { Database } from '#kernel/ports.ts';
import type { VaultKey } from './vault-key.ts';

/**
 * Whether what is in the vault was sealed with this key. An empty vault takes any key. Errors: `vault.wrong_key`: the city does not
 * start, because everything kept from then on would be sealed with one key and everything before with another.
 */
export async function refuseWrongKey(database: Database, key: VaultKey): Promise<void> {
  const strangers = await database.query<{ key_id: string }>(
    'select key_id from vault.people where key_id < $1 or key_id > $1 limit 1',
    [key.id],
  );
  if (strangers[0] === undefined) return;
  throw new CityError(
    'conflict',
    'vault.wrong_key',
    `The identity vault was locked with another key (${strangers[0].key_id}) than the one given (${key.id}). Give the right one as CITYLOOM_VAULT_KEY or as the file vault.key in the data folder; it is not part of a backup and cannot be made again.`,
    'CITYLOOM_VAULT_KEY',
  );
}

export const isVaultUsed = async (database: Database): Promise<boolean> =>
  (await database.query('select 1 from vault.people limit 1')).length > 0;
