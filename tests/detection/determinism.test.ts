import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Correlator, EngineMemory } from '#detection/detection.types.ts';
import { createEngine } from '#detection/engine.ts';
import { packMemory, unpackMemory } from '#detection/memory.ts';
import { toStories } from '#detection/replay.ts';
import type { Finding } from '#kernel/finding.ts';
import { logger, minute } from './watched.ts';

/** A small seeded generator, so that a failure can be seen again. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const SUBJECTS = [1, 2, 3, 4].map((datastreamId) =>
  logger(
    {
      limits: [
        { grade: 'yellow', below: 280, clearAt: 300, forSeconds: 60, clearForSeconds: 60 },
        { grade: 'red', below: 150, clearAt: 180, forSeconds: 0, clearForSeconds: 120 },
        { grade: 'orange', above: 500, forSeconds: 0, clearForSeconds: 0 },
      ],
      rate: { grade: 'blue', perMinute: 120, direction: 'either' },
      stuck: { grade: 'blue', forSeconds: 240, minReports: 4, tolerance: 1 },
      silence: { grade: 'blue', lateAfterIntervals: 2, silentAfterIntervals: 4 },
    },
    { datastreamId, thingId: datastreamId * 10 },
  ),
);

/** Two loggers low at once is one domain finding; it begins with the second. */
const twoLow: Correlator = {
  domain: 'water',
  scopeOf: (finding) => (finding.kind === 'limit' ? 'network' : undefined),
  detect({ active, recent, standing, receivedAt }) {
    const low = [...active, ...recent];
    const [before] = standing;
    if (active.length === 0 || (low.length < 2 && before === undefined)) return [];
    const since = before?.since ?? low[1]!.since;
    const finding: Finding = {
      ...low[0]!,
      key: `domain:two-low:${since}`,
      kind: 'domain',
      since,
      raisedAt: receivedAt,
      clearedAt: undefined,
      basis: low.map((each) => each.key),
      facts: {},
    };
    return [{ ...finding, grade: low.length > 2 ? 'red' : 'orange' }];
  },
};

/** Wandering values with falls, rests, gaps and jumps; some reports are late and some come twice with another value. */
function reportsOf(random: () => number): { id: number; t: number; value: number }[] {
  const clock = [0, 0, 0, 0];
  const value = [350, 350, 350, 350];
  return Array.from({ length: 400 }, () => {
    const i = Math.floor(random() * 4);
    const dice = random();
    clock[i]! += dice < 0.06 ? 6 : dice < 0.1 ? 0 : 1;
    if (random() < 0.75)
      value[i]! = Math.max(0, Math.min(600, value[i]! + (random() - 0.5) * (random() < 0.15 ? 600 : 60)));
    const late = random() < 0.08 ? Math.floor(random() * 8) : 0;
    return { id: i + 1, t: minute(clock[i]! - late), value: value[i]! };
  });
}

type Reports = ReturnType<typeof reportsOf>;

function batchFrom(reports: Reports, from: number, to: number) {
  const slice = reports.slice(from, to);
  return {
    ids: Float64Array.from(slice, (_, i) => from + i + 1),
    datastreamIds: Float64Array.from(slice, (report) => report.id),
    phenomenonTimes: Float64Array.from(slice, (report) => report.t),
    results: Float64Array.from(slice, (report) => report.value),
    receivedAt: Math.max(...reports.slice(0, to).map((report) => report.t)),
  };
}

const END = minute(100_000);
const SPAN = { begin: 0, end: END };
const wakeUp = (memory?: EngineMemory) => {
  const engine = createEngine([twoLow]);
  engine.watch(SUBJECTS);
  if (memory) engine.restore(unpackMemory(packMemory(memory)));
  return engine;
};

function inOnePiece(reports: Reports) {
  const engine = wakeUp();
  return toStories([...engine.judge(batchFrom(reports, 0, reports.length)), ...engine.tick(END)], SPAN);
}

function inPieces(reports: Reports, random: () => number, options: { restarts: boolean }) {
  let engine = wakeUp();
  const changes = [];
  for (let from = 0; from < reports.length; ) {
    const to = Math.min(reports.length, from + 1 + Math.floor(random() * random() * 60));
    const batch = batchFrom(reports, from, to);
    changes.push(...engine.judge(batch));
    if (random() < 0.6) changes.push(...engine.tick(batch.receivedAt + random() * 600_000));
    if (options.restarts && random() < 0.3) engine = wakeUp(engine.save());
    from = to;
  }
  return toStories([...changes, ...engine.tick(END)], SPAN);
}

test('however the reports are cut into batches and however often time is told, the findings are the same', () => {
  let findings = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const reports = reportsOf(seeded(seed));
    const whole = inOnePiece(reports);
    findings += whole.size;
    assert.deepEqual(inPieces(reports, seeded(seed * 7919), { restarts: false }), whole, `seed ${seed}`);
  }
  assert.ok(findings > 3_000, `only ${findings} findings were compared`);
});

test('restarting again and again in between changes nothing either', () => {
  for (let seed = 500; seed <= 600; seed++) {
    const reports = reportsOf(seeded(seed));
    assert.deepEqual(inPieces(reports, seeded(seed * 104729), { restarts: true }), inOnePiece(reports), `seed ${seed}`);
  }
});

test('the random streams contain every kind of finding, or the two tests above prove little', () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 20; seed++)
    for (const story of inOnePiece(reportsOf(seeded(seed))).values()) kinds.add(story.kind);
  assert.deepEqual([...kinds].sort(), ['domain', 'limit', 'rate', 'silence', 'stuck']);
});
