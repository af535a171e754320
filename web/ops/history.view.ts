/** The ledger's events as lines of a history: which sentence, with which words in it. Times and names are put in by the screen. */
import type { CaseEvent } from '#kernel/case.ts';
import type { Grade, Localized } from '#kernel/words.ts';

export interface HistoryLine {
  readonly sequence: number;
  readonly at: number;
  readonly who: string;
  readonly isSystem: boolean;
  /** Key `event.…` of the sentence. */
  readonly key: string;
  readonly values: Readonly<Record<string, string | number | Localized>>;
  /** What somebody wrote or the city said, shown under the sentence. */
  readonly quote: string | Localized | undefined;
  /** The lines that tell the case: they stand out against the bookkeeping between them. */
  readonly isMilestone: boolean;
}

const MILESTONES = new Set([
  'collect',
  'confirm',
  'dismiss',
  'dispatch',
  'accept',
  'finish',
  'verify_pass',
  'verify_fail',
  'reopen',
  'merge',
]);
/** Steps of the machinery that tell a reader nothing. */
const UNTOLD = new Set(['rules.adopted', 'evaluate', 'report.answered']);

type Details = Readonly<Record<string, unknown>>;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const wordsOf = (value: unknown): Localized | undefined =>
  typeof value === 'object' && value !== null ? (value as Localized) : undefined;

/** Newest first. `orderParty` names the party of a work order, because an order's event carries only its id. */
export function historyOf(
  events: readonly CaseEvent[],
  orderParty: (orderId: string) => Localized | undefined,
): HistoryLine[] {
  return events
    .filter((event) => !UNTOLD.has(event.type))
    .map((event) => toLine(event, orderParty))
    .sort((a, b) => b.sequence - a.sequence);
}

function toLine(event: CaseEvent, orderParty: (orderId: string) => Localized | undefined): HistoryLine {
  const details = event.details;
  return {
    sequence: event.sequence,
    at: event.at,
    who: event.actor.name,
    isSystem: event.actor.kind === 'system',
    key: keyOf(event.type, details),
    values: valuesOf(event.type, details, orderParty),
    quote: quoteOf(details),
    isMilestone: MILESTONES.has(event.type),
  };
}

function keyOf(type: string, details: Details): string {
  if (type === 'verify_pass') return details.by === 'sensors' ? 'event.verify_pass_sensors' : 'event.verify_pass';
  if (type === 'report.rated') return details.solved === true ? 'event.report_solved' : 'event.report_not_solved';
  if (type === 'escalate' && details.deadline === 'resident') return 'event.escalate_resident';
  if (type === 'finding.changed') return `event.finding_${textOf(details.change) ?? 'raised'}`;
  return `event.${type}`;
}

function valuesOf(
  type: string,
  details: Details,
  orderParty: (orderId: string) => Localized | undefined,
): HistoryLine['values'] {
  const values: Record<string, string | number | Localized> = {};
  const party =
    wordsOf(details.partyName) ??
    wordsOf((details.order as Details | undefined)?.partyName) ??
    orderParty(String(details.order));
  if (party) values.party = party;
  const plan = wordsOf((details.plan as Details | undefined)?.name);
  if (plan) values.plan = plan;
  if (type === 'merge') values.reference = textOf(details.intoReference) ?? '';
  if (type === 'regrade') values.grade = details.grade as Grade;
  if (type === 'reclass') values.name = wordsOf(details.name) ?? '';
  if (typeof details.until === 'number') values.until = details.until;
  if (typeof details.bounces === 'number') values.count = details.bounces;
  if (type === 'escalate') values.level = textOf(details.level) ?? '';
  return values;
}

function quoteOf(details: Details): string | Localized | undefined {
  const nested = (details.finding ?? details.report) as Details | undefined;
  return (
    textOf(details.reason) ??
    textOf(details.text) ??
    textOf(details.feedback) ??
    textOf(details.comment) ??
    wordsOf(nested?.sentence) ??
    wordsOf(details.sentence)
  );
}
