/** The people room on a real database, with a clock that tests move and cheap password hashes. */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Role } from '#kernel/roles.ts';
import type { Instant } from '#kernel/time.ts';
import { createPeople } from '#people/people.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

export const MORNING: Instant = Date.parse('2026-03-02T08:00:00+08:00');
export const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 };
export const PASSWORD = 'lanterns on the river';

export interface HandClock {
  now(): Instant;
  pass(milliseconds: number): void;
}

export function handClock(start: Instant = MORNING): HandClock {
  let now = start;
  return {
    now: () => now,
    pass(milliseconds) {
      now += milliseconds;
    },
  };
}

const random = (count: number) => randomBytes(count);

export async function townHall(t: Pick<TestContext, 'after'>) {
  const database = await testDatabase(t, ['people']);
  const clock = handClock();
  /** A second process of the same city has its own memory. */
  const open = () => createPeople({ database, clock, random, log: quiet, cost: CHEAP });
  const people = open();
  const account = (name: string, ...roles: Role[]) =>
    people.createAccount({ name, displayName: name.toUpperCase(), password: PASSWORD, roles });
  const signIn = (name: string, password = PASSWORD, address = '10.0.0.1') =>
    people.signIn({ name, password, address });
  return { database, clock, people, open, account, signIn };
}
