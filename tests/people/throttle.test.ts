import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE, SECOND } from '#kernel/time.ts';
import { ACCOUNT_BRAKE, type Brake, failedOnceMore, waitMs } from '#people/throttle.ts';
import { MORNING, townHall } from './town-hall.ts';

const brake: Brake = { free: 3, longestMs: 10 * SECOND, forgetMs: HOUR };
const after = (failures: number) => ({ failures, lastFailureAt: MORNING });

test('the first failures cost nothing, then each doubles the wait up to the longest', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7, 50].map((failures) => waitMs(after(failures), brake, MORNING));
  assert.deepEqual(waits, [0, 0, 0, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('the wait is over when it is over, not a millisecond earlier', () => {
  assert.equal(waitMs(after(4), brake, MORNING + 1_999), 1);
  assert.equal(waitMs(after(4), brake, MORNING + 2_000), 0);
});

test('failures are forgotten after their time, and counting begins anew', () => {
  assert.equal(failedOnceMore(after(9), brake, MORNING + HOUR - 1).failures, 10);
  assert.equal(failedOnceMore(after(9), brake, MORNING + HOUR).failures, 1);
});

test('guessing is slowed per account, from whatever address, and the right password does not pass the brake', async (t) => {
  const { account, signIn, clock } = await townHall(t);
  await account('mei', 'dispatcher');
  for (let i = 0; i < ACCOUNT_BRAKE.free; i++)
    await assert.rejects(signIn('mei', 'wrong password', `10.0.1.${i}`), { code: 'sign_in.refused' });
  await assert.rejects(signIn('MEI', undefined, '10.0.2.1'), {
    code: 'sign_in.throttled',
    details: { retryAfterSeconds: 1 },
  });
  clock.pass(999);
  await assert.rejects(signIn('mei', undefined, '10.0.2.1'), { code: 'sign_in.throttled' });
  clock.pass(1);
  assert.ok((await signIn('mei', undefined, '10.0.2.1')).token);
});

test('a name that does not exist is slowed exactly like one that does', async (t) => {
  const { account, signIn } = await townHall(t);
  await account('mei', 'dispatcher');
  const answers = async (name: string) => {
    const seen: unknown[] = [];
    for (let i = 0; i < ACCOUNT_BRAKE.free + 1; i++)
      await signIn(name, 'wrong password').catch(({ code, message, details }) => seen.push({ code, message, details }));
    return seen;
  };
  const known = await answers('mei');
  assert.equal(known.length, ACCOUNT_BRAKE.free + 1);
  assert.deepEqual(await answers('nobody'), known);
});

test('a hundred guesses at once do not all pass before the first is counted', async (t) => {
  const { account, signIn } = await townHall(t);
  await account('mei', 'dispatcher');
  const guesses = await Promise.allSettled(
    Array.from({ length: 40 }, (_, i) => signIn('mei', `guess number ${i}`, `10.1.0.${i}`)),
  );
  const codes = guesses.map((each) => (each as PromiseRejectedResult).reason.code);
  assert.equal(codes.filter((code) => code === 'sign_in.refused').length, ACCOUNT_BRAKE.free);
  assert.equal(codes.filter((code) => code === 'sign_in.throttled').length, 40 - ACCOUNT_BRAKE.free);
});

test('one address that tries many names is slowed for every name', async (t) => {
  const { account, signIn } = await townHall(t);
  await account('mei', 'dispatcher');
  for (let i = 0; i < 30; i++)
    await assert.rejects(signIn(`guess${i}`, 'wrong password', '10.9.9.9'), { code: 'sign_in.refused' });
  await assert.rejects(signIn('mei', undefined, '10.9.9.9'), { code: 'sign_in.throttled' });
  assert.ok((await signIn('mei', undefined, '10.0.0.7')).token);
});

test('signing in wipes the account’s failures', async (t) => {
  const { account, signIn, clock } = await townHall(t);
  await account('mei', 'dispatcher');
  for (let i = 0; i < 4; i++) await assert.rejects(signIn('mei', 'wrong password'), { code: 'sign_in.refused' });
  await signIn('mei');
  clock.pass(MINUTE);
  for (let i = 0; i < 5; i++) await assert.rejects(signIn('mei', 'wrong password'), { code: 'sign_in.refused' });
});
