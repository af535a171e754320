/**
 * The pen of one decision: it writes events about one or several cases at one instant and keeps their records up to date as it goes,
 * so that each next step sees what the one before has done. Nothing is stored until the whole decision has been made; a decision
 * that throws has written nothing.
 */
import type { Actor, CaseAction } from '#kernel/case.ts';
import { CityError } from '#kernel/errors.ts';
import type { Instant } from '#kernel/time.ts';
import type { CaseSummary } from './casework.types.ts';
import type { Draft, EventDetails, EventType } from './events.ts';
import { foldDraft } from './fold.ts';
import { FIRST_STATE, nextState, transitions } from './lifecycle.ts';
import type { CaseRecord } from './record.ts';
import { toSummary } from './views.ts';

export interface Written {
  readonly draft: Draft;
  /** The case as it stood after this event; its `sequence` is still the one before. */
  readonly summary: CaseSummary;
}

const ACTIONS: ReadonlySet<string> = new Set(Object.values(transitions).flatMap((row) => Object.keys(row)));
const isCaseAction = (type: EventType): type is EventType & CaseAction => ACTIONS.has(type);

export function moveNotAllowed(record: CaseRecord, action: string): CityError {
  return new CityError(
    'conflict',
    'case.move_not_allowed',
    `Case ${record.reference} is ${record.state}; ${action} is not possible now. Somebody may just have acted on it: look at it again.`,
    'action',
    { state: record.state, action, updatedAt: record.updatedAt },
  );
}

/** As it will be read again: its own copy, without what is undefined. What is decided on today is what will be folded tomorrow. */
const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export class Pen {
  readonly at: Instant;
  readonly written: Written[] = [];
  readonly #records = new Map<string, CaseRecord>();

  constructor(at: Instant, records: Iterable<CaseRecord> = []) {
    this.at = at;
    for (const record of records) this.#records.set(record.id, record);
  }

  take(record: CaseRecord): CaseRecord {
    const known = this.#records.get(record.id);
    if (known !== undefined) return known;
    this.#records.set(record.id, record);
    return record;
  }

  /** Writes one event. Error: `case.move_not_allowed` when the table has no such move. */
  write<T extends EventType>(caseId: string, type: T, details: EventDetails[T], actor: Actor): CaseRecord {
    const before = this.#records.get(caseId);
    const to = before === undefined ? FIRST_STATE : isCaseAction(type) ? nextState(before.state, type) : undefined;
    if (before !== undefined && isCaseAction(type) && to === undefined) throw moveNotAllowed(before, type);
    const draft: Draft<T> = {
      caseId,
      at: this.at,
      actor: asStored(actor),
      type,
      from: to === undefined ? undefined : before?.state,
      to,
      details: asStored(details),
    };
    const record = foldDraft(before, draft as unknown as Draft);
    this.#records.set(caseId, record);
    this.written.push({ draft: draft as unknown as Draft, summary: toSummary(record) });
    return record;
  }

  get(caseId: string): CaseRecord {
    const record = this.#records.get(caseId);
    if (record === undefined) throw new Error(`Case ${caseId} was not loaded for this decision.`);
    return record;
  }

  /** Every case of this decision, as it stands now. */
  known(): CaseRecord[] {
    return [...this.#records.values()];
  }

  /** The records this pen has changed. */
  changed(): CaseRecord[] {
    return [...new Set(this.written.map(({ draft }) => draft.caseId))].map((id) => this.get(id));
  }
}
