/** The schemas of MDS 2.0 as its makers publish them: OpenAPI documents of YAML files that refer to each other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { ROOT } from '#tests/support/city.ts';

const DATA = resolve(process.env.CITYLOOM_DATA ?? join(ROOT, '../shared/data'));
const FOLDER = join(DATA, 'schemas/mds');
export const skip = existsSync(FOLDER) ? false : `the MDS 2.0 schemas are not in ${DATA}; set CITYLOOM_DATA`;
const BASE = 'https://mds.example/';

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((each) => each.name.endsWith('.yaml'))
    .map((each) => join(each.parentPath, each.name));
}

/**
 * Two slips of the published schemas, mended as they are meant: `contains: [a, b]` is no JSON Schema, one of these is meant; and of the
 * modes exactly one shall fit, though a plain bicycle fits several, so that the published bulk answers could not carry it.
 */
function mend(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'contains' && Array.isArray(value)) Object.assign(schema, { contains: { enum: value } });
    else if (key === 'oneOf' && JSON.stringify(value).includes('/modes/')) {
      Object.assign(schema, { anyOf: value, oneOf: [true] });
    } else mend(value);
  }
}

interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>>
    >
  >;
}

/** Complaints about an answer by the document, path, method and status that describe it. */
export function answerChecker() {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  for (const path of files(join(FOLDER, 'models'))) {
    // The one file that names another draft and another address is meant as a part of this one.
    const { $schema: _, $id: __, ...schema } = parse(readFileSync(path, 'utf8'));
    mend(schema);
    ajv.addSchema({ ...schema, $id: BASE + relative(FOLDER, path) });
  }
  let count = 0;
  return (document: string, path: string, method: string, status: number, body: unknown): unknown[] => {
    const { paths } = parse(readFileSync(join(FOLDER, 'reference', `${document}.yaml`), 'utf8')) as Described;
    const response = paths[path]?.[method]?.responses[String(status)];
    if (response === undefined) return [`${method} ${path} has no answer ${status}`];
    const schema = response.content?.['application/json']?.schema;
    if (schema === undefined) return [];
    const validate = ajv.compile({ ...schema, $id: `${BASE}reference/${document}-${count++}.yaml` });
    validate(body);
    return validate.errors ?? [];
  };
}
