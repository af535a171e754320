/** Recomputes what an event says about clocks from the rules in force and the case as it was. Pure. */

import { dueAfter } from '#kernel/calendar.ts';
import type { CaseEvent } from '#kernel/case.ts';
import type { Clock } from '#kernel/rules.ts';
import { type Instant, toIso } from '#kernel/time.ts';
import { dueAfterResuming, escalationDue, isOnTime, remainingOf } from './clocks.ts';
import type { CaseRecord, ClockChange, ClockState } from './record.ts';
import type { RuleBook } from './rule-book.ts';

/** What is wrong about the clocks of an event; undefined when all of it can be recomputed. */
export function findWrongClock(book: RuleBook, record: CaseRecord | undefined, event: CaseEvent): string | undefined {
  const changes = (event.details.clocks ?? []) as readonly ClockChange[];
  const clocks: Record<string, ClockState | undefined> = { ...record?.clocks };
  for (const change of changes) {
    const wrong = findWrongChange(book, record, event, clocks[change.clock], change);
    if (wrong !== undefined) return `clock ${change.clock}: ${wrong}`;
  }
  return event.type === 'escalate' ? findWrongEscalation(book, record, event) : undefined;
}

function findWrongChange(
  book: RuleBook,
  record: CaseRecord | undefined,
  event: CaseEvent,
  clock: ClockState | undefined,
  change: ClockChange,
): string | undefined {
  const { at, details } = event;
  const { working } = book;
  if (change.change === 'start') return findWrongStart(book, record, event, change);
  if (clock === undefined) return 'it never ran';
  const since = clock.pausedSince;
  switch (change.change) {
    case 'stop': {
      const onTime = isOnTime(clock, since ?? at);
      if (change.onTime !== onTime)
        return `due at ${toIso(clock.dueAt)} and met at ${toIso(since ?? at)} is ${onTime ? 'on time' : 'late'}, the event states the opposite`;
      return differs(
        'remaining',
        since === undefined ? remainingOf(clock, at, working) : (clock.remainingMs ?? 0),
        change.remainingMs,
      );
    }
    case 'pause':
      return differs('remaining', remainingOf(clock, at, working), change.remainingMs);
    case 'resume':
      return differsInTime(dueAfterResuming(clock, at, working), change.dueAt);
    case 'move':
      return details.until === change.dueAt ? undefined : 'it was moved to another time than was approved';
    case 'drop':
      return undefined;
  }
}

function findWrongStart(
  book: RuleBook,
  record: CaseRecord | undefined,
  event: CaseEvent,
  change: ClockChange & { change: 'start' },
): string | undefined {
  const rule = ruleOf(book, record, event, change.clock);
  if (rule === undefined) return 'the rules know no such clock';
  if (rule.basis !== change.basis || rule.minutes !== change.minutes) {
    return `the rules give ${rule.minutes} ${rule.basis} minutes, the event states ${change.minutes} ${change.basis}`;
  }
  return differsInTime(dueAfter(rule, event.at, book.working), change.dueAt);
}

/** The rule a clock runs by: the class's, or for an order the plan's, by the order's key. */
function ruleOf(
  book: RuleBook,
  record: CaseRecord | undefined,
  { details }: CaseEvent,
  clock: string,
): Clock | undefined {
  const code = typeof details.caseClass === 'string' ? details.caseClass : record?.caseClass;
  const caseClass = book.findClass(code ?? '');
  if (caseClass === undefined) return undefined;
  if (clock === 'acknowledge' || clock === 'accept' || clock === 'handle') return caseClass[clock];
  const { key } = (details.order ?? {}) as { key?: string };
  const planned = record?.plan && book.findPlan(record.plan.id)?.orders.find((order) => order.key === key);
  if (clock.endsWith(':accept')) return planned?.accept ?? caseClass.accept;
  return planned?.finish ?? caseClass.handle;
}

function findWrongEscalation(
  book: RuleBook,
  record: CaseRecord | undefined,
  { at, details }: CaseEvent,
): string | undefined {
  const { deadline, step, dueAt } = details as { deadline: string; step: number; dueAt: Instant };
  const clock = record?.clocks[deadline];
  if (clock === undefined) return undefined; // a refused order goes up at once, without a clock
  if (step !== clock.escalated + 1) return `clock ${deadline}: step ${step} follows step ${clock.escalated}`;
  if (at < dueAt) return `clock ${deadline}: it escalated before it was due`;
  const wrong = differsInTime(escalationDue(clock, step, book.working), dueAt);
  return wrong === undefined ? undefined : `clock ${deadline}: ${wrong}`;
}

const differs = (name: string, found: number, stated: number): string | undefined =>
  found === stated ? undefined : `${name} ${found} ms, the event states ${stated} ms`;

const differsInTime = (found: Instant, stated: Instant): string | undefined =>
  found === stated
    ? undefined
    : `due at ${toIso(found)}, the event states ${Number.isFinite(stated) ? toIso(stated) : String(stated)}`;
