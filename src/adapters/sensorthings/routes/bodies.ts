/** Request bodies: JSON whatever the content type says, within a stated limit. */
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { CityError, invalid } from '#kernel/errors.ts';

export const BODY_LIMIT_BYTES = 5 * 1_048_576;
/** `CreateObservations`: 100,000 rows with room to spare. */
export const BULK_LIMIT_BYTES = 32 * 1_048_576;

const LATER = /^(multipart\/mixed|application\/json-patch\+json)/i;

export function registerBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    try {
      done(null, parseBody(request, body as string));
    } catch (error) {
      done(error as Error);
    }
  });
  // Thrown on to the server's own handler, which knows how a coded error is sent.
  scope.setErrorHandler((error: FastifyError, request) => {
    throw named(error, request);
  });
}

function parseBody(request: FastifyRequest, body: string): unknown {
  const type = request.headers['content-type'];
  if (type !== undefined && LATER.test(type))
    throw new CityError(
      'unsupported',
      'request.not_supported',
      `Bodies of type ${type} are not supported`,
      'content-type',
    );
  if (body === '') throw invalid('request.empty', 'The body is empty');
  try {
    return JSON.parse(body);
  } catch (error) {
    throw invalid('request.malformed', `The body is not JSON: ${(error as Error).message}`);
  }
}

function named(error: FastifyError, request: FastifyRequest): unknown {
  if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return error;
  const limit = request.routeOptions.bodyLimit;
  return new CityError(
    'too_large',
    'request.too_large',
    `The body is larger than the ${limit} bytes this address takes. Send it in parts.`,
    undefined,
    { limitBytes: limit },
  );
}
