import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseFacts } from '#adapters/console/case-permissions.ts';
import { purposesFor } from '#adapters/console/vault-rules.ts';
import type { CaseSummary } from '#casework/casework.types.ts';
import type { Caller, Role } from '#kernel/roles.ts';
import { createScope } from '#people/scope.ts';

const scope = createScope([
  { id: 'waterworks' },
  { id: 'crew', parent: 'waterworks' },
  { id: 'gas' },
  { id: 'street-grid' },
  { id: 'grid', parent: 'street-grid' },
]);
const caller = (roles: Role[], party?: string, areas: string[] = []): Caller => ({
  ...{ kind: 'account', id: 'a', name: 'A', thingIds: undefined },
  ...{ roles, party, areas },
});
const facts = (visibleTo?: string[]): CaseFacts => ({
  summary: {
    party: 'waterworks',
    cell: 'cell-1',
    community: 'C1',
    street: 'S1',
    district: 'D1',
    visibleTo,
  } as unknown as CaseSummary,
  orderParties: ['gas'],
});
const asks = (who: Caller, case_ = facts()) => purposesFor(scope, who, case_, 'grid');

test('the desk may call back and look into a complaint', () => {
  for (const role of ['analyst', 'dispatcher'] as const)
    assert.deepEqual(asks(caller([role], 'centre')), ['answer-report', 'visit', 'urgent-danger', 'check-of-complaint']);
});

test('who leads the case, works on it, or works for one of them may look for the work; others may not', () => {
  const handling = ['answer-report', 'visit', 'urgent-danger'];
  assert.deepEqual(asks(caller(['handler'], 'waterworks')), handling);
  assert.deepEqual(asks(caller(['handler'], 'crew')), handling);
  assert.deepEqual(asks(caller(['handler'], 'gas')), handling);
  assert.deepEqual(asks(caller(['handler'], 'street-grid')), []);
  assert.deepEqual(asks(caller(['handler'])), [], 'a stand-in for all');
});

test('the grid worker of the cell may look only to stand at the door, one of another area not at all', () => {
  assert.deepEqual(asks(caller(['handler', 'verifier'], 'grid', ['C1'])), ['visit']);
  assert.deepEqual(asks(caller(['handler', 'verifier'], 'grid', ['C2'])), []);
});

test('verifiers, auditors and administrators look at nobody', () => {
  for (const role of ['verifier', 'auditor', 'administrator', 'integrator'] as const)
    assert.deepEqual(asks(caller([role])), [], role);
});

test('of a confidential case its own party may look, to care; the desk does not even see it', () => {
  assert.deepEqual(asks(caller(['handler', 'verifier'], 'grid'), facts(['grid'])), ['care']);
  assert.deepEqual(asks(caller(['analyst', 'dispatcher'], 'centre'), facts(['grid'])), []);
  assert.deepEqual(asks(caller(['handler'], 'waterworks'), facts(['grid'])), []);
});
