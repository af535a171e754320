/** The answers of MDS 2.0: its media type, its error object, and the bulk response with one failure per record that was not taken. */
import type { FastifyReply } from 'fastify';
import { type CityError, HTTP_STATUS } from '#kernel/errors.ts';

export const MDS_VERSION = '2.0.0';
const MEDIA_TYPE = 'application/vnd.mds+json;version=2.0';

export interface Failure {
  readonly item: unknown;
  readonly error: 'bad_param' | 'missing_param' | 'unregistered' | 'already_registered';
  readonly error_description: string;
  readonly error_details: readonly string[];
}

/** One record that was not taken, and its place in the call. */
export interface FailedRecord {
  readonly index: number;
  readonly failure: Failure;
}

export const badParam = (item: unknown, details: readonly string[]): Failure => ({
  item,
  error: 'bad_param',
  error_description: 'A validation error occurred.',
  error_details: details,
});

export const missingParam = (item: unknown, details: readonly string[]): Failure => ({
  item,
  error: 'missing_param',
  error_description: 'A required parameter is missing.',
  error_details: details,
});

export const unregistered = (item: unknown, field: string): Failure => ({
  item,
  error: 'unregistered',
  error_description: `This ${field} is not registered.`,
  error_details: [field],
});

export const alreadyRegistered = (item: unknown, field: string): Failure => ({
  item,
  error: 'already_registered',
  error_description: `An item with that ${field} is already registered.`,
  error_details: [field],
});

/** Status of a call of which nothing was taken: that of its failures when they agree, 400 when they do not. */
const STATUS_OF: Readonly<Record<Failure['error'], number>> = {
  bad_param: 400,
  missing_param: 400,
  unregistered: 404,
  already_registered: 409,
};

/** `done`: the status when at least one record was taken; the failures of the others are in the answer then too. */
export function sendBulk(reply: FastifyReply, done: 200 | 201, total: number, failed: readonly FailedRecord[]) {
  const failures = [...failed].sort((a, b) => a.index - b.index).map(({ failure }) => failure);
  const success = total - failures.length;
  const statuses = new Set(failures.map(({ error }) => STATUS_OF[error]));
  const status = success > 0 ? done : statuses.size === 1 ? [...statuses][0]! : 400;
  return send(reply, status, { success, total, ...(failures.length > 0 && { failures }) });
}

/** As bytes: to a text the server would add a charset, and the media type would no longer be the standard's. */
const send = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply
    .status(status)
    .header('content-type', MEDIA_TYPE)
    .send(Buffer.from(JSON.stringify(body)));

export const sendVersioned = (reply: FastifyReply, body: object): FastifyReply =>
  send(reply, 200, { version: MDS_VERSION, ...body });

export function sendError(
  reply: FastifyReply,
  status: number,
  code: string,
  description: string,
  details: readonly string[],
) {
  return send(reply, status, { error: code, error_description: description, error_details: details });
}

/** Our coded error in the words of MDS; the code stays ours. */
export function sendCityError(reply: FastifyReply, { kind, code, message, field, details }: CityError): FastifyReply {
  if (kind === 'unavailable' || kind === 'too_many')
    reply.header('retry-after', String(details?.retryAfterSeconds ?? 2));
  return sendError(reply, HTTP_STATUS[kind], code, message, [field ?? message]);
}

/** False when the Accept header asks for versions of MDS of which 2.0 is none. Absent, or anything else, is content with 2.0. */
export function accepts(header: string | undefined): boolean {
  const wanted = (header ?? '')
    .split(',')
    .map((each) => /application\/vnd\.mds(?:\.\w+)?\+json\s*;\s*version\s*=\s*"?([\d.]+)/i.exec(each)?.[1])
    .filter((each) => each !== undefined);
  return wanted.length === 0 || wanted.some((version) => /^2(\.0(\.0)?)?$/.test(version));
}
