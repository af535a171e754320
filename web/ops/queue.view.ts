/** Which cases are in the queue and in which order. */
import type { CaseState } from '#kernel/case.ts';
import type { Instant } from '#kernel/time.ts';
import { type Grade, gradeRank, type Localized } from '#kernel/words.ts';

/** What the queue needs of a case; a CaseView has it all. */
export interface Queued {
  readonly id: string;
  readonly reference: string;
  readonly grade: Grade;
  readonly domain: string;
  readonly state: CaseState;
  readonly name: Localized;
  readonly sentence: Localized;
  readonly address: Localized;
  readonly openedAt: Instant;
  readonly party: string | undefined;
  readonly clock: { readonly dueAt: Instant; readonly pausedSince: Instant | undefined } | undefined;
}

export interface QueueFilter {
  readonly grade: Grade | undefined;
  readonly domain: string | undefined;
  readonly state: 'to_confirm' | 'to_dispatch' | 'under_way' | 'to_verify' | undefined;
  readonly mine: boolean;
  readonly text: string;
}

export const NO_FILTER: QueueFilter = { grade: undefined, domain: undefined, state: undefined, mine: false, text: '' };

/** What somebody has to do next, in the words of the queue. */
export const STATE_GROUPS: Readonly<Record<NonNullable<QueueFilter['state']>, readonly CaseState[]>> = {
  to_confirm: ['collected'],
  to_dispatch: ['opened'],
  under_way: ['dispatched', 'in_progress'],
  to_verify: ['handled'],
};

export const isFiltered = (filter: QueueFilter): boolean =>
  filter.grade !== undefined ||
  filter.domain !== undefined ||
  filter.state !== undefined ||
  filter.mine ||
  filter.text !== '';

const OVER: readonly CaseState[] = ['closed', 'evaluated', 'dismissed', 'merged'];
export const isOver = (state: CaseState): boolean => OVER.includes(state);

/**
 * Worst grade first; inside a grade the clock that runs out first; cases without a running clock after those; then the oldest.
 * Cases that are over are not in the queue.
 */
export function queueOf<Case extends Queued>(
  cases: Iterable<Case>,
  filter: QueueFilter,
  myParty: string | undefined,
): Case[] {
  const wanted = [...cases].filter((entry) => !isOver(entry.state) && isWanted(entry, filter, myParty));
  return wanted.sort(byUrgency);
}

function isWanted(entry: Queued, filter: QueueFilter, myParty: string | undefined): boolean {
  if (filter.grade !== undefined && entry.grade !== filter.grade) return false;
  if (filter.domain !== undefined && entry.domain !== filter.domain) return false;
  if (filter.state !== undefined && !STATE_GROUPS[filter.state].includes(entry.state)) return false;
  if (filter.mine && (myParty === undefined || entry.party !== myParty)) return false;
  return filter.text === '' || matchesText(entry, filter.text);
}

function matchesText(entry: Queued, text: string): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  const words = [
    entry.reference,
    ...Object.values(entry.name),
    ...Object.values(entry.sentence),
    ...Object.values(entry.address),
  ];
  return words.some((word) => word.toLocaleLowerCase().includes(wanted));
}

export function byUrgency(a: Queued, b: Queued): number {
  const due = (entry: Queued): number =>
    entry.clock && entry.clock.pausedSince === undefined ? entry.clock.dueAt : Infinity;
  return (
    gradeRank(b.grade) - gradeRank(a.grade) ||
    (due(a) === due(b) ? 0 : due(a) - due(b)) ||
    a.openedAt - b.openedAt ||
    (a.id < b.id ? -1 : 1)
  );
}

/** How many of each grade wait, whatever the grade filter says: the counts on the filter itself. */
export function countByGrade(cases: Iterable<Queued>): Record<Grade, number> {
  const counts: Record<Grade, number> = { red: 0, orange: 0, yellow: 0, blue: 0 };
  for (const entry of cases) if (!isOver(entry.state)) counts[entry.grade]++;
  return counts;
}

/** The case above or below the selected one; from nothing, J takes the first and K the last. */
export function neighbour(ids: readonly string[], selected: string | undefined, step: 1 | -1): string | undefined {
  if (ids.length === 0) return undefined;
  const index = selected === undefined ? -1 : ids.indexOf(selected);
  if (index < 0) return step === 1 ? ids[0] : ids.at(-1);
  return ids[Math.min(ids.length - 1, Math.max(0, index + step))];
}

/** Rows to draw for a list of equal rows: what is seen and a few beyond, so that a thousand cases cost as much as thirty. */
export function visibleRows(
  count: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
): { first: number; last: number } {
  const beyond = 6;
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + beyond);
  return { first, last };
}
