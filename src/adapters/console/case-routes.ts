/** Cases, work orders and reports, each within the caller's reach. */
import type { CaseQuery, CaseSummary, Casework, WorkOrder } from '#casework/casework.types.ts';
import { CityError, notFound } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import { gradeRank } from '#kernel/words.ts';
import { isBoundToParty, type Scope } from '#people/scope.ts';
import type { CaseParties } from './case-parties.ts';
import { NEEDS, orderRefusalOf, refusalOf, toActor } from './case-permissions.ts';
import { type EvidenceDeps, factsOf, refuseUnseen, toCaseDetailView, toCaseView } from './case-views.ts';
import type { ConsoleDeps } from './console.types.ts';
import { AtQuery, CaseActionBody, CasesQuery, IdParams, OrderActionBody, OrdersQuery, ReportBody } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

const READ = { permission: 'city.read' } as const;
const tags = ['cases'];

/**
 * The cases that a caller may see among those asked for, most urgent first. For who is bound to a party the question is asked once
 * for each party on the way up: its own and those it works for.
 */
export async function listSeen(
  { casework, scope }: Pick<CaseRouteDeps, 'casework' | 'scope'>,
  caller: Caller,
  query: CaseQuery,
): Promise<{ cases: CaseSummary[]; total: number }> {
  const confidentialFor = scope.partiesOf(caller);
  const asked = { ...query, confidentialFor, ...(caller.areas.length > 0 && { areas: caller.areas }) };
  if (!isBoundToParty(caller)) return casework.listCases(asked);
  const parties = scope.partiesOf(caller).filter((party) => query.party === undefined || party === query.party);
  const found = await Promise.all(
    parties.map((party) => casework.listCases({ ...asked, party, limit: MOST_OF_A_PARTY })),
  );
  const distinct = new Map(found.flatMap(({ cases }) => cases.map((each) => [each.id, each] as const)));
  const cases = [...distinct.values()];
  if (found.length > 1) cases.sort(mostUrgentFirst);
  return { cases: cases.slice(0, query.limit), total: cases.length };
}

const MOST_OF_A_PARTY = 10_000;

async function findOrder(
  casework: Pick<Casework, 'listOrders'>,
  scope: Scope,
  caller: Caller,
  id: string,
): Promise<WorkOrder | undefined> {
  const orders = await casework.listOrders({ confidentialFor: scope.partiesOf(caller) });
  return orders.find((order) => order.id === id);
}

const mostUrgentFirst = (a: CaseSummary, b: CaseSummary): number =>
  Number(b.closedAt === undefined) - Number(a.closedAt === undefined) ||
  gradeRank(b.grade) - gradeRank(a.grade) ||
  (a.clock?.dueAt ?? Infinity) - (b.clock?.dueAt ?? Infinity) ||
  b.updatedAt - a.updatedAt;

export interface CaseRouteDeps extends ConsoleDeps {
  readonly scope: Scope;
  readonly parties: CaseParties;
  readonly evidence: EvidenceDeps;
}

export function registerCaseRoutes(server: TypedServer, deps: CaseRouteDeps): void {
  const { casework, parties, evidence, scope } = deps;

  async function getSeen(caller: Caller, caseId: string, at?: number) {
    const detail = await casework.getCase(caseId, at);
    parties.learn(detail);
    refuseUnseen(scope, caller, factsOf(detail));
    return detail;
  }

  server.get('/cases', { config: READ, schema: { tags, querystring: CasesQuery } }, async (request) => {
    const { caller, query } = request;
    const { state, q, limit, ...filters } = query;
    const { cases, total } = await listSeen(deps, caller, { ...filters, states: state, text: q, limit: limit ?? 200 });
    const views = cases.map((summary) => toCaseView(deps, caller, { summary, orderParties: scope.partiesOf(caller) }));
    return { cases: views, total };
  });

  server.get(
    '/cases/:id',
    { config: READ, schema: { tags, params: IdParams, querystring: AtQuery } },
    async ({ caller, params, query }) => toCaseDetailView(evidence, caller, await getSeen(caller, params.id, query.at)),
  );

  server.post(
    '/cases/:id/actions',
    { config: READ, schema: { tags, params: IdParams, body: CaseActionBody } },
    async ({ caller, params, body }) => {
      const { action, ...details } = body;
      const detail = await getSeen(caller, params.id);
      const refusal = refusalOf(scope, caller, action, factsOf(detail));
      if (refusal) throw refusal;
      const actor = toActor(caller, NEEDS[action] === 'case.handle' ? detail.party : undefined);
      return toCaseDetailView(evidence, caller, await casework.act(params.id, action, details, actor));
    },
  );

  server.get(
    '/work-orders',
    { config: READ, schema: { tags, querystring: OrdersQuery } },
    async ({ caller, query }) => {
      const bound = isBoundToParty(caller) ? scope.partiesOf(caller) : undefined;
      const parties = bound?.filter((party) => query.party === undefined || party === query.party) ?? [query.party];
      const confidentialFor = scope.partiesOf(caller);
      const found = await Promise.all(
        parties.map((party) => casework.listOrders({ open: query.open, party, confidentialFor })),
      );
      const workOrders = found.flat();
      if (caller.areas.length === 0) return { workOrders };
      const { cases } = await casework.listCases({ areas: caller.areas, confidentialFor, limit: MOST_OF_A_PARTY });
      const here = new Set(cases.map(({ id }) => id));
      return { workOrders: workOrders.filter((order) => here.has(order.caseId)) };
    },
  );

  server.post(
    '/work-orders/:id/actions',
    { config: READ, schema: { tags, params: IdParams, body: OrderActionBody } },
    async ({ caller, params, body }) => {
      const { action, ...details } = body;
      const order = await findOrder(casework, scope, caller, params.id);
      if (!order) throw notFound('order.unknown', `There is no work order ${params.id}.`, 'id');
      await getSeen(caller, order.caseId);
      const refusal = orderRefusalOf(scope, caller, action, order);
      if (refusal) throw refusal;
      return toCaseDetailView(
        evidence,
        caller,
        await casework.actOnOrder(order.id, action, details, toActor(caller, order.party)),
      );
    },
  );

  server.post(
    '/reports',
    { config: { permission: 'report.create' }, schema: { tags, body: ReportBody } },
    async ({ caller, body }, reply) => {
      if (
        body.source === 'integrator' &&
        !caller.roles.some((role) => role === 'integrator' || role === 'administrator')
      )
        throw new CityError('forbidden', 'report.source', 'Only an integrator reports as an integrator.', 'source');
      const report = await casework.report({ ...body, photos: body.photos ?? [], reporter: toActor(caller) });
      return reply.status(201).send(report);
    },
  );
}
