/**
 * The ledger: every event of every case in one chain for the whole city. The hash of an event covers its content and the hash of the
 * event before it, so that changing, removing, inserting or moving one breaks the chain from there on. Rewriting everything after a
 * change heals the chain; what stands against that is the root of each day, published while the day is fresh.
 *
 * Pure: the hash function is an argument.
 */

import { localDate } from './calendar.ts';
import type { CaseEvent } from './case.ts';

/** SHA-256 of UTF-8 text, as 64 lower-case hex digits. */
export type Sha256 = (text: string) => string;

/** What comes before the first event. */
export const GENESIS = '0'.repeat(64);

/** JSON with the keys of every object in code-unit order and without what is undefined, so that equal content is equal text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

export type UnchainedEvent = Omit<CaseEvent, 'sequence' | 'previous' | 'hash'>;

/** Where a chain has got to. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: string;
}

export const CHAIN_START: ChainEnd = { sequence: 0, hash: GENESIS };

/** The hash an event must carry: over everything in it but the hash itself. */
export const hashOf = (event: Omit<CaseEvent, 'hash'>, sha256: Sha256): string =>
  sha256(
    canonicalJson({
      sequence: event.sequence,
      caseId: event.caseId,
      at: event.at,
      actor: event.actor,
      type: event.type,
      from: event.from ?? null,
      to: event.to ?? null,
      details: event.details,
      previous: event.previous,
    }),
  );

/** Puts events behind the end of the chain, in order. */
export function chainOn(end: ChainEnd, events: readonly UnchainedEvent[], sha256: Sha256): CaseEvent[] {
  let { sequence, hash: previous } = end;
  return events.map((event) => {
    sequence += 1;
    const open = { ...event, sequence, previous };
    const hash = hashOf(open, sha256);
    previous = hash;
    return { ...open, hash };
  });
}

/** What is wrong with an event that should come next in the chain; undefined when it fits. */
export function findBreak(end: ChainEnd, event: CaseEvent, sha256: Sha256): string | undefined {
  if (event.sequence !== end.sequence + 1) return `sequence is ${event.sequence}, expected ${end.sequence + 1}`;
  if (event.previous !== end.hash) return `previous is ${event.previous}, the event before has ${end.hash}`;
  const hash = hashOf(event, sha256);
  return event.hash === hash ? undefined : `its content hashes to ${hash}, the event states ${event.hash}`;
}

/** One local day of the ledger, sealed: the hash over that day's event hashes in order. */
export interface DayRoot {
  /** Local date of the city, `2026-03-01`. */
  readonly date: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly root: string;
}

export const rootOf = (hashes: readonly string[], sha256: Sha256): string => sha256(hashes.join('\n'));

/** The roots of every day that the events touch. Events of one day lie together because time in the ledger never runs backwards. */
export function rootsOf(
  events: Iterable<Pick<CaseEvent, 'sequence' | 'at' | 'hash'>>,
  timeZone: string,
  sha256: Sha256,
): DayRoot[] {
  const days = new Map<string, { first: number; last: number; hashes: string[] }>();
  for (const event of events) {
    const date = localDate(event.at, timeZone);
    const day = days.get(date) ?? { first: event.sequence, last: event.sequence, hashes: [] };
    day.last = event.sequence;
    day.hashes.push(event.hash);
    days.set(date, day);
  }
  return [...days].map(([date, day]) => ({
    date,
    firstSequence: day.first,
    lastSequence: day.last,
    root: rootOf(day.hashes, sha256),
  }));
}
