/**
 * Which parties have work orders in which case, in memory, so that every frame of the live stream can be scoped without asking the
 * database. It knows the orders that were open at the start and learns the rest from events and from details that pass by; a queue
 * is scoped by casework itself, a single case by its detail.
 */
import type { CaseChange, CaseDetail, Casework, WorkOrder } from '#casework/casework.types.ts';

export interface CaseParties {
  start(): Promise<void>;
  of(caseId: string): readonly string[];
  onCase(change: CaseChange): void;
  learn(detail: CaseDetail): void;
}

const OVER = new Set(['evaluated', 'dismissed', 'merged']);

export function createCaseParties(casework: Pick<Casework, 'listOrders'>): CaseParties {
  const parties = new Map<string, Set<string>>();

  function add(caseId: string, order: Partial<Pick<WorkOrder, 'party' | 'crew'>>): void {
    const known = parties.get(caseId) ?? new Set();
    if (order.party !== undefined) known.add(order.party);
    if (order.crew !== undefined) known.add(order.crew);
    parties.set(caseId, known);
  }

  return {
    async start() {
      for (const order of await casework.listOrders({ open: true })) add(order.caseId, order);
    },
    of: (caseId) => [...(parties.get(caseId) ?? [])],
    onCase({ summary, event }) {
      if (event.type === 'order.issue') add(summary.id, event.details.order as WorkOrder);
      if (OVER.has(summary.state)) setImmediate(() => parties.delete(summary.id));
    },
    learn({ id, workOrders }) {
      if (parties.has(id)) for (const order of workOrders) add(id, order);
    },
  };
}
