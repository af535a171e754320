/**
 * Which parties have work orders in which open case, in memory, so that a queue of hundreds and every frame of the live stream can
 * be scoped without asking the database. A case that is not in here is answered from its detail by whoever has it.
 */
import type { CaseChange, CaseDetail, Casework } from '#casework/casework.types.ts';

export interface CaseParties {
  start(): Promise<void>;
  of(caseId: string): readonly string[];
  /** From an event: a work order names its party in its details; anything that may have issued orders asks for them anew. */
  onCase(change: CaseChange): Promise<void>;
  learn(detail: CaseDetail): void;
}

/** Events after which a case may have other work orders than before. */
const ISSUES_ORDERS = /^(order\.|plan\.|confirm$|dispatch$|reopen$|regrade$|merge$|return$|verify_fail$)/;
const OVER = new Set(['evaluated', 'dismissed']);

export function createCaseParties(casework: Pick<Casework, 'listOrders' | 'getCase'>): CaseParties {
  const parties = new Map<string, readonly string[]>();
  const learn = (detail: CaseDetail) => {
    const found = [...new Set(detail.workOrders.map((order) => order.party))];
    if (found.length === 0) parties.delete(detail.id);
    else parties.set(detail.id, found);
  };

  return {
    async start() {
      parties.clear();
      const found = new Map<string, Set<string>>();
      for (const order of await casework.listOrders({ open: true })) {
        const known = found.get(order.caseId) ?? new Set();
        found.set(order.caseId, known.add(order.party));
      }
      for (const [caseId, names] of found) parties.set(caseId, [...names]);
    },
    of: (caseId) => parties.get(caseId) ?? [],
    async onCase({ summary, event }) {
      if (OVER.has(summary.state)) parties.delete(summary.id);
      else if (ISSUES_ORDERS.test(event.type)) learn(await casework.getCase(summary.id));
    },
    learn,
  };
}
