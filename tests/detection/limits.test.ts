import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUnresolvedLimits } from '#detection/compile.ts';
import type { LimitRule } from '#kernel/rules.ts';
import { batchOf, engineFor, findingsOf, logger, minute, type Report, storyOf, tell } from './watched.ts';

const low = (rule: Partial<LimitRule> = {}): LimitRule => ({
  grade: 'orange',
  below: 200,
  forSeconds: 0,
  clearForSeconds: 0,
  ...rule,
});

test('a pressure at the limit is allowed, one below it is not', () => {
  assert.deepEqual(storyOf(logger({ limits: [low()] }), [[0, 200]]), []);
  assert.deepEqual(storyOf(logger({ limits: [low()] }), [[0, 199.9]]), ['raised orange at 0']);
});

test('an upper limit works the other way round', () => {
  const limits = [low({ below: undefined, above: 900 })];
  assert.deepEqual(storyOf(logger({ limits }), [[0, 900]]), []);
  assert.deepEqual(
    storyOf(logger({ limits }), [
      [0, 901],
      [1, 900],
    ]),
    ['raised orange at 0', 'cleared orange at 1'],
  );
});

test('a low that must last two minutes is raised at two minutes, not a second before', () => {
  const limits = [low({ forSeconds: 120 })];
  assert.deepEqual(
    storyOf(logger({ limits }), [
      [0, 100],
      [1.99, 100],
    ]),
    [],
  );
  assert.deepEqual(
    storyOf(logger({ limits }), [
      [0, 100],
      [2, 100],
    ]),
    ['raised orange at 2'],
  );
});

test('a finding begins when the pressure first fell, not when it had lasted long enough', () => {
  const [finding] = findingsOf(logger({ limits: [low({ forSeconds: 120 })] }), [
    [0, 300],
    [1, 100],
    [2, 90],
    [3, 80],
  ]);
  assert.equal(finding?.since, minute(1));
  assert.equal(finding?.lastAt, minute(3));
  assert.equal(finding?.key, `limit:1:${minute(1)}`);
});

test('one report back inside breaks the duration', () => {
  const limits = [low({ forSeconds: 120 })];
  assert.deepEqual(
    storyOf(logger({ limits }), [
      [0, 100],
      [1, 250],
      [2, 100],
      [3, 100],
    ]),
    [],
  );
});

test('hysteresis: the pressure must come back to where the limit is left, and stay there', () => {
  const limits = [low({ clearAt: 250, clearForSeconds: 60 })];
  const fall = [0, 100] as const;
  assert.deepEqual(storyOf(logger({ limits }), [fall, [1, 249], [9, 249]]), ['raised orange at 0']);
  assert.deepEqual(storyOf(logger({ limits }), [fall, [1, 250], [1.99, 250]]), ['raised orange at 0']);
  assert.deepEqual(storyOf(logger({ limits }), [fall, [1, 250], [2, 250]]), [
    'raised orange at 0',
    'cleared orange at 2',
  ]);
  assert.deepEqual(storyOf(logger({ limits }), [fall, [1, 250], [1.5, 240], [2, 250]]), ['raised orange at 0']);
});

test('a finding ended when the calm began, and says when it was last beyond the limit', () => {
  const limits = [low({ clearAt: 250, clearForSeconds: 120 })];
  const cleared = findingsOf(logger({ limits }), [
    [0, 100],
    [1, 150],
    [2, 230],
    [3, 300],
    [5, 300],
  ])[1];
  assert.equal(cleared?.clearedAt, minute(3));
  assert.equal(cleared?.lastAt, minute(1));
});

const graded: LimitRule[] = [
  low({ grade: 'yellow', below: 280, clearAt: 300 }),
  low({ grade: 'orange', below: 200, clearAt: 220 }),
  low({ grade: 'red', below: 138, clearAt: 150 }),
];

test('a pressure that keeps falling and comes back is one finding that rises and falls through the grades', () => {
  const reports = [
    [0, 270],
    [1, 190],
    [2, 100],
    [3, 160],
    [4, 240],
    [5, 290],
    [6, 310],
  ] as const;
  assert.deepEqual(storyOf(logger({ limits: graded }), reports), [
    'raised yellow at 0',
    'escalated orange at 1',
    'escalated red at 2',
    'eased orange at 3',
    'eased yellow at 4',
    'cleared yellow at 6',
  ]);
  const findings = findingsOf(logger({ limits: graded }), reports);
  assert.equal(new Set(findings.map((finding) => finding.key)).size, 1);
  assert.equal(findings.at(-1)?.worstGrade, 'red');
});

test('a sudden fall through all limits is one finding of the worst grade', () => {
  assert.deepEqual(storyOf(logger({ limits: graded }), [[0, 50]]), ['raised red at 0']);
});

test('what a worse grade opened stays opened when the finding eases', () => {
  const limits = [graded[0]!, { ...graded[1]!, opens: 'water.low-pressure' }, graded[2]!];
  const opens = findingsOf(logger({ limits }), [
    [0, 270],
    [1, 190],
    [2, 100],
    [3, 250],
  ]).map((finding) => finding.opens);
  assert.deepEqual(opens, [undefined, 'water.low-pressure', 'water.low-pressure', 'water.low-pressure']);
});

