import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOMAINS } from '#domains/registry.ts';
import { readSettings } from '#domains/settings.ts';
import { water } from '#domains/water/index.ts';
import { findDrift, registryOf } from '../../tools/registry.ts';

test('the registry is what the folders say', async () => {
  assert.equal(await findDrift(), undefined);
});

test('a folder added is a domain added', () => {
  assert.match(registryOf(['water', 'shared-bikes']), /import { sharedBikes } from '.\/shared-bikes\/index.ts';/);
});

test('the eight lifelines are there, each under its own name, in both languages', () => {
  const ids = DOMAINS.map((domain) => domain.id);
  const lifelines = ['water', 'power', 'gas', 'telecom', 'bridges', 'tunnels', 'rail', 'drainage'];
  assert.deepEqual(
    lifelines.filter((id) => !ids.includes(id)),
    [],
  );
  for (const { words } of DOMAINS) assert.ok(words.zh && words.en);
});

test('every domain says how it is drawn, and no two in the same order', () => {
  assert.equal(new Set(DOMAINS.map((domain) => domain.layer.order)).size, DOMAINS.length);
  for (const { layer } of DOMAINS) assert.match(layer.colour, /^#[0-9a-f]{6}$/);
});

test('a pack overrides a number of a domain by its name', () => {
  const settings = readSettings('water', water.defaults, {
    findings: { near_metres: 500 },
    headloss: 'hazen-williams',
  });
  assert.equal(settings.nearMetres, 500);
  assert.equal(settings.withinMinutes, water.defaults.withinMinutes);
});

test('a setting that no domain knows, or of the wrong kind, is refused by name', () => {
  assert.throws(() => readSettings('water', water.defaults, { findings: { near_miles: 1 } }), {
    code: 'pack.domain_settings',
    field: 'settings.findings.near_miles',
  });
  assert.throws(() => readSettings('water', water.defaults, { findings: { near_metres: 'far' } }), {
    code: 'pack.domain_settings',
  });
});
