/** The crew's door: a day for the phone, and what was done on it written back. */
import type { FastifyInstance, FastifyTypeProvider } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { notFound } from '#kernel/errors.ts';
import { createScope } from '#people/scope.ts';
import { cellOf, toProof } from './cell.ts';
import type { CrewDeps } from './crew.types.ts';
import { type DayDeps, dayOf } from './day.ts';
import { createReach } from './reach.ts';
import { CellParams, DayQuery, ProofsQuery, SyncRequest } from './schemas.ts';
import { syncActions } from './sync.ts';

interface TypeBox extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

const WORK = { permission: 'crew.work' } as const;
const READ = { permission: 'city.read' } as const;
const tags = ['crew'];

export async function registerCrew(server: FastifyInstance, given: CrewDeps): Promise<void> {
  const { pack } = given.territory;
  const scope = createScope(pack.parties);
  const deps: DayDeps = { ...given, scope, reach: createReach(pack, scope), epoch: String(given.clock.now()) };

  await server.register(
    async (inner) => {
      inner.addHook('preValidation', async (request) => deps.guard(request));
      const routes = inner.withTypeProvider<TypeBox>();

      routes.get(
        '/day',
        { config: WORK, schema: { tags, querystring: DayQuery } },
        async ({ caller, query }, reply) => {
          reply.header('cache-control', 'no-store');
          return dayOf(deps, caller, query.since);
        },
      );

      routes.post('/sync', { config: WORK, schema: { tags, body: SyncRequest } }, async ({ caller, body }) =>
        syncActions(deps, caller, body),
      );

      routes.get('/cells/:id', { config: READ, schema: { tags, params: CellParams } }, async ({ caller, params }) =>
        cellOf(deps, caller, params.id),
      );

      routes.get('/proofs', { config: READ, schema: { tags, querystring: ProofsQuery } }, async ({ caller, query }) => {
        const detail = await deps.casework.getCase(query.case);
        const { cell, community, street, district, party, workOrders, visibleTo } = detail;
        const concern = {
          areas: [cell, community, street, district],
          parties: [party, ...workOrders.map((each) => each.party)],
          onlyFor: visibleTo,
        };
        if (!scope.inScope(caller, concern)) throw notFound('case.unknown', `There is no case ${query.case}.`, 'case');
        const actions = await deps.community.listActions({ caseId: query.case, limit: 200 });
        return { proofs: actions.filter(({ outcome }) => outcome?.result === 'done').map(toProof) };
      });
    },
    { prefix: '/api/v1/crew' },
  );
}
