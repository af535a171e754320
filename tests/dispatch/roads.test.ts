/** Vans drive as the signs say: one-ways, turn rules, ends of streets, and the exact metres that follow from them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { buildRoads } from '#dispatch/roads/roads.ts';
import { distanceMetres, lengthMetres, type Position } from '#kernel/geo.ts';
import { at, drawTown, type Town } from './roads-town.ts';

/** Four corners of a block of 200 m, A bottom left, clockwise A D C B; a tail of 100 m to the left of A and one to the right of C. */
const CORNERS = { A: [0, 0], B: [2, 0], C: [2, 2], D: [0, 2], T: [-1, 0], U: [3, 2] } as const;
const BLOCK = ['AB', 'BC', 'CD', 'DA', 'TA', 'CU'];

function drive(town: Town, from: Position, to: Position): number {
  const roads = buildRoads(drawTown(town));
  const { durations, distances } = roads.matrix([from, to]);
  const route = roads.route(from, to)!;
  assert.ok(Math.abs(route.metres - distances[1]!) < 0.1, 'the route is as long as the matrix says');
  assert.ok(Math.abs(route.seconds - durations[1]!) < 0.01, 'and takes as long');
  assert.ok(Math.abs(lengthMetres(route.line) - route.metres) < 0.5, 'and its line is as long as it is');
  assert.ok(Math.abs(durations[1]! * 10 - distances[1]!) < 0.1, 'at ten metres a second');
  return Math.round(distances[1]!);
}

test('the way along a street is as long as the street', () => {
  assert.equal(drive({ corners: CORNERS, streets: BLOCK }, at(-0.5, 0), at(2, 1)), 50 + 200 + 100);
});

test('a one-way street is driven one way only, and the way back leads round the block', () => {
  const town = { corners: CORNERS, streets: ['A>B', 'BC', 'CD', 'DA', 'TA', 'CU'] };
  assert.equal(drive(town, at(0.5, 0), at(1.5, 0)), 100);
  assert.equal(drive(town, at(1.5, 0), at(0.5, 0)), 50 + 600 + 50);
});

test('a roundabout is left the way round it turns', () => {
  const town = { corners: CORNERS, streets: ['A>B>C>D>A', 'TA', 'CU'] };
  assert.equal(drive(town, at(-0.5, 0), at(2.5, 2)), 50 + 400 + 50);
  assert.equal(drive({ ...town, streets: ['A>D>C>B>A', 'TA', 'CU'] }, at(2, 1), at(0, 1)), 100 + 200 + 100);
  assert.equal(drive({ ...town, streets: ['A>B>C>D>A', 'TA', 'CU'] }, at(0, 1), at(2, 1)), 100 + 200 + 100);
  assert.equal(drive({ ...town, streets: ['A>B>C>D>A', 'TA', 'CU'] }, at(2, 1.5), at(2, 0.5)), 50 + 600 + 50);
});

test('no left turn: the detour round the block, to the metre', () => {
  const town = { corners: CORNERS, streets: BLOCK };
  assert.equal(drive(town, at(-0.5, 0), at(0, 1)), 150);
  assert.equal(drive({ ...town, rules: ['no TA>DA'] }, at(-0.5, 0), at(0, 1)), 50 + 600 + 100);
  assert.equal(drive({ ...town, rules: ['no TA>DA'] }, at(0.5, 0), at(0, 1)), 150, 'from elsewhere the turn is free');
});

test('only straight on: every other turn is closed, coming from that street', () => {
  const corners = { ...CORNERS, S: [0, -1] } as const;
  const streets = [...BLOCK, 'AS'];
  const town = { corners, streets, rules: ['only TA>AB'] };
  assert.equal(drive(town, at(-0.5, 0), at(1, 0)), 150);
  assert.equal(drive(town, at(-0.5, 0), at(0, -0.5)), 50 + 800 + 50);
  assert.equal(drive(town, at(0.5, 0), at(0, -0.5)), 100);
});

