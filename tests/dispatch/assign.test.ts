import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assign, type Who } from '#dispatch/assign.ts';
import type { Position } from '#kernel/geo.ts';
import type { Party } from '#kernel/rules.ts';

const HERE: Position = [106.55, 29.56];
const party = (id: string, more: Partial<Party> = {}): Party => ({
  id,
  name: { en: id },
  kind: 'enterprise',
  level: 'district',
  roles: [],
  areas: [],
  ...more,
});
const crew = (id: string, parent: string, base: Position): Party => party(id, { kind: 'crew', parent, base });

const PARTIES = [
  party('water-group', { roles: ['waterworks'] }),
  party('waterworks', { roles: ['waterworks'], parent: 'water-group' }),
  crew('near-crew', 'waterworks', [106.551, 29.56]),
  crew('far-crew', 'waterworks', [106.6, 29.56]),
  crew('nearest-of-another', 'gas', HERE),
  party('grid-0412', { kind: 'grid', level: 'cell' }),
];

const who = (more: Partial<Who> = {}): Who => ({
  role: 'waterworks',
  place: HERE,
  responsibility: {
    partyFor: (role) => (role === 'waterworks' ? 'waterworks' : undefined),
    gridWorker: { party: 'grid-0412' },
  },
  parties: PARTIES,
  busyCrews: new Set(),
  except: [],
  ...more,
});

test('the party that answers for the role at the place goes, with its nearest crew', () => {
  assert.deepEqual(assign(who()), { party: 'waterworks', crew: 'near-crew' });
});

test('a crew that is out is passed over; when all are out the party goes without a proposal', () => {
  assert.deepEqual(assign(who({ busyCrews: new Set(['near-crew']) })), { party: 'waterworks', crew: 'far-crew' });
  assert.deepEqual(assign(who({ busyCrews: new Set(['near-crew', 'far-crew']) })), { party: 'waterworks' });
});

test('who has refused is not asked again: its parent stands in when it can do the work', () => {
  assert.deepEqual(assign(who({ except: ['waterworks'] })), { party: 'water-group' });
  assert.equal(assign(who({ except: ['waterworks', 'water-group'] })), undefined);
});

test('residents are told by the grid worker of the cell when no party has that role', () => {
  assert.deepEqual(assign(who({ role: 'grid-worker' })), { party: 'grid-0412' });
});

test('nobody goes for a role that nobody answers for here', () => {
  assert.equal(assign(who({ role: 'telecom' })), undefined);
});
