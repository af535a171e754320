/**
 * From a wall clock without a zone to an instant. Twice a year this is not a formality: one hour does not exist, another happens
 * twice, and loggers disagree with each other about both. What to do is the mapping's decision; that it happened is always counted.
 */
import { invalid } from '#kernel/errors.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#kernel/time.ts';

/** Milliseconds east of Greenwich at an instant. */
export type Offset = (at: Instant) => number;

const FIXED = /^(?:UTC|Z|(?:UTC|GMT)?([+-])(\d{2}):?(\d{2}))$/;

/** The offset of an IANA zone (`Europe/Rome`) or a fixed one (`+02:00`, `UTC`). Error: `time.unknown_zone`. */
export function zoneOffset(zone: string, field = 'time.zone'): Offset {
  const fixed = FIXED.exec(zone);
  if (fixed) {
    const offset = fixed[1] ? (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * HOUR + Number(fixed[3]) * MINUTE) : 0;
    return () => offset;
  }
  const format = zoneFormat(zone, field);
  const known = new Map<number, number>();
  const quarter = 15 * MINUTE;
  return (at) => {
    const slot = Math.floor(at / quarter);
    let offset = known.get(slot);
    if (offset === undefined) {
      offset = readOffset(format.format(slot * quarter));
      if (known.size > 50_000) known.clear();
      known.set(slot, offset);
    }
    return offset;
  };
}

function zoneFormat(zone: string, field: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    throw invalid(
      'time.unknown_zone',
      `"${zone}" is no time zone; write an IANA name (Asia/Shanghai) or an offset (+08:00).`,
      field,
    );
  }
}

/** From `11/23/2026, GMT+08:00` to milliseconds. */
function readOffset(text: string): number {
  const found = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!found?.[1]) return 0;
  return (
    (found[1] === '-' ? -1 : 1) * (Number(found[2]) * HOUR + Number(found[3]) * MINUTE + Number(found[4] ?? 0) * 1_000)
  );
}

/** What a wall-clock time means; `instants` holds none when the clock jumped over it, two (earlier first) when it happened twice. */
export function instantsOf(local: number, offset: Offset): readonly Instant[] {
  const [before, after] = [offset(local - DAY), offset(local + DAY)];
  if (before === after) {
    const at = local - before;
    if (offset(at) === before) return [at];
  }
  return [...new Set([before, after])]
    .map((east) => local - east)
    .filter((at) => local - at === offset(at))
    .sort((a, b) => a - b);
}

export type Ambiguous = 'in_order' | 'earlier' | 'later' | 'reject';
export type Missing = 'reject' | 'shift';

export interface Reading {
  readonly at: Instant | undefined;
  readonly note: 'twice' | 'never' | undefined;
}

/**
 * Reads the times of one recording, row after row.
 *
 * `in_order` takes a time that happened twice as the earlier one until that would run the recording backwards, then as the later one:
 * right for a logger that changed its clock, and for one that did not and has the hour only once. `shift` reads a time that never
 * was as if the clock had not been put forward yet.
 */
export class LocalClock {
  readonly #offset: Offset;
  readonly #ambiguous: Ambiguous;
  readonly #missing: Missing;
  #last = Number.NEGATIVE_INFINITY;

  constructor(offset: Offset, ambiguous: Ambiguous, missing: Missing) {
    this.#offset = offset;
    this.#ambiguous = ambiguous;
    this.#missing = missing;
  }

  /** @param local the wall clock as milliseconds, as if it were UTC. */
  read(local: number): Reading {
    const instants = instantsOf(local, this.#offset);
    const at = this.#choose(local, instants);
    if (at !== undefined) this.#last = at;
    return { at, note: instants.length === 1 ? undefined : instants.length === 2 ? 'twice' : 'never' };
  }

  #choose(local: number, [earlier, later]: readonly Instant[]): Instant | undefined {
    if (earlier === undefined) return this.#missing === 'shift' ? local - this.#offset(local - DAY) : undefined;
    if (later === undefined) return earlier;
    if (this.#ambiguous === 'reject') return undefined;
    if (this.#ambiguous === 'in_order') return earlier >= this.#last ? earlier : later;
    return this.#ambiguous === 'earlier' ? earlier : later;
  }
}
