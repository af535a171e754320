/** Requests that reach no route: not HTTP, an address that is none, an address that takes another method. Coded like all refusals. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly code: string;
  readonly message: string;
}

const MALFORMED: Refusal = {
  status: 400,
  reason: 'Bad Request',
  code: 'request.not_http',
  message: 'This is not a request in HTTP/1.1, or its method does not exist.',
};
const BEFORE_ROUTING: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    code: 'request.headers_too_large',
    message: 'Address and headers together are larger than 16 kB. Ask for less at once.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    code: 'request.too_slow',
    message: 'The request did not arrive in time.',
  },
};

/** Answers what could not be read as a request, straight on the socket, and closes it. */
export function refuseClient(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  const { status, reason, code, message } = BEFORE_ROUTING[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify({ code, message });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** An address that is not correctly encoded, or longer than the router takes. */
export function refuseAddress(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  void reply.status(tooLong ? 414 : 400).send({
    code: tooLong ? 'request.address_too_long' : 'request.bad_address',
    message: tooLong ? 'The address is too long.' : 'The address is not correctly percent-encoded.',
    field: 'path',
  });
}

const MOST_HEARD_BYTES = 64 * 1_048_576;
const LONGEST_HEARD_MS = 10_000;

/**
 * Reads and forgets the rest of a body that is too large: a sender that is cut off in the middle of its sentence never sees the answer.
 * Whoever does not come to an end is cut off all the same.
 */
export function hearOut(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let heard = 0;
    const patience = setTimeout(resolve, LONGEST_HEARD_MS);
    request
      .on('data', (chunk: Buffer) => {
        heard += chunk.length;
        if (heard > MOST_HEARD_BYTES) resolve();
      })
      .once('end', resolve)
      .once('close', resolve)
      .resume();
    request.once('close', () => clearTimeout(patience));
  });
}

/** Nothing is there (404), or not with this method (405, with the methods that are). Call before the routes are registered. */
export function refuseUnrouted(server: FastifyInstance): void {
  const patterns = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  server.addHook('onRoute', ({ url, method }) => {
    const known = patterns.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const each of [method].flat()) known.methods.add(each);
    patterns.set(url, known);
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]!;
    const taken = [...patterns.values()].filter(({ pattern }) => pattern.test(path));
    const methods = [...new Set(taken.flatMap((route) => [...route.methods]))].sort();
    if (methods.length === 0 || methods.includes(request.method))
      return reply.status(404).send({ code: 'route.not_found', message: `Nothing is at ${request.method} ${path}.` });
    return reply
      .status(405)
      .header('allow', methods.join(', '))
      .send({
        code: 'route.method_not_allowed',
        message: `${path} takes ${methods.join(', ')}, not ${request.method}.`,
      });
  });
}

/** `/api/v1/cases/:id` and `/assets/*` as regular expressions, with or without a slash at the end. */
const toPattern = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/\/$/, '')
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replaceAll('*', '.*')}/?$`,
  );