test('an only into a street that nobody may enter walls nothing up', () => {
  const roads = buildRoads(
    drawTown({ corners: CORNERS, streets: ['A>B', 'BC', 'CD', 'DA', 'TA', 'CU'], rules: ['only BC>AB'] }),
  );
  assert.deepEqual(roads.figures.turnRules, { applied: 0, withoutEffect: 1 });
  assert.equal(Math.round(roads.route(at(2, 1), at(-0.5, 0))!.metres), 100 + 400 + 50);
});

test('a van turns round where a street ends, and not in a junction', () => {
  const corners = { ...CORNERS, V: [2, -1.5] } as const;
  const open = { corners, streets: ['AB', 'BC', 'DA', 'TA', 'CU', 'BV'] };
  assert.equal(drive(open, at(-0.5, 0), at(0, 1)), 150);
  // The only way about the sign is the nearest end of a street, 150 m behind the junction at B.
  assert.equal(drive({ ...open, rules: ['no TA>DA'] }, at(-0.5, 0), at(0, 1)), 250 + 150 + 150 + 200 + 100);
});

test('places count from their point on the street, at both ends of one section too', () => {
  const town = { corners: CORNERS, streets: BLOCK };
  assert.equal(drive(town, at(0.4, 0.2), at(1.7, -0.3)), 130);
  assert.equal(drive(town, at(1.7, 0), at(0.4, 0)), 130);
  assert.equal(drive(town, at(1, 0), at(1, 0)), 0);
});

test('a place is on the street within the distance that is asked for, and off the road beyond it', () => {
  const roads = buildRoads(drawTown({ corners: CORNERS, streets: BLOCK }));
  assert.equal(Math.round(roads.snap(at(1, -0.99), 100)!.offMetres), 99);
  assert.equal(roads.snap(at(1, -1.01), 100), undefined);
  const { durations, offRoad } = roads.matrix([at(1, 0), at(1, -9)]);
  assert.deepEqual(offRoad, [1]);
  assert.deepEqual([...durations], [0, Infinity, Infinity, 0]);
  assert.equal(roads.route(at(1, 0), at(1, -9)), undefined);
  assert.equal(roads.snap([0, 0]), undefined);
  assert.equal(roads.snap([Number.NaN, 50]), undefined);
});

test('a street that leads nowhere else is not driven to: the nearest street of the large part is', () => {
  const corners = { ...CORNERS, X: [0, -1], Y: [1, -1] } as const;
  const roads = buildRoads(drawTown({ corners, streets: [...BLOCK, 'XY'] }));
  assert.equal(roads.figures.components, 2);
  assert.equal(roads.figures.waysLeftOut, 2);
  assert.equal(Math.round(roads.snap(at(0.5, -0.9))!.offMetres), 90);
});

test('a one-way street into nowhere is left out, because nobody would come back', () => {
  const roads = buildRoads(drawTown({ corners: CORNERS, streets: ['AB', 'BC', 'CD', 'DA', 'TA', 'C>U'] }));
  assert.equal(roads.figures.waysLeftOut, 1);
  assert.equal(Math.round(distanceMetres(roads.snap(at(2.5, 2))!.place, at(2, 2))), 0);
});

test('a map without streets is refused', () => {
  assert.throws(() => buildRoads(drawTown({ corners: CORNERS, streets: [] })), { code: 'roads.no_streets' });
});

test('a line goes through the corners in their order', () => {
  const roads = buildRoads(drawTown({ corners: CORNERS, streets: BLOCK }));
  const { line } = roads.route(at(-0.5, 0), at(2, 1))!;
  const corners = [at(-0.5, 0), at(0, 0), at(2, 0), at(2, 1)];
  assert.equal(line.length, corners.length);
  for (const [i, place] of line.entries()) assert.ok(distanceMetres(place, corners[i]!) < 0.5);
});
