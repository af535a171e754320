/** `cityloom vault rotate`: another key for the identity vault, while the city stands still. */
import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { conflict, invalid } from '#kernel/errors.ts';
import { refuseWrongKey } from '#people/vault/key-check.ts';
import { rotateVaultKey } from '#people/vault/rotate.ts';
import { newVaultKeyText, parseVaultKey } from '#people/vault/vault-key.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { migrate } from '#platform/storage/migrate.ts';
import { openStorage } from '#platform/storage/open.ts';
import { findRunningCity } from '../running.ts';
import { obtainVaultKey, writeKeyFile } from '../vault.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';

const HELP = `
cityloom vault rotate [--data DIR]

Makes a new key for the identity vault and seals everybody's data with it. The city must be stopped. A key in the file vault.key is
replaced there; the old one stays beside it as vault.key.old until you delete it: older backups open with it. A key that you give
yourself as CITYLOOM_VAULT_KEY is replaced by the one in CITYLOOM_VAULT_KEY_NEXT; start the city with that one afterwards.

Exit codes: 0 done, 1 failed, 2 wrong input.
`;

export const vault: Command = { summary: 'give the identity vault another key', help: HELP, run };

async function run(args: string[], { stderr, env, cwd }: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { data: { type: 'string' } }, allowPositionals: true });
  if (positionals.join(' ') !== 'rotate') throw invalid('command.unclear', 'Say: cityloom vault rotate.');
  const { dataDir, databaseUrl, vaultKey } = readConfig({ data: values.data }, env, cwd);
  const next = env.CITYLOOM_VAULT_KEY_NEXT;
  if ((vaultKey === undefined) !== (next === undefined))
    throw invalid(
      'vault.next_key',
      'CITYLOOM_VAULT_KEY and CITYLOOM_VAULT_KEY_NEXT belong together: give both, or neither for the key file.',
      'CITYLOOM_VAULT_KEY_NEXT',
    );
  const running = await findRunningCity(dataDir);
  if (running) throw conflict('vault.in_use', `A city runs on ${dataDir}: ${running.url}. Stop it first.`, '--data');
  const random = (count: number) => randomBytes(count);
  const storage = await openStorage({ dataDir, databaseUrl, log: createLog('warn'), poolSize: 2 });
  try {
    const { database } = storage;
    await migrate(database);
    const from = await obtainVaultKey({ dataDir, vaultKey }, database, random);
    await refuseWrongKey(database, from);
    const text = next ?? newVaultKeyText(random);
    const to = parseVaultKey(text, 'CITYLOOM_VAULT_KEY_NEXT');
    const [file, fresh] = [join(dataDir, 'vault.key'), join(dataDir, 'vault.key.next')];
    // On the disk before anything is sealed with it: a crash in between leaves both keys, and the city says which it wants.
    if (next === undefined) await writeKeyFile(dataDir, fresh, text);
    const people = await rotateVaultKey(database, { from, to, random });
    if (next === undefined) {
      await rename(file, `${file}.old`);
      await rename(fresh, file);
    }
    stderr.write(`The data of ${people} people are sealed with the key ${to.id}. Keep a copy of it elsewhere.\n`);
    return EXIT.done;
  } finally {
    await storage.close();
  }
}
