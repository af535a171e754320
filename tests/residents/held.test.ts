import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { registerHeldRoutes } from '#adapters/console/held-routes.ts';
import type { Role } from '#kernel/roles.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { quiet } from '#tests/support/database.ts';
import { residentsCity } from './residents-city.ts';

test('held reports are read and judged by who may confirm cases, and by nobody else', async (t) => {
  const city = await residentsCity(t);
  await city.report({ description: '代开发票，找我' });
  const server = await createHttpServer({
    log: quiet,
    version: '0',
    authenticate: ({ headers }) => ({
      ...{ kind: 'key', id: 'desk', name: 'Wen', party: undefined, areas: [], thingIds: undefined },
      roles: [String(headers['x-role']) as Role],
    }),
  });
  t.after(() => server.close());
  await registerHeldRoutes(server, city.receipts);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/api/v1/reports/held`;
  const list = async (role: Role) => fetch(url, { headers: { 'x-role': role } });
  for (const role of ['handler', 'verifier', 'auditor', 'integrator', 'device'] as const)
    assert.equal((await list(role)).status, 403, role);
  const { held } = (await (await list('analyst')).json()) as { held: { id: string; why: string }[] };
  assert.equal(held[0]?.why, 'blocked-word');
  const judge = async (id: string, verdict: string) =>
    (
      await fetch(`${url}/${id}`, {
        method: 'POST',
        headers: { 'x-role': 'analyst', 'content-type': 'application/json' },
        body: JSON.stringify({ verdict }),
      })
    ).status;
  assert.equal(await judge(held[0]!.id, 'burn'), 400);
  assert.equal(await judge(randomBytes(4).toString('hex'), 'release'), 404);
  assert.equal(await judge(held[0]!.id, 'release'), 204);
  assert.equal(await judge(held[0]!.id, 'discard'), 409);
});
