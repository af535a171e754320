import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASE_ACTIONS } from '#adapters/console/case-permissions.ts';
import { SYSTEM_ACTIONS, transitions } from '#casework/lifecycle.ts';
import type { CaseAction, CaseEvent, CaseState } from '#kernel/case.ts';
import { HOUR, MINUTE } from '#kernel/time.ts';
import { actsFor, type Offered, offerOf, orderClock, orderProgress, orderSteps } from '#web/ops/actions.view.ts';
import {
  evidenceSpan,
  findingOf,
  limitLines,
  tellingLimits,
  usualInterval,
  valueRange,
  withGaps,
} from '#web/ops/chart.view.ts';
import { historyOf } from '#web/ops/history.view.ts';
import en from '#web/ops/strings.en.json' with { type: 'json' };

const NOON = Date.UTC(2026, 2, 1, 4);
const strings = en as Record<string, string>;

const offered = (given: Partial<Offered>): Offered => ({
  state: 'collected',
  actions: [],
  awaitsConfirmation: false,
  isAcknowledged: false,
  hasDeferral: false,
  ...given,
});
const allowedIn = (state: CaseState): CaseAction[] => Object.keys(transitions[state]) as CaseAction[];

test('an alarm nobody has judged asks the analyst: confirm in front, dismiss beside it', () => {
  const offer = offerOf(offered({ actions: allowedIn('collected'), awaitsConfirmation: true }));
  assert.equal(offer.primary, 'confirm');
  assert.equal(offer.secondary, 'dismiss');
});

test('a filed case asks to be dispatched', () => {
  assert.equal(offerOf(offered({ state: 'opened', actions: allowedIn('opened') })).primary, 'dispatch');
});

test('a handled case asks to be verified, with the other verdict beside it', () => {
  const offer = offerOf(offered({ state: 'handled', actions: allowedIn('handled') }));
  assert.deepEqual([offer.primary, offer.secondary], ['verify_pass', 'verify_fail']);
});

test('a closed case puts nothing in front; reopening is in the menu', () => {
  const offer = offerOf(offered({ state: 'closed', actions: allowedIn('closed') }));
  assert.equal(offer.primary, undefined);
  assert.deepEqual(offer.rest, ['note', 'reopen']);
});

test('nobody is offered what only the system does, and nobody is offered anything twice', () => {
  for (const state of Object.keys(transitions) as CaseState[]) {
    const offer = offerOf(offered({ state, actions: allowedIn(state), awaitsConfirmation: true, hasDeferral: true }));
    const all = [offer.primary, offer.secondary, ...offer.rest].filter((action) => action !== undefined);
    assert.equal(new Set(all).size, all.length, state);
    assert.deepEqual(
      all.filter((action) => SYSTEM_ACTIONS.has(action)),
      [],
      state,
    );
  }
});

test('every action that is allowed and not the system’s is offered somewhere', () => {
  for (const state of Object.keys(transitions) as CaseState[]) {
    const offer = offerOf(offered({ state, actions: allowedIn(state), awaitsConfirmation: true, hasDeferral: true }));
    const all = new Set([offer.primary, offer.secondary, ...offer.rest]);
    for (const action of allowedIn(state).filter((each) => !SYSTEM_ACTIONS.has(each)))
      assert.ok(all.has(action), `${action} in ${state}`);
  }
});

test('every action and everything it asks has its words', () => {
  const people = CASE_ACTIONS.filter((action) => !SYSTEM_ACTIONS.has(action));
  for (const action of people) {
    assert.ok(strings[`action.${action}`], action);
    assert.ok(strings[`done.${action}`], action);
  }
});

test('a deferral is decided only when somebody asked for one', () => {
  const given = { state: 'in_progress' as const, actions: allowedIn('in_progress') };
  assert.equal(offerOf(offered({ ...given, hasDeferral: true })).primary, 'approve_deferral');
  assert.ok(!offerOf(offered(given)).rest.includes('approve_deferral'));
});

test('a work order shows its next step first and its running clock', () => {
  assert.deepEqual(orderSteps('issued'), ['accept', 'refuse']);
  assert.equal(orderSteps('on_the_way')[0], 'arrive');
  assert.equal(orderProgress('finished'), 4);
  const order = { issuedAt: NOON, acceptBy: NOON + 5 * MINUTE, finishBy: NOON + HOUR };
  assert.equal(orderClock({ ...order, state: 'issued' })?.dueAt, order.acceptBy);
  assert.equal(orderClock({ ...order, state: 'accepted' })?.dueAt, order.finishBy);
  assert.equal(orderClock({ ...order, state: 'finished' }), undefined);
});

