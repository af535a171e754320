/** From a row of cells to readings of Datastreams: which column is what, what counts as missing, and why a cell is refused. Pure. */
import { invalid } from '#kernel/errors.ts';
import type { Instant, Span } from '#kernel/time.ts';
import { converter } from '#kernel/units.ts';
import type { DatastreamId } from '#kernel/words.ts';
import { LocalClock, zoneOffset } from './local-time.ts';
import type { Mapping } from './mapping.ts';
import type { Row } from './rows.ts';
import { timeFormat } from './time-format.ts';

/** Where a column goes, as the city answered. */
export interface Target {
  readonly datastreamId: DatastreamId;
  readonly unit: string;
  readonly range: readonly [number, number] | undefined;
}

export interface Reading {
  readonly datastreamId: DatastreamId;
  readonly at: Instant;
  readonly value: number;
  readonly line: number;
}

/**
 * What became of a row. Reasons: `row.too_short`, `time.unreadable`, `time.does_not_exist`, `time.happened_twice`, `time.in_future`,
 * `value.not_a_number`, `observation.out_of_range`. A refused time loses the row, a refused value only itself.
 */
export interface Findings {
  accept(reading: Reading): void;
  reject(reason: string, line: number, example: string): void;
  missing(): void;
  /** The row's time is not in the span asked for. */
  outside(): void;
  /** A wall-clock time that existed twice, or never, whatever was done with it. */
  oddTime(kind: 'twice' | 'never'): void;
}

interface Cell {
  readonly at: number;
  readonly isMissing: (text: string) => boolean;
  readonly convert: (value: number) => number;
  readonly target: Target;
  readonly column: string;
}

/**
 * Prepares the translation of one file. `header` is its first row, or undefined when columns go by number.
 * Errors: `mapping.no_such_column` naming path and what there is, `unit.not_comparable`.
 */
export function translator(
  mapping: Mapping,
  header: readonly string[] | undefined,
  targets: readonly Target[],
  now: Instant,
  span: Span = { begin: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY },
): (row: Row, findings: Findings) => void {
  const timeColumns = mapping.time.columns.map((column, index) => findColumn(header, column, `time.columns[${index}]`));
  const readTime = timeFormat(mapping.time.format ?? 'iso');
  const clock = new LocalClock(
    zoneOffset(mapping.time.zone ?? 'UTC'),
    mapping.time.ambiguous ?? 'in_order',
    mapping.time.missing ?? 'reject',
  );
  const readNumber = numberFormat(mapping.file?.decimal ?? '.', mapping.file?.grouping);
  const cells = mapping.columns.map((column, index): Cell => {
    const [target, path] = [targets[index]!, `columns[${index}]`];
    return {
      at: findColumn(header, column.column, `${path}.column`),
      isMissing: missingTest(column.missing ?? mapping.missing ?? [], readNumber),
      convert: converter(column.unit ?? target.unit, target.unit, `${path}.unit`),
      target,
      column: String(column.column),
    };
  });
  const needed = Math.max(...timeColumns);

  return (row, findings) => {
    // A row of nothing but separators, of whichever kind, is how spreadsheets say that a table ended.
    if (row.cells.every((cell) => /^[,;\t]*$/.test(cell))) return;
    if (row.cells.length <= needed) return findings.reject('row.too_short', row.line, row.cells.join(' | '));
    const text = timeColumns.map((column) => row.cells[column]).join(' ');
    const time = readTime(text);
    if (!time) return findings.reject('time.unreadable', row.line, text);
    const at = 'at' in time ? time.at : place(clock, time.local, row, text, findings);
    if (at === undefined) return;
    if (at > now) return findings.reject('time.in_future', row.line, text);
    if (at < span.begin || at >= span.end) return findings.outside();
    for (const cell of cells) readCell(cell, row, at, readNumber, findings);
  };
}

function place(clock: LocalClock, local: number, row: Row, text: string, findings: Findings): Instant | undefined {
  const { at, note } = clock.read(local);
  if (note) findings.oddTime(note);
  if (at === undefined)
    findings.reject(note === 'twice' ? 'time.happened_twice' : 'time.does_not_exist', row.line, text);
  return at;
}

function readCell(
  { at: column, column: name, isMissing, convert, target }: Cell,
  { line, cells }: Row,
  at: Instant,
  readNumber: (text: string) => number | undefined,
  findings: Findings,
): void {
  const text = cells[column];
  const number = text === undefined || isMissing(text) ? undefined : readNumber(text);
  if (text === undefined) findings.reject('row.too_short', line, `no column "${name}"`);
  else if (isMissing(text)) findings.missing();
  else if (number === undefined) findings.reject('value.not_a_number', line, `${name}: "${text}"`);
  else {
    const [value, range] = [convert(number), target.range];
    if (range && (value < range[0] || value > range[1]))
      findings.reject(
        'observation.out_of_range',
        line,
        `${name}: ${value} ${target.unit} is not in ${range.join(' … ')}`,
      );
    else findings.accept({ datastreamId: target.datastreamId, at, value, line });
  }
}

/** A column by its name in the header, or by its number from 1. */
function findColumn(header: readonly string[] | undefined, column: string | number, field: string): number {
  if (typeof column === 'number') {
    if (column >= 1 && (!header || column <= header.length)) return column - 1;
  } else if (header) {
    const at = header.indexOf(column);
    if (at >= 0) return at;
  } else if (/^\d+$/.test(column)) return Number(column) - 1;
  const there = header ? header.filter(Boolean).join(', ') : 'columns by number only (1, 2, 3 …)';
  throw invalid('mapping.no_such_column', `There is no column "${column}"; the file has: ${there}.`, field);
}

/** Strict: a number and nothing else. `1.234,5` is one only when the mapping says so. */
export function numberFormat(decimal: string, grouping: string | undefined): (text: string) => number | undefined {
  const strict = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
  return (text) => {
    let plain = text;
    if (grouping !== undefined && plain.includes(grouping)) plain = plain.replaceAll(grouping, '');
    if (decimal === ',') {
      if (plain.includes('.')) return undefined;
      plain = plain.replace(',', '.');
    }
    return strict.test(plain) ? Number(plain) : undefined;
  };
}

/** An empty cell is always missing; the rest as text (`NaN`, `---`) or as the same number (−200 is also −200,0). */
function missingTest(
  missing: readonly (string | number)[],
  readNumber: (text: string) => number | undefined,
): (text: string) => boolean {
  const texts = new Set(missing.map(String));
  const numbers = new Set(
    missing.map((each) => (typeof each === 'number' ? each : readNumber(each))).filter((each) => each !== undefined),
  );
  return (text) => {
    if (text === '' || texts.has(text)) return true;
    if (numbers.size === 0) return false;
    const number = readNumber(text);
    return number !== undefined && numbers.has(number);
  };
}
