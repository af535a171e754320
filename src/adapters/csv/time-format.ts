/**
 * Time formats of recordings, in Unicode's letters: `yyyy yy MM M dd d HH H mm m ss s S` (any number of S: fraction of a second)
 * and `XXX` (an offset like +02:00 or Z). Everything else stands for itself. `iso`, `epoch-seconds`, `epoch-milliseconds` by name.
 */
import { invalid } from '#kernel/errors.ts';
import type { Instant } from '#kernel/time.ts';

/** A wall-clock time still to be placed in a zone, or an instant already; undefined when the text is not a time. */
export type ReadTime = (text: string) => { readonly local: number } | { readonly at: Instant } | undefined;

const FIELDS: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d{2})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  m: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{2})',
  s: '(?<second>\\d{1,2})',
  XXX: '(?<offset>Z|[+-]\\d{2}:?\\d{2})',
};
const TOKEN = /yyyy|yy|MM|M|dd|d|HH|H|mm|m|ss|s|S+|XXX|'[^']*'|./gsu;
const ISO = 'yyyy-MM-dd HH:mm:ss';

/** Compiles a format. Error: `mapping.time_format`, when it cannot tell a day. */
export function timeFormat(format: string, field = 'time.format'): ReadTime {
  if (format === 'iso') return readIso;
  if (format === 'epoch-seconds') return readEpoch(1_000);
  if (format === 'epoch-milliseconds') return readEpoch(1);
  const source = [...format.matchAll(TOKEN)].map(([token]) => patternOf(token)).join('');
  const isWhole = /<(year|shortYear)>/.test(source) && source.includes('<month>') && source.includes('<day>');
  if (!isWhole)
    throw invalid(
      'mapping.time_format',
      `"${format}" names no whole date; write for example "${ISO}", "iso" or "epoch-seconds".`,
      field,
    );
  const pattern = compile(source, format, field);
  return (text) => {
    const found = pattern.exec(text)?.groups;
    return found && assemble(found);
  };
}

function patternOf(token: string): string {
  if (/^S+$/.test(token)) return '(?<fraction>\\d{1,9})';
  if (/^'.*'$/.test(token)) return literal(token.slice(1, -1));
  return FIELDS[token] ?? literal(token);
}
const literal = (text: string): string => text.replaceAll(/[.+*?^${}()|[\]\\]/g, '\\$&');

function compile(source: string, format: string, field: string): RegExp {
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw invalid('mapping.time_format', `"${format}" names the same part of a time twice.`, field);
  }
}

const readEpoch =
  (milliseconds: number): ReadTime =>
  (text) =>
    /^-?\d+(\.\d+)?$/.test(text) ? { at: Math.round(Number(text) * milliseconds) } : undefined;

/** `2019-01-01T00:05:00.250+02:00`, `2019-01-01 00:05`, `2019-01-01`: with a zone an instant, without one a wall clock. */
const ISO_TEXT =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?)?\s?(?<offset>Z|[+-]\d{2}:?\d{2})?$/;
const readIso: ReadTime = (text) => {
  const found = ISO_TEXT.exec(text)?.groups;
  return found && assemble(found);
};

type Parts = Readonly<Record<string, string | undefined>>;

/** Refuses the 31st of June: a date must come back as it went in. 24:00 is the end of the day, 60 a leap second. */
function assemble(parts: Parts): ReturnType<ReadTime> {
  const year = parts.year === undefined ? 2_000 + Number(parts.shortYear) : Number(parts.year);
  const [month, day] = [Number(parts.month), Number(parts.day)];
  const [hour, minute, second] = [Number(parts.hour ?? 0), Number(parts.minute ?? 0), Number(parts.second ?? 0)];
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    hour > 24 ||
    minute > 59 ||
    second > 60 ||
    (hour === 24 && minute + second > 0)
  )
    return undefined;
  if (day > 28 && new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return undefined;
  const fraction = parts.fraction === undefined ? 0 : Math.floor(Number(`0.${parts.fraction}`) * 1_000 + 1e-6);
  const local = Date.UTC(year, month - 1, day, hour, minute, second) + fraction;
  if (parts.offset === undefined) return { local };
  if (parts.offset === 'Z') return { at: local };
  const digits = parts.offset.replaceAll(/\D/g, '');
  const east = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
  return { at: parts.offset[0] === '-' ? local + east : local - east };
}
