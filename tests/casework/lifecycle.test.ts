import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nextOrderState, nextState, orderTransitions, transitions } from '#casework/lifecycle.ts';
import type { CaseAction, CaseState, WorkOrderAction, WorkOrderState } from '#kernel/case.ts';

const STATES: readonly CaseState[] = [
  'collected',
  'opened',
  'dispatched',
  'in_progress',
  'handled',
  'closed',
  'evaluated',
  'dismissed',
  'merged',
];
const ACTIONS: readonly CaseAction[] = [
  'collect',
  'acknowledge',
  'confirm',
  'dismiss',
  'dispatch',
  'accept',
  'return',
  'finish',
  'verify_pass',
  'verify_fail',
  'evaluate',
  'reopen',
  'pause',
  'resume',
  'request_deferral',
  'approve_deferral',
  'refuse_deferral',
  'escalate',
  'merge',
  'regrade',
  'locate',
  'note',
];
const ORDER_STATES: readonly WorkOrderState[] = [
  'issued',
  'accepted',
  'on_the_way',
  'arrived',
  'finished',
  'refused',
  'cancelled',
];
const ORDER_ACTIONS: readonly WorkOrderAction[] = ['accept', 'set_out', 'arrive', 'finish', 'refuse', 'cancel'];

/** Where every action leads from every state; `.` where it is refused. */
const CASE_TABLE = `
                  collected opened     dispatched  in_progress handled    closed     evaluated  dismissed merged
collect           .         .          .           .           .          .          .          .         .
acknowledge       collected opened     dispatched  .           .          .          .          .         .
confirm           opened    opened     dispatched  in_progress .          .          .          .         .
dismiss           dismissed dismissed  dismissed   dismissed   .          .          .          .         .
dispatch          .         dispatched dispatched  dispatched  .          .          .          .         .
accept            .         .          in_progress .           .          .          .          .         .
return            .         .          opened      opened      .          .          .          .         .
finish            .         .          .           handled     .          .          .          .         .
verify_pass       .         .          .           .           closed     .          .          .         .
verify_fail       .         .          .           .           dispatched .          .          .         .
evaluate          .         .          .           .           .          evaluated  .          .         .
reopen            .         .          .           .           .          dispatched dispatched opened    .
pause             .         .          dispatched  in_progress .          .          .          .         .
resume            .         .          dispatched  in_progress .          .          .          .         .
request_deferral  .         .          dispatched  in_progress .          .          .          .         .
approve_deferral  .         .          dispatched  in_progress .          .          .          .         .
refuse_deferral   .         .          dispatched  in_progress .          .          .          .         .
escalate          collected opened     dispatched  in_progress .          .          .          .         .
merge             merged    merged     merged      merged      .          .          .          .         .
regrade           collected opened     dispatched  in_progress handled    .          .          .         .
locate            collected opened     dispatched  in_progress .          .          .          .         .
note              collected opened     dispatched  in_progress handled    closed     evaluated  dismissed merged
`;

const ORDER_TABLE = `
        issued    accepted   on_the_way arrived   finished refused   cancelled
accept  accepted  .          .          .         .        .         .
set_out .         on_the_way .          .         .        .         .
arrive  .         arrived    arrived    .         .        .         .
finish  .         finished   finished   finished  .        .         .
refuse  refused   refused    refused    refused   .        .         .
cancel  cancelled cancelled  cancelled  cancelled .        cancelled .
`;

function printed(
  states: readonly string[],
  actions: readonly string[],
  next: (state: string, action: string) => string | undefined,
) {
  return [
    states.join(' '),
    ...actions.map((action) => [action, ...states.map((state) => next(state, action) ?? '.')].join(' ')),
  ];
}

const written = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/).join(' '));

test('a case moves from every state by every action as the table says, and no other way', () => {
  const found = printed(STATES, ACTIONS, (state, action) => nextState(state as CaseState, action as CaseAction));
  assert.deepEqual(found, written(CASE_TABLE));
});

test('a work order moves from every state by every action as the table says, and no other way', () => {
  const found = printed(ORDER_STATES, ORDER_ACTIONS, (state, action) =>
    nextOrderState(state as WorkOrderState, action as WorkOrderAction),
  );
  assert.deepEqual(found, written(ORDER_TABLE));
});

test('the tables know every state and nothing else', () => {
  assert.deepEqual(Object.keys(transitions).sort(), [...STATES].sort());
  assert.deepEqual(Object.keys(orderTransitions).sort(), [...ORDER_STATES].sort());
});

test('every open case can still be ended, and nothing leads out of a merged one', () => {
  const reach = (from: CaseState, seen = new Set<CaseState>()): Set<CaseState> => {
    for (const to of Object.values(transitions[from])) if (!seen.has(to)) reach(to, seen.add(to));
    return seen;
  };
  for (const state of STATES.slice(0, 5)) assert.ok(reach(state).has('evaluated'), `${state} never ends`);
  assert.deepEqual([...reach('merged')], ['merged']);
});

test('the drawn table in the documents is the table of the code', () => {
  const generator = fileURLToPath(new URL('../../tools/case-lifecycle-doc.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [generator, '--check'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
