/** POST, PATCH, PUT and DELETE of entities. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CityError, invalid, notFound } from '#kernel/errors.ts';
import { ENTITIES, type EntityType, isToMany } from '../model.ts';
import { postObservation, renderStored } from '../observations/post-observation.ts';
import { replaceObservation } from '../observations/replace-observation.ts';
import { NO_OPTIONS } from '../query/expression.types.ts';
import { parseResourcePath, type ResourcePath } from '../query/resource-path.ts';
import { readAll } from '../read/reader.ts';
import { linkOf } from '../read/render.ts';
import { findKey } from '../read/resolve.ts';
import type { RouteDeps } from '../sensorthings.types.ts';
import { ROW } from '../sql/select.ts';
import { createEntity, type Owner, removeEntity, updateEntity } from '../write/entity-writer.ts';
import { addressOf, baseOf, prefers } from './addresses.ts';
import { BODY_LIMIT_BYTES } from './bodies.ts';
import { placeOfSteps } from './observation-routes.ts';
import { contextOf } from './read-routes.ts';

const options = { config: { permission: 'sensing.write' }, bodyLimit: BODY_LIMIT_BYTES } as const;

export function registerWriteRoutes(scope: FastifyInstance, deps: RouteDeps): void {
  const { prefix } = scope;
  const pathOf = (request: FastifyRequest): ResourcePath => parseResourcePath(addressOf(request.raw.url!, prefix).path);
  const target = async (request: FastifyRequest): Promise<{ type: EntityType; id: number }> => {
    const path = pathOf(request);
    if (path.tail === 'ref')
      throw new CityError(
        'unsupported',
        'request.not_supported',
        'Changing links through /$ref is not supported; PATCH the entity',
        'path',
      );
    if (path.tail !== 'entity' || !path.isSingle)
      throw invalid('resource.not_an_entity', 'This address is not one entity', 'path');
    return { type: lastOf(path).type, id: await findKey(contextOf(deps, request, prefix), path.steps) };
  };
  const sendEntity = async (
    request: FastifyRequest,
    reply: FastifyReply,
    type: EntityType,
    id: number,
    status: 200 | 201,
  ): Promise<unknown> => {
    const context = contextOf(deps, request, prefix);
    reply.code(status);
    if (status === 201) reply.header('location', linkOf(context.base, type, id));
    if (prefers(request, 'return=minimal')) return reply.send();
    const { value } = await readAll(
      context,
      type,
      NO_OPTIONS,
      (statement) => `${ROW}.id = ${statement.bind(id, 'bigint')}`,
    );
    return value[0];
  };
  const update = async (
    request: FastifyRequest,
    reply: FastifyReply,
    purpose: 'change' | 'replace',
  ): Promise<unknown> => {
    const { type, id } = await target(request);
    if (type === ENTITIES.Observation) await replaceObservation(deps, id, request.body, purpose);
    else {
      await updateEntity(deps, type, id, request.body, purpose);
      deps.onEntity(type.set, id);
    }
    return sendEntity(request, reply, type, id, 200);
  };

  scope.post('/*', options, async (request, reply) => {
    const path = pathOf(request);
    if (path.tail !== 'entity' || path.isSingle)
      throw notFound('resource.not_a_set', 'A POST goes to a set of entities', 'path');
    const { type } = lastOf(path);
    if (type === ENTITIES.Observation) {
      const base = baseOf(request, prefix, deps.publicUrl);
      const stored = await postObservation(deps, request.caller, request.body, await placeOfSteps(deps, path.steps));
      return reply
        .code(201)
        .header('location', linkOf(base, type, stored.id))
        .type('application/json; charset=utf-8')
        .send(renderStored(base, stored));
    }
    const id = await createEntity(deps, type, request.body, await ownerOf(deps, request, prefix, path));
    deps.onEntity(type.set, id);
    return sendEntity(request, reply, type, id, 201);
  });
  scope.patch('/*', options, (request, reply) => update(request, reply, 'change'));
  scope.put('/*', options, (request, reply) => update(request, reply, 'replace'));
  scope.delete('/*', options, async (request, reply) => {
    const { type, id } = await target(request);
    await removeEntity(deps, type, id);
    if (type !== ENTITIES.Observation) deps.onEntity(type.set, id);
    return reply.code(200).send();
  });
}

const lastOf = (path: ResourcePath) => path.steps[path.steps.length - 1]!;

/** The entity at whose relation the new one is posted. */
async function ownerOf(
  deps: RouteDeps,
  request: FastifyRequest,
  prefix: string,
  path: ResourcePath,
): Promise<Owner | undefined> {
  const { relation } = lastOf(path);
  if (!relation || !isToMany(relation)) return undefined;
  const steps = path.steps.slice(0, -1);
  return {
    type: steps[steps.length - 1]!.type,
    id: await findKey(contextOf(deps, request, prefix), steps),
    inverse: relation.inverse,
  };
}
