import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bridges } from '#domains/bridges/index.ts';
import { drainage, minutesToPonding } from '#domains/drainage/index.ts';
import { gas } from '#domains/gas/index.ts';
import { power } from '#domains/power/index.ts';
import { rail } from '#domains/rail/index.ts';
import { telecom } from '#domains/telecom/index.ts';
import { tunnels } from '#domains/tunnels/index.ts';
import type { Grade } from '#kernel/words.ts';
import { cityOf, minute, type Sensor } from './situations.ts';

const above = (limit: number, grade: Grade = 'yellow') => ({
  limits: [{ grade, above: limit, forSeconds: 0, clearForSeconds: 0 }],
});
const below = (limit: number, grade: Grade = 'yellow') => ({
  limits: [{ grade, below: limit, forSeconds: 0, clearForSeconds: 0 }],
});
const sensor = (
  indicator: string,
  rule: Sensor['rule'],
  facts: Sensor['facts'] = {},
  x = 0,
  assetId?: string,
): Sensor => ({
  indicator,
  rule,
  facts,
  at: [x, 0],
  ...(assetId !== undefined && { assetId }),
});
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const silence = { grade: 'blue', lateAfterIntervals: 2, silentAfterIntervals: 5 } as const;
const pillar = (feeder: string): Sensor => sensor('voltage', { ...below(198, 'orange'), silence }, { feeder });

test('three dead cabinets of one feeder are one outage; two are not', () => {
  const city = cityOf(
    power,
    times(5, () => pillar('F-1')),
  );
  assert.deepEqual(city.after([0, 1, 0], [1, 2, 0]), []);
  const [outage] = city.after([2, 3, 0]);
  assert.equal(outage?.opens, 'power.feeder-outage');
  assert.equal(outage?.since, minute(2));
  assert.equal(outage?.facts.failed, 3);
});

test('a low voltage is not a dead cabinet', () => {
  assert.deepEqual(
    cityOf(
      power,
      times(3, () => pillar('F-1')),
    ).after([0, 1, 180], [0, 2, 180], [0, 3, 180]),
    [],
  );
});

test('dead cabinets on different feeders are no feeder outage', () => {
  const city = cityOf(power, [pillar('F-1'), pillar('F-1'), pillar('F-2')]);
  assert.deepEqual(city.after([0, 1, 0], [0, 2, 0], [0, 3, 0]), []);
});

test('on a long feeder three dead of thirty are too few', () => {
  const city = cityOf(
    power,
    times(30, () => pillar('F-1')),
  );
  assert.deepEqual(city.after([0, 1, 0], [0, 2, 0], [0, 3, 0]), []);
  assert.equal(city.after(...times(6, (i) => [1, i + 4, 0] as const)).length, 1);
});

test('meters without a voice count as dead as meters without voltage', () => {
  const city = cityOf(
    power,
    times(3, () => pillar('F-1')),
  );
  city.after([0, 1, 230], [0, 2, 230], [8, 3, 0]);
  assert.equal(city.at(9).length, 1);
});

test('an outage is over when the last cabinet has its voltage back', () => {
  const city = cityOf(
    power,
    times(3, () => pillar('F-1')),
  );
  city.after([0, 1, 0], [0, 2, 0], [0, 3, 0], [10, 1, 230], [11, 2, 230]);
  assert.equal(city.after().length, 1);
  assert.deepEqual(city.after([12, 3, 230]), []);
  assert.equal(city.history.at(-1)?.finding.clearedAt, minute(12));
});

const site = (node: string): Sensor => sensor('availability', { ...below(90), silence }, { node });

test('fifty cabinets silent together are one node down, not fifty', () => {
  const city = cityOf(
    telecom,
    times(50, () => site('N-1')),
  );
  city.after(...times(50, (i) => [0, i + 1, 100] as const));
  const found = city.at(9);
  assert.equal(found.length, 1);
  assert.equal(found[0]?.facts.failed, 50);
  assert.equal(found[0]?.sentence.zh, 'N-1下挂的50个站点同时中断，疑似该节点故障。');
});

test('half of a node cut off is the node, less than half are the sites', () => {
  const cut = (count: number) => times(count, (i) => [0, i + 1, 0] as const);
  assert.equal(
    cityOf(
      telecom,
      times(10, () => site('N-1')),
    ).after(...cut(4)).length,
    0,
  );
  assert.equal(
    cityOf(
      telecom,
      times(10, () => site('N-1')),
    ).after(...cut(5)).length,
    1,
  );
});

