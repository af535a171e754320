/** Cases, work orders and reports, each within the caller's reach. */
import type { CaseQuery } from '#casework/casework.types.ts';
import { CityError, notFound } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import { isBoundToParty } from '#people/scope.ts';
import type { CaseParties } from './case-parties.ts';
import { orderRefusalOf, refusalOf, sees, toActor } from './case-permissions.ts';
import { type EvidenceDeps, factsOf, refuseUnseen, toCaseDetailView, toCaseView } from './case-views.ts';
import type { ConsoleDeps } from './console.types.ts';
import { AtQuery, CaseActionBody, CasesQuery, IdParams, OrderActionBody, OrdersQuery, ReportBody } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

const READ = { permission: 'city.read' } as const;
const tags = ['cases'];

/** The part of a query that the caller's own reach decides. */
export const scopedQuery = (caller: Caller): Pick<CaseQuery, 'party' | 'areas'> => ({
  ...(isBoundToParty(caller) && { party: caller.party }),
  ...(caller.areas.length > 0 && { areas: caller.areas }),
});

export interface CaseRouteDeps extends ConsoleDeps {
  readonly parties: CaseParties;
  readonly evidence: EvidenceDeps;
}

export function registerCaseRoutes(server: TypedServer, deps: CaseRouteDeps): void {
  const { casework, parties, evidence } = deps;

  async function getSeen(caller: Caller, caseId: string, at?: number) {
    const detail = await casework.getCase(caseId, at);
    parties.learn(detail);
    refuseUnseen(caller, factsOf(detail));
    return detail;
  }

  server.get('/cases', { config: READ, schema: { tags, querystring: CasesQuery } }, async (request) => {
    const { caller, query } = request;
    const { state, q, limit, party, ...filters } = query;
    const asked: CaseQuery = { ...filters, states: state, text: q, party, limit: limit ?? 200, ...scopedQuery(caller) };
    if (isBoundToParty(caller) && party !== undefined && party !== caller.party) return { cases: [], total: 0 };
    const { cases, total } = await casework.listCases(asked);
    const facts = cases.map((summary) => ({ summary, orderParties: orderPartiesOf(parties, asked, summary.id) }));
    return {
      cases: facts.filter((each) => sees(caller, each)).map((each) => toCaseView(casework, caller, each)),
      total,
    };
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
      const refusal = refusalOf(caller, action, factsOf(await getSeen(caller, params.id)));
      if (refusal) throw refusal;
      return toCaseDetailView(evidence, caller, await casework.act(params.id, action, details, toActor(caller)));
    },
  );

  server.get(
    '/work-orders',
    { config: READ, schema: { tags, querystring: OrdersQuery } },
    async ({ caller, query }) => {
      const bound = isBoundToParty(caller);
      if (bound && query.party !== undefined && query.party !== caller.party) return { workOrders: [] };
      const workOrders = await casework.listOrders({ open: query.open, party: bound ? caller.party : query.party });
      if (caller.areas.length === 0) return { workOrders };
      const { cases } = await casework.listCases({ areas: caller.areas, limit: 10_000 });
      const here = new Set(cases.map(({ id }) => id));
      return { workOrders: workOrders.filter((order) => here.has(order.caseId)) };
    },
  );

  server.post(
    '/work-orders/:id/actions',
    { config: READ, schema: { tags, params: IdParams, body: OrderActionBody } },
    async ({ caller, params, body }) => {
      const { action, ...details } = body;
      const order = (await casework.listOrders({})).find(({ id }) => id === params.id);
      if (!order) throw notFound('order.unknown', `There is no work order ${params.id}.`, 'id');
      await getSeen(caller, order.caseId);
      const refusal = orderRefusalOf(caller, action, order);
      if (refusal) throw refusal;
      return toCaseDetailView(evidence, caller, await casework.actOnOrder(order.id, action, details, toActor(caller)));
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

/** What casework found for a party concerns it, also when this process has not heard of the work order yet. */
const orderPartiesOf = (parties: CaseParties, asked: CaseQuery, caseId: string): readonly string[] =>
  asked.party === undefined ? parties.of(caseId) : [...parties.of(caseId), asked.party];
