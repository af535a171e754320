/** `cityloom key`, `user`, `backup` and `restore` as somebody types them, on a data folder of their own. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { main } from '#app/cli/cityloom.ts';
import { createPeople } from '#people/people.ts';
import { systemClock } from '#platform/clock.ts';
import { openStorage } from '#platform/storage/open.ts';
import { quiet } from '#tests/support/database.ts';
import { Collected } from './collected.ts';

async function desk(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-commands-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  /** Runs a command line; `city` names the data folder. */
  const type = async (line: string, city = 'city') => {
    const [stdout, stderr] = [new Collected(), new Collected()];
    const args = [...line.split(' '), '--data', at(city)];
    const code = await main(args, { stdout, stderr, env: {}, cwd: folder });
    return { code, out: stdout.text(), err: stderr.text() };
  };
  return { at, type };
}

/** What the running city would say to these credentials. */
async function ask(dataDir: string, bearer: string) {
  const storage = await openStorage({ dataDir, log: quiet });
  try {
    const random = (count: number) => randomBytes(count);
    return await createPeople({ database: storage.database, clock: systemClock, random, log: quiet }).authenticate({
      bearer,
    });
  } finally {
    await storage.close();
  }
}

test('a key is printed alone, works, is listed without its secret, and stops when revoked', async (t) => {
  const { at, type } = await desk(t);
  const made = await type('key create probe --role integrator,device --things 3,4 --party waterworks --area D1');
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^cl_[0-9A-Za-z]{43}\n$/);
  const caller = await ask(at('city'), made.out.trim());
  assert.deepEqual(
    [caller.roles, caller.thingIds, caller.party, caller.areas],
    [['integrator', 'device'], [3, 4], 'waterworks', ['D1']],
  );
  const listed = await type('key list');
  assert.match(listed.out, /probe .* integrator,device .* valid/);
  assert.equal(listed.out.includes(made.out.trim()), false);
  assert.equal((await type('key revoke probe')).code, 0);
  await assert.rejects(ask(at('city'), made.out.trim()), { code: 'key.unknown' });
  assert.equal((await type('key revoke probe')).code, 1);
});

test('a command joins the database of a running city and leaves it running', async (t) => {
  const { at, type } = await desk(t);
  const city = await openStorage({ dataDir: at('city'), log: quiet });
  try {
    assert.equal((await type('key create probe --role auditor')).code, 0);
    const [row] = await city.database.query<{ keys: number }>('select count(*)::int as keys from api_keys');
    assert.equal(row?.keys, 1);
  } finally {
    await city.close({ stopServer: true });
  }
});

test('what is wrong with a command is said in a sentence, with exit code 2', async (t) => {
  const { type } = await desk(t);
  for (const [line, said] of [
    ['key create probe', /--role/],
    ['key create probe --role king', /no role "king"; the roles are administrator/],
    ['key create probe --role device', /names the Things/],
    ['key create', /Say key create/],
    ['key create probe --roll auditor', /--roll/],
    ['user create x --role auditor', /2 to 64 letters/],
    ['user promote mei', /no "user promote"/],
    ['backup', /which file/],
    ['restore', /which file/],
  ] as const) {
    const { code, out, err } = await type(line);
    assert.deepEqual([code, out], [2, ''], line);
    assert.match(err, said, line);
  }
});

test('every command explains itself', async (t) => {
  const { type } = await desk(t);
  for (const name of ['key', 'user', 'backup', 'restore']) {
    const { code, out } = await type(`${name} --help`);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^cityloom ${name} `));
    assert.match(out, /Exit codes: 0 done, 1 failed, 2 wrong input/);
  }
});

test('an account is made, given a new password, disabled and enabled', async (t) => {
  const { type } = await desk(t);
  const made = await type('user create mei --role handler --party waterworks');
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^([a-z0-9]{4}-){4}[a-z0-9]{4}\n$/);
  assert.match((await type('user list')).out, /mei .* handler .* waterworks .* must change password/);
  assert.notEqual((await type('user set-password mei')).out, made.out);
  assert.equal((await type('user disable mei')).code, 0);
  assert.match((await type('user list')).out, /mei .* disabled/);
  assert.equal((await type('user enable mei')).code, 0);
  const unknown = await type('user disable nobody');
  assert.deepEqual([unknown.code, /account\.unknown/.test(unknown.err)], [1, true]);
});

test('a city is backed up to a file and restored into another folder, where its keys still work', async (t) => {
  const { at, type } = await desk(t);
  const { out: key } = await type('key create probe --role auditor');
  const taken = await type('backup city.backup');
  assert.equal(taken.code, 0, taken.err);
  assert.equal((await stat(at('city.backup'))).mode & 0o777, 0o600);
  const restored = await type('restore city.backup', 'second');
  assert.equal(restored.code, 0, restored.err);
  assert.equal((await ask(at('second'), key.trim())).name, 'probe');
  const again = await type('restore city.backup', 'second');
  assert.deepEqual([again.code, /restore\.not_empty/.test(again.err)], [1, true]);
  assert.equal((await type('restore city.backup --replace', 'second')).code, 0);
});

test('a damaged backup is refused with exit code 3 before a folder is touched; a missing one with 1', async (t) => {
  const { at, type } = await desk(t);
  await type('key create probe --role auditor');
  await type('backup city.backup');
  await appendFile(at('city.backup'), 'x');
  const damaged = await type('restore city.backup', 'second');
  assert.deepEqual([damaged.code, /backup\.damaged/.test(damaged.err)], [3, true]);
  await assert.rejects(stat(at('second')), { code: 'ENOENT' });
  assert.equal((await type('restore nowhere.backup', 'second')).code, 1);
  const typo = await type('backup other.backup', 'ctiy');
  assert.deepEqual([typo.code, /city\.not_found/.test(typo.err)], [1, true]);
});
