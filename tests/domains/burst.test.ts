import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rankCandidates } from '#domains/water/candidates.ts';
import { water } from '#domains/water/index.ts';
import type { IndicatorRule } from '#kernel/rules.ts';
import { draw } from './drawn-network.ts';
import { cityOf, minute, type Sensor } from './situations.ts';

const PRESSURE: Partial<IndicatorRule> = {
  normal: [300, 400],
  limits: [
    { grade: 'yellow', below: 270, clearAt: 280, forSeconds: 0, clearForSeconds: 0 },
    { grade: 'orange', below: 200, clearAt: 220, forSeconds: 0, clearForSeconds: 0 },
    { grade: 'red', below: 100, clearAt: 120, forSeconds: 0, clearForSeconds: 0 },
  ],
  rate: { grade: 'blue', perMinute: 40, direction: 'either' },
};
const logger = (x: number, zone = 'Z1'): Sensor => ({
  indicator: 'pressure',
  rule: PRESSURE,
  at: [x, 0],
  facts: { zone },
  assetId: `asset-${'abcdefgh'[x / 100]}`,
});

/** A main along a street, 100 m a piece, a logger at every second corner. */
const street = draw(
  `
  S1 - a 100m 600mm
  a - b 100m 600mm
  b - c 100m 600mm
  c - d 100m 600mm
  d - e 100m 600mm
  e - f 100m 600mm
  c - k 100m 100mm
`,
  { a: [0, 0], b: [100, 0], c: [200, 0], d: [300, 0], e: [400, 0], f: [500, 0], S1: [-100, 0], k: [200, 100] },
);
const flow: Sensor = {
  indicator: 'flow',
  rule: { limits: [{ grade: 'yellow', above: 90, forSeconds: 0, clearForSeconds: 0 }] },
  at: [0, 0],
  facts: { zone: 'Z1' },
};
const loggers = [logger(0), logger(200), logger(400)];
const FAR = { ...logger(0), at: [5_000, 0] as const, assetId: 'asset-far' };

test('one logger at orange is a suspected burst; at yellow it is only low', () => {
  const city = cityOf(water, loggers, { network: street });
  assert.deepEqual(city.after([0, 1, 350], [1, 2, 250]), []);
  const [burst] = city.after([2, 2, 190]);
  assert.equal(burst?.opens, 'water.burst-main');
  assert.equal(burst?.grade, 'orange');
  assert.equal(burst?.facts.loggers, 1);
});

test('two loggers near each other, mildly low within minutes, are a burst that began with the second', () => {
  const city = cityOf(water, loggers, { network: street });
  assert.deepEqual(city.after([0, 2, 265]), []);
  const [burst] = city.after([3, 3, 265]);
  assert.equal(burst?.grade, 'orange');
  assert.equal(burst?.since, minute(3));
  assert.deepEqual(burst?.basis.length, 2);
});

test('two lows ten minutes apart belong together, eleven apart do not', () => {
  assert.equal(cityOf(water, loggers).after([0, 2, 265], [10, 3, 265]).length, 1);
  assert.equal(cityOf(water, loggers).after([0, 2, 265], [11, 3, 265]).length, 0);
});

test('lows far from each other are no burst, and orange ones are two', () => {
  assert.deepEqual(cityOf(water, [...loggers, FAR]).after([0, 2, 265], [1, 4, 265]), []);
  assert.equal(cityOf(water, [...loggers, FAR]).after([0, 2, 190], [1, 4, 190]).length, 2);
});

test('loggers of another pressure zone feel nothing and prove nothing', () => {
  const city = cityOf(water, [logger(0), logger(200, 'Z2')]);
  assert.deepEqual(city.after([0, 1, 265], [1, 2, 265]), []);
});

test('a pressure that is too high is no loss', () => {
  const high = {
    ...loggers[0]!,
    rule: { limits: [{ grade: 'red' as const, above: 500, forSeconds: 0, clearForSeconds: 0 }] },
  };
  assert.deepEqual(cityOf(water, [high]).after([0, 1, 600]), []);
});

