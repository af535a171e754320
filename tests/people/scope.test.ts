import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller, Role } from '#kernel/roles.ts';
import { createScope } from '#people/scope.ts';

const { actsFor, inScope } = createScope([
  { id: 'waterworks' },
  { id: 'waterworks-crew-2', parent: 'waterworks' },
  { id: 'gas-company' },
]);

const caller = (roles: Role[], party?: string, areas: string[] = []): Caller => ({
  kind: 'account',
  id: 'a',
  name: 'A',
  roles,
  party,
  areas,
  thingIds: undefined,
});
const burst = { parties: ['waterworks', 'traffic-police', undefined], areas: ['D1', 'S3', 'C7', 'cell-9'] };

test('a handler sees the cases of the own party, a work order included, and no others', () => {
  assert.equal(inScope(caller(['handler'], 'waterworks'), burst), true);
  assert.equal(inScope(caller(['handler'], 'traffic-police'), burst), true);
  assert.equal(inScope(caller(['handler'], 'waterworks-crew-2'), burst), true);
  assert.equal(inScope(caller(['handler'], 'gas-company'), burst), false);
});

test('who judges other parties’ work sees it, whatever party they come from', () => {
  for (const role of ['analyst', 'dispatcher', 'verifier', 'auditor', 'administrator'] as const)
    assert.equal(inScope(caller([role], 'centre'), burst), true, role);
  assert.equal(inScope(caller(['handler', 'verifier'], 'gas-company'), burst), true);
});

test('areas of any level bound everyone who has some', () => {
  for (const area of burst.areas)
    assert.equal(inScope(caller(['analyst'], undefined, ['D2', area]), burst), true, area);
  assert.equal(inScope(caller(['analyst'], undefined, ['D2']), burst), false);
  assert.equal(inScope(caller(['handler'], 'waterworks', ['D2']), burst), false);
});

test('one acts for the own party and the one it works for; who has none acts for nobody, a stand-in for all teams excepted', () => {
  assert.equal(actsFor(caller(['handler'], 'waterworks'), 'waterworks'), true);
  assert.equal(actsFor(caller(['handler'], 'waterworks'), 'gas-company'), false);
  assert.equal(actsFor(caller(['handler'], 'waterworks'), undefined), false);
  assert.equal(actsFor(caller(['handler'], 'waterworks-crew-2'), 'waterworks'), true);
  assert.equal(actsFor(caller(['handler'], 'waterworks'), 'waterworks-crew-2'), false);
  assert.equal(actsFor(caller(['handler']), 'gas-company'), true);
  assert.equal(actsFor(caller(['handler']), undefined), false);
  assert.equal(actsFor(caller(['administrator']), 'gas-company'), false);
  assert.equal(actsFor(caller(['administrator']), undefined), false);
});
