/**
 * UCUM units: what a code means and how to get from one to another, for the units a city's lifelines are measured in.
 *
 * A code is a product of atoms with prefixes and exponents (`kg/m3`, `mm/s2`, `/m`, `10*-6`), with annotations in braces that mean
 * nothing to the arithmetic (`%{LEL}` is a percent). Definitions are exact (a psi is 6894.757293168361 Pa by its legal definition).
 * Codes are case-sensitive, as UCUM's c/s variant says. What this does not do: logarithmic units, and the whole list of UCUM atoms;
 * an atom that is missing is an error, never a guess. `[NTU]` and the like are arbitrary units: comparable with themselves only.
 *
 * One liberty: `u{strain}` is not UCUM (`u` would be the atomic mass unit) but it is what bridges are labelled with, so it is read as
 * a millionth, the same as `um/m`.
 */
import { CityError } from './errors.ts';

/** value in base units = value × factor + offset; `dimension` is equal for comparable units (`m+1 s-2`). */
export interface Unit {
  readonly factor: number;
  readonly offset: number;
  readonly dimension: string;
}

type Powers = Readonly<Record<string, number>>;
interface Atom {
  readonly factor: number;
  readonly powers: Powers;
  readonly metric: boolean;
  readonly offset?: number;
}

const PREFIXES: Readonly<Record<string, number>> = {
  Y: 1e24,
  Z: 1e21,
  E: 1e18,
  P: 1e15,
  T: 1e12,
  G: 1e9,
  M: 1e6,
  k: 1e3,
  h: 1e2,
  da: 1e1,
  d: 1e-1,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
  a: 1e-18,
};

const metric = (factor: number, powers: Powers): Atom => ({ factor, powers, metric: true });
const plain = (factor: number, powers: Powers): Atom => ({ factor, powers, metric: false });
const ENERGY = { kg: 1, m: 2, s: -2 } as const;
const PRESSURE = { kg: 1, m: -1, s: -2 } as const;

const ATOMS: Readonly<Record<string, Atom>> = {
  m: metric(1, { m: 1 }),
  g: metric(1e-3, { kg: 1 }),
  t: metric(1e3, { kg: 1 }),
  s: metric(1, { s: 1 }),
  min: plain(60, { s: 1 }),
  h: plain(3_600, { s: 1 }),
  d: plain(86_400, { s: 1 }),
  wk: plain(604_800, { s: 1 }),
  A: metric(1, { A: 1 }),
  K: metric(1, { K: 1 }),
  Cel: { factor: 1, offset: 273.15, powers: { K: 1 }, metric: true },
  '[degF]': { factor: 5 / 9, offset: 459.67 * (5 / 9), powers: { K: 1 }, metric: false },
  mol: metric(1, { mol: 1 }),
  cd: metric(1, { cd: 1 }),
  rad: metric(1, { rad: 1 }),
  sr: metric(1, { rad: 2 }),
  deg: plain(Math.PI / 180, { rad: 1 }),
  "'": plain(Math.PI / 10_800, { rad: 1 }),
  "''": plain(Math.PI / 648_000, { rad: 1 }),
  Hz: metric(1, { s: -1 }),
  N: metric(1, { kg: 1, m: 1, s: -2 }),
  Pa: metric(1, PRESSURE),
  bar: metric(1e5, PRESSURE),
  atm: plain(101_325, PRESSURE),
  'm[H2O]': metric(9_806.65, PRESSURE),
  'm[Hg]': metric(133_322, PRESSURE),
  '[psi]': plain(6_894.757293168361, PRESSURE),
  J: metric(1, ENERGY),
  W: metric(1, { kg: 1, m: 2, s: -3 }),
  VA: metric(1, { kg: 1, m: 2, s: -3 }),
  V: metric(1, { kg: 1, m: 2, s: -3, A: -1 }),
  Ohm: metric(1, { kg: 1, m: 2, s: -3, A: -2 }),
  C: metric(1, { A: 1, s: 1 }),
  F: metric(1, { kg: -1, m: -2, s: 4, A: 2 }),
  S: metric(1, { kg: -1, m: -2, s: 3, A: 2 }),
  lm: metric(1, { cd: 1, rad: 2 }),
  lx: metric(1, { cd: 1, rad: 2, m: -2 }),
  L: metric(1e-3, { m: 3 }),
  l: metric(1e-3, { m: 3 }),
  '[in_i]': plain(0.0254, { m: 1 }),
  '[ft_i]': plain(0.3048, { m: 1 }),
  '[mi_i]': plain(1_609.344, { m: 1 }),
  '[gal_us]': plain(0.003785411784, { m: 3 }),
  '%': plain(1e-2, {}),
  '[ppth]': plain(1e-3, {}),
  '[ppm]': plain(1e-6, {}),
  '[ppb]': plain(1e-9, {}),
  '[pH]': plain(1, { '[pH]': 1 }),
  '[NTU]': plain(1, { '[NTU]': 1 }),
  '[FTU]': plain(1, { '[NTU]': 1 }),
  By: metric(8, { bit: 1 }),
  bit: metric(1, { bit: 1 }),
  Bd: metric(1, { bit: 1, s: -1 }),
  '10*': plain(10, {}),
  '10^': plain(10, {}),
};

