/** Links of answers, and the part of a request's URL behind the version. */
import type { FastifyRequest } from 'fastify';

/** Root of all links: `http://city.example/sensorthings/v1.1`. */
export const baseOf = (request: FastifyRequest, prefix: string, publicUrl: string | undefined): string =>
  publicUrl === undefined ? `${request.protocol}://${request.host}${prefix}` : `${publicUrl}${prefix}`;

export interface Address {
  /** As sent, percent-encoding and all, from the slash behind the version. */
  readonly path: string;
  readonly query: string;
}

export function addressOf(url: string, prefix: string): Address {
  const question = url.indexOf('?');
  const path = url.slice(prefix.length, question < 0 ? undefined : question);
  return { path, query: question < 0 ? '' : url.slice(question + 1) };
}

/** `Prefer: return=minimal, handling=strict` */
export const prefers = (request: FastifyRequest, preference: string): boolean => {
  const header = request.headers.prefer;
  return header !== undefined && String(header).toLowerCase().replaceAll(' ', '').split(/[,;]/).includes(preference);
};
