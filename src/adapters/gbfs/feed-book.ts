/** What each operator's feeds did wrong, kept in memory for the operator to read: how it stands, counts by reason, the newest reasons. */
import type { FeedState } from '#domains/shared-bikes/shared-bikes.types.ts';
import { type Instant, toIso } from '#kernel/time.ts';
import type { PartyId } from '#kernel/words.ts';

/** A record that was put aside; `index` counts from 0 in the document or call it came in. */
export interface PutAside {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface FeedReport {
  readonly operator: PartyId;
  readonly kind: FeedState['kind'] | undefined;
  readonly heardAt: string | undefined;
  readonly lastUpdated: string | undefined;
  readonly ttlSeconds: number | undefined;
  readonly problem: FeedState['problem'];
  /** Since the city was started. */
  readonly taken: number;
  readonly quarantined: number;
  readonly quarantinedByCode: Readonly<Record<string, number>>;
  /** Newest first. */
  readonly lastQuarantined: readonly {
    readonly at: string;
    readonly index: number;
    readonly code: string;
    readonly message: string;
  }[];
}

const REMEMBERED = 50;
/** Of one document or call: a hundred thousand records with one fault do not push every other reason out. */
const REMEMBERED_OF_ONE = 20;

interface Page {
  state: FeedState | undefined;
  taken: number;
  quarantined: number;
  byCode: Map<string, number>;
  last: FeedReport['lastQuarantined'][number][];
}

export interface FeedBook {
  note(state: FeedState): void;
  count(operator: PartyId, taken: number, putAside: readonly PutAside[], at: Instant): void;
  report(operator: PartyId): FeedReport;
}

export function createFeedBook(): FeedBook {
  const pages = new Map<PartyId, Page>();
  const pageOf = (operator: PartyId): Page => {
    const page = pages.get(operator) ?? { state: undefined, taken: 0, quarantined: 0, byCode: new Map(), last: [] };
    pages.set(operator, page);
    return page;
  };
  return {
    note(state) {
      pageOf(state.operator).state = state;
    },
    count(operator, taken, putAside, at) {
      const page = pageOf(operator);
      page.taken += taken;
      page.quarantined += putAside.length;
      for (const { code } of putAside) page.byCode.set(code, (page.byCode.get(code) ?? 0) + 1);
      const newest = putAside
        .slice(0, REMEMBERED_OF_ONE)
        .map(({ index, code, message }) => ({ at: toIso(at), index, code, message }));
      page.last = [...newest, ...page.last].slice(0, REMEMBERED);
    },
    report(operator) {
      const { state, taken, quarantined, byCode, last } = pageOf(operator);
      return {
        operator,
        kind: state?.kind,
        heardAt: state?.heardAt === undefined ? undefined : toIso(state.heardAt),
        lastUpdated: state?.lastUpdated === undefined ? undefined : toIso(state.lastUpdated),
        ttlSeconds: state?.ttlSeconds,
        problem: state?.problem,
        taken,
        quarantined,
        quarantinedByCode: Object.fromEntries(byCode),
        lastQuarantined: last,
      };
    },
  };
}
