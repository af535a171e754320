/** MDS 2.0 under `/mds/v2`: Agency for the operators, and the published policies, geographies and jurisdiction for everybody. */
import type { FastifyInstance } from 'fastify';
import type { SharedBikes } from '#domains/shared-bikes/shared-bikes.types.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Database, Log } from '#kernel/ports.ts';
import { DAY } from '#kernel/time.ts';
import { toCityError } from '#platform/http/server.ts';
import { type AgencyDeps, registerAgency } from './agency.ts';
import { accepts, sendCityError, sendError } from './answers.ts';
import { type Published, publish } from './archive.ts';
import { draftDocuments, type PublishedCity } from './published.ts';
import { registerPublished } from './published-routes.ts';
import { openRegister } from './register.ts';

export interface MdsDeps extends Omit<AgencyDeps, 'register' | 'bikes' | 'operators'> {
  readonly city: PublishedCity;
  readonly bikes: Pick<SharedBikes, 'take' | 'ground'>;
  readonly database: Database;
  readonly random: RandomBytes;
  readonly log: Log;
}

const PREFIX = '/mds/v2';
/** A thousand records of telemetry with every field take about half a megabyte. */
const BODY_LIMIT_BYTES = 8 * 1_048_576;

export async function registerMds(server: FastifyInstance, deps: MdsDeps): Promise<void> {
  const { city, database, log } = deps;
  const register = await openRegister(database, deps.random);
  await server.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.bodyLimit = BODY_LIMIT_BYTES;
      });
      scope.addContentTypeParser(
        /^application\/vnd\.mds(\.\w+)?\+json/,
        { parseAs: 'string' },
        (_request, body, done) => {
          try {
            done(null, JSON.parse(body as string));
          } catch (error) {
            done(error as Error);
          }
        },
      );
      scope.addHook('onRequest', (request, reply, done) => {
        if (accepts(request.headers.accept)) return done();
        sendError(reply, 406, 'not_acceptable', 'Only MDS 2.0 is spoken here.', ['2.0']);
      });
      scope.setErrorHandler((error, request, reply) => {
        const known = toCityError(error, request.routeOptions.bodyLimit);
        if (known !== undefined) return sendCityError(reply, known);
        const { message, stack } = error as Error;
        log.error({ request: request.id, error: message, stack }, 'A request of MDS failed by a defect');
        return sendError(reply, 500, 'defect', 'Something is wrong on our side.', [`Reference ${request.id}`]);
      });
      registerAgency(scope, { ...deps, register, operators: city.operators });
      registerPublished(scope, { documents: archiveOf(deps), clock: deps.clock });
      scope.all('/*', { config: { permission: 'public' } }, (_request, reply) =>
        sendError(reply, 404, 'not_found', 'There is nothing of MDS 2.0 here.', ['path']),
      );
    },
    { prefix: PREFIX },
  );
}

/** Published anew when the ground has changed, and compared once a day besides; asked for by many at once, it is done once. */
function archiveOf({ city, bikes, database, clock }: MdsDeps): () => Promise<readonly Published[]> {
  let held: { readonly ground: object; readonly at: number; readonly documents: Promise<Published[]> } | undefined;
  return () => {
    const [ground, now] = [bikes.ground(), clock.now()];
    if (held !== undefined && held.ground === ground && now - held.at < DAY) return held.documents;
    const documents = publish(database, draftDocuments(city, ground), now);
    held = { ground, at: now, documents };
    documents.catch(() => {
      held = undefined;
    });
    return documents;
  };
}
