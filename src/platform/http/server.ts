/**
 * The one HTTP server. Every route names the permission it needs, or is refused at registration: nothing is open by forgetting.
 * Errors leave as `{ code, message, field?, details? }`; adapters whose standard wants another form set their own error handler
 * inside their own scope and keep the codes.
 */
import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { CityError, HTTP_STATUS } from '#kernel/errors.ts';
import type { Log } from '#kernel/ports.ts';
import { type Caller, may, type Permission } from '#kernel/roles.ts';
import { toStorageError } from '../storage/database.ts';
import { hearOut, refuseAddress, refuseClient, refuseUnrouted } from './unroutable.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission;
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Who sends a request: a caller at once when it is known already, a promise when the database must be asked. */
export type Authenticate = (request: FastifyRequest) => Caller | Promise<Caller>;

export interface HttpOptions {
  readonly log: Log;
  readonly authenticate: Authenticate;
  /** True behind a proxy that sets X-Forwarded-*. */
  readonly trustProxy?: boolean;
  readonly bodyLimitBytes?: number;
  readonly observe?: (route: string, method: string, status: number, seconds: number) => void;
  readonly version: string;
}

const MEGABYTE = 1_048_576;

export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { log, authenticate } = options;
  const server = Fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes ?? MEGABYTE,
    trustProxy: options.trustProxy ?? false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 4_000, ignoreTrailingSlash: true },
    forceCloseConnections: true,
    ajv: { customOptions: { allErrors: false, coerceTypes: 'array', removeAdditional: false } },
    clientErrorHandler: refuseClient,
    frameworkErrors: refuseAddress,
  });
  server.decorateRequest('caller', null as unknown as Caller);
  server.addHook('onRoute', (route) => {
    if (route.config?.permission === undefined)
      throw new Error(`Route ${route.method} ${route.url} names no permission`);
  });
  server.addHook('onRequest', (request, _reply, done) => admit(request, authenticate, done));
  server.addHook('onSend', (_request, reply, _payload, done) => {
    protect(reply);
    done();
  });
  if (options.observe !== undefined) observeResponses(server, options.observe);
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    if ((error.code as string) === 'request.too_large' || error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
      await hearOut(request.raw);
    return sendError(error, request, reply, log);
  });
  refuseUnrouted(server);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Cityloom', version: options.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    },
  });
  server.get('/openapi.json', { config: { permission: 'public' }, schema: { hide: true } }, () => server.swagger());
  return server;
}

function admit(request: FastifyRequest, authenticate: Authenticate, done: (error?: Error) => void): void {
  const permission = request.routeOptions.config.permission ?? 'public';
  const decide = (caller: Caller) => {
    request.caller = caller;
    if (may(caller, permission)) return done();
    done(refusal(caller, permission));
  };
  try {
    const caller = authenticate(request);
    if (caller instanceof Promise) caller.then(decide, done);
    else decide(caller);
  } catch (error) {
    done(error as Error);
  }
}

function refusal(caller: Caller, permission: Permission): CityError {
  if (caller.kind === 'anonymous')
    return new CityError('unauthenticated', 'caller.unknown', 'Sign in, or send a key as Authorization: Bearer KEY.');
  return new CityError(
    'forbidden',
    'caller.not_permitted',
    `This needs the permission ${permission}; ${caller.name} does not have it.`,
  );
}

function protect(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'same-origin');
  reply.header('x-frame-options', 'DENY');
}

function observeResponses(server: FastifyInstance, observe: NonNullable<HttpOptions['observe']>): void {
  server.addHook('onResponse', (request, reply, done) => {
    observe(request.routeOptions.url ?? 'unmatched', request.method, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}

/** Turns whatever was thrown into a coded error. Exported for adapters with an error form of their own. */
export function toCityError(error: unknown, bodyLimitBytes?: number): CityError | undefined {
  const known = toStorageError(error);
  if (known instanceof CityError) return known;
  const { code, validation, statusCode, message } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const first = validation[0];
    const missing = first?.params?.missingProperty;
    const path = `${first?.instancePath ?? ''}${typeof missing === 'string' ? `/${missing}` : ''}`;
    const field = path.replace(/^\//, '').replaceAll('/', '.') || undefined;
    return new CityError(
      'invalid',
      'request.invalid',
      `${field ?? 'The request'}: ${first?.message ?? 'is not as it must be'}.`,
      field,
    );
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new CityError(
      'too_large',
      'request.too_large',
      `The body is larger than the ${bodyLimitBytes ?? 'number of'} bytes this address takes.`,
      undefined,
      { limitBytes: bodyLimitBytes },
    );
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new CityError(
      'invalid',
      'request.media_type',
      'This route does not take that content type.',
      'content-type',
    );
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return new CityError('invalid', 'request.empty', 'The body is empty.');
  if (error instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY')
    return new CityError('invalid', 'request.malformed', `The body is not JSON: ${message}.`);
  if (statusCode !== undefined && statusCode < 500)
    return new CityError(
      statusCode === 429 ? 'too_many' : 'invalid',
      'request.refused',
      message ?? 'The request was refused.',
    );
  return undefined;
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const known = toCityError(error, request.routeOptions.bodyLimit);
  if (known === undefined) {
    const { message, stack } = error as Error;
    log.error(
      { request: request.id, route: request.routeOptions.url, error: message, stack },
      'A request failed by a defect',
    );
    return reply
      .status(500)
      .send({ code: 'defect', message: `Something is wrong on our side. Reference ${request.id}.` });
  }
  const { code, message, field, details } = known;
  if (known.kind === 'unavailable' || known.kind === 'too_many')
    reply.header('retry-after', String(details?.retryAfterSeconds ?? 2));
  return reply
    .status(HTTP_STATUS[known.kind])
    .send({ code, message, ...(field !== undefined && { field }), ...(details !== undefined && { details }) });
}
