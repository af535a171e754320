/** Every route of the console, as nobody and as each role: who is let in is this table, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GRANTS, type Permission, ROLES, type Role } from '#kernel/roles.ts';
import { operationsCentre } from './operations-centre.ts';

const STAFF = ['administrator', 'analyst', 'dispatcher', 'handler', 'verifier', 'auditor'] as const;
const REPORTING = ['administrator', 'analyst', 'dispatcher', 'handler', 'verifier', 'integrator'] as const;
const EVERYBODY = 'everybody';

const DOORS: Readonly<Record<string, readonly Role[] | typeof EVERYBODY>> = {
  'POST /session': EVERYBODY,
  'GET /session': EVERYBODY,
  'PUT /session/password': EVERYBODY,
  'DELETE /session': EVERYBODY,
  'GET /welcome': EVERYBODY,
  'GET /ledger/roots': EVERYBODY,
  'GET /city': STAFF,
  'GET /points': STAFF,
  'GET /tiles/:layer/:z/:x/:y.mvt': STAFF,
  'GET /state': STAFF,
  'GET /gauges': STAFF,
  'GET /day': STAFF,
  'GET /latest': STAFF,
  'GET /cases': STAFF,
  'GET /cases/:id': STAFF,
  'POST /cases/:id/actions': STAFF,
  'GET /work-orders': STAFF,
  'POST /work-orders/:id/actions': STAFF,
  'GET /things/:id': STAFF,
  'GET /assets/:assetId': STAFF,
  'GET /datastreams/:id/series': STAFF,
  'GET /search': STAFF,
  'GET /live': STAFF,
  'GET /photos/:key': STAFF,
  'POST /photos': REPORTING,
  'POST /reports': REPORTING,
  'GET /accounts': ['administrator'],
  'POST /accounts': ['administrator'],
  'PATCH /accounts/:id': ['administrator'],
  'GET /keys': ['administrator'],
  'POST /keys': ['administrator'],
  'DELETE /keys/:id': ['administrator'],
};

const path = (url: string) =>
  url
    .replace(':layer/:z/:x/:y', 'base/1/0/0')
    .replace(':assetId', 'none')
    .replace(':key', '0'.repeat(64))
    .replace(':id', '999');

test('every route of the console is in the table, and the table names no other', async (t) => {
  const { routes } = await operationsCentre(t);
  const found = routes
    .filter(({ method, url }) => method !== 'HEAD' && url.startsWith('/api/v1'))
    .map(({ method, url }) => `${method} ${url.replace('/api/v1', '')}`);
  assert.deepEqual(found.toSorted(), Object.keys(DOORS).toSorted());
  assert.ok(routes.every(({ permission }) => permission !== undefined));
});

test('nobody gets in without a key, a wrong key gets in nowhere, and each role only where the table says', {
  timeout: 120_000,
}, async (t) => {
  const centre = await operationsCentre(t);
  const callers = await Promise.all(
    ROLES.map(async (role) => ({ role, ...(await centre.caller(role, { thingIds: [1] })) })),
  );
  const knock = async (door: string, headers: Record<string, string>) => {
    const [method, url] = door.split(' ') as [string, string];
    const abort = new AbortController();
    const response = await fetch(`${centre.url}/api/v1${path(url)}`, { method, headers, signal: abort.signal });
    abort.abort();
    return response.status;
  };
  for (const [door, allowed] of Object.entries(DOORS)) {
    const open = allowed === EVERYBODY;
    assert.equal(open || (await knock(door, {})) === 401, true, `${door} as nobody`);
    assert.equal(await knock(door, { authorization: 'Bearer cl_made-up' }), 401, `${door} with a wrong key`);
    for (const { role, headers } of callers) {
      const status = await knock(door, headers);
      assert.equal(status !== 403, open || allowed.includes(role), `${door} as ${role}: ${status}`);
    }
  }
});

test('the table agrees with what the roles permit', () => {
  const having = (permission: Permission) => ROLES.filter((role) => GRANTS[role].has(permission));
  assert.deepEqual(having('city.read'), [...STAFF]);
  assert.deepEqual(having('report.create'), [...REPORTING]);
  assert.deepEqual(having('people.manage'), ['administrator']);
});
