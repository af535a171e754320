/**
 * The session cookie, and the proof that a request which carries it was made by our own pages.
 *
 * The cookie is sent by the browser to `/api/v1` only, never with a request from another site (SameSite=Strict); a write that is
 * authenticated by it must also name our own origin and must not be a form. Requests with a key need none of this: no browser adds
 * a key by itself.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CityError } from '#kernel/errors.ts';
import type { Credentials } from '#people/people.types.ts';

export const COOKIE = 'cityloom_session';
const PATH = '/api/v1';
const WEEK_SECONDS = 604_800;

export function findSessionToken(request: FastifyRequest): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === COOKIE && value) return value;
  }
  return undefined;
}

/** A key wins over a cookie: who sends one means it. */
export function findCredentials(request: FastifyRequest): Credentials {
  const [scheme, bearer] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer' && bearer) return { bearer };
  const cookie = findSessionToken(request);
  return cookie === undefined ? {} : { cookie };
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.header('set-cookie', cookieOf(request, token, WEEK_SECONDS));
}
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', cookieOf(request, '', 0));
}

const cookieOf = (request: FastifyRequest, value: string, maxAge: number): string =>
  `${COOKIE}=${value}; Path=${PATH}; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${request.protocol === 'https' ? '; Secure' : ''}`;

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Content types a plain HTML form can send from any site without asking first. */
const FORM = /^(text\/plain|application\/x-www-form-urlencoded)/i;

/** Errors: `request.foreign_origin` (403). Signing in counts as a write by cookie: nobody else may sign our user in as themselves. */
export function refuseForeignWrite(request: FastifyRequest): void {
  if (READING.has(request.method) || findCredentials(request).bearer !== undefined) return;
  const signsIn = request.routeOptions.url === `${PATH}/session`;
  if (findSessionToken(request) === undefined && !signsIn) return;
  const type = request.headers['content-type'] ?? '';
  if (FORM.test(type)) throw foreign('A form cannot write here; send JSON.');
  const { origin } = request.headers;
  if (origin === undefined && signsIn && type.startsWith('application/json')) return;
  if (origin === undefined) throw foreign('A write with a session cookie names its Origin.');
  if (!isOwnOrigin(origin, request)) throw foreign(`The origin ${origin} is not this city's.`);
}

function isOwnOrigin(origin: string, request: FastifyRequest): boolean {
  try {
    return new URL(origin).host === request.host;
  } catch {
    return false;
  }
}

const foreign = (message: string) => new CityError('forbidden', 'request.foreign_origin', message, 'origin');
