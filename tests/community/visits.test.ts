import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { createCommunity } from '#domains/community/community.ts';
import type { EnrolledHome } from '#domains/community/community.types.ts';
import { crewRulesOf, crewSection } from '#domains/community/crew-rules.ts';
import { DAY, HOUR, MINUTE } from '#kernel/time.ts';
import { NOON } from '#tests/casework/small-city.ts';
import { PACK } from '#tests/console/small-pack.ts';
import { handClock } from '#tests/people/town-hall.ts';
import { testDatabase } from '#tests/support/database.ts';

const HOME: EnrolledHome = { pseudonym: 'p_one', carer: 'anna', cell: 'cell-1', place: undefined, since: NOON };
const ANNA = { account: 'anna', name: 'Anna', party: 'grid-c1' };

async function community(t: TestContext) {
  const database = await testDatabase(t, ['domains']);
  const clock = handClock(NOON);
  const rules = crewRulesOf(new Map());
  return { clock, ...createCommunity({ database, clock, random: (count) => randomBytes(count), rules }) };
}

test('a home is due a week after its people asked for it, and planning again makes it no later', async (t) => {
  const { planVisits, listVisits, clock } = await community(t);
  await planVisits([HOME]);
  clock.pass(DAY);
  assert.deepEqual(await planVisits([HOME]), { planned: 0, cancelled: 0 });
  const visits = await listVisits({ carers: ['anna'], due: true });
  assert.deepEqual(
    visits.map(({ dueAt }) => dueAt),
    [NOON + 7 * DAY],
  );
});

test('after a visit the next one is due a week later', async (t) => {
  const { planVisits, listVisits, settleVisit } = await community(t);
  await planVisits([HOME]);
  const [first] = await listVisits({ due: true });
  await settleVisit(first!.id, 'done', ANNA, NOON + 8 * DAY, undefined);
  await planVisits([HOME]);
  assert.deepEqual(
    (await listVisits({ due: true })).map(({ dueAt }) => dueAt),
    [NOON + 15 * DAY],
  );
});

test('a consent that has ended takes the home off the list', async (t) => {
  const { planVisits, listVisits } = await community(t);
  await planVisits([HOME]);
  assert.deepEqual(await planVisits([]), { planned: 0, cancelled: 1 });
  assert.deepEqual(await listVisits({ due: true }), []);
});

test('a visit is overdue a day after it was due, and not a minute before', async (t) => {
  const { planVisits, listOverdueVisits } = await community(t);
  await planVisits([HOME]);
  const missedAt = NOON + 7 * DAY + 24 * HOUR;
  assert.deepEqual(await listOverdueVisits(missedAt - MINUTE), []);
  assert.equal((await listOverdueVisits(missedAt)).length, 1);
});

test('a visit is written down once', async (t) => {
  const { planVisits, listVisits, settleVisit } = await community(t);
  await planVisits([HOME]);
  const [visit] = await listVisits({ due: true });
  await settleVisit(visit!.id, 'missed', ANNA, NOON, 'Nobody opened');
  await assert.rejects(settleVisit(visit!.id, 'done', ANNA, NOON, undefined), { code: 'visit.settled' });
});

test('a shift begins once and ends with a word for the next, who reads it once', async (t) => {
  const { startShift, endShift, findShift, listHandovers, readHandover } = await community(t);
  await startShift(ANNA, NOON);
  await assert.rejects(startShift(ANNA, NOON), { code: 'shift.running' });
  const next = { account: 'bo', name: 'Bo' };
  await endShift('anna', NOON + 8 * HOUR, { next, note: 'The lamp at the steps is still out' });
  await assert.rejects(endShift('anna', NOON + 9 * HOUR, { next, note: '' }), { code: 'shift.none' });
  assert.equal(await findShift('anna'), undefined);

  const [handover] = await listHandovers('bo');
  assert.deepEqual([handover!.accountName, handover!.note], ['Anna', 'The lamp at the steps is still out']);
  assert.deepEqual(await listHandovers('anna'), []);
  await readHandover(handover!.id, 'bo', NOON + 9 * HOUR);
  assert.deepEqual(await listHandovers('bo'), []);
});

test('a patrol button that opens no class of the city is a problem of the pack, named', () => {
  const file = { patrol: [{ code: 'a', name: { en: 'A' }, icon: 'flag', case_class: 'nowhere.at-all' }] };
  assert.deepEqual(
    crewSection.check?.(file, PACK).map(({ path }) => path),
    ['$.patrol[0].case_class'],
  );
});
