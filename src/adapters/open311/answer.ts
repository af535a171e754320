/** Answers in the format that the address ends in, and errors as the standard's array of code and description. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CityError, HTTP_STATUS, notFound } from '#kernel/errors.ts';
import type { Log } from '#kernel/ports.ts';
import { toCityError } from '#platform/http/server.ts';
import { toXml, type Value } from './xml.ts';

export type Format = 'xml' | 'json';

const TYPES: Readonly<Record<Format, string>> = {
  xml: 'text/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** The extension alone decides; without one, XML, the format that every server speaks (errors only: such an address has no content). */
export const formatOf = (url: string): Format => (/\.json$/i.test(url.split('?')[0] ?? '') ? 'json' : 'xml');

/** `requests/r_17.json` → `r_17`. Errors: `format.missing` when it ends in neither. */
export function nameWithout(file: string): string {
  const found = /^(.+)\.(xml|json)$/i.exec(file);
  if (found?.[1] === undefined)
    throw notFound('format.missing', 'Addresses end in .xml or .json, which chooses the format.', 'format');
  return found[1];
}

/** Sends a value under its XML root; a reader that has the same already is told so. */
export function send(request: FastifyRequest, reply: FastifyReply, root: string, value: Value): FastifyReply {
  const format = formatOf(request.url);
  const body = format === 'xml' ? toXml(root, value) : JSON.stringify(value);
  reply.type(TYPES[format]);
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply.send(body);
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', tag).header('cache-control', 'no-cache').header('vary', 'accept-language');
  if (matches(request.headers['if-none-match'], tag)) return reply.status(304).send();
  return reply.send(body);
}

const matches = (header: string | undefined, tag: string): boolean =>
  (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === tag || each.trim() === '*');

/** 404 unknown, 403 key, 400 the rest; too much, too large and not now keep their own status. */
function statusOf({ kind }: CityError): number {
  if (kind === 'unauthenticated') return 403;
  if (kind === 'conflict') return 400;
  return HTTP_STATUS[kind];
}

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const known = toCityError(error, request.routeOptions.bodyLimit);
  const format = formatOf(request.url);
  reply.type(TYPES[format]);
  if (known === undefined) {
    const { message, stack } = error as Error;
    log.error(
      { request: request.id, route: request.routeOptions.url, error: message, stack },
      'A request failed by a defect',
    );
  }
  const status = known === undefined ? 500 : statusOf(known);
  const problem = known ?? { field: undefined, message: `Something is wrong on our side. Reference ${request.id}.` };
  const named = problem.field === undefined || problem.message.includes(problem.field);
  const description = named ? problem.message : `${problem.field}: ${problem.message}`;
  if (status === 429 || status === 503) reply.header('retry-after', status === 429 ? '60' : '5');
  const errors = [{ code: status, description }];
  return reply.status(status).send(format === 'xml' ? toXml('errors', errors) : JSON.stringify(errors));
}

export const badKey = (): CityError =>
  new CityError('forbidden', 'key.unknown', 'api_key is not one of this city, or does not permit this.');
