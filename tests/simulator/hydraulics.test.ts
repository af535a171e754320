import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Hydraulics, startHydraulics } from '#simulator/water/hydraulics.ts';
import { smallTown } from './small-water.ts';

const NOON = 12 * 3_600;
const BROKEN = 'P-2-2-e1';

async function town(t: TestContext, localSeconds = NOON): Promise<Hydraulics> {
  const water = await startHydraulics(smallTown(), localSeconds);
  t.after(() => water.close());
  return water;
}
const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);

test('a burst main lowers the pressure beside it more than at the other end of town, and loses water', async (t) => {
  const water = await town(t);
  const before = { beside: water.pressureKpa('J-2-2'), far: water.pressureKpa('J-0-0') };
  water.burst(BROKEN, 0.15);
  const fallen = { beside: before.beside - water.pressureKpa('J-2-2'), far: before.far - water.pressureKpa('J-0-0') };
  assert.ok(fallen.beside > 40, `only ${fallen.beside} kPa`);
  assert.ok(fallen.beside > 1.5 * fallen.far, JSON.stringify(fallen));
  assert.ok(water.leakLps(BROKEN) > 15, `${water.leakLps(BROKEN)} L/s`);
});

test('the bigger the hole, the more water and the less pressure', async (t) => {
  const water = await town(t);
  water.burst(BROKEN, 0.02);
  const small = { leak: water.leakLps(BROKEN), pressure: water.pressureKpa('J-2-2') };
  water.burst(BROKEN, 0.2);
  assert.ok(water.leakLps(BROKEN) > 3 * small.leak);
  assert.ok(water.pressureKpa('J-2-2') < small.pressure);
});

test('closing the valves around the break stops the leak and brings the pressure back to everyone outside', async (t) => {
  const water = await town(t);
  const before = water.pressureKpa('J-0-4');
  water.burst(BROKEN, 0.3);
  const valves = water.isolationValves(BROKEN);
  assert.deepEqual([...valves!].sort(), ['V-1-2-e', 'V-2-1-n', 'V-2-2-e', 'V-2-2-n']);
  for (const valve of valves!) water.setValve(valve, false);
  near(water.leakLps(BROKEN), 0, 0.01);
  near(water.pressureKpa('J-0-4'), before, 10);
  assert.ok(water.pressureKpa('J-2-2') < 5, 'the corner inside the closed valves is dry');
});

test('one valve left open and the leak goes on', async (t) => {
  const water = await town(t);
  water.burst(BROKEN, 0.3);
  for (const valve of water.isolationValves(BROKEN)!.slice(1)) water.setValve(valve, false);
  assert.ok(water.leakLps(BROKEN) > 5);
});

test('after the repair, with the valves open again, everything is as it was', async (t) => {
  const water = await town(t);
  const before = water.pressureKpa('J-2-2');
  water.burst(BROKEN, 0.3);
  const valves = water.isolationValves(BROKEN)!;
  for (const valve of valves) water.setValve(valve, false);
  water.repair(BROKEN);
  for (const valve of valves) water.setValve(valve, true);
  near(water.pressureKpa('J-2-2'), before, 1);
  assert.equal(water.leakLps(BROKEN), 0);
  assert.equal(water.closedValves().size, 0);
});

test('valves that were closed stay closed when another main breaks', async (t) => {
  const water = await town(t);
  water.burst(BROKEN, 0.3);
  for (const valve of water.isolationValves(BROKEN)!) water.setValve(valve, false);
  water.burst('P-4-4-n1', 0.2);
  near(water.leakLps(BROKEN), 0, 0.01);
  assert.ok(water.leakLps('P-4-4-n1') > 5);
});

test('a main that hangs on the pump itself cannot be cut off by valves', async (t) => {
  const water = await town(t);
  assert.equal(water.isolationValves('TRUNK'), undefined);
});

test('demand follows the hour: at night there is more pressure and less flow than in the evening', async (t) => {
  const [night, evening] = [await town(t, 3 * 3_600), await town(t, 19 * 3_600)];
  near(night.demandLps('J-3-3'), 0.24, 0.01);
  near(evening.demandLps('J-3-3'), 0.96, 0.01);
  assert.ok(night.pressureKpa('J-3-3') > evening.pressureKpa('J-3-3'));
});

test('the tank lives with the clock: it fills, the pump stops at its level, and a day later it is still inside its walls', async (t) => {
  const water = await town(t, 0);
  const levels: number[] = [];
  const running: boolean[] = [];
  for (let minute = 0; minute < 24 * 60; minute += 10) {
    water.advance(600);
    levels.push(water.levelMetres('TANK'));
    running.push(water.pumpKw('PUMP') > 0.1);
  }
  assert.ok(
    Math.min(...levels) >= 0.5 && Math.max(...levels) <= 6.01,
    `${Math.min(...levels)} … ${Math.max(...levels)}`,
  );
  assert.ok(Math.max(...levels) - Math.min(...levels) > 0.5);
  assert.ok(running.includes(true) && running.includes(false));
});

test('a burst does not make the tanks jump', async (t) => {
  const water = await town(t);
  water.advance(3_600);
  const before = water.levelMetres('TANK');
  water.burst(BROKEN, 0.1);
  near(water.levelMetres('TANK'), before, 0.001);
  near(water.outflowLps('TANK'), water.flowLps('RISER') * -1, 0.01);
});
