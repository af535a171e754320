/** Streets that were only drawn meet where a driver could turn, and a bridge passes over. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { packRoads } from '#app/roads.ts';
import { type DrawnStreet, joinLines } from '#dispatch/roads/joined-lines.ts';
import { buildRoads } from '#dispatch/roads/roads.ts';
import type { Position } from '#kernel/geo.ts';
import { loadPack } from '#territory/pack/load-pack.ts';
import { at } from './roads-town.ts';

const street = (...line: Position[]): DrawnStreet => ({ line, kph: 36, isOneWay: false, isOnGround: true });
const bridge = (...line: Position[]): DrawnStreet => ({ ...street(...line), isOnGround: false });
const driven = (lines: readonly DrawnStreet[], from: Position, to: Position) =>
  Math.round(buildRoads(joinLines(lines)).route(from, to)?.metres ?? Number.NaN);

const WEST_EAST = street(at(-2, 0), at(2, 0));
const AROUND = street(at(-2, 0), at(-2, -2), at(0, -2));

test('streets that cross without a common point meet there', () => {
  assert.equal(driven([WEST_EAST, street(at(0, -2), at(0, 2))], at(-1, 0), at(0, 1)), 200);
});

test('a street that ends on another, or a hand’s breadth before it, meets it', () => {
  assert.equal(driven([WEST_EAST, street(at(0, 0), at(0, 2))], at(-1, 0), at(0, 1)), 200);
  assert.equal(driven([WEST_EAST, street(at(0, 0.003), at(0, 2))], at(-1, 0), at(0, 1)), 200);
  assert.equal(buildRoads(joinLines([WEST_EAST, street(at(0, 0.05), at(0, 2))])).figures.components, 2);
});

test('a bridge meets no street below it, and joins those at its ends', () => {
  const below = street(at(-2, 0), at(0, 0), at(2, 0));
  const over = [below, AROUND, bridge(at(0, -2), at(0, 0), at(0, 2))];
  assert.equal(driven(over, at(1, 0), at(0, 1)), 300 + 200 + 200 + 300);
  assert.equal(driven([...over.slice(0, 2), street(at(0, -2), at(0, 0), at(0, 2))], at(1, 0), at(0, 1)), 200);
});

test('a bridge may end in the course of a street', () => {
  assert.equal(driven([WEST_EAST, bridge(at(0.5, 0), at(0.5, 2))], at(-1, 0), at(0.5, 1)), 250);
});

test('the streets of the demonstration city are one network, built once', async () => {
  const pack = await loadPack('packs/mountain-city');
  const roads = packRoads(pack);
  const { ways, waysLeftOut } = roads().figures;
  assert.equal(roads(), roads());
  assert.ok(ways > 1_000 && waysLeftOut < ways / 50, `${waysLeftOut} of ${ways} ways left out`);
  const { durations, offRoad } = roads().matrix([
    pack.center,
    ...pack.roads
      .filter(({ kind }) => kind !== 'path')
      .slice(0, 50)
      .map(({ line }) => line[0]!),
  ]);
  assert.ok(durations.every((seconds) => seconds < 3_600) && offRoad.length === 0);
});
