/** The arguments of a list, read once: an absent one and an empty one are the same. */
import type { PublicQuery } from '#casework/receipts/public-requests.types.ts';
import { invalid, notFound } from '#kernel/errors.ts';
import { DAY, findInstant, type Instant, SECOND } from '#kernel/time.ts';

export const MOST_REQUESTS = 1_000;
export const MOST_DAYS = 90;
const PAGE_SIZE = 50;
const MOST_PAGES = 100_000;
const MOST_METRES = 50_000;

export type Arguments = Readonly<Record<string, unknown>>;

/** `2026-03-01T06:00:00Z`: seconds are enough for people, and every client reads it. */
export const dateTime = (at: Instant): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** The first value; undefined when absent or empty. */
export function findArgument(args: Arguments, name: string): string | undefined {
  const value = args[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first.trim() !== '' ? first.trim() : undefined;
}

/** `a,b`, and `name=a&name=b` alike. */
export function findList(args: Arguments, name: string): string[] | undefined {
  const values = [args[name]]
    .flat()
    .filter((value) => typeof value === 'string')
    .flatMap((value) => value.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return values.length === 0 ? undefined : [...new Set(values)];
}

/** A plus sign that was not escaped has become a space on the way. Errors: `date.malformed`. */
export function findDate(args: Arguments, name: string): Instant | undefined {
  const text = findArgument(args, name);
  if (text === undefined) return undefined;
  const at = findInstant(text.replace(/ (\d{2}:?\d{2})$/, '+$1'));
  if (at === undefined)
    throw invalid('date.malformed', `${name} is a date with time and zone, as in 2026-03-01T08:00:00+08:00.`, name);
  return at;
}

export function findNumber(args: Arguments, name: string, from: number, to: number): number | undefined {
  const text = findArgument(args, name);
  if (text === undefined) return undefined;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to))
    throw invalid('number.out_of_range', `${name} is a number from ${from} to ${to}.`, name);
  return value;
}

function findWhole(args: Arguments, name: string, from: number, to: number): number | undefined {
  const value = findNumber(args, name, from, to);
  if (value !== undefined && !Number.isInteger(value))
    throw invalid('number.not_whole', `${name} is a whole number.`, name);
  return value;
}

/** The named jurisdiction must be ours: the city's id, or the name it is served under. Errors: `jurisdiction.unknown` (404). */
export function checkJurisdiction(named: string | undefined, ours: readonly string[]): void {
  if (named === undefined || ours.includes(named.toLowerCase())) return;
  throw notFound('jurisdiction.unknown', `jurisdiction_id ${named} was not found; this server answers for ${ours[0]}.`);
}

/**
 * Which requests are asked for. A list of `service_request_id` overrides every other argument. Otherwise a period of at most 90 days,
 * the last 90 when nothing is said, at most 1,000 requests, newest first. Whoever asks by time of change needs no period of reporting.
 */
export function toQuery(args: Arguments, now: Instant): PublicQuery {
  const ids = findList(args, 'service_request_id');
  if (ids !== undefined) return { ids: ids.slice(0, MOST_REQUESTS), limit: MOST_REQUESTS };
  const updatedFrom = findDate(args, 'updated_after');
  const updatedTo = inclusive(findDate(args, 'updated_before'));
  const byChange = updatedFrom !== undefined || updatedTo !== undefined;
  return {
    categories: findList(args, 'service_code'),
    ...period(args, now, byChange),
    updatedFrom,
    updatedTo,
    open: openOf(findList(args, 'status')),
    near: nearOf(args),
    ...page(args),
  };
}

/** Dates are shown to the second: the one that is named counts to its end. */
const inclusive = (at: Instant | undefined): Instant | undefined =>
  at === undefined || at % SECOND !== 0 ? at : at + SECOND - 1;

/** Errors: `period.backwards`, `period.too_long`. */
export function period(
  args: Arguments,
  now: Instant,
  mayBeOpen: boolean,
): { reportedFrom: Instant | undefined; reportedTo: Instant | undefined } {
  const start = findDate(args, 'start_date');
  const end = findDate(args, 'end_date');
  if (start !== undefined && end !== undefined) {
    if (end < start) throw invalid('period.backwards', 'end_date lies before start_date.', 'end_date');
    if (end - start > MOST_DAYS * DAY)
      throw invalid('period.too_long', `start_date and end_date may not span more than ${MOST_DAYS} days.`, 'end_date');
    return { reportedFrom: start, reportedTo: inclusive(end) };
  }
  if (start !== undefined) return { reportedFrom: start, reportedTo: start + MOST_DAYS * DAY };
  if (end !== undefined) return { reportedFrom: end - MOST_DAYS * DAY, reportedTo: inclusive(end) };
  return { reportedFrom: mayBeOpen ? undefined : now - MOST_DAYS * DAY, reportedTo: undefined };
}

/** Errors: `status.unknown`. */
function openOf(statuses: readonly string[] | undefined): boolean | undefined {
  const wanted = new Set((statuses ?? []).map((each) => each.toLowerCase()));
  for (const each of wanted)
    if (each !== 'open' && each !== 'closed')
      throw invalid('status.unknown', `status is open, closed or both with a comma; ${each} is neither.`, 'status');
  return wanted.size === 1 ? wanted.has('open') : undefined;
}

function nearOf(args: Arguments): PublicQuery['near'] {
  const latitude = findNumber(args, 'lat', -90, 90);
  const longitude = findNumber(args, 'long', -180, 180);
  const metres = findNumber(args, 'radius', 0, MOST_METRES);
  if (latitude === undefined && longitude === undefined && metres === undefined) return undefined;
  if (latitude === undefined || longitude === undefined || metres === undefined)
    throw invalid('near.incomplete', 'lat, long and radius (metres) are given together.', 'radius');
  return { place: [longitude, latitude], metres };
}

function page(args: Arguments): { limit: number; offset: number } {
  const number = findWhole(args, 'page', 1, MOST_PAGES);
  const size = findWhole(args, 'page_size', 1, MOST_REQUESTS) ?? (number === undefined ? MOST_REQUESTS : PAGE_SIZE);
  return { limit: size, offset: ((number ?? 1) - 1) * size };
}