const SPECIAL: Readonly<Record<string, string>> = { 'u{strain}': '10*-6', '{strain}': '1', 'm{H2O}': 'm[H2O]' };
const known = new Map<string, Unit | undefined>();

/** The meaning of a UCUM code; undefined when it is none this table knows. */
export function findUnit(code: string): Unit | undefined {
  if (!known.has(code)) known.set(code, readUnit(Object.hasOwn(SPECIAL, code) ? SPECIAL[code]! : code));
  return known.get(code);
}

function readUnit(code: string): Unit | undefined {
  const bare = code.replaceAll(/\{[^{}]*\}/g, '');
  if (/[{}\s]/.test(bare) || (bare === '' && code === '')) return undefined;
  const whole = findAtom(bare);
  if (whole) return { factor: whole.factor, offset: whole.offset ?? 0, dimension: spell(whole.powers) };
  const powers: Record<string, number> = {};
  const factor = multiply(bare === '' ? '1' : bare, powers);
  return factor === undefined ? undefined : { factor, offset: 0, dimension: spell(powers) };
}

/** Walks the terms of a product from left to right, as UCUM does: `a/b.c` is (a/b)·c. Adds to `powers`, returns the factor. */
function multiply(code: string, powers: Record<string, number>): number | undefined {
  let factor = 1;
  const terms = code.startsWith('/') ? code : `.${code}`;
  const parts = terms.match(/[./][^./]*/g);
  if (!parts || parts.join('') !== terms) return undefined;
  for (const part of parts) {
    const sign = part[0] === '/' ? -1 : 1;
    const term = readTerm(part.slice(1));
    if (!term) return undefined;
    factor *= (term.atom.factor ** Math.abs(term.exponent)) ** (Math.sign(term.exponent) * sign);
    for (const [base, power] of Object.entries(term.atom.powers))
      powers[base] = (powers[base] ?? 0) + power * term.exponent * sign;
  }
  return factor;
}

function readTerm(text: string): { atom: Atom; exponent: number } | undefined {
  if (/^\d+$/.test(text)) return { atom: plain(Number(text), {}), exponent: 1 };
  const found = /^(.*?)([+-]?\d+)?$/.exec(text);
  const atom = findAtom(found?.[1] ?? '');
  // A temperature with an offset has no product: `Cel/h` is a difference per hour, and reads as kelvin per hour.
  return atom ? { atom, exponent: found?.[2] === undefined ? 1 : Number(found[2]) } : undefined;
}

function findAtom(text: string): Atom | undefined {
  if (Object.hasOwn(ATOMS, text)) return ATOMS[text];
  for (const length of [1, 2]) {
    const [prefix, rest] = [text.slice(0, length), text.slice(length)];
    const atom = Object.hasOwn(ATOMS, rest) ? ATOMS[rest] : undefined;
    if (!atom?.metric || !Object.hasOwn(PREFIXES, prefix) || atom.offset !== undefined) continue;
    return { ...atom, factor: atom.factor * PREFIXES[prefix]! };
  }
  return undefined;
}

const spell = (powers: Powers): string =>
  Object.entries(powers)
    .filter(([, power]) => power !== 0)
    .map(([base, power]) => `${base}${power > 0 ? '+' : ''}${power}`)
    .sort()
    .join(' ');

/** The meaning of a UCUM code. Errors: `unit.unknown`, naming the field given. */
export function getUnit(code: string, field?: string): Unit {
  const unit = findUnit(code);
  if (!unit)
    throw new CityError(
      'invalid',
      'unit.unknown',
      `"${code}" is not a UCUM unit this city knows; write it as in "kPa", "L/s", "m3/h", "Cel".`,
      field,
    );
  return unit;
}

/**
 * How to turn a value in `from` into one in `to`. The same code gives the value back untouched; any other result is rounded to
 * twelve significant digits, so that 36 m3/h is 10 L/s and not 10.000000000000002, and the same row always converts to the same number.
 * Errors: `unit.unknown`, `unit.not_comparable` (a flow is not a pressure), naming the field given.
 */
export function converter(from: string, to: string, field?: string): (value: number) => number {
  const [a, b] = [getUnit(from, field), getUnit(to, field)];
  if (from === to) return (value) => value;
  if (a.dimension !== b.dimension)
    throw new CityError(
      'invalid',
      'unit.not_comparable',
      `A value in "${from}" cannot be turned into "${to}": they measure different things.`,
      field,
    );
  if (a.factor === b.factor && a.offset === b.offset) return (value) => value;
  return (value) => Number(((value * a.factor + a.offset - b.offset) / b.factor).toPrecision(12));
}
