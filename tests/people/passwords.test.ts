import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { COST, checkPassword, createTurnstile, hashPassword, isOutdated, verifyPassword } from '#people/passwords.ts';

const random = (count: number) => randomBytes(count);
const cheap = { memoryKiB: 64, passes: 1, lanes: 1 };

test('a password is kept as an argon2id string that names its cost, and only the password opens it', async () => {
  const phc = await hashPassword('lanterns on the river', random);
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await verifyPassword('lanterns on the river', phc), true);
  assert.equal(await verifyPassword('lanterns on the River', phc), false);
});

test('the same password twice gives two strings', async () => {
  assert.notEqual(await hashPassword('lanterns', random, cheap), await hashPassword('lanterns', random, cheap));
});

test('a known answer of argon2id is recognised', async () => {
  // RFC 9106 has no vector without secret and associated data; this one is from the reference implementation's command line.
  const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  assert.equal(await verifyPassword('password', phc), true);
  assert.equal(await verifyPassword('passwore', phc), false);
});

test('a password typed with composed or decomposed accents is the same password', async () => {
  const phc = await hashPassword('caf\u00e9 by the quay', random, cheap);
  assert.equal(await verifyPassword('cafe\u0301 by the quay', phc), true);
});

test('a string made with less than today’s cost is outdated, one made with more is not', async () => {
  assert.equal(isOutdated(await hashPassword('x', random, cheap)), true);
  assert.equal(isOutdated(await hashPassword('x', random, COST)), false);
  assert.equal(isOutdated(await hashPassword('x', random, { memoryKiB: 19_456, passes: 3, lanes: 1 })), false);
});

test('nothing opens a string that is not an argon2id string', async () => {
  assert.equal(await verifyPassword('', ''), false);
  assert.equal(await verifyPassword('x', '$2b$10$abcdefghijklmnopqrstuv'), false);
  assert.equal(isOutdated('plain'), true);
});

test('ten characters are enough, nine are not, and the sign-in name is not part of it', () => {
  assert.doesNotThrow(() => checkPassword('1234567890', 'li', 'password'));
  assert.throws(() => checkPassword('123456789', 'li', 'password'), { code: 'password.too_short', field: 'password' });
  assert.throws(() => checkPassword('123LIANG456', 'liang', 'next'), { code: 'password.contains_name', field: 'next' });
  assert.throws(() => checkPassword('x'.repeat(257), 'li', 'password'), { code: 'password.too_long' });
});

test('two hash at once, two wait in line, the fifth is told to come back, and afterwards there is room again', async () => {
  const pass = createTurnstile(2, 2);
  const gates: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => gates.push(resolve));
  const inside = [pass(work), pass(work), pass(work), pass(work)];
  await assert.rejects(pass(work), { code: 'sign_in.busy', kind: 'too_many' });
  assert.equal(gates.length, 2);
  const openAll = async () => {
    for (const open of gates.splice(0)) open();
    await Promise.resolve();
  };
  await openAll();
  await Promise.all(inside.slice(0, 2));
  await openAll();
  await Promise.all(inside);
  assert.equal(await pass(async () => 'in'), 'in');
});
