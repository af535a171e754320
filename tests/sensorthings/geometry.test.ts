/** Spatial relations between shapes, on both sides of every boundary. Shapes are written as well-known text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  crosses,
  distanceDegrees,
  equals,
  intersects,
  lengthDegrees,
  overlaps,
  touches,
  within,
} from '#adapters/sensorthings/geometry/relations.ts';
import { toShape } from '#adapters/sensorthings/geometry/shape.ts';
import { parseWellKnownText } from '#adapters/sensorthings/geometry/well-known-text.ts';
import { CityError } from '#kernel/errors.ts';

const shape = (text: string) => toShape(parseWellKnownText(text, '$filter', 0));
const RELATIONS = { intersects, within, equals, touches, overlaps, crosses };
type Name = keyof typeof RELATIONS;

const SQUARE = 'POLYGON ((0 0,4 0,4 4,0 4,0 0))';
const RING = 'POLYGON ((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 3,1 1))';

/** Which relations hold, of all of them. */
const CASES: readonly (readonly [string, string, readonly Name[]])[] = [
  ['POINT (2 2)', SQUARE, ['intersects', 'within']],
  ['POINT (4 2)', SQUARE, ['intersects', 'touches']],
  ['POINT (0 0)', SQUARE, ['intersects', 'touches']],
  ['POINT (4.0001 2)', SQUARE, []],
  ['POINT (2 2)', RING, []],
  ['POINT (1 2)', RING, ['intersects', 'touches']],
  ['POINT (0.5 2)', RING, ['intersects', 'within']],
  ['POINT (1 1)', 'POINT (1 1)', ['intersects', 'within', 'equals']],
  ['POINT (1 1)', 'LINESTRING (0 0,2 2)', ['intersects', 'within']],
  ['POINT (0 0)', 'LINESTRING (0 0,2 2)', ['intersects', 'touches']],
  ['LINESTRING (1 1,3 3)', SQUARE, ['intersects', 'within']],
  ['LINESTRING (2 2,6 2)', SQUARE, ['intersects', 'crosses']],
  ['LINESTRING (4 1,4 3)', SQUARE, ['intersects', 'touches']],
  ['LINESTRING (4 2,6 2)', SQUARE, ['intersects', 'touches']],
  ['LINESTRING (0.5 2,3.5 2)', RING, ['intersects', 'crosses']],
  ['LINESTRING (-1 5,5 5)', SQUARE, []],
  ['LINESTRING (0 0,4 4)', 'LINESTRING (0 4,4 0)', ['intersects', 'crosses']],
  ['LINESTRING (0 0,2 0)', 'LINESTRING (2 0,4 0)', ['intersects', 'touches']],
  ['LINESTRING (0 0,3 0)', 'LINESTRING (2 0,4 0)', ['intersects', 'overlaps']],
  ['LINESTRING (1 0,2 0)', 'LINESTRING (0 0,4 0)', ['intersects', 'within']],
  ['LINESTRING (0 0,2 0,4 0)', 'LINESTRING (4 0,0 0)', ['intersects', 'within', 'equals']],
  ['LINESTRING (0 0,2 0)', 'LINESTRING (1 0,1 2)', ['intersects', 'touches']],
  ['POLYGON ((1 1,2 1,2 2,1 2,1 1))', SQUARE, ['intersects', 'within']],
  ['POLYGON ((0 0,2 0,2 2,0 2,0 0))', SQUARE, ['intersects', 'within']],
  ['POLYGON ((2 2,6 2,6 6,2 6,2 2))', SQUARE, ['intersects', 'overlaps']],
  ['POLYGON ((4 0,8 0,8 4,4 4,4 0))', SQUARE, ['intersects', 'touches']],
  ['POLYGON ((4 4,8 4,8 8,4 8,4 4))', SQUARE, ['intersects', 'touches']],
  ['POLYGON ((5 5,8 5,8 8,5 8,5 5))', SQUARE, []],
  ['POLYGON ((4 4,0 4,0 0,4 0,4 4))', SQUARE, ['intersects', 'within', 'equals']],
  ['POLYGON ((1.5 1.5,2.5 1.5,2.5 2.5,1.5 2.5,1.5 1.5))', RING, []],
  ['POLYGON ((1 1,3 1,3 3,1 3,1 1))', RING, ['intersects', 'touches']],
  ['POLYGON ((0.5 0.5,3.5 0.5,3.5 3.5,0.5 3.5,0.5 0.5))', RING, ['intersects', 'overlaps']],
  ['MULTIPOINT (1 1, 9 9)', SQUARE, ['intersects', 'crosses']],
  ['MULTIPOLYGON (((1 1,2 1,2 2,1 2,1 1)),((2.5 2.5,3 2.5,3 3,2.5 3,2.5 2.5)))', SQUARE, ['intersects', 'within']],
];

for (const [a, b, holding] of CASES) {
  test(`${a} and ${b}: ${holding.join(', ') || 'nothing'}`, () => {
    const names = Object.keys(RELATIONS) as Name[];
    assert.deepEqual(
      names.filter((name) => RELATIONS[name](shape(a), shape(b))),
      holding,
    );
  });
}

test('distances are the shortest, in degrees', () => {
  assert.equal(distanceDegrees(shape('POINT (0 0)'), shape('POINT (3 4)')), 5);
  assert.equal(distanceDegrees(shape('POINT (2 2)'), shape(SQUARE)), 0);
  assert.equal(distanceDegrees(shape('POINT (2 2)'), shape(RING)), 1);
  assert.equal(distanceDegrees(shape('LINESTRING (0 6,4 6)'), shape(SQUARE)), 2);
  assert.equal(lengthDegrees(shape('LINESTRING (0 0,3 4,3 5)')), 6);
  assert.equal(lengthDegrees(shape(SQUARE)), 0);
});

test('well-known text is read in all its spellings', () => {
  const read = (text: string) => parseWellKnownText(text, '$filter', 0);
  assert.deepEqual(read(' point( 106.5   -29.5e0 ) '), { type: 'Point', coordinates: [106.5, -29.5] });
  assert.deepEqual(read('SRID=4326;POINT Z (1 2 3)'), { type: 'Point', coordinates: [1, 2] });
  assert.deepEqual(read('MULTIPOINT ((1 2),(3 4))'), read('MULTIPOINT (1 2,3 4)'));
});

for (const text of [
  '',
  'POINT',
  'POINT ()',
  'POINT (1)',
  'POINT (1 2',
  'POINT (1 2))',
  'POINT (a b)',
  'POLYGON (1 2)',
  '106.5 29.5',
]) {
  test(`'${text}' is no well-known text`, () => {
    assert.throws(
      () => shape(text),
      (error: unknown) => error instanceof CityError && error.code === 'query.not_applicable',
    );
  });
}
