/** Reads the files of a pack and checks each against its schema. Effects are here; everything after works on values. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { parseDocument } from 'yaml';
import type { PackSection } from '#kernel/pack-section.ts';
import { geoSchemas } from './geo-schema.ts';
import { type Problem, pathOfPointer } from './problem.ts';
import { yamlSchemas } from './schema.ts';

/** Everything a pack's files say, each file checked by its schema alone. Keys of the maps are domain ids. */
export type RawPack = Awaited<ReturnType<typeof readPackFiles>>;

const MAX_PROBLEMS_PER_FILE = 50;

/** What the checker says about structure itself, already said by the message that names the key. */
const SILENT_KEYWORDS = new Set(['anyOf', 'boolean']);

function reasonOf(error: { keyword: string; message: string; params: object }): string {
  const params = error.params as Record<string, unknown>;
  const list = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value));
  if (error.keyword === 'enum') return `must be one of ${list(params.allowedValues)}`;
  if (error.keyword === 'const') return `must be ${String(params.allowedValue)}`;
  if (error.keyword === 'additionalProperties') return `unknown key: ${list(params.additionalProperties)}`;
  if (error.keyword === 'required') return `missing: ${list(params.requiredProperties)}`;
  if (error.keyword === 'pattern') return `must match ${String(params.pattern)}`;
  return error.message;
}

const validators = new WeakMap<TSchema, Validator>();

/** One file kind is read many times (a file per domain): its checker is made once. */
function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const made: Validator = Compile(schema);
  validators.set(schema, made);
  return made;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  private async text(file: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.directory, file), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private check<S extends TSchema>(file: string, value: unknown, schema: S): Static<S> | undefined {
    const validator = validatorOf(schema);
    if (validator.Check(value)) return value as Static<S>;
    const errors = validator.Errors(value).filter((error) => !SILENT_KEYWORDS.has(error.keyword));
    for (const error of errors.slice(0, MAX_PROBLEMS_PER_FILE)) {
      this.problems.push({ file, path: pathOfPointer(error.instancePath, value), reason: reasonOf(error) });
    }
    return undefined;
  }

  /** Undefined when the file is absent (a problem when `required`) or wrong (always a problem). */
  async yaml<S extends TSchema>(file: string, schema: S, required: boolean): Promise<Static<S> | undefined> {
    const text = await this.text(file);
    if (text === undefined) return this.absent(file, required);
    const document = parseDocument(text, { prettyErrors: true });
    for (const error of document.errors) this.problems.push({ file, path: '$', reason: error.message.split('\n')[0]! });
    return document.errors.length > 0 ? undefined : this.check(file, document.toJS(), schema);
  }

  async geojson<S extends TSchema>(file: string, schema: S, required: boolean): Promise<Static<S> | undefined> {
    const text = await this.text(file);
    if (text === undefined) return this.absent(file, required);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.problems.push({ file, path: '$', reason: `is not JSON: ${(error as Error).message}` });
      return undefined;
    }
    return this.check(file, value, schema);
  }

  private absent(file: string, required: boolean): undefined {
    if (required) this.problems.push({ file, path: '$', reason: 'file is missing' });
    return undefined;
  }

  async namesIn(folder: string, extension: string): Promise<string[]> {
    const entries = await readdir(join(this.directory, folder)).catch(() => []);
    return entries
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, -extension.length))
      .sort();
  }
}

async function byName<T>(
  names: readonly string[],
  read: (name: string) => Promise<T | undefined>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (const name of names) {
    const value = await read(name);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

const readSection = (reader: Reader, { file, format, schema }: PackSection): Promise<unknown> =>
  reader[format](file, schema as TSchema, false);

/**
 * Reads a pack directory. Needs `city.yaml`, `areas.geojson`, `cells.geojson`, `parties.yaml`, `calendars.yaml`, `case-classes.yaml`
 * and at least one `domains/*.yaml`; everything else may be absent and is then empty.
 */
export async function readPackFiles(directory: string, sections: readonly PackSection[]) {
  const reader = new Reader(directory);
  const [yaml, geo] = [yamlSchemas, geoSchemas];
  const domainNames = await reader.namesIn('domains', '.yaml');
  if (domainNames.length === 0)
    reader.problems.push({ file: 'domains', path: '$', reason: 'holds no domain, such as domains/water.yaml' });
  return {
    directory,
    city: await reader.yaml('city.yaml', yaml.city, true),
    domains: await byName(domainNames, (name) => reader.yaml(`domains/${name}.yaml`, yaml.domain, true)),
    parties: await reader.yaml('parties.yaml', yaml.parties, true),
    calendars: await reader.yaml('calendars.yaml', yaml.calendars, true),
    caseClasses: await reader.yaml('case-classes.yaml', yaml['case-classes'], true),
    plans: await reader.yaml('plans.yaml', yaml.plans, false),
    accounts: await reader.yaml('accounts.yaml', yaml.accounts, false),
    residents: await reader.yaml('residents.yaml', yaml.residents, false),
    areas: await reader.geojson('areas.geojson', geo.areas, true),
    cells: await reader.geojson('cells.geojson', geo.cells, true),
    roads: await reader.geojson('roads.geojson', geo.roads, false),
    buildings: await reader.geojson('buildings.geojson', geo.buildings, false),
    ground: await reader.geojson('ground.geojson', geo.ground, false),
    assets: await byName(await reader.namesIn('assets', '.geojson'), (name) =>
      reader.geojson(`assets/${name}.geojson`, geo.assets, true),
    ),
    networks: await byName(await reader.namesIn('networks', '.geojson'), (name) =>
      reader.geojson(`networks/${name}.geojson`, geo.network, true),
    ),
    sections: await byName(
      sections.map(({ file }) => file),
      (file) => readSection(reader, sections.find((section) => section.file === file)!),
    ),
    problems: reader.problems,
  };
}
