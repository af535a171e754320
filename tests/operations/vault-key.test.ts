import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { listTables } from '#app/backup/catalogue.ts';
import { writeBackup } from '#app/backup/write-backup.ts';
import { openVault } from '#app/vault.ts';
import { rotateVaultKey } from '#people/vault/rotate.ts';
import { parseVaultKey } from '#people/vault/vault-key.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { connectionTo, openEmbedded } from '#platform/storage/embedded.ts';
import { handClock } from '#tests/people/town-hall.ts';
import { quiet, TEST_SERVER, testDatabase } from '#tests/support/database.ts';

const random = (count: number) => randomBytes(count);
const someone = { name: '何桂梅', phone: '13800138000' };

async function cityHall(t: TestContext) {
  const database = await testDatabase(t, ['people']);
  const dataDir = await mkdtemp(join(tmpdir(), 'cityloom-vault-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const clock = handClock();
  const open = (vaultKey?: string, elsewhere = dataDir) =>
    openVault({ config: { dataDir: elsewhere, vaultKey }, database, clock, random });
  return { database, dataDir, open, file: join(dataDir, 'vault.key') };
}

test('the first start makes a key that its owner alone may read, and the next one uses it', async (t) => {
  const { open, file } = await cityHall(t);
  const mei = await (await open()).keep(someone, 'report');
  const { mode, size } = await stat(file);
  assert.deepEqual([(mode & 0o777).toString(8), size], ['600', 45]);
  const text = await readFile(file, 'utf8');
  const look = { purpose: 'visit', fields: ['name'], by: { kind: 'system', id: 'a', name: 'a' } } as const;
  assert.deepEqual(await (await open()).reveal(mei, look), { name: someone.name });
  assert.equal(await readFile(file, 'utf8'), text);
});

test('a city whose vault is in use does not start without its key, and makes no new one', async (t) => {
  const { open, file } = await cityHall(t);
  await (await open()).keep(someone, 'report');
  await rm(file);
  await assert.rejects(open(), { code: 'vault.key_missing', field: 'CITYLOOM_VAULT_KEY' });
  await assert.rejects(stat(file), { code: 'ENOENT' });
});

test('nor with another key, wherever it comes from', async (t) => {
  const { open, file } = await cityHall(t);
  await (await open()).keep(someone, 'report');
  const other = randomBytes(32).toString('base64');
  await assert.rejects(open(other), { code: 'vault.wrong_key' });
  await writeFile(file, other);
  await assert.rejects(open(), { code: 'vault.wrong_key' });
  await writeFile(file, 'not a key');
  await assert.rejects(open(), { code: 'vault.key_invalid', field: file });
});

test('a key that the operator gives is not written anywhere', async (t) => {
  const { open, file } = await cityHall(t);
  await (await open(randomBytes(32).toString('base64'))).keep(someone, 'report');
  await assert.rejects(stat(file), { code: 'ENOENT' });
});

test('a backup holds the vault’s tables, sealed, and neither the key nor a name', async (t) => {
  const { database, dataDir, open, file } = await cityHall(t);
  await (await open()).keep(someone, 'report');
  const { socket } = await openEmbedded(TEST_SERVER, quiet);
  const blobFolder = join(dataDir, 'blobs');
  const source = { connection: connectionTo(socket, database.name), blobs: openBlobs(blobFolder), blobFolder };
  const backup = join(dataDir, 'city.backup');
  const lines: string[] = [];
  await writeBackup(source, backup, new Date(), (line) => lines.push(line));
  assert.ok(lines.includes('vault.people: 1 rows') && lines.includes('vault.fields: 2 rows'), lines.join('\n'));
  assert.ok((await listTables(database)).some(({ schema, name }) => schema === 'vault' && name === 'fields'));
  const content = gunzipSync(await readFile(backup));
  for (const secret of [...Object.values(someone), (await readFile(file, 'utf8')).trim()])
    assert.equal(content.includes(secret), false);
});

test('another key opens what the old one kept, finds the same numbers, and the old one opens nothing any more', async (t) => {
  const { database, open } = await cityHall(t);
  const [old, next] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const before = await open(old);
  const mei = await before.keep(someone, 'report');
  const nameless = await before.keep({ email: 'a@b.example' }, 'report');
  const keys = { from: parseVaultKey(old, 'old'), to: parseVaultKey(next, 'next'), random };
  assert.equal(await rotateVaultKey(database, keys), 2);

  const after = await open(next);
  const look = {
    purpose: 'visit',
    fields: ['name', 'phone', 'email'],
    by: { kind: 'system', id: 'a', name: 'a' },
  } as const;
  assert.deepEqual(await after.reveal(mei, look), someone);
  assert.deepEqual(await after.reveal(nameless, look), { email: 'a@b.example' });
  assert.deepEqual(await after.findByPhone(someone.phone), [mei]);
  await assert.rejects(open(old), { code: 'vault.wrong_key' });
  await assert.rejects(before.reveal(mei, look), { code: 'vault.sealed' });
  await assert.rejects(rotateVaultKey(database, keys), { code: 'vault.sealed' });
  assert.deepEqual(await after.findByPhone(someone.phone), [mei], 'a rotation that failed changed nothing');
});
