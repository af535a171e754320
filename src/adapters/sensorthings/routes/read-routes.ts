/** GET of everything. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answer } from '../read/answer.ts';
import type { ReadContext } from '../read/reader.ts';
import type { RouteDeps, Version } from '../sensorthings.types.ts';
import { addressOf, baseOf } from './addresses.ts';
import { rootDocument } from './root.ts';

const config = { permission: 'sensing.read' } as const;

export const contextOf = (deps: RouteDeps, request: FastifyRequest, prefix: string): ReadContext => ({
  on: deps.database,
  now: new Date(deps.clock.now()).toISOString(),
  base: baseOf(request, prefix, deps.publicUrl),
  extentOf: (id) => deps.sensing.extent(id),
});

export function registerReadRoutes(scope: FastifyInstance, deps: RouteDeps, version: Version): void {
  const { prefix } = scope;
  scope.get('/', { config }, (request) =>
    rootDocument(baseOf(request, prefix, deps.publicUrl), version, deps.mqttEndpoints ?? []),
  );
  scope.get('/*', { config }, async (request, reply) => {
    const { path, query } = addressOf(request.raw.url!, prefix);
    return send(reply, await answer(contextOf(deps, request, prefix), path, query));
  });
}

function send(reply: FastifyReply, result: Awaited<ReturnType<typeof answer>>): unknown {
  if (result.kind === 'empty') return reply.code(204).send();
  if (result.kind === 'text') return reply.type('text/plain; charset=utf-8').send(result.body);
  return result.body;
}
