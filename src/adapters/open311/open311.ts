/**
 * Open311 GeoReport v2 with mySociety's updates: `/open311/discovery.{xml,json}` and `/open311/v2/…`.
 *
 * One request is one report of somebody, and shows how its case stands; what sensors found is no request. Reading and reporting need
 * no key. The extension of the address chooses the format; errors are the standard's arrays.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '#kernel/errors.ts';
import { type Caller, may } from '#kernel/roles.ts';
import { createAllowance } from './allowance.ts';
import { badKey, nameWithout, send, sendError } from './answer.ts';
import { toDiscovery } from './discovery.ts';
import { acceptForms, type Form, readForm } from './form.ts';
import type { Open311Deps } from './open311.types.ts';
import { inTheirWords, postRequest } from './post-request.ts';
import { type Arguments, checkJurisdiction, findArgument, findList, MOST_REQUESTS, period, toQuery } from './query.ts';
import { type Showing, toExtensions, toRequest } from './requests.ts';
import { toDefinition, toService } from './services.ts';
import { postUpdate, toUpdates } from './updates.ts';
import { speechFor } from './words.ts';

const PREFIX = '/open311';
const FORMATS = ['xml', 'json'] as const;
const MOST_FILE_BYTES = 10 * 1_048_576;
const FORM_BYTES = 65_536;
/** A key stands for a whole council's app, not for a person. */
const HOURLY_WITH_KEY = 36_000;
const MOST_STEPS = 10_000;
const open = { permission: 'public' } as const;

export async function registerOpen311(server: FastifyInstance, deps: Open311Deps): Promise<void> {
  const { pack } = deps.territory;
  const files = pack.reporting.limits.photosPerReport;
  await server.register(
    async (scope) => {
      acceptForms(scope, { files, fileBytes: MOST_FILE_BYTES });
      scope.setErrorHandler(async (error, request, reply) => sendError(inTheirWords(error), request, reply, deps.log));
      scope.setNotFoundHandler((request, reply) =>
        sendError(
          notFound('address.unknown', `There is nothing at ${request.url.split('?')[0]}.`),
          request,
          reply,
          deps.log,
        ),
      );
      // The interface is open to the world, and pages of other sites are part of it.
      scope.addHook('onRequest', async (_request, reply) => void reply.header('access-control-allow-origin', '*'));
      const routes: Routes = { scope, deps, showing: (request) => showingOf(request, deps) };
      readingRoutes(routes);
      requestRoutes(routes);
      writingRoutes(routes, files * MOST_FILE_BYTES + FORM_BYTES);
    },
    { prefix: PREFIX },
  );
}

interface Routes {
  readonly scope: FastifyInstance;
  readonly deps: Open311Deps;
  /** In which language and under which address to answer; the jurisdiction that is named must be ours. */
  readonly showing: (request: FastifyRequest) => Showing;
}

const baseOf = (request: FastifyRequest, publicUrl: string | undefined): string =>
  `${publicUrl ?? `${request.protocol}://${request.host}`}${PREFIX}`;

function showingOf(request: FastifyRequest, { territory, publicUrl }: Open311Deps): Showing {
  return {
    pack: territory.pack,
    speech: speechFor(request, territory.pack),
    endpoint: `${baseOf(request, publicUrl)}/v2`,
  };
}

const argumentsOf = (request: FastifyRequest): Arguments => request.query as Arguments;

function checkPlace(request: FastifyRequest, { territory: { pack } }: Open311Deps, form?: Form): void {
  const named = form?.find('jurisdiction_id') ?? findArgument(argumentsOf(request), 'jurisdiction_id');
  checkJurisdiction(named, [pack.id.toLowerCase(), request.hostname.toLowerCase(), request.host.toLowerCase()]);
}

function readingRoutes({ scope, deps, showing }: Routes): void {
  const { pack } = deps.territory;
  const { categories } = pack.reporting;
  const startedAt = deps.clock.now();
  for (const format of FORMATS) {
    scope.get(`/discovery.${format}`, { config: open }, async (request, reply) => {
      const { speech, endpoint } = showing(request);
      return send(request, reply, 'discovery', toDiscovery(pack, endpoint, startedAt, speech));
    });
    scope.get(`/v2/services.${format}`, { config: open }, async (request, reply) => {
      checkPlace(request, deps);
      const { speech } = showing(request);
      return send(
        request,
        reply,
        'services',
        categories.map((each) => toService(each, pack.reporting, speech)),
      );
    });
  }
  scope.get<{ Params: { file: string } }>('/v2/services/:file', { config: open }, async (request, reply) => {
    checkPlace(request, deps);
    const code = nameWithout(request.params.file);
    const category = categories.find((each) => each.code === code);
    if (category === undefined)
      throw notFound('service.unknown', `service_code ${code} was not found.`, 'service_code');
    return send(request, reply, 'service_definition', toDefinition(category, showing(request).speech));
  });
  scope.get<{ Params: { key: string } }>('/v2/media/:key', { config: open }, async (request, reply) => {
    const { key } = request.params;
    const photo = (await deps.requests.isPublicPhoto(key)) ? await deps.blobs.find(key) : undefined;
    if (!photo?.mediaType.startsWith('image/')) throw notFound('media.unknown', 'There is no such photo.');
    return reply
      .type(photo.mediaType)
      .header('cache-control', 'public, max-age=86400')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(Buffer.from(photo.content));
  });
}

