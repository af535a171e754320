/**
 * One trouble, one case: which open case a new finding or report belongs to.
 *
 * It belongs when it speaks of the same class near in place and time; when its class merges into the case's (a low pressure joins a
 * burst main); or when it is drawn from findings that the case already holds. When the case's own class merges into the new one (the
 * low pressure was there first), the case becomes a case of the new class and keeps its number, its clocks and everybody on the way.
 *
 * Near in place is measured from the place of the case, not from its last child, so that a case cannot creep through the city. Near
 * in time is measured from the time in which the trouble was known to last; while one of its findings stands, it lasts.
 */
import type { Actor } from '#kernel/case.ts';
import { CityError, conflict } from '#kernel/errors.ts';
import { distanceMetres, type Position } from '#kernel/geo.ts';
import type { CaseClass } from '#kernel/rules.ts';
import { type Instant, MINUTE } from '#kernel/time.ts';
import { type Grade, gradeRank, worstGrade } from '#kernel/words.ts';
import { dropClocks, stopClocks } from './clocks.ts';
import { type Ground, SYSTEM } from './ground.ts';
import { isOpen, isOrderOpen, nextState } from './lifecycle.ts';
import { moveNotAllowed, type Pen } from './pen.ts';
import { cancelOrder } from './plans.ts';
import type { CaseRecord, Child } from './record.ts';
import type { RuleBook } from './rule-book.ts';

export interface Incoming {
  readonly caseClass: string;
  readonly place: Position;
  readonly at: Instant;
  /** Keys of findings it is drawn from; empty for reports. */
  readonly basis: readonly string[];
}

/** `joins`: it becomes a child. `turns`: it becomes a child and its class becomes the class of the case. */
export interface Match {
  readonly record: CaseRecord;
  readonly how: 'joins' | 'turns';
}

export interface Reach {
  readonly metres: number;
  readonly classes: readonly string[];
}

/** How far away, and of which classes, a case may be that a trouble of this class belongs to: whoever lies outside need not be looked at. */
export function reachOf(book: RuleBook, caseClass: string): Reach {
  const own = book.findClass(caseClass);
  if (own === undefined) return { metres: 0, classes: [] };
  const turning = book.rules.classes.filter(({ mergesInto }) => mergesInto.includes(own.code));
  return {
    metres: Math.max(own.mergeWithinMetres, ...turning.map(({ mergeWithinMetres }) => mergeWithinMetres)),
    classes: [...new Set([own.code, ...own.mergesInto, ...turning.map(({ code }) => code)])],
  };
}

/** The case it belongs to, and further cases that are now known to be the same trouble; undefined when it is a new case. */
export function findHost(
  book: RuleBook,
  open: Iterable<CaseRecord>,
  incoming: Incoming,
): { host: Match; guests: CaseRecord[] } | undefined {
  const matches = [...open].flatMap((record) => {
    const how = matchOf(book, record, incoming);
    return how === undefined ? [] : [{ record, how, metres: distanceMetres(record.place, incoming.place) }];
  });
  matches.sort((a, b) => rankOf(a.how) - rankOf(b.how) || a.metres - b.metres || a.record.openedAt - b.record.openedAt);
  const [host] = matches;
  if (host === undefined) return undefined;
  const isWaiting = ({ state }: CaseRecord) => state === 'collected' || state === 'opened';
  const guests = matches.slice(1).filter(({ how, record }) => how === 'turns' && isWaiting(record));
  return { host, guests: guests.map(({ record }) => record) };
}

const rankOf = (how: Match['how']): number => (how === 'joins' ? 0 : 1);

function matchOf(book: RuleBook, record: CaseRecord, incoming: Incoming): Match['how'] | undefined {
  if (!isOpen(record.state)) return undefined;
  const [own, theirs] = [book.findClass(record.caseClass), book.findClass(incoming.caseClass)];
  if (own === undefined || theirs === undefined) return undefined;
  const isDrawnFrom = record.children.some(({ kind, id }) => kind === 'finding' && incoming.basis.includes(id));
  const isSame = own.code === theirs.code;
  if ((isSame || theirs.mergesInto.includes(own.code)) && (isDrawnFrom || isNear(record, incoming, theirs)))
    return 'joins';
  if (record.state === 'handled') return undefined;
  if (isDrawnFrom || (own.mergesInto.includes(theirs.code) && isNear(record, incoming, own))) return 'turns';
  return undefined;
}

function isNear(
  record: CaseRecord,
  { place, at }: Incoming,
  { mergeWithinMetres, mergeWithinMinutes }: CaseClass,
): boolean {
  const [begin, end] = lastingOf(record);
  const apart = Math.max(0, begin - at, at - end);
  return apart <= mergeWithinMinutes * MINUTE && distanceMetres(record.place, place) <= mergeWithinMetres;
}

function lastingOf({ children }: CaseRecord): [Instant, Instant] {
  let [begin, end] = [Infinity, -Infinity];
  for (const child of children) {
    begin = Math.min(begin, child.at);
    end = Math.max(end, child.kind === 'report' ? child.at : (child.clearedAt ?? Infinity));
  }
  return [begin, end];
}

/** The guest goes on inside the host: its children move, its orders are called off. Errors: `case.merge_into_itself`, `case.merge_into_over`. */
export function absorb(
  pen: Pen,
  ground: Ground,
  host: CaseRecord,
  guest: CaseRecord,
  actor: Actor,
  reason?: string,
): void {
  if (host.id === guest.id) throw conflict('case.merge_into_itself', 'A case cannot be merged into itself.', 'into');
  if (!isOpen(host.state)) {
    throw new CityError(
      'conflict',
      'case.merge_into_over',
      `Case ${host.reference} is ${host.state}; merge into one that is open.`,
      'into',
      { state: host.state },
    );
  }
  if (nextState(guest.state, 'merge') === undefined) throw moveNotAllowed(guest, 'merge');
  for (const order of guest.orders) if (isOrderOpen(order.state)) cancelOrder(pen, guest, order, 'merged', actor);
  const clocks = [
    ...stopClocks(guest, ['acknowledge'], pen.at, ground.book.working),
    ...dropClocks(guest, ['accept', 'handle']),
  ];
  const children: readonly Child[] = guest.children;
  pen.write(guest.id, 'merge', { into: host.id, intoReference: host.reference, reason, clocks }, actor);
  pen.write(host.id, 'case.absorbed', { absorbed: guest.id, children }, actor);
  followGrade(pen, ground, host.id);
}

/**
 * The grade follows the worst finding that stands. When all are cleared it stays what it was: a trouble does not get smaller because
 * nobody measures it any more. Reports hold it at the grade of the class; a grade set by a person holds until a finding is worse.
 */
export function followGrade(pen: Pen, ground: Ground, caseId: string): void {
  const record = pen.get(caseId);
  if (nextState(record.state, 'regrade') === undefined) return;
  const standing = record.children.filter((child) => child.kind === 'finding' && child.clearedAt === undefined);
  if (standing.length === 0) return;
  const hasReports = record.children.some(({ kind }) => kind === 'report');
  let worst: Grade | undefined = hasReports ? ground.book.findClass(record.caseClass)?.grade : undefined;
  for (const child of standing) if (child.kind === 'finding') worst = worstGrade(worst, child.grade);
  if (worst === undefined || worst === record.grade) return;
  if (record.gradeHeld && gradeRank(worst) < gradeRank(record.grade)) return;
  pen.write(caseId, 'regrade', { grade: worst, was: record.grade, reason: 'worst_finding', held: false }, SYSTEM);
}
