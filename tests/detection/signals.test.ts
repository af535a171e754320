import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDelayOnly } from '#detection/verdicts.ts';
import { batchOf, engineFor, findingsOf, logger, minute, type Report, storyOf, tell } from './watched.ts';

const rate = { grade: 'yellow', perMinute: 50, direction: 'fall' } as const;
const stuck = { grade: 'blue', forSeconds: 600, minReports: 4, tolerance: 0.5 } as const;
const silence = { grade: 'blue', lateAfterIntervals: 2, silentAfterIntervals: 5 } as const;

test('a fall of 50 kPa in a minute is allowed, one of 51 is not; it is over with the next steady report', () => {
  assert.deepEqual(
    storyOf(logger({ rate }), [
      [0, 350],
      [1, 300],
    ]),
    [],
  );
  assert.deepEqual(
    storyOf(logger({ rate }), [
      [0, 350],
      [1, 299],
      [2, 298],
    ]),
    ['raised yellow at 1', 'cleared yellow at 2'],
  );
});

test('only the direction named counts', () => {
  const reports = [
    [0, 300],
    [1, 400],
  ] as const;
  assert.deepEqual(storyOf(logger({ rate }), reports), []);
  assert.deepEqual(storyOf(logger({ rate: { ...rate, direction: 'rise' } }), reports), ['raised yellow at 1']);
  assert.deepEqual(storyOf(logger({ rate: { ...rate, direction: 'either' } }), reports), ['raised yellow at 1']);
});

test('the same fall over ten minutes is slow enough', () => {
  assert.deepEqual(
    storyOf(logger({ rate }), [
      [0, 350],
      [10, 100],
    ]),
    [],
  );
});

test('noise between two hurried reports is not a jump', () => {
  assert.deepEqual(
    storyOf(logger({ rate }), [
      [0, 350],
      [0.01, 330],
    ]),
    [],
  );
  assert.deepEqual(
    storyOf(logger({ rate }), [
      [0, 350],
      [0, 100],
    ]),
    [],
  );
});

test('the sentence of a jump says from where, to where and how fast', () => {
  const [raised] = findingsOf(logger({ rate }), [
    [0, 350],
    [1, 230],
  ]);
  assert.equal(
    raised?.sentence.en,
    'Water pressure at Lower Terrace 12 fell from 350 to 230 kPa within 1 min. More than 50 kPa per minute is not normal.',
  );
  assert.equal(raised?.facts.changePerMinute, -120);
});

const still = (from: number, to: number, value = 300): Report[] =>
  Array.from({ length: to - from + 1 }, (_, i) => [from + i, value]);

test('a value that stands still for ten minutes is stuck, not a report earlier', () => {
  assert.deepEqual(storyOf(logger({ stuck }), still(0, 9)), []);
  assert.deepEqual(storyOf(logger({ stuck }), still(0, 10)), ['raised blue at 10']);
  assert.equal(findingsOf(logger({ stuck }), still(0, 10))[0]?.since, minute(0));
});

test('two equal reports ten minutes apart are too few to call it stuck', () => {
  assert.deepEqual(
    storyOf(logger({ stuck }), [
      [0, 300],
      [5, 300],
      [10, 300],
    ]),
    [],
  );
  assert.deepEqual(
    storyOf(logger({ stuck }), [
      [0, 300],
      [5, 300],
      [8, 300],
      [10, 300],
    ]),
    ['raised blue at 10'],
  );
});

test('moving within the tolerance is standing still, moving beyond it is not', () => {
  assert.deepEqual(storyOf(logger({ stuck }), [...still(0, 5), ...still(6, 10, 300.5)]), ['raised blue at 10']);
  assert.deepEqual(storyOf(logger({ stuck }), [...still(0, 5), ...still(6, 15, 300.6)]), []);
});

test('a stuck sensor that moves again is over at once', () => {
  assert.deepEqual(storyOf(logger({ stuck }), [...still(0, 10), [11, 310]]), [
    'raised blue at 10',
    'cleared blue at 11',
  ]);
});

test('a late report that moved shows it was not stuck', () => {
  assert.deepEqual(storyOf(logger({ stuck }), [...still(0, 9), [4.5, 350], [10, 300]]), []);
});

test('silence begins when the allowance runs out, whenever we look', () => {
  const engine = engineFor(logger({ silence }));
  engine.judge(batchOf([[0, 300]]));
  assert.deepEqual(engine.tick(minute(5)), []);
  const [raised] = engine.tick(minute(17));
  assert.equal(raised?.finding.since, minute(5));
  assert.equal(raised?.finding.key, `silence:1:${minute(5)}`);
  assert.deepEqual(engine.tick(minute(18)), []);
  assert.deepEqual(tell(engine.judge(batchOf([[20, 300]]))), ['cleared blue at 20']);
});

test('a gap that nobody saw while it ran is the same finding as the one a tick saw', () => {
  const [raised, cleared] = findingsOf(logger({ silence }), [
    [0, 300],
    [20, 300],
  ]);
  assert.equal(raised?.key, `silence:1:${minute(5)}`);
  assert.equal(cleared?.clearedAt, minute(20));
  assert.deepEqual(
    storyOf(logger({ silence }), [
      [0, 300],
      [5, 300],
    ]),
    [],
  );
});

test('reports that were only delayed on the way take the silence back: it lasted no time', () => {
  const engine = engineFor(logger({ silence }));
  engine.judge(batchOf([[0, 300]]));
  engine.tick(minute(17));
  const [withdrawn] = engine.judge(
    batchOf(
      [
        [1, 300],
        [2, 300],
      ],
      minute(18),
    ),
  );
  assert.ok(isDelayOnly(withdrawn!.finding));
});

test('a datastream that delivers old data is behind, not silent', () => {
  const engine = engineFor(logger({ silence }));
  engine.judge(batchOf([[0, 300]], minute(60)));
  assert.deepEqual(engine.tick(minute(65)), []);
  assert.deepEqual(tell(engine.tick(minute(66))), ['raised blue at 5']);
});

test('a datastream that never reported is not called silent', () => {
  assert.deepEqual(engineFor(logger({ silence })).tick(minute(600)), []);
});

test('the sentence of a silence says for how long and what was due', () => {
  const [raised, cleared] = findingsOf(logger({ silence }), [
    [0, 300],
    [20, 300],
  ]);
  assert.equal(
    raised?.sentence.en,
    'Water pressure at Lower Terrace 12 has not been reported for 5 min. A report is due every 1 min.',
  );
  assert.equal(raised?.sentence.zh, '下阶台12号测点供水压力已有5分钟没有上报，应每1分钟上报一次。');
  assert.equal(cleared?.sentence.en, 'Water pressure at Lower Terrace 12 is reported again, after 20 min.');
});
