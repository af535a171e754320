/**
 * Recomputes an exported ledger from the file alone: the chain, every move, every deadline from the rules that were in force, every
 * evaluation, the day roots, and the on-time figure. Stops at the first thing that is not what it says. Pure; knows no database.
 */

import { localDate } from '#kernel/calendar.ts';
import type { CaseAction, CaseEvent, CaseState } from '#kernel/case.ts';
import { type ChainEnd, canonicalJson, type DayRoot, findBreak, rootOf } from '#kernel/ledger.ts';
import { type Instant, toIso } from '#kernel/time.ts';
import { findWrongClock } from './audit-clocks.ts';
import { evaluate, type OnTimeFigure, onTimeFigure } from './evaluation.ts';
import { FORMAT, type LedgerEnd, type LedgerHeader, type LedgerLine, sealOf } from './export.ts';
import { fold, isKnownType } from './fold.ts';
import { RULES_ADOPTED, sha256 } from './ledger-storage.ts';
import { nextState, transitions } from './lifecycle.ts';
import type { CaseRecord } from './record.ts';
import { openRuleBook, type RuleBook } from './rule-book.ts';

/** What was found wrong first. `sequence` is absent when it is not an event but the header, a root or the end. */
export interface Flaw {
  readonly sequence?: number | undefined;
  readonly caseId?: string | undefined;
  readonly what: string;
}

export interface AuditReport {
  readonly city: string;
  readonly events: number;
  readonly cases: number;
  /** Cases that began before this file: their events are chained, their clocks could not be judged. */
  readonly begunBefore: number;
  readonly clocks: number;
  readonly days: number;
  readonly anchored: number;
  readonly onTime: OnTimeFigure;
  readonly first: Instant | undefined;
  readonly last: Instant | undefined;
  readonly lastHash: string;
}

export interface Audit {
  /** Takes the next line; a flaw ends the audit. */
  take(line: LedgerLine): Flaw | undefined;
  /** After the last line: a flaw or the report. */
  finish(): Flaw | AuditReport;
}