test('a crew takes the steps of its own company, not of another', () => {
  const parties = [{ id: 'waterworks' }, { id: 'crew-3', parent: 'waterworks' }, { id: 'gas-company' }];
  assert.equal(actsFor('crew-3', 'waterworks', parties), true);
  assert.equal(actsFor('waterworks', 'waterworks', parties), true);
  assert.equal(actsFor(undefined, 'waterworks', parties), true);
  assert.equal(actsFor('gas-company', 'waterworks', parties), false);
  assert.equal(actsFor('waterworks', 'crew-3', parties), false);
});

const event = (
  sequence: number,
  type: string,
  details: Record<string, unknown> = {},
  kind: 'system' | 'account' = 'account',
): CaseEvent => ({
  sequence,
  caseId: 'c',
  at: NOON + sequence * MINUTE,
  actor: { kind, id: 'a', name: 'Lin Yue' },
  type,
  from: undefined,
  to: undefined,
  details,
  previous: '',
  hash: '',
});

test('the history tells newest first, with the words somebody wrote', () => {
  const lines = historyOf(
    [event(1, 'collect', {}, 'system'), event(2, 'dismiss', { reason: 'Planned works' })],
    () => undefined,
  );
  assert.deepEqual(
    lines.map(({ key }) => key),
    ['event.dismiss', 'event.collect'],
  );
  assert.equal(lines[0]?.quote, 'Planned works');
  assert.equal(lines[1]?.isSystem, true);
});

test('an order’s event names its party although it carries only its id', () => {
  const waterworks = { zh: '水务', en: 'Waterworks' };
  const [line] = historyOf([event(1, 'order.accept', { order: 'o1' })], (id) => (id === 'o1' ? waterworks : undefined));
  assert.equal(line?.values.party, waterworks);
});

test('whether sensors or a person verified is told apart', () => {
  const keys = historyOf(
    [event(1, 'verify_pass', { by: 'sensors' }), event(2, 'verify_pass', { by: 'person' })],
    () => undefined,
  ).map(({ key }) => key);
  assert.deepEqual(keys, ['event.verify_pass', 'event.verify_pass_sensors']);
});

test('the bookkeeping of rules is not part of a case’s history', () => {
  assert.deepEqual(
    historyOf([event(1, 'rules.adopted')], () => undefined),
    [],
  );
});

test('a limit given as a ratio is drawn at its value for this very sensor', () => {
  const lines = limitLines(
    [{ grade: 'orange', belowRatioOfNormal: 0.8, forSeconds: 60, clearForSeconds: 60 }],
    [310, 420],
  );
  assert.deepEqual(lines, [{ grade: 'orange', side: 'below', value: 248 }]);
  assert.deepEqual(
    limitLines([{ grade: 'orange', belowRatioOfNormal: 0.8, forSeconds: 60, clearForSeconds: 60 }], undefined),
    [],
  );
});

test('the chart shows the limits that were passed and the next one, not the whole rule book', () => {
  const lines = ([427, 348, 241, 138] as const).map((value) => ({
    grade: 'red' as const,
    side: 'below' as const,
    value,
  }));
  const above = { grade: 'yellow' as const, side: 'above' as const, value: 630 };
  const shown = tellingLimits([...lines, above], [279, 480], [465, 525]).map(({ value }) => value);
  assert.deepEqual(shown, [427, 348, 241]);
});

test('a missing quarter of an hour is a gap, a missing report is not', () => {
  const gap = withGaps([0, MINUTE, 20 * MINUTE], [1, 2, 3], MINUTE);
  assert.deepEqual(gap.values, [1, 2, null, 3]);
  assert.deepEqual(withGaps([0, 2 * MINUTE], [1, 2], MINUTE).values, [1, 2]);
  assert.equal(usualInterval([0, MINUTE, 2 * MINUTE, HOUR]), MINUTE);
});

test('the chart begins well before the alarm and ends where the person looks', () => {
  const span = evidenceSpan(NOON, undefined, NOON + 20 * MINUTE);
  assert.equal(span.to, NOON + 20 * MINUTE);
  assert.equal(span.from, NOON - 30 * MINUTE);
});

test('long after it cleared, the chart still shows the alarm and not the days since', () => {
  const span = evidenceSpan(NOON, NOON + HOUR, NOON + 72 * HOUR);
  assert.equal(span.to, NOON + 80 * MINUTE);
});

test('a limit far away does not flatten the line', () => {
  const [, high] = valueRange([300, 320], [310, 420], [{ grade: 'red', side: 'above', value: 10_000 }]);
  assert.ok(high < 500);
});

test('the title says how far it fell and when', () => {
  const finding = findingOf([NOON, NOON + MINUTE, NOON + 2 * MINUTE], [400, 92, 110], [310, 420], NOON, undefined);
  assert.deepEqual(finding, { key: 'finding.fell', value: 92, at: NOON + MINUTE });
});

test('once it cleared, the title says so', () => {
  const finding = findingOf([NOON, NOON + MINUTE], [92, 350], [310, 420], NOON, NOON + MINUTE);
  assert.equal(finding?.key, 'finding.back');
});
