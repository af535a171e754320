import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '#kernel/roles.ts';
import { townHall } from './town-hall.ts';

test('a key carries 256 bits behind a prefix that leaks are searched by, and is shown once', async (t) => {
  const { people } = await townHall(t);
  const { key, secret } = await people.createKey({ name: 'pump house', roles: ['device'], thingIds: [4, 5] });
  assert.match(secret, /^cl_[0-9A-Za-z]{43}$/);
  assert.equal(JSON.stringify(await people.listKeys()).includes(secret), false);
  assert.deepEqual(await people.authenticate({ bearer: secret }), {
    kind: 'key',
    id: key.id,
    name: 'pump house',
    roles: ['device'],
    party: undefined,
    areas: [],
    thingIds: [4, 5],
  });
});

test('a key that never was is refused, not taken for nobody', async (t) => {
  const { people } = await townHall(t);
  await assert.rejects(async () => people.authenticate({ bearer: 'cl_nothing' }), {
    code: 'key.unknown',
    kind: 'unauthenticated',
  });
  assert.equal((await people.authenticate({})).kind, 'anonymous');
});

test('a known key is answered at once, without a look into the database', async (t) => {
  const { people } = await townHall(t);
  const { secret } = await people.createKey({ name: 'probe', roles: ['integrator'] });
  await people.authenticate({ bearer: secret });
  const again = people.authenticate({ bearer: secret });
  assert.equal(again instanceof Promise, false);
  assert.equal((again as Caller).name, 'probe');
});

test('a key revoked by another process stops working within two seconds', async (t) => {
  const { people, open, clock } = await townHall(t);
  const gateway = open();
  const { key, secret } = await people.createKey({ name: 'probe', roles: ['integrator'] });
  assert.equal((await gateway.authenticate({ bearer: secret })).name, 'probe');
  await people.revokeKey(key.id);
  await assert.rejects(async () => people.authenticate({ bearer: secret }), { code: 'key.unknown' });
  clock.pass(2_000);
  await assert.rejects(async () => gateway.authenticate({ bearer: secret }), { code: 'key.unknown' });
});

test('while the database is away nobody passes on old knowledge', async (t) => {
  const { people, clock, database } = await townHall(t);
  const { secret } = await people.createKey({ name: 'probe', roles: ['integrator'] });
  await people.authenticate({ bearer: secret });
  await database.query('alter table people_revision rename to people_revision_away');
  clock.pass(1_999);
  assert.equal((await people.authenticate({ bearer: secret })).name, 'probe');
  clock.pass(1);
  await assert.rejects(async () => people.authenticate({ bearer: secret }));
  await database.query('alter table people_revision_away rename to people_revision');
  assert.equal((await people.authenticate({ bearer: secret })).name, 'probe');
});

test('a key is revoked by its name when one valid key has it, by its id when several do', async (t) => {
  const { people } = await townHall(t);
  const first = await people.createKey({ name: 'probe', roles: ['integrator'] });
  await people.createKey({ name: 'probe', roles: ['integrator'] });
  await assert.rejects(people.revokeKey('probe'), { code: 'key.ambiguous' });
  await people.revokeKey(first.key.id);
  await assert.rejects(people.revokeKey(first.key.id), { code: 'key.revoked' });
  assert.notEqual((await people.revokeKey('probe')).revokedAt, undefined);
  await assert.rejects(people.revokeKey('probe'), { code: 'key.unknown' });
});

test('a device key names its Things, and every role is one there is', async (t) => {
  const { people } = await townHall(t);
  await assert.rejects(people.createKey({ name: 'x', roles: ['device'] }), {
    code: 'key.things_missing',
    field: 'thingIds',
  });
  await assert.rejects(people.createKey({ name: 'x', roles: ['device'], thingIds: [0] }), {
    code: 'key.thing_invalid',
  });
  await assert.rejects(people.createKey({ name: 'x', roles: ['king' as 'auditor'] }), {
    code: 'role.unknown',
    field: 'roles',
  });
  await assert.rejects(people.createKey({ name: 'x', roles: [] }), { code: 'role.missing' });
});
