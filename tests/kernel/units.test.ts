import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converter, findUnit, getUnit } from '#kernel/units.ts';

const convert = (value: number, from: string, to: string) => converter(from, to)(value);

test('what arrives in another unit of the same thing is converted exactly', () => {
  assert.equal(convert(36, 'm3/h', 'L/s'), 10);
  assert.equal(convert(88.14, 'm3/h', 'L/s'), 24.4833333333);
  assert.equal(convert(30, 'm[H2O]', 'kPa'), 294.1995);
  assert.equal(convert(20, '[psi]', 'kPa'), 137.895145863);
  assert.equal(convert(1.4, 'bar', 'kPa'), 140);
  assert.equal(convert(212, '[degF]', 'Cel'), 100);
  assert.equal(convert(-40, 'Cel', '[degF]'), -40);
  assert.equal(convert(0, 'Cel', 'K'), 273.15);
  assert.equal(convert(1, '[gal_us]/min', 'L/s'), 0.0630901964);
  assert.equal(convert(0.05, '%', '[ppm]'), 500);
  assert.equal(convert(9.81, 'm/s2', 'mm/s2'), 9_810);
  assert.equal(convert(1, 'deg', 'rad'), 0.0174532925199);
  assert.equal(convert(7, '/km', '/m'), 0.007);
  assert.equal(convert(1, 'mg/L', 'g/m3'), 1);
  assert.equal(convert(1_500, 'um/m', 'u{strain}'), 1_500);
  assert.equal(convert(2, 'kV', 'V'), 2_000);
});

test('a value in the same unit passes untouched, to the last digit', () => {
  assert.equal(convert(0.1 + 0.2, 'kPa', 'kPa'), 0.1 + 0.2);
  assert.equal(convert(0.1 + 0.2, '%{LEL}', '%'), 0.1 + 0.2);
});

test('every unit the city measures in is known', () => {
  const units = [
    'kPa',
    'L/s',
    'm',
    'mg/L',
    '[NTU]',
    'kW',
    'V',
    'Hz',
    'A',
    'Cel',
    '%',
    '%{LEL}',
    'm3/h',
    'ms',
    'mm/s2',
    'u{strain}',
    'mm',
    'kN',
    'deg',
    'm/s',
    '[ppm]',
    '/m',
    'lx',
    'mm/h',
    'cm',
    'ug/m3',
    'kVA',
    'MPa',
    'm3/s',
    '10*-6',
    'm3',
    'kW.h',
    '{count}',
    '1',
  ];
  assert.deepEqual(
    units.filter((unit) => findUnit(unit) === undefined),
    [],
  );
});

test('what is not a unit, or measures something else, is refused by name', () => {
  for (const wrong of ['', 'degF', 'kpa', 'm3//h', 'L/s/', 'toString', 'metre', 'm h', 'kmin', 'm{'])
    assert.throws(() => getUnit(wrong, 'columns[0].unit'), { code: 'unit.unknown', field: 'columns[0].unit' }, wrong);
  assert.throws(() => converter('L/s', 'kPa'), { code: 'unit.not_comparable' });
  assert.throws(() => converter('[NTU]', '1'), { code: 'unit.not_comparable' });
});
