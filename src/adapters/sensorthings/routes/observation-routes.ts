/** POST of Observations, one or many: the ways in that carry the load. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CityError } from '#kernel/errors.ts';
import { createObservations, renderBulk } from '../observations/data-array.ts';
import { type Place, postObservation, renderStored } from '../observations/post-observation.ts';
import { notSupported } from '../query/query-errors.ts';
import { parseResourcePath } from '../query/resource-path.ts';
import { findKey } from '../read/resolve.ts';
import type { RouteDeps } from '../sensorthings.types.ts';
import { addressOf, baseOf, prefers } from './addresses.ts';
import { BODY_LIMIT_BYTES, BULK_LIMIT_BYTES } from './bodies.ts';

const config = { permission: 'observation.write' } as const;
const DIRECT = /^(Datastreams|FeaturesOfInterest)\((\d{1,15})\)$/;

export function registerObservationRoutes(scope: FastifyInstance, deps: RouteDeps): void {
  const { prefix } = scope;

  const post = async (request: FastifyRequest, reply: FastifyReply, place: Place): Promise<string> => {
    const stored = await postObservation(deps, request.caller, request.body, place);
    const base = baseOf(request, prefix, deps.publicUrl);
    reply.code(201).header('location', `${base}/Observations(${stored.id})`).type('application/json; charset=utf-8');
    return prefers(request, 'return=minimal') ? '' : renderStored(base, stored);
  };

  scope.post('/Observations', { config, bodyLimit: BODY_LIMIT_BYTES }, (request, reply) => post(request, reply, {}));

  scope.post<{ Params: { owner: string } }>(
    '/:owner/Observations',
    { config, bodyLimit: BODY_LIMIT_BYTES },
    (request, reply) => {
      // `Datastreams(5)` straight away; anything else is looked up.
      const direct = findDirect(request.params.owner);
      if (direct) return post(request, reply, direct);
      const { steps } = parseResourcePath(addressOf(request.raw.url!, prefix).path);
      return placeOfSteps(deps, steps).then((place) => post(request, reply, place));
    },
  );

  scope.post('/CreateObservations', { config, bodyLimit: BULK_LIMIT_BYTES }, async (request, reply) => {
    const bulk = await createObservations(
      { sensing: deps.sensing, findFeatures: findFeatures(deps), onRefused: deps.onRefused },
      request.caller,
      request.body,
      deps.clock.now(),
      prefers(request, 'handling=strict'),
    );
    reply
      .code(201)
      .type('application/json; charset=utf-8')
      .headers({
        'cityloom-stored': String(bulk.ids.length - bulk.refused.length - bulk.duplicates),
        'cityloom-duplicates': String(bulk.duplicates),
        'cityloom-rejected': String(bulk.refused.length),
      });
    if (bulk.refused.length > 0) reply.header('cityloom-errors', describe(bulk.refused));
    return prefers(request, 'return=minimal') ? '' : renderBulk(baseOf(request, prefix, deps.publicUrl), bulk.ids);
  });

  scope.post('/$batch', { config: { permission: 'sensing.write' } }, () => {
    throw notSupported('$batch', 'batches are not supported; CreateObservations takes many Observations at once');
  });
}

/** The first refusals, for a header: the standard's body has room for the word "error" only. ASCII, because it is a header. */
const describe = (refused: readonly { readonly field: string; readonly error: CityError }[]): string =>
  JSON.stringify(refused.slice(0, 10).map(({ field, error }) => ({ field, code: error.code }))).replace(
    /[^\x20-\x7e]/g,
    '?',
  );

function findDirect(owner: string): Place | undefined {
  const direct = DIRECT.exec(owner);
  if (!direct) return undefined;
  return direct[1] === 'Datastreams' ? { datastreamId: Number(direct[2]) } : { featureId: Number(direct[2]) };
}

export async function placeOfSteps(
  { database }: RouteDeps,
  steps: ReturnType<typeof parseResourcePath>['steps'],
): Promise<Place> {
  const owner = steps[steps.length - 2];
  if (!owner) return {};
  const id = await findKey({ on: database, now: '', base: '', extentOf: undefined }, steps.slice(0, -1));
  return owner.type.name === 'Datastream' ? { datastreamId: id } : { featureId: id };
}

const findFeatures =
  ({ database }: RouteDeps) =>
  async (ids: readonly number[]): Promise<ReadonlySet<number>> => {
    if (ids.length === 0) return new Set();
    const rows = await database.query<{ id: number }>(
      'select id from features_of_interest where id = any($1::bigint[])',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  };
