import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cityFolder, type TestCity } from '#tests/support/city.ts';

const signIn = async (city: TestCity, password: string): Promise<number> =>
  (
    await fetch(`${city.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'analyst', password }),
    })
  ).status;

test('the demonstration password that a start prints opens its accounts, also when it is another than the last time', async (t) => {
  const folder = await cityFolder(t);
  const start = (password: string) =>
    folder.start(['--empty', '--no-simulator', '--log', 'error'], { CITYLOOM_DEMONSTRATION_PASSWORD: password });
  const first = await start('the-first-password');
  assert.equal(await signIn(first, 'the-first-password'), 200);
  await first.stop();

  const second = await start('another-password');
  assert.match(second.said(), /with the password another-password/);
  assert.equal(await signIn(second, 'another-password'), 200);
  assert.equal(await signIn(second, 'the-first-password'), 401);
});
