/** `open311.yaml`: what a pack may say, and who may see how the connections stand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registerConnectionRoutes } from '#adapters/open311/client/connection-routes.ts';
import { hasAnyMark, hasMark, markOf, withMark } from '#adapters/open311/client/mark.ts';
import { connectionsOf, OPEN311_SECTION } from '#adapters/open311/client/section.ts';
import { maskNumbers } from '#casework/receipts/masking.ts';
import type { Caller, Role } from '#kernel/roles.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { quiet } from '#tests/support/database.ts';
import { TOWN } from './reporting-town.ts';

const connection = (more: object = {}) => ({ id: 'east', url: 'https://east.example/v2', services: [], ...more });
const problems = (...connections: object[]) => OPEN311_SECTION.check!({ connections }, TOWN).map(({ path }) => path);

test('a connection that fits the city has no problem; each name it does not have is told with its path', () => {
  const services = [{ service_code: '033', case_classes: ['power.lamp-out'], category: 'street-light' }];
  assert.deepEqual(problems(connection({ push: { party: 'power', areas: ['S1'] }, services })), []);
  const wrong = [{ service_code: '033', case_classes: ['power.lamp-out', 'x'], category: 'y' }];
  assert.deepEqual(
    problems(connection(), connection({ push: { party: 'nobody', areas: ['S1', 'S9'] }, services: wrong })),
    [
      '$.connections[1].id',
      '$.connections[1].push.party',
      '$.connections[1].push.areas[1]',
      '$.connections[1].services[0].category',
      '$.connections[1].services[0].case_classes[1]',
    ],
  );
});

test('a pack without the file has no connections', () => {
  assert.deepEqual(connectionsOf(TOWN), []);
});

test('the mark is the same for ever, other for others, survives the masking of numbers, and is told from ordinary words', () => {
  const mark = markOf('east', 'case_1');
  assert.equal(mark, markOf('east', 'case_1'));
  assert.notEqual(mark, markOf('west', 'case_1'));
  const text = maskNumbers(withMark('Lamp 13800138000', mark));
  assert.ok(hasMark(text, mark) && hasAnyMark(text) && !hasMark(text, markOf('east', 'case_2')));
  assert.equal(hasAnyMark('Lamp (ref 12345) (ref cl-)'), false);
});

test('only who runs the city sees how the connections stand', async (t) => {
  let roles: Role[] = [];
  const server = await createHttpServer({
    log: quiet,
    version: '0',
    authenticate: (): Caller => ({
      kind: roles.length === 0 ? 'anonymous' : 'key',
      id: 'k',
      name: 'k',
      roles,
      party: undefined,
      areas: [],
      thingIds: undefined,
    }),
  });
  t.after(() => server.close());
  registerConnectionRoutes(server, { list: async () => [] });
  const ask = async (...who: Role[]) => {
    roles = who;
    return (await server.inject('/api/v1/open311/connections')).statusCode;
  };
  assert.deepEqual(
    [await ask(), await ask('integrator'), await ask('auditor'), await ask('administrator')],
    [401, 403, 200, 200],
  );
});
