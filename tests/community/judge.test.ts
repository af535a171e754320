import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CareRules, Enrolment, MeterSilence } from '#domains/community/care.types.ts';
import { somewhereIn, toFinding } from '#domains/community/care-finding.ts';
import { enrolmentOfKey, judgeCare } from '#domains/community/care-judge.ts';
import { isInPolygon, type Polygon } from '#kernel/geo.ts';
import { DAY, HOUR, type Instant } from '#kernel/time.ts';

const NOON: Instant = Date.parse('2026-03-01T06:00:00Z');
const RULES: CareRules = {
  opens: 'community.care-check',
  grade: 'yellow',
  longestDays: 366,
  waterSilent: { hours: 12, flowAbove: 0.5 },
  missedVisit: { hours: 2 },
};
const AUNT: Enrolment = {
  id: 'care_1',
  pseudonym: 'p_aunt',
  consentId: 'consent_1',
  rule: 'water-silent',
  carer: { account: 'account_luo', name: 'Luo', party: 'community-01-grid' },
  cell: 'cell-1',
  shownAt: [106.55, 29.56],
  meter: 7,
  since: NOON - 30 * DAY,
  expiresAt: NOON + 300 * DAY,
  awayUntil: undefined,
  seenAt: undefined,
};
const meter = (lastFlowAt: Instant | undefined, lastReadAt: Instant | undefined = NOON): MeterSilence => ({
  enrolmentId: AUNT.id,
  lastFlowAt,
  lastReadAt,
});
const judge = (now: Instant, enrolment: Enrolment, silence: MeterSilence) =>
  judgeCare(RULES, { now, enrolments: [enrolment], meters: [silence], overdue: [] });

test('twelve hours without water worry; a second less does not', () => {
  const last = NOON - 12 * HOUR;
  assert.deepEqual(judge(NOON - 1, AUNT, meter(last)), []);
  const [concern] = judge(NOON, AUNT, meter(last));
  assert.deepEqual([concern?.why, concern?.since], ['no-flow', last]);
});

test('the same silence has the same key however often and however late it is judged', () => {
  const last = NOON - 12 * HOUR;
  const keys = [0, HOUR, DAY].map((later) => judge(NOON + later, AUNT, meter(last))[0]?.key);
  assert.equal(new Set(keys).size, 1);
  assert.equal(enrolmentOfKey(keys[0]!), AUNT.id);
  assert.equal(enrolmentOfKey('limit:7:1'), undefined);
});

test('a meter that says nothing worries as well, and the words tell that it is the meter', () => {
  const [concern] = judge(NOON, AUNT, meter(NOON - 13 * HOUR, NOON - 13 * HOUR));
  assert.equal(concern?.why, 'meter-silent');
});

test('nobody is judged for a time before they agreed', () => {
  const fresh = { ...AUNT, since: NOON - 11 * HOUR };
  assert.deepEqual(judge(NOON, fresh, meter(NOON - 3 * DAY)), []);
  assert.equal(judge(NOON + HOUR, fresh, meter(NOON - 3 * DAY))[0]?.since, fresh.since);
});

test('who told us of a journey is left in peace until they are back, and twelve hours more', () => {
  const away = { ...AUNT, awayUntil: NOON };
  const dry = meter(NOON - 5 * DAY);
  assert.deepEqual(judge(NOON - 1, away, dry), []);
  assert.deepEqual(judge(NOON, away, dry), []);
  assert.deepEqual(judge(NOON + 12 * HOUR - 1, away, dry), []);
  assert.equal(judge(NOON + 12 * HOUR, away, dry).length, 1);
});

test('who was found well gives the meter another twelve hours', () => {
  const seen = { ...AUNT, seenAt: NOON - HOUR };
  assert.deepEqual(judge(NOON, seen, meter(NOON - DAY)), []);
  assert.equal(judge(NOON + 11 * HOUR, seen, meter(NOON - DAY)).length, 1);
});

test('a visit nobody made worries after the pack’s hours, unless the person was seen since', () => {
  const visited: Enrolment = { ...AUNT, rule: 'missed-visit', meter: undefined };
  const overdue = [{ id: 'visit_1', pseudonym: AUNT.pseudonym, dueAt: NOON }];
  const at = (now: Instant, enrolment = visited) =>
    judgeCare(RULES, { now, enrolments: [enrolment], meters: [], overdue });
  assert.deepEqual(at(NOON + 2 * HOUR - 1), []);
  assert.equal(at(NOON + 2 * HOUR)[0]?.why, 'missed-visit');
  assert.deepEqual(at(NOON + 3 * HOUR, { ...visited, seenAt: NOON }), []);
  assert.deepEqual(at(NOON + 3 * HOUR, { ...visited, pseudonym: 'p_somebody_else' }), []);
});

test('a rule the pack does not have judges nobody', () => {
  const none = { ...RULES, waterSilent: undefined, missedVisit: undefined };
  const situation = {
    now: NOON,
    enrolments: [AUNT, { ...AUNT, id: 'care_2', rule: 'missed-visit' as const }],
    meters: [meter(NOON - DAY)],
    overdue: [{ id: 'visit_1', pseudonym: AUNT.pseudonym, dueAt: NOON - DAY }],
  };
  assert.deepEqual(judgeCare(none, situation), []);
});

test('what casework is told leads to the cell and to no home: no thing, no meter, no pseudonym', () => {
  const [concern] = judge(NOON, AUNT, meter(NOON - 12 * HOUR));
  const cell = { name: { zh: '一网格', en: 'Cell 1' }, party: 'community-01-grid' };
  const finding = toFinding(concern!, RULES, cell, NOON);
  assert.equal(finding.facts.visibleTo, 'community-01-grid');
  assert.deepEqual(
    [finding.thingId, finding.datastreamId, finding.assetId, finding.basis.length],
    [undefined, undefined, undefined, 0],
  );
  assert.ok(!JSON.stringify(finding).includes(AUNT.pseudonym));
  assert.match(finding.sentence.en!, /^No water has run for 12 h at a home in Cell 1/);
  assert.match(finding.sentence.zh!, /12小时没有用水/);
});

test('the place a case is said to be at lies in its cell, and is drawn anew for every home', () => {
  const cell: Polygon = [
    [
      [0, 0],
      [2, 0],
      [2, 2],
      [1, 0.5],
      [0, 2],
      [0, 0],
    ],
  ];
  let state = 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state & 255;
  };
  const random = (count: number) => Uint8Array.from({ length: count }, next);
  const places = Array.from({ length: 200 }, () => somewhereIn(cell, random));
  assert.ok(places.every((place) => isInPolygon(place, cell)));
  assert.ok(new Set(places.map(String)).size > 190);
});
