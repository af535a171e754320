import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { BikePack } from '#domains/shared-bikes/sections.ts';
import { createSharedBikes } from '#domains/shared-bikes/shared-bikes.ts';
import {
  DEFAULT_RULES,
  type Ground,
  type NamedSighting,
  type SharedBikes,
  type Sighting,
} from '#domains/shared-bikes/shared-bikes.types.ts';
import type { FindingChange } from '#kernel/finding.ts';
import type { Database } from '#kernel/ports.ts';
import { DAY, HOUR, MINUTE } from '#kernel/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { at, bay, CENTRE, NOON, OPERATORS } from './plaza.ts';

const GROUND: Ground = { bays: [bay('A', 0, 0, 2)], zones: [] };
const PACK: BikePack = {
  operators: OPERATORS,
  feeds: [undefined, undefined],
  rules: DEFAULT_RULES,
  ground: GROUND,
  standJoinMetres: 10,
  standMostMetres: 40,
  opens: { overfull: 'shared-bikes.overfull' },
};

interface Town {
  readonly bikes: SharedBikes;
  readonly changes: FindingChange[];
  now: number;
}

async function open(database: Database, now = NOON): Promise<Town> {
  const changes: FindingChange[] = [];
  const time = { now };
  const bikes = createSharedBikes({
    pack: PACK,
    timeZone: 'Asia/Shanghai',
    centre: CENTRE,
    database,
    clock: { now: () => time.now },
    random: (count) => randomBytes(count),
    areaOf: () => ({ id: 'plaza', name: { zh: '广场', en: 'The plaza' } }),
    addressOf: () => ({ zh: '广场', en: 'The plaza' }),
    isWorkingDay: () => true,
    onChange: async (change) => void changes.push(change),
  });
  await bikes.start();
  return Object.assign(time, { bikes, changes });
}

const database = (t: TestContext) => testDatabase(t, ['domains']);

const told = (vehicleId: string, kind: Sighting, when: number, x = 2, y = 1): NamedSighting => ({
  vehicleId,
  kind,
  place: at(x, y),
  at: when,
  errorMetres: undefined,
});

const countInBay = ({ bikes }: Town): number => bikes.stands()[0]!.count;

test('what was acknowledged is there after a restart, written down or not, and once', async (t) => {
  const db = await database(t);
  const town = await open(db);
  await town.bikes.take('swift', [told('a', 'locked', NOON), told('b', 'locked', NOON)]);
  await town.bikes.tick(NOON);
  await town.bikes.take('swift', [told('c', 'locked', NOON + 1), told('a', 'unlocked', NOON + 2)]);
  town.now = NOON + 3;

  const again = await open(db, town.now);
  assert.equal(countInBay(again), 2);
  await again.bikes.take('swift', [told('c', 'locked', NOON + 1)]);
  assert.equal(countInBay(again), 2, 'told twice is there once');
  assert.equal(again.bikes.operatorViews()[0]!.moving, 1);
});

test('a bike that lies is put aside with a reason, and the others of its batch and of other operators go on', async (t) => {
  const town = await open(await database(t));
  const answer = await town.bikes.take('swift', [
    told('good', 'locked', NOON),
    { ...told('zero', 'locked', NOON), place: [0, 0] },
    told('', 'locked', NOON),
    told('future', 'locked', NOON + 2 * MINUTE),
    { ...told('far', 'locked', NOON), place: [10, 50] },
    told('good', 'locked', NOON - 1),
    told('also', 'locked', NOON),
  ]);
  assert.equal(answer.taken, 2);
  assert.deepEqual(
    answer.quarantined.map(({ index, code }) => `${index} ${code}`),
    [
      '1 sighting.nowhere',
      '2 sighting.vehicle_id',
      '3 sighting.future',
      '4 sighting.elsewhere',
      '5 sighting.backwards',
    ],
  );
  assert.equal((await town.bikes.take('meadow', [told('m', 'locked', NOON)])).taken, 1);
  await assert.rejects(town.bikes.take('nobody', []), { code: 'operator.unknown' });
});

test('a whole fleet names who is on the street: who is not named is gone, and a bike named twice counts once', async (t) => {
  const town = await open(await database(t));
  const standing = (...bikes: string[]) => bikes.map((bike) => told(bike, 'seen-standing', town.now));
  await town.bikes.refresh('swift', standing('a', 'b', 'c'), NOON);
  assert.equal(countInBay(town), 3);
  town.now += MINUTE;
  const { quarantined } = await town.bikes.refresh('swift', standing('c', 'c', 'd'), town.now);
  assert.deepEqual(
    quarantined.map(({ code }) => code),
    ['sighting.duplicate'],
  );
  assert.equal(countInBay(town), 2);
  await town.bikes.take('meadow', [told('m', 'locked', town.now)]);
  await town.bikes.refresh('swift', [], town.now + 1);
  assert.equal(countInBay(town), 1, 'the bikes of the other operator stay');
});

test('an overfull bay is raised once, goes on after a restart, and clears when the bikes are taken away', async (t) => {
  const db = await database(t);
  const town = await open(db);
  for (const bike of ['a', 'b', 'c']) await town.bikes.take('swift', [told(bike, 'locked', NOON)]);
  town.now = NOON + 11 * MINUTE;
  await town.bikes.tick(town.now);
  await town.bikes.tick(town.now + MINUTE);
  assert.deepEqual(
    town.changes.map(({ change }) => change),
    ['raised'],
  );

  const again = await open(db, town.now + 2 * MINUTE);
  await again.bikes.tick(again.now);
  assert.equal(again.changes.length, 0);
  await again.bikes.take('swift', [told('a', 'removed', again.now)]);
  await again.bikes.tick(again.now + MINUTE);
  assert.deepEqual(
    again.changes.map(({ change, finding }) => [change, finding.key]),
    [['cleared', town.changes[0]!.finding.key]],
  );
});

