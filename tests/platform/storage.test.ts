import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '#tests/support/database.ts';

test('a large id comes back as the number that went in, and an instant as the instant', async (t) => {
  const database = await testDatabase(t, []);
  const at = new Date('2026-03-01T08:00:00.123Z');
  const [row] = await database.query<{ id: number; at: Date }>('SELECT $1::int8 AS id, $2::timestamptz AS at', [
    9007199254740991,
    at,
  ]);
  assert.deepEqual(row, { id: 9007199254740991, at });
});

test('a transaction that fails leaves nothing behind', async (t) => {
  const database = await testDatabase(t, []);
  await database.query('CREATE TABLE wells (depth_m int)');
  const digging = database.transaction(async (tx) => {
    await tx.query('INSERT INTO wells VALUES (12)');
    throw new Error('hit rock');
  });
  await assert.rejects(digging, /hit rock/);
  assert.deepEqual(await database.query('SELECT * FROM wells'), []);
});