test('two sensors of one bridge beyond their limits speak of the bridge; wind does not', () => {
  const strain = sensor('strain', above(300), { bridge: 'B-1' });
  const wind = sensor('wind', above(20), { bridge: 'B-1' });
  assert.deepEqual(cityOf(bridges, [strain, wind]).after([0, 1, 400], [0, 2, 30]), []);
  assert.equal(cityOf(bridges, [strain, strain]).after([0, 1, 400], [19, 2, 400]).length, 1);
  assert.deepEqual(cityOf(bridges, [strain, strain]).after([0, 1, 400], [21, 2, 400]), []);
});

test('two track faults on the same line are its track; on two lines they are two faults', () => {
  const gauge = (line: string) => sensor('gauge', above(1_445), { line });
  assert.equal(
    cityOf(rail, [gauge('L1'), gauge('L1')]).after([0, 1, 1_450], [60, 2, 1_450])[0]?.opens,
    'rail.track-geometry',
  );
  assert.deepEqual(cityOf(rail, [gauge('L1'), gauge('L2')]).after([0, 1, 1_450], [60, 2, 1_450]), []);
});

const co = sensor('co', above(100), { tunnel: 'T-1' });
const haze = sensor('extinction', above(0.007), { tunnel: 'T-1' });

test('carbon monoxide and poor sight in one tunnel at once is smoke; either alone is air', () => {
  assert.deepEqual(cityOf(tunnels, [co, haze]).after([0, 1, 150]), []);
  assert.deepEqual(cityOf(tunnels, [co, haze]).after([0, 2, 0.01]), []);
  const [smoke] = cityOf(tunnels, [co, haze]).after([0, 1, 150], [10, 2, 0.01]);
  assert.equal(smoke?.opens, 'tunnels.fire-or-congestion');
  assert.equal(smoke?.since, minute(10));
});

test('smoke is over when both signs are', () => {
  const city = cityOf(tunnels, [co, haze]);
  assert.equal(city.after([0, 1, 150], [1, 2, 0.01], [5, 1, 10]).length, 1);
  assert.deepEqual(city.after([6, 2, 0]), []);
});

const methane = (x: number) => sensor('methane', above(20, 'orange'), { zone: 'G1' }, x);
const gasPressure = (x: number) => sensor('outlet-pressure', below(2), { zone: 'G1' }, x);

test('gas in the air with a falling pressure near by is a leak at red; far away it is not', () => {
  const [leak] = cityOf(gas, [methane(0), gasPressure(400)]).after([0, 1, 30], [5, 2, 1]);
  assert.equal(leak?.grade, 'red');
  assert.equal(leak?.facts.pressure_falls, true);
  assert.deepEqual(cityOf(gas, [methane(0), gasPressure(600)]).after([0, 1, 30], [5, 2, 1]), []);
});

test('two sensors near each other that smell it are a leak without any pressure', () => {
  const [leak] = cityOf(gas, [methane(0), methane(300)]).after([0, 1, 30], [5, 2, 30]);
  assert.equal(leak?.grade, 'orange');
  assert.equal(leak?.facts.sensors, 2);
  assert.deepEqual(cityOf(gas, [methane(0)]).after([0, 1, 30]), []);
});

test('a leak lasts as long as gas is in the air, whatever the pressure does', () => {
  const city = cityOf(gas, [methane(0), gasPressure(100)]);
  assert.equal(city.after([0, 1, 30], [5, 2, 1], [6, 2, 3]).length, 1);
  assert.deepEqual(city.after([7, 1, 5]), []);
});

const rain = sensor('rain', above(20), { catchment: 'C1' });
const manhole = sensor(
  'level',
  { ...above(1.5), rate: { grade: 'blue', perMinute: 0.05, direction: 'rise' } },
  { catchment: 'C1', depth_m: 3 },
);

test('rain alone and a high manhole alone are no ponding; together they will be', () => {
  assert.deepEqual(cityOf(drainage, [rain, manhole]).after([0, 1, 30]), []);
  assert.deepEqual(cityOf(drainage, [rain, manhole]).after([0, 2, 2]), []);
  const [ponding] = cityOf(drainage, [rain, manhole]).after([0, 1, 30], [20, 2, 2]);
  assert.equal(ponding?.opens, 'drainage.ponding');
});

test('a manhole that rises ten centimetres a minute with a metre to go ponds in ten minutes', () => {
  assert.equal(minutesToPonding(2, 0.1, 3), 10);
  assert.equal(minutesToPonding(2, 0, 3), undefined);
  assert.equal(minutesToPonding(2, 0.1, Number.NaN), undefined);
  const [ponding] = cityOf(drainage, [rain, manhole]).after([0, 1, 30], [1, 2, 1], [2, 2, 1.2]);
  assert.equal(ponding?.facts.minutes_to_ponding, 9);
});
