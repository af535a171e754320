import assert from 'node:assert/strict';
import { test } from 'node:test';
import { may } from '#kernel/roles.ts';
import { DAY, HOUR, MINUTE } from '#kernel/time.ts';
import { hashPassword, isOutdated } from '#people/passwords.ts';
import { fingerprintBytes } from '#people/secrets.ts';
import { PASSWORD, townHall } from './town-hall.ts';

test('who signs in is known by the session, with name, roles, party and areas', async (t) => {
  const { people, signIn } = await townHall(t);
  const made = await people.createAccount({
    name: 'mei',
    displayName: 'Mei',
    password: PASSWORD,
    roles: ['handler'],
    party: 'waterworks',
    areas: ['D1'],
  });
  const { token, session } = await signIn('Mei');
  assert.deepEqual(session.permissions, [
    'city.read',
    'case.handle',
    'case.note',
    'report.create',
    'crew.work',
    'sensing.read',
    'vault.reveal',
    'care.see',
  ]);
  assert.deepEqual(await people.authenticate({ cookie: token }), {
    kind: 'account',
    id: made.id,
    name: 'Mei',
    roles: ['handler'],
    party: 'waterworks',
    areas: ['D1'],
    thingIds: undefined,
  });
});

test('the database holds neither password nor session token', async (t) => {
  const { people, account, signIn, database } = await townHall(t);
  await account('mei', 'dispatcher');
  const { token } = await signIn('mei');
  const { secret } = await people.createKey({ name: 'probe', roles: ['integrator'] });
  const tables = await database.query<{ text: string }>(
    'select accounts::text as text from accounts union all select sessions::text from sessions union all select api_keys::text from api_keys',
  );
  const everything = tables.map(({ text }) => text).join();
  for (const hidden of [PASSWORD, token, secret]) {
    assert.equal(everything.includes(hidden), false);
    assert.equal(everything.includes(Buffer.from(hidden).toString('hex')), false);
  }
  assert.ok(everything.includes(fingerprintBytes(token).toString('hex')));
});

test('a session ends when nobody used it for twelve hours', async (t) => {
  const { people, account, signIn, clock } = await townHall(t);
  await account('mei', 'dispatcher');
  const { token } = await signIn('mei');
  clock.pass(12 * HOUR - 1);
  assert.equal((await people.authenticate({ cookie: token })).kind, 'account');
  clock.pass(12 * HOUR - 1);
  assert.equal((await people.authenticate({ cookie: token })).kind, 'account');
  clock.pass(12 * HOUR);
  assert.equal((await people.authenticate({ cookie: token })).kind, 'anonymous');
  assert.equal(await people.findSession(token), undefined);
});

test('a session in use ends after a week all the same', async (t) => {
  const { people, account, signIn, clock } = await townHall(t);
  await account('mei', 'dispatcher');
  const { token } = await signIn('mei');
  for (let day = 0; day < 13; day++) {
    clock.pass(DAY / 2 - MINUTE);
    assert.equal((await people.authenticate({ cookie: token })).kind, 'account');
  }
  clock.pass(DAY / 2 + 13 * MINUTE);
  assert.equal((await people.authenticate({ cookie: token })).kind, 'anonymous');
});

test('signing out in one process ends the session in the other within two seconds', async (t) => {
  const { people, open, account, signIn, clock } = await townHall(t);
  const other = open();
  await account('mei', 'dispatcher');
  const { token } = await signIn('mei');
  assert.equal((await other.authenticate({ cookie: token })).kind, 'account');
  await people.signOut(token);
  assert.equal((await people.authenticate({ cookie: token })).kind, 'anonymous');
  clock.pass(2_000);
  assert.equal((await other.authenticate({ cookie: token })).kind, 'anonymous');
});

test('a disabled account is out at once, and cannot come back in', async (t) => {
  const { people, account, signIn } = await townHall(t);
  await account('root', 'administrator');
  await account('mei', 'dispatcher');
  const { token } = await signIn('mei');
  await people.changeAccount('mei', { disabled: true });
  assert.equal((await people.authenticate({ cookie: token })).kind, 'anonymous');
  await assert.rejects(signIn('mei'), { code: 'sign_in.refused', kind: 'unauthenticated' });
});

test('a role taken away is gone from the running session', async (t) => {
  const { people, account, signIn } = await townHall(t);
  await account('mei', 'dispatcher', 'auditor');
  const { token } = await signIn('mei');
  assert.equal(may(await people.authenticate({ cookie: token }), 'case.dispatch'), true);
  await people.changeAccount('mei', { roles: ['auditor'] });
  assert.equal(may(await people.authenticate({ cookie: token }), 'case.dispatch'), false);
});

test('the first administrator may do nothing but change the one-time password', async (t) => {
  const { people, signIn } = await townHall(t);
  const first = await people.ensureAdministrator();
  assert.equal(await people.ensureAdministrator(), undefined);
  const { token, session } = await signIn(first!.name, first!.password);
  assert.equal(session.account.mustChangePassword, true);
  assert.deepEqual(session.permissions, []);
  assert.deepEqual((await people.authenticate({ cookie: token })).roles, []);

  const change = { token, current: first!.password, next: 'a much better one', address: '10.0.0.1' };
  await assert.rejects(people.changePassword({ ...change, next: first!.password }), { code: 'password.unchanged' });
  const changed = await people.changePassword(change);
  assert.deepEqual((await people.authenticate({ cookie: changed.token })).roles, ['administrator']);
  assert.equal((await people.authenticate({ cookie: token })).kind, 'anonymous');
  await assert.rejects(signIn(first!.name, first!.password), { code: 'sign_in.refused' });
});

