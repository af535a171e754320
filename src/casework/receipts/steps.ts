/** A case's history as who reported it is told: only what concerns them, in their words, nothing of what staff say among themselves. */
import type { CaseEvent } from '#kernel/case.ts';
import { phrase, type Templates, type Word } from '#kernel/phrase.ts';
import type { Instant } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { EventDetails, EventType } from '../events.ts';
import type { CaseRecord } from '../record.ts';
import type { Step } from './receipts.types.ts';
import type { ReceiptRow } from './storage.ts';
import english from './strings.en.json' with { type: 'json' };
import chinese from './strings.zh.json' with { type: 'json' };

const STRINGS: Templates = { zh: chinese, en: english };
export const say = (key: keyof typeof english, words: Readonly<Record<string, Word>> = {}): Localized =>
  phrase(STRINGS, key, words);

/** Somebody looked at the contact data. */
export interface Look {
  readonly at: Instant;
  readonly by: string;
  readonly party: string | undefined;
  readonly purpose: string;
}

/** What a resident's story is told from. */
export interface Story {
  readonly receipt: ReceiptRow;
  /** The case it was filed in and those it went on in, in order. */
  readonly way: readonly CaseRecord[];
  /** Events of all of them, by `TELLING_TYPES`, in order. */
  readonly events: readonly CaseEvent[];
  readonly looks: readonly Look[];
}

interface Telling {
  readonly reportId: string | undefined;
  party: Localized;
  leadOrder: string | undefined;
}

type Told = Omit<Step, 'at'> | undefined;
type Tellers = { readonly [T in EventType]?: (details: EventDetails[T], telling: Telling) => Told };

const step = (kind: Step['kind'], sentence: Localized, photos: readonly string[] = []) => ({ kind, sentence, photos });

const TELLERS: Tellers = {
  acknowledge: () => step('checked', say('acknowledged')),
  confirm: () => step('checked', say('confirmed')),
  dispatch: ({ partyName, order }, telling) => {
    telling.party = partyName;
    telling.leadOrder = order;
    return step('sent', say('sent', { party: telling.party }));
  },
  accept: (_, { party }) => step('started', say('accepted', { party })),
  'order.set_out': ({ order }, { leadOrder, party }) =>
    order === leadOrder ? step('on-the-way', say('set_out', { party })) : undefined,
  'order.arrive': ({ order }, { leadOrder, party }) =>
    order === leadOrder ? step('on-the-way', say('arrived', { party })) : undefined,
  return: () => step('waiting', say('returned')),
  pause: () => step('waiting', say('paused')),
  resume: () => step('started', say('resumed')),
  approve_deferral: () => step('waiting', say('deferred')),
  finish: (_, { party }) => step('done', say('finished', { party })),
  verify_pass: ({ by, photos }) => step('verified', say(`verified.${by}`), photos ?? []),
  verify_fail: (_, { party }) => step('sent', say('sent_back', { party })),
  'report.answered': ({ outcome, sentence }) => step(outcome === 'dismissed' ? 'dismissed' : 'closed', sentence),
  reopen: () => step('reopened', say('reopened')),
  escalate: ({ order }) => (order === undefined ? step('escalated', say('escalated')) : undefined),
  merge: () => step('joined', say('merged')),
  note: ({ text, report, photos }, { reportId }) =>
    report !== undefined && report === reportId ? step('note', say('note', { text }), photos ?? []) : undefined,
};

/** Event types that tell a resident something, or say when their report came in. */
export const TELLING_TYPES: readonly string[] = [...Object.keys(TELLERS), 'report.added'];

export function toSteps({ receipt, way, events, looks }: Story): Step[] {
  const { reportId, reportedAt, heldWhy } = receipt;
  const received = { at: reportedAt, ...step('received', say('received'), receipt.photos) };
  if (receipt.state === 'held') return [received, { at: reportedAt, ...step('waiting', say('held')) }];
  if (receipt.state === 'discarded') return [received, { at: reportedAt, ...step('dismissed', say('discarded')) }];
  const held = heldWhy === undefined ? [] : [{ at: reportedAt, ...step('waiting', say('held')) }];
  const told = tellAlong(way, events, reportId);
  const looked = looks.map((look) => ({ at: look.at, ...step('looked-up', sayLook(look)) }));
  // Sorting is stable: what happened in one instant stays in the order of the ledger.
  return [received, ...held, ...told, ...looked].sort((a, b) => a.at - b.at);
}

/** Along the way of the report: each case from when the report was in it until it went on in the next. */
function tellAlong(way: readonly CaseRecord[], events: readonly CaseEvent[], reportId: string | undefined): Step[] {
  const told: Step[] = [];
  let since = 0;
  way.forEach((record, index) => {
    const telling: Telling = { reportId, party: say('somebody'), leadOrder: undefined };
    const own = events.filter(({ caseId }) => caseId === record.id);
    const added = own.find((event) => event.type === 'report.added' && idOfAdded(event) === reportId);
    const from = index === 0 ? (added?.sequence ?? 0) : since;
    // What the case had come to before is known to the teller, and told in one sentence to who joins it.
    for (const event of own.filter(({ sequence }) => sequence < from)) tell(telling, event);
    if (index === 0 && added !== undefined) told.push({ at: added.at, ...joinedStep(telling) });
    if (index > 0 && telling.leadOrder !== undefined)
      told.push({ at: told.at(-1)?.at ?? record.updatedAt, ...step('sent', say('sent', { party: telling.party })) });
    for (const event of own.filter(({ sequence }) => sequence > from)) {
      if (event.type === 'report.answered' && event.details.reportId !== reportId) continue;
      const next = tell(telling, event);
      if (next === undefined || isRepeated(told.at(-1), next)) continue;
      told.push({ at: event.at, ...next });
      if (event.type === 'merge') since = event.sequence;
    }
  });
  return told;
}

const idOfAdded = ({ details }: CaseEvent): unknown => (details.report as { id?: string } | undefined)?.id;

const joinedStep = ({ leadOrder, party }: Telling) =>
  step('joined', leadOrder === undefined ? say('joined') : say('joined.under_way', { party }));

function tell(telling: Telling, { type, details }: CaseEvent): Told {
  const teller = (TELLERS as Readonly<Record<string, (details: unknown, telling: Telling) => Told>>)[type];
  return teller?.(details, telling);
}

/** The same sentence again tells nothing: five levels of an escalation are one word to who waits. */
const isRepeated = (last: Omit<Step, 'at'> | undefined, next: Omit<Step, 'at'>): boolean =>
  last !== undefined && last.kind === next.kind && last.sentence['zh'] === next.sentence['zh'];

function sayLook({ by, party, purpose }: Look): Localized {
  const key = `purpose.${purpose}` as keyof typeof english;
  // A phrase inside a sentence, so not begun with a capital letter as `say` would.
  const words = { by, purpose: Object.hasOwn(english, key) ? { zh: chinese[key], en: english[key] } : purpose };
  return party === undefined ? say('looked_up', words) : say('looked_up.of', { ...words, party });
}