test('a feed that stands still is a finding, also when it keeps answering', async (t) => {
  const town = await open(await database(t));
  const heard = (heardAt: number, lastUpdated: number) =>
    town.bikes.heard({ operator: 'swift', kind: 'gbfs', heardAt, lastUpdated, ttlSeconds: 60, problem: undefined });
  heard(NOON, NOON);
  await town.bikes.tick(NOON + 5 * MINUTE);
  assert.equal(town.changes.length, 0);
  heard(NOON + 6 * MINUTE, NOON);
  town.now = NOON + 6 * MINUTE;
  await town.bikes.tick(town.now);
  assert.deepEqual(
    town.changes.map(({ change, finding }) => [change, finding.since]),
    [['raised', NOON]],
  );
  heard(NOON + 7 * MINUTE, NOON + 7 * MINUTE);
  await town.bikes.tick(NOON + 7 * MINUTE);
  assert.equal(town.changes.at(-1)?.change, 'cleared');
});

test('an edit of the ground holds from its date on and stays in the history', async (t) => {
  const town = await open(await database(t));
  for (const bike of ['a', 'b', 'c']) await town.bikes.take('swift', [told(bike, 'locked', NOON)]);
  await town.bikes.edit({ kind: 'bay', bay: bay('A', 0, 0, 5) }, NOON + HOUR, 'planner');
  assert.equal(town.bikes.stands()[0]!.capacity, 2);
  town.now = NOON + HOUR;
  await town.bikes.tick(town.now);
  assert.equal(town.bikes.stands()[0]!.capacity, 5);
  assert.equal(countInBay(town), 3);
  assert.equal(town.bikes.ground(NOON).bays[0]!.capacity, 2, 'what held then');
  assert.deepEqual(
    (await town.bikes.edits()).map(({ by }) => by),
    ['planner'],
  );
  await assert.rejects(town.bikes.edit({ kind: 'remove-bay', id: 'Z' }, town.now, 'planner'), {
    code: 'ground.unknown',
  });
});

test('a trail cannot be put together from what is kept: no id of an operator, no place of a trip’s start, no name for two days', async (t) => {
  const db = await database(t);
  const town = await open(db);
  const keptNames = async () => {
    const rows = await db.query<{ text: string }>(
      `SELECT vehicles::text AS text FROM shared_bikes_fleet UNION ALL SELECT batch::text FROM shared_bikes_sightings`,
    );
    return rows.map(({ text }) => text).join('\n');
  };
  const namesIn = (text: string) => new Set(text.match(/"[\w-]{22}"/g) ?? []);
  const [home, work] = [at(1_000, 1_000), at(3_000, -2_000)];

  await town.bikes.take('swift', [{ ...told('bike-4711', 'locked', NOON), place: home }]);
  const first = await keptNames();
  assert.equal(first.includes('bike-4711'), false);
  assert.equal(first.includes(String(home[0])), true, 'where it stands is known while it stands there');
  const name = [...namesIn(first)][0]!;

  await town.bikes.tick(NOON);
  await town.bikes.take('swift', [{ ...told('bike-4711', 'unlocked', NOON + MINUTE), place: home }]);
  const [since] = await db.query<{ text: string }>('SELECT batch::text AS text FROM shared_bikes_sightings');
  assert.equal(since?.text.includes(home[0].toFixed(6).slice(0, 8)), false, 'a trip’s start is dropped at the door');
  await town.bikes.take('swift', [{ ...told('bike-4711', 'locked', NOON + 20 * MINUTE), place: work }]);
  town.now = NOON + 21 * MINUTE;
  await town.bikes.tick(town.now);
  const after = await keptNames();
  assert.equal(after.includes(home[0].toFixed(6).slice(0, 8)), false, 'where the trip began is nowhere any more');
  assert.ok(namesIn(after).has(name));

  town.now = NOON + DAY;
  await town.bikes.take('swift', [{ ...told('bike-4711', 'seen-standing', town.now), place: work }]);
  await town.bikes.tick(town.now);
  const nextDay = await keptNames();
  assert.equal(nextDay.includes(name.slice(1, -1)), false, 'the next day it has another name');
  assert.equal(town.bikes.operatorViews()[0]!.standing, 1, 'and is still one bike');

  town.now = NOON + 2 * DAY;
  await town.bikes.tick(town.now);
  const held = await db.query<{ date: string }>(`SELECT to_char(date, 'YYYY-MM-DD') AS date FROM shared_bikes_secrets`);
  assert.equal(
    held.some(({ date }) => date === '2026-03-02'),
    false,
    'the first day’s secret is gone for good',
  );
});

test('small counts are not told: a square with four bikes says nothing', async (t) => {
  const town = await open(await database(t));
  for (const bike of ['a', 'b', 'c', 'd']) await town.bikes.take('swift', [told(bike, 'locked', NOON, 50, 50)]);
  assert.deepEqual(town.bikes.density(100, 5), []);
  await town.bikes.take('swift', [told('e', 'locked', NOON, 50, 50)]);
  assert.deepEqual(
    town.bikes.density(100, 5).map(({ count }) => count),
    [5],
  );
});