test('two sudden falls that come back at once are no burst', () => {
  const city = cityOf(water, loggers);
  city.after([0, 1, 390], [0, 2, 390], [1, 1, 320], [1, 2, 320], [2, 1, 321], [2, 2, 321]);
  assert.deepEqual(city.story(), []);
});

test('one burst is one finding that takes in who follows and is over when all are back', () => {
  const city = cityOf(water, loggers, { network: street });
  city.after([0, 2, 190], [1, 1, 260], [2, 3, 95], [10, 3, 350], [11, 2, 350]);
  assert.equal(city.after([12, 1, 275]).length, 1);
  assert.deepEqual(city.after([13, 1, 350]), []);
  assert.equal(new Set(city.history.map((change) => change.finding.key)).size, 1);
  assert.deepEqual(city.story(), [
    'raised orange at 0',
    'escalated orange at 1',
    'escalated red at 2',
    'eased orange at 10',
    'eased yellow at 11',
    'cleared yellow at 13',
  ]);
});

test('after it is over a new loss is a new burst', () => {
  const city = cityOf(water, loggers);
  city.after([0, 2, 190], [5, 2, 350], [7, 2, 190]);
  assert.deepEqual(city.story(), ['raised orange at 0', 'cleared orange at 5', 'raised orange at 7']);
  assert.equal(new Set(city.history.map((change) => change.finding.key)).size, 2);
});

test('the loss grows from the source to the break and not beyond it: the pipe where it stops growing comes first', () => {
  const [burst] = cityOf(water, loggers, { network: street }).after([0, 1, 265], [0, 2, 150], [0, 3, 150]);
  assert.equal(burst?.facts.candidates, 'b-c c-d a-b');
  assert.equal(burst?.facts.bore_mm, 600);
  assert.equal(burst?.assetId, burst?.facts.pipe);
});

test('more flow out of the supply makes it surer, and so do more loggers', () => {
  const quiet = cityOf(water, [...loggers, flow], { network: street }).after([0, 2, 190])[0];
  const pouring = cityOf(water, [...loggers, flow], { network: street }).after([0, 4, 120], [1, 2, 190])[0];
  const shared = cityOf(water, [...loggers, flow], { network: street }).after([0, 1, 190], [0, 2, 190])[0];
  assert.equal(pouring?.facts.flow_up, true);
  assert.ok(Number(pouring?.facts.confidence) > Number(quiet?.facts.confidence));
  assert.ok(Number(shared?.facts.confidence) > Number(quiet?.facts.confidence));
});

test('the sentence says what was seen and where it probably is', () => {
  const [burst] = cityOf(water, loggers, { network: street }).after([0, 2, 265], [0, 3, 150]);
  assert.match(
    burst?.sentence.en ?? '',
    /^2 pressure loggers near each other lost pressure within minutes\. This looks like a burst main\. Most likely \w-\w, bore 600 mm\.$/,
  );
  assert.match(
    burst?.sentence.zh ?? '',
    /^相邻2个测压点在数分钟内压力下降，疑似供水主管爆管。最可能是\w-\w，管径600毫米。$/,
  );
});

const RANKING = { searchMetres: 1_000, leastBoreMm: 80 };

test('on a street fed from both ends the break lies on the side that lost more', () => {
  const fed = draw('S1 - a\na - b\nb - c\nc - d\nd - e\ne - S2');
  const best = (a: number, e: number) =>
    rankCandidates(
      fed,
      [
        { node: 'a', kpa: a },
        { node: 'c', kpa: 50 },
        { node: 'e', kpa: e },
      ],
      RANKING,
    )[0]!.link.id;
  assert.equal(best(25, 18), 'b-c');
  assert.equal(best(18, 25), 'c-d');
});

test('among pipes equally near the wider one is likelier', () => {
  const ranked = rankCandidates(street, [{ node: 'c', kpa: 50 }], RANKING).map(({ link }) => link.id);
  assert.ok(ranked.indexOf('b-c') < ranked.indexOf('c-k'));
});

test('where nobody lost pressure there is nothing to rank', () => {
  assert.deepEqual(rankCandidates(street, [{ node: 'c', kpa: 0 }], RANKING), []);
});