test('changing a password needs the present one and ends every other session', async (t) => {
  const { people, account, signIn } = await townHall(t);
  await account('mei', 'dispatcher');
  const stolen = await signIn('mei');
  const { token } = await signIn('mei');
  const change = { token, next: 'another password', address: '10.0.0.1' };
  await assert.rejects(people.changePassword({ ...change, current: 'not it at all' }), { code: 'sign_in.refused' });
  await people.changePassword({ ...change, current: PASSWORD });
  assert.equal((await people.authenticate({ cookie: stolen.token })).kind, 'anonymous');
});

test('the last administrator cannot be disabled or lose the role; the last but one can', async (t) => {
  const { people, account } = await townHall(t);
  await account('root', 'administrator');
  await account('second', 'administrator');
  await people.changeAccount('second', { disabled: true });
  const last = { code: 'account.last_administrator', kind: 'conflict' };
  await assert.rejects(people.changeAccount('root', { disabled: true }), last);
  await assert.rejects(people.changeAccount('root', { roles: ['auditor'] }), last);
  await people.changeAccount('root', { roles: ['administrator', 'auditor'] });
});

test('names do not tell capitals apart, and are taken once', async (t) => {
  const { account, signIn } = await townHall(t);
  await account('mei', 'dispatcher');
  await assert.rejects(account('MEI', 'dispatcher'), { code: 'account.name_taken' });
  assert.ok((await signIn('mEi')).token);
});

test('an account id is no sign-in name', async (t) => {
  const { account, signIn } = await townHall(t);
  const { id } = await account('mei', 'dispatcher');
  await assert.rejects(signIn(id), { code: 'sign_in.refused' });
});

test('a password hashed at an older, lower cost is hashed anew at the next sign-in', async (t) => {
  const { database, account, signIn, people } = await townHall(t);
  await account('mei', 'dispatcher');
  const older = await hashPassword(PASSWORD, () => Buffer.alloc(16, 7), { memoryKiB: 32, passes: 1, lanes: 1 });
  await database.query('update accounts set password_hash = $1', [older]);
  await signIn('mei');
  const [row] = await database.query<{ password_hash: string }>('select password_hash from accounts');
  assert.equal(isOutdated(row!.password_hash, { memoryKiB: 64, passes: 1, lanes: 1 }), false);
  assert.ok((await signIn('mei')).token);
  assert.equal((await people.listAccounts()).length, 1);
});

test('a fictional city gets its demonstration accounts once; a real city is refused them', async (t) => {
  const { people, signIn } = await townHall(t);
  const pack = [{ name: 'lin', displayName: 'Lin', roles: ['dispatcher'], party: 'centre', areas: [] }];
  const options = { fictional: true, password: PASSWORD };
  assert.deepEqual(await people.seedAccounts(pack, options), { created: ['lin'] });
  assert.deepEqual(await people.seedAccounts(pack, options), { created: [] });
  assert.equal((await signIn('lin')).session.account.mustChangePassword, false);
  await assert.rejects(people.seedAccounts(pack, { ...options, fictional: false }), { code: 'accounts.not_fictional' });
});

test('tidying away ended sessions leaves the living ones', async (t) => {
  const { people, account, signIn, clock, database } = await townHall(t);
  await account('mei', 'dispatcher');
  await signIn('mei');
  clock.pass(12 * HOUR);
  const { token } = await signIn('mei');
  await people.tidy();
  assert.equal((await database.query('select 1 from sessions')).length, 1);
  assert.ok(await people.findSession(token));
});

test('a password that is changed while somebody signs in with the old one leaves no session behind', async (t) => {
  const { people, account, signIn, database } = await townHall(t);
  await account('mei', 'dispatcher');
  // The change waits for the row that we hold; the sign-in has proven the old password by then and waits behind it.
  const outcome = await database.transaction(async (tx) => {
    await tx.query("select 1 from accounts where name = 'mei' for update");
    const changing = people.changeAccount('mei', { password: 'an entirely new one' });
    await waitFor(database, 1);
    const signingIn = signIn('mei').catch((error: { code: string }) => error.code);
    await waitFor(database, 2);
    return { changing, signingIn };
  });
  await outcome.changing;
  assert.equal(await outcome.signingIn, 'sign_in.refused');
  assert.equal((await database.query('select 1 from sessions')).length, 0);
  await assert.rejects(signIn('mei'), { code: 'sign_in.refused' });
  assert.ok((await signIn('mei', 'an entirely new one')).token);
});

/** Resolves when so many sessions wait for a lock. */
async function waitFor(database: Awaited<ReturnType<typeof townHall>>['database'], waiting: number): Promise<void> {
  for (let found = 0; found < waiting; ) {
    const rows = await database.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    found = rows.length;
  }
}
