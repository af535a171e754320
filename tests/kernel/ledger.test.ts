import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { CaseEvent } from '#kernel/case.ts';
import { CHAIN_START, canonicalJson, chainOn, findBreak, rootsOf } from '#kernel/ledger.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const drafts = [1, 2, 3, 4].map((n) => ({
  caseId: `case_${n}`,
  at: Date.parse('2026-03-01T15:59:00Z') + n * 30_000,
  actor: { kind: 'system' as const, id: 'cityloom', name: 'Cityloom' },
  type: 'note',
  from: undefined,
  to: undefined,
  details: { text: `word ${n}`, nested: { b: 1, a: [n, null] } },
}));
const events = chainOn(CHAIN_START, drafts, sha256);

function firstBreak(chain: readonly CaseEvent[]): string | undefined {
  let end = CHAIN_START;
  for (const event of chain) {
    const broken = findBreak(end, event, sha256);
    if (broken !== undefined) return `${event.sequence}: ${broken}`;
    end = event;
  }
  return undefined;
}

test('equal content is equal text, whatever order its keys came in', () => {
  assert.equal(canonicalJson({ b: [1, { d: 2, c: undefined }], a: 'ä' }), '{"a":"ä","b":[1,{"d":2}]}');
  assert.equal(canonicalJson({ a: 1, b: 2 }), canonicalJson({ b: 2, a: 1 }));
});

test('a chain as it was written has no break', () => {
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    [1, 2, 3, 4],
  );
  assert.equal(firstBreak(events), undefined);
});

test('it survives being written down and read again', () => {
  assert.equal(firstBreak(JSON.parse(JSON.stringify(events)) as CaseEvent[]), undefined);
});

test('a changed word is found at its own event', () => {
  const altered = events.with(1, { ...events[1]!, details: { ...events[1]!.details, text: 'word 2!' } });
  assert.match(firstBreak(altered) ?? '', /^2: its content hashes to/);
});

test('a changed word with its own hash mended is found at the next event', () => {
  const [mended] = chainOn(events[0]!, [{ ...drafts[1]!, details: { text: 'word 2!' } }], sha256);
  assert.match(firstBreak(events.with(1, mended!)) ?? '', /^3: previous is/);
});

test('a removed, an inserted and a moved event are found', () => {
  assert.match(firstBreak(events.toSpliced(1, 1)) ?? '', /^3: sequence is 3, expected 2/);
  assert.match(firstBreak(events.toSpliced(1, 0, events[0]!)) ?? '', /^1: sequence is 1, expected 2/);
  assert.match(firstBreak([events[0]!, events[2]!, events[1]!, events[3]!]) ?? '', /^3: sequence is 3, expected 2/);
});

test('every local day has one root, and the day turns at the city’s midnight', () => {
  const roots = rootsOf(events, 'Asia/Shanghai', sha256);
  assert.deepEqual(
    roots.map(({ date, firstSequence, lastSequence }) => [date, firstSequence, lastSequence]),
    [
      ['2026-03-01', 1, 1],
      ['2026-03-02', 2, 4],
    ],
  );
  assert.notEqual(roots[0]?.root, roots[1]?.root);
});