function requestRoutes({ scope, deps, showing }: Routes): void {
  const { requests, clock } = deps;
  for (const format of FORMATS) {
    scope.get(`/v2/requests.${format}`, { config: open }, async (request, reply) => {
      checkPlace(request, deps);
      const args = argumentsOf(request);
      const found = await requests.list(toQuery(args, clock.now()));
      const shown = showing(request);
      if (!wantsExtensions(args))
        return send(
          request,
          reply,
          'service_requests',
          found.map((each) => toRequest(each, shown)),
        );
      const ids = found.map(({ id }) => id);
      const steps = await requests.listSteps({ from: 0, to: clock.now(), ids, limit: MOST_STEPS });
      const byRequest = Map.groupBy(steps, ({ requestId }) => requestId);
      const extended = found.map((each) => ({
        ...toRequest(each, shown),
        ...toExtensions(each, byRequest.get(each.id) ?? [], shown),
      }));
      return send(request, reply, 'service_requests', extended);
    });
    scope.get(`/v2/servicerequestupdates.${format}`, { config: open }, async (request, reply) => {
      checkPlace(request, deps);
      const args = argumentsOf(request);
      const now = clock.now();
      const { reportedFrom, reportedTo } = period(args, now, false);
      const ids = findList(args, 'service_request_id')?.slice(0, MOST_REQUESTS);
      const steps = await requests.listSteps({
        from: reportedFrom ?? 0,
        to: reportedTo ?? now,
        ids,
        limit: MOST_STEPS,
      });
      return send(request, reply, 'service_request_updates', toUpdates(steps, showing(request).speech));
    });
  }
  scope.get<{ Params: { file: string } }>('/v2/requests/:file', { config: open }, async (request, reply) => {
    checkPlace(request, deps);
    const found = await getRequest(deps, nameWithout(request.params.file));
    const shown = showing(request);
    if (!wantsExtensions(argumentsOf(request)))
      return send(request, reply, 'service_requests', [toRequest(found, shown)]);
    const steps = await requests.listSteps({ from: 0, to: clock.now(), ids: [found.id], limit: MOST_STEPS });
    return send(request, reply, 'service_requests', [
      { ...toRequest(found, shown), ...toExtensions(found, steps, shown) },
    ]);
  });
  // Numbers are given at once, so no token is ever handed out; the number itself is taken for one.
  scope.get<{ Params: { file: string } }>('/v2/tokens/:file', { config: open }, async (request, reply) => {
    checkPlace(request, deps);
    const token = nameWithout(request.params.file);
    const { id } = await getRequest(deps, token);
    return send(request, reply, 'service_requests', [{ token, service_request_id: id }]);
  });
}

const wantsExtensions = (args: Arguments): boolean => findArgument(args, 'extensions')?.toLowerCase() === 'true';

async function getRequest({ requests }: Open311Deps, id: string) {
  const [found] = await requests.list({ ids: [id], limit: 1 });
  if (found === undefined)
    throw notFound('request.unknown', `service_request_id ${id} was not found.`, 'service_request_id');
  return found;
}

function writingRoutes({ scope, deps, showing }: Routes, bodyLimit: number): void {
  const allowance = createAllowance();
  const { reportsPerHourPerAddress } = deps.territory.pack.reporting.limits;
  const admit = async (request: FastifyRequest): Promise<{ form: Form; caller: Caller | undefined }> => {
    const early = await findCaller(deps, request, undefined);
    const form = await readForm(request);
    const caller = early ?? (await findCaller(deps, request, form.find('api_key')));
    checkPlace(request, deps, form);
    if (caller === undefined) allowance.take(`address ${request.ip}`, reportsPerHourPerAddress, deps.clock.now());
    else allowance.take(`key ${caller.id}`, HOURLY_WITH_KEY, deps.clock.now());
    return { form, caller };
  };
  for (const format of FORMATS) {
    scope.post(`/v2/requests.${format}`, { config: open, bodyLimit }, async (request, reply) => {
      const { form, caller } = await admit(request);
      const { speech } = showing(request);
      const id = await postRequest(deps, form, caller, speech.language);
      const answer = { service_request_id: id, service_notice: speech.say('notice'), account_id: null };
      return send(request, reply, 'service_requests', [answer]);
    });
    scope.post(`/v2/servicerequestupdates.${format}`, { config: open, bodyLimit }, async (request, reply) => {
      const { form, caller } = await admit(request);
      if (caller === undefined) throw badKey();
      return answerUpdate(request, reply, await postUpdate(deps, form, caller));
    });
  }
}

const answerUpdate = (request: FastifyRequest, reply: FastifyReply, id: string): FastifyReply =>
  send(request, reply, 'service_request_updates', [{ update_id: id }]);

/** Who writes: by `api_key` in the address or the form, or by the header that every other door takes. Undefined: somebody without a key. */
async function findCaller(
  deps: Open311Deps,
  request: FastifyRequest,
  inForm: string | undefined,
): Promise<Caller | undefined> {
  const key = inForm ?? findArgument(argumentsOf(request), 'api_key');
  const caller = key === undefined ? request.caller : await authenticate(deps, key);
  if (caller.kind === 'anonymous') return undefined;
  if (!may(caller, 'report.create')) throw badKey();
  return caller;
}

async function authenticate(deps: Open311Deps, key: string): Promise<Caller> {
  try {
    return await deps.authenticate(key);
  } catch (error) {
    if ((error as { kind?: string }).kind === 'unauthenticated') throw badKey();
    throw error;
  }
}