test('a share of normal is reckoned from the normal range of the very datastream', () => {
  const limits = [low({ below: undefined, belowRatioOfNormal: 0.8, clearAtRatio: 0.9 })];
  assert.equal(findingsOf(logger({ limits }), [[0, 247]])[0]?.limit, 248);
  const higher = logger({ limits }, { normal: [500, 600] });
  assert.deepEqual(storyOf(higher, [[0, 400]]), []);
  assert.deepEqual(
    storyOf(higher, [
      [0, 399],
      [1, 449],
      [2, 450],
    ]),
    ['raised orange at 0', 'cleared orange at 2'],
  );
});

test('a share of normal without a normal range cannot be judged, and is named', () => {
  const limits = [low({ below: undefined, belowRatioOfNormal: 0.8 }), low()];
  const unknown = logger({ limits, normal: undefined });
  assert.deepEqual(findUnresolvedLimits(unknown), [limits[0]]);
  assert.deepEqual(
    storyOf(unknown, [
      [0, 240],
      [1, 199],
    ]),
    ['raised orange at 1'],
  );
});

test('a gap in the reports is no proof that the low lasted', () => {
  const silence = { grade: 'blue', lateAfterIntervals: 2, silentAfterIntervals: 5 } as const;
  const limits = [low({ forSeconds: 120 })];
  assert.deepEqual(
    storyOf(logger({ limits, silence }), [
      [0, 100],
      [5, 100],
    ]),
    ['raised orange at 5'],
  );
  assert.deepEqual(
    storyOf(logger({ limits, silence }), [
      [0, 100],
      [5.1, 100],
      [7.1, 100],
    ]),
    ['raised blue at 5', 'cleared blue at 5.1', 'raised orange at 7.1'],
  );
});

test('a late report of a normal value shows that the low had a break; one from before changes nothing', () => {
  const limits = [low({ forSeconds: 120 })];
  assert.deepEqual(
    storyOf(logger({ limits }), [
      [0, 100],
      [1, 100],
      [0.5, 300],
      [2, 100],
    ]),
    [],
  );
  assert.deepEqual(
    storyOf(logger({ limits }), [
      [0, 100],
      [1, 100],
      [0.5, 300],
      [3, 100],
    ]),
    ['raised orange at 3'],
  );
  assert.deepEqual(
    storyOf(logger({ limits }), [
      [0, 100],
      [1, 100],
      [-5, 300],
      [2, 100],
    ]),
    ['raised orange at 2'],
  );
});

test('a late report of a low shows that the calm had a break', () => {
  const limits = [low({ clearForSeconds: 120 })];
  const reports: Report[] = [
    [0, 100],
    [1, 300],
    [2, 300],
    [1.5, 100],
  ];
  assert.deepEqual(storyOf(logger({ limits }), [...reports, [3, 300]]), ['raised orange at 0']);
  assert.deepEqual(storyOf(logger({ limits }), [...reports, [4, 300]]), ['raised orange at 0', 'cleared orange at 4']);
});

test('a late report of a low never reopens what is over', () => {
  assert.deepEqual(
    storyOf(logger({ limits: [low()] }), [
      [0, 100],
      [2, 300],
      [1, 100],
    ]),
    ['raised orange at 0', 'cleared orange at 2'],
  );
});

test('what is not a finite number is no report', () => {
  assert.deepEqual(
    storyOf(logger({ limits: [low()] }), [
      [0, Number.NaN],
      [1, -Infinity],
    ]),
    [],
  );
});

test('nobody watches: nothing is judged, and what was found ends', () => {
  const engine = engineFor(logger({ limits: [low()] }));
  engine.judge(batchOf([[0, 100]]));
  engine.unwatch([1]);
  assert.deepEqual(tell(engine.judge(batchOf([[1, 100]]))), ['cleared orange at 0']);
  assert.deepEqual([...engine.active()], []);
});

test('new rules for a datastream hold from its next report', () => {
  const engine = engineFor(logger({ limits: [low()] }));
  engine.judge(batchOf([[0, 190]]));
  engine.watch([logger({ limits: [low({ below: 150 })] })]);
  assert.deepEqual(tell(engine.judge(batchOf([[1, 190]]))), ['cleared orange at 1']);
});

test('the sentence gives figure, unit and normal range in every language', () => {
  const [raised, cleared] = findingsOf(logger({ limits: [low()] }), [
    [0, 92],
    [1, 385],
  ]);
  assert.equal(raised?.sentence.en, 'Water pressure at Lower Terrace 12 fell to 92 kPa. Normal is 310–420 kPa.');
  assert.equal(raised?.sentence.zh, '下阶台12号测点供水压力降至92 kPa，正常为310–420 kPa。');
  assert.equal(cleared?.sentence.en, 'Water pressure at Lower Terrace 12 is back to 385 kPa. Normal is 310–420 kPa.');
});

test('without a normal range the sentence names the limit, and shows a value that barely passes it apart from it', () => {
  const rule = { normal: undefined, limits: [low({ below: 49.5 })], unit: 'Hz', name: { zh: '频率', en: 'Frequency' } };
  const [raised] = findingsOf(logger(rule), [[0, 49.48]]);
  assert.equal(raised?.sentence.en, 'Frequency at Lower Terrace 12 fell to 49.48 Hz. The limit is 49.5 Hz.');
});