/** `anchors`: roots known from elsewhere (a newspaper, another server) by local date; they must all be met. */
export function createAudit(anchors: ReadonlyMap<string, string> = new Map()): Audit {
  let header: LedgerHeader | undefined;
  let end: LedgerEnd | undefined;
  let chain: ChainEnd = { sequence: 0, hash: '' };
  let book: RuleBook | undefined;
  let [first, last]: [Instant | undefined, Instant | undefined] = [undefined, undefined];
  let clocks = 0;
  const records = new Map<string, CaseRecord>();
  const begunBefore = new Set<string>();
  const days = new Map<string, { hashes: string[]; first: number; last: number }>();
  const roots: DayRoot[] = [];
  const adopted = new Map<number, RuleBook>();

  function takeHeader(line: LedgerHeader): Flaw | undefined {
    if (header !== undefined) return { what: 'there is a second header' };
    if (line.format !== FORMAT) return { what: `the format is ${String(line.format)}, expected ${FORMAT}` };
    header = line;
    chain = line.after;
    for (const { sequence, sha256: stated, rules } of line.rules) {
      const found = sha256(canonicalJson(rules));
      if (found !== stated)
        return {
          what: `header: the rules adopted with event ${sequence} hash to ${found}, the header states ${stated}`,
        };
      adopted.set(sequence, openRuleBook(rules));
      if (sequence <= chain.sequence) book = adopted.get(sequence);
    }
    return undefined;
  }

  function takeEvent(event: CaseEvent): Flaw | undefined {
    const flawed = (what: string): Flaw => ({ sequence: event.sequence, caseId: event.caseId, what });
    const broken = findBreak(chain, event, sha256);
    if (broken !== undefined) return flawed(broken);
    if (last !== undefined && event.at < last)
      return flawed(`its time ${toIso(event.at)} is earlier than the event before it`);
    chain = event;
    first ??= event.at;
    last = event.at;
    keepDay(event);
    if (event.type === RULES_ADOPTED) return takeAdoption(event, flawed);
    return takeCaseEvent(event, flawed);
  }

  function keepDay({ at, hash, sequence }: CaseEvent): void {
    const date = localDate(at, header?.city.timeZone ?? 'UTC');
    const day = days.get(date) ?? { hashes: [], first: sequence, last: sequence };
    day.hashes.push(hash);
    day.last = sequence;
    days.set(date, day);
  }

  function takeAdoption({ sequence, details }: CaseEvent, flawed: (what: string) => Flaw): Flaw | undefined {
    const stated = header?.rules.find((rules) => rules.sequence === sequence);
    if (stated === undefined) return flawed('the header lacks the rules that this event adopted');
    if (stated.sha256 !== details.sha256)
      return flawed(`it adopted rules ${String(details.sha256)}, the header gives ${stated.sha256}`);
    if (stated.rules.city.id !== header?.city.id || details.timeZone !== header.city.timeZone) {
      return flawed(
        `it speaks of ${String(details.city)} in ${String(details.timeZone)}, the header of ${header?.city.id} in ${header?.city.timeZone}`,
      );
    }
    book = adopted.get(sequence);
    return undefined;
  }

  function takeCaseEvent(event: CaseEvent, flawed: (what: string) => Flaw): Flaw | undefined {
    const { caseId, type } = event;
    const record = records.get(caseId);
    if (begunBefore.has(caseId)) return undefined;
    if (record === undefined && type !== 'collect') {
      if (header?.after.sequence === 0) return flawed('the case has no beginning in this ledger');
      begunBefore.add(caseId);
      return undefined;
    }
    if (!isKnownType(type)) return flawed(`its type ${type} is unknown`);
    if (book === undefined) return flawed('no rules had been adopted when it was written');
    const wrong =
      findWrongMove(record, event) ?? findWrongClock(book, record, event) ?? findWrongEvaluation(record, event);
    if (wrong !== undefined) return flawed(wrong);
    clocks += Array.isArray(event.details.clocks) ? event.details.clocks.length : 0;
    try {
      records.set(caseId, fold(record, event));
    } catch (error) {
      return flawed((error as Error).message);
    }
    return undefined;
  }

  function takeRoot({ kind: _, ...root }: DayRoot & { kind: 'root' }): Flaw | undefined {
    roots.push(root);
    const day = days.get(root.date);
    if (day === undefined) return { what: `root of ${root.date}: the file has no event of that day` };
    const found = rootOf(day.hashes, sha256);
    if (found === root.root && day.first === root.firstSequence && day.last === root.lastSequence) return undefined;
    return {
      sequence: root.firstSequence,
      what: `root of ${root.date}: events ${day.first}–${day.last} give ${found}, the file states ${root.root}`,
    };
  }

  function takeEnd(line: LedgerEnd): Flaw | undefined {
    end = line;
    if (header === undefined) return { what: 'the file has no header' };
    const events = chain.sequence - header.after.sequence;
    if (line.events !== events || line.last.hash !== chain.hash) {
      return {
        what: `the end states ${line.events} events up to ${line.last.hash}, the file has ${events} up to ${chain.hash}`,
      };
    }
    const figure = onTimeFigure(records.values(), header.exportedAt);
    if (canonicalJson(figure) !== canonicalJson(line.onTime)) {
      return { what: `on time: the events give ${say(figure)}, the file states ${say(line.onTime)}` };
    }
    const seal = sealOf(header, roots, line.last, line.onTime);
    return seal === line.seal ? undefined : { what: 'header: it is not the one this file was sealed with' };
  }

  const take = (line: LedgerLine): Flaw | undefined => {
    if (end !== undefined) return { what: 'there are lines after the end' };
    if (header === undefined && line.kind !== 'header') return { what: 'the file does not begin with its header' };
    switch (line.kind) {
      case 'header':
        return takeHeader(line);
      case 'event':
        return takeEvent(line);
      case 'root':
        return takeRoot(line);
      case 'end':
        return takeEnd(line);
      default:
        return { what: `there is a line of unknown kind ${String((line as { kind: unknown }).kind)}` };
    }
  };

  function findMissedAnchor(): Flaw | undefined {
    for (const [date, stated] of anchors) {
      const day = days.get(date);
      const found = day === undefined ? undefined : rootOf(day.hashes, sha256);
      if (found === stated) continue;
      const what =
        found === undefined ? 'the file has no event of that day' : `events ${day?.first}–${day?.last} give ${found}`;
      return { sequence: day?.first, what: `published root of ${date} is ${stated}; ${what}` };
    }
    return undefined;
  }

  return {
    take,
    finish() {
      if (header === undefined || end === undefined) return { what: 'the file has no end: lines are missing' };
      return (
        findMissedAnchor() ?? {
          city: header.city.id,
          events: end.events,
          cases: records.size,
          begunBefore: begunBefore.size,
          clocks,
          days: days.size,
          anchored: anchors.size,
          onTime: end.onTime,
          first,
          last,
          lastHash: chain.hash,
        }
      );
    },
  };
}

const say = ({ onTime, due, deferred }: OnTimeFigure): string =>
  `${onTime} of ${due - deferred} (${deferred} deferred)`;

/** A move that the table does not have, or a state that is not the case's. */
function findWrongMove(record: CaseRecord | undefined, { type, from, to, actor }: CaseEvent): string | undefined {
  if (record === undefined)
    return from === undefined && to === 'collected' ? undefined : `a case begins as collected, not ${to}`;
  const isMove = Object.values(transitions).some((row) => Object.hasOwn(row, type));
  const expected: CaseState | undefined = isMove ? nextState(record.state, type as CaseAction) : undefined;
  if (isMove && expected === undefined) return `${type} is not possible while the case is ${record.state}`;
  if (to !== expected || from !== (isMove ? record.state : undefined)) {
    return `${type} leads from ${record.state} to ${expected ?? 'nowhere'}, the event states ${from} to ${to}`;
  }
  const isPerson = actor.kind !== 'system';
  const isOfHandlers =
    record.handlers.accounts.includes(actor.id) || record.handlers.parties.includes(actor.party ?? '');
  return type === 'verify_pass' && isPerson && isOfHandlers
    ? `${actor.id} handled this case and may not verify it`
    : undefined;
}

function findWrongEvaluation(record: CaseRecord | undefined, { type, details }: CaseEvent): string | undefined {
  if (record === undefined || type !== 'evaluate') return undefined;
  const found = canonicalJson(evaluate(record));
  return found === canonicalJson(details)
    ? undefined
    : `the evaluation comes to ${found}, the event states ${canonicalJson(details)}`;
}
