/**
 * Instants and spans. An Instant is milliseconds since 1970-01-01T00:00:00Z; it has no zone. The city's zone is used only to
 * display and to count working hours. Nothing here reads a clock: time is always an argument.
 */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const plusMinutes = (at: Instant, minutes: number): Instant => at + minutes * MINUTE;
export const plusSeconds = (at: Instant, seconds: number): Instant => at + seconds * SECOND;

/** ISO 8601 in UTC with milliseconds: `2026-03-01T08:00:00.000Z`. */
export const toIso = (at: Instant): string => new Date(at).toISOString();

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Parses an ISO 8601 instant that names its zone; undefined when it is not one. A time without a zone is not an instant. */
export function findInstant(text: unknown): Instant | undefined {
  if (typeof text !== 'string' || !ISO_INSTANT.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** A closed-open span of time `[begin, end)`. */
export interface Span {
  readonly begin: Instant;
  readonly end: Instant;
}
