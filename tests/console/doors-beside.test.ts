/** The doors of bookings and of the hotline, beside the console: who is let in is this table, and nothing else. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { furnishHotline, openHotlineDoor } from '#app/hotline.ts';
import { furnishResidentServices } from '#app/resident-services.ts';
import { createReceipts } from '#casework/receipts/receipts.ts';
import { ROLES, type Role } from '#kernel/roles.ts';
import { createVault } from '#people/vault/vault.ts';
import { someKey } from '#tests/people/locked-room.ts';
import { operationsCentre } from './operations-centre.ts';
import { PACK } from './small-pack.ts';

const STAFF: readonly Role[] = ['administrator', 'analyst', 'dispatcher', 'handler', 'verifier', 'auditor'];
const DESK: readonly Role[] = ['administrator', 'analyst', 'dispatcher'];
const LINE: readonly Role[] = [...DESK, 'integrator'];
const DOORS: Readonly<Record<string, readonly Role[]>> = {
  'GET /bookings': STAFF,
  'POST /bookings/:id/actions': ['administrator', 'handler'],
  'POST /bookings/:id/contact': ['analyst', 'dispatcher', 'handler'],
  'POST /hotline/calls': LINE,
  'POST /hotline/calls/:id/answer': LINE,
  'POST /hotline/calls/:id/end': LINE,
  'GET /hotline/calls': DESK,
  'GET /hotline/rules': DESK,
  'POST /hotline/calls/:id/caller': DESK,
  'POST /hotline/calls/:id/file': DESK,
  'POST /hotline/calls/:id/told': DESK,
  'POST /hotline/earlier': DESK,
  'POST /hotline/suggest': DESK,
  'GET /hotline/to-tell': DESK,
  'GET /hotline/figures': DESK,
  'GET /hotline/cases/:id': DESK,
};

const random = (count: number) => randomBytes(count);

function besideTheConsole(t: TestContext) {
  return operationsCentre(t, PACK, async (server, rooms) => {
    const { database, clock, casework, territory } = rooms;
    const vault = createVault({ database, clock, random, key: someKey() });
    const parts = { pack: PACK, database, clock, random, vault, territory };
    const receipts = createReceipts({
      ...{ database, clock, random, casework, reporting: PACK.reporting, isInCity: () => true },
      addressAt: (place) => territory.locate(place).address,
      looksAt: (contact) => vault.accesses(contact),
      onCaseOver: (contact, until) => vault.release(contact, until),
    });
    const hotline = furnishHotline({ ...parts, casework, receipts });
    const residentServices = furnishResidentServices(parts);
    const suggest = async () => ({});
    await openHotlineDoor(server, { hotline, casework, vault, territory, residentServices }, clock, suggest);
  });
}

test('every route of bookings and the hotline is in the table, and the table names no other', async (t) => {
  const { routes } = await besideTheConsole(t);
  const found = routes
    .filter(({ method, url }) => method !== 'HEAD' && /^\/api\/v1\/(bookings|hotline)\b/.test(url))
    .map(({ method, url }) => `${method} ${url.replace('/api/v1', '').replace(/\/$/, '')}`);
  assert.deepEqual([...new Set(found)].toSorted(), Object.keys(DOORS).toSorted());
});

test('nobody gets in without a key, and each role only where the table says', async (t) => {
  const centre = await besideTheConsole(t);
  const callers = await Promise.all(
    ROLES.map(async (role) => ({ role, ...(await centre.caller(role, { thingIds: [1] })) })),
  );
  for (const [door, allowed] of Object.entries(DOORS)) {
    const [method, path] = door.replace(':id', 'none').split(' ') as [string, string];
    assert.equal((await centre.ask(method, path)).status, 401, `${door} as nobody`);
    for (const { role, send } of callers) {
      const { status } = await send(method, path);
      assert.equal(status !== 403, allowed.includes(role), `${door} as ${role}: ${status}`);
    }
  }
});
