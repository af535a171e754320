/** What a client posts: a form, url-encoded or multipart, whose fields may repeat. `attribute[code]` and `attribute[code][]` are the same. */

import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CityError, invalid } from '#kernel/errors.ts';

export interface Form {
  /** The first value of a field, trimmed; undefined when it is absent or empty: the standard treats both alike. */
  find(name: string): string | undefined;
  /** Every value, empty ones left out. */
  list(name: string): readonly string[];
  /** Attribute code → its values. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly files: readonly Uint8Array[];
}

const MOST_FIELDS = 300;
const MOST_FIELD_BYTES = 65_536;
const ATTRIBUTE = /^attribute\[([^\]]+)\](\[\d*\])?$/;

export interface FormLimits {
  readonly files: number;
  readonly fileBytes: number;
}

/** Lets the routes of this scope read forms, and nothing else. */
export function acceptForms(server: FastifyInstance, { files, fileBytes }: FormLimits): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, [...new URLSearchParams(body as string)]),
  );
  server.register(multipart, {
    limits: { fileSize: fileBytes, files, fields: MOST_FIELDS, fieldSize: MOST_FIELD_BYTES },
  });
}

/** Errors: `form.missing`, `form.too_many_fields`, `media.too_large`, `media.too_many`. */
export async function readForm(request: FastifyRequest): Promise<Form> {
  if (request.isMultipart()) return readMultipart(request);
  const { body } = request;
  if (!Array.isArray(body))
    throw invalid(
      'form.missing',
      'Send a form: application/x-www-form-urlencoded or multipart/form-data.',
      'content-type',
    );
  if (body.length > MOST_FIELDS) throw invalid('form.too_many_fields', `A form has at most ${MOST_FIELDS} fields.`);
  return toForm(body as [string, string][], []);
}

async function readMultipart(request: FastifyRequest): Promise<Form> {
  const [entries, files]: [[string, string][], Uint8Array[]] = [[], []];
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') entries.push([part.fieldname, String(part.value ?? '')]);
      else {
        const content = await part.toBuffer();
        // A file input that was left empty sends an empty part.
        if (content.length > 0) files.push(content);
      }
    }
  } catch (error) {
    throw toFormError(error);
  }
  return toForm(entries, files);
}

function toFormError(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? '';
  if (code === 'FST_REQ_FILE_TOO_LARGE')
    return new CityError('too_large', 'media.too_large', 'A file is larger than this city takes.', 'media');
  if (code === 'FST_FILES_LIMIT') return invalid('media.too_many', 'More files than a report may have.', 'media');
  if (code === 'FST_FIELDS_LIMIT') return invalid('form.too_many_fields', `A form has at most ${MOST_FIELDS} fields.`);
  if (code.startsWith('FST_') || /multipart|form|boundary/i.test((error as Error).message))
    return invalid('form.malformed', 'The form cannot be read; is it cut off?', 'content-type');
  return error;
}

export function toForm(entries: readonly (readonly [string, string])[], files: readonly Uint8Array[]): Form {
  const fields = new Map<string, string[]>();
  const attributes = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const code = ATTRIBUTE.exec(name)?.[1];
    const [into, key] = code === undefined ? [fields, name.replace(/\[\d*\]$/, '')] : [attributes, code];
    const text = value.trim();
    if (text === '') continue;
    const known = into.get(key);
    if (known === undefined) into.set(key, [text]);
    else known.push(text);
  }
  return {
    find: (name) => fields.get(name)?.[0],
    list: (name) => fields.get(name) ?? [],
    attributes,
    files,
  };
}
