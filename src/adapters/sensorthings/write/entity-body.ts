/** The JSON of an entity to be made or changed, checked against the model. */
import { CityError, invalid } from '#kernel/errors.ts';
import type { Json } from '#kernel/observation.ts';
import type { SqlValue } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { measureGeometry } from '../geometry/geojson.ts';
import { type EntityType, isToMany, type Property, type Relation, targetOf } from '../model.ts';
import { parseInstant } from '../observations/instant-text.ts';
import {
  isObject,
  type JsonObject,
  type ObservationBody,
  parseObservation,
  readId,
} from '../observations/observation-body.ts';

export interface EntityBody {
  readonly type: EntityType;
  /** Columns and their values, ready to be stored. */
  readonly columns: ReadonlyMap<string, SqlValue>;
  readonly neighbours: readonly NeighbourBody[];
}

export interface NeighbourBody {
  readonly relation: Relation;
  readonly field: string;
  readonly link: number | undefined;
  readonly entity: EntityBody | undefined;
  /** Instead of `entity`, where the neighbour is an Observation: intake stores it. */
  readonly observation: ObservationBody | undefined;
}

/** `create` needs every required property, `replace` too and sets the others to null, `change` takes what is there. */
export type Purpose = 'create' | 'replace' | 'change';

const MAX_DEPTH = 10;
/** Brackets inside brackets: entities in entities, and JSON of their own in `properties`. */
const MAX_JSON_DEPTH = 100;

export interface BodyContext {
  readonly now: Instant;
  readonly purpose: Purpose;
  /** A relation that the address already names (`POST Things(1)/Datastreams`): not required in the body. */
  readonly given: string | undefined;
}

/** Errors: `entity.missing_property`, `entity.bad_property`, `entity.unknown_property` …, all 400 and naming the field. */
export function parseEntity(type: EntityType, body: unknown, context: BodyContext, field = '', depth = 0): EntityBody {
  if (!isObject(body)) throw invalid('entity.malformed', `${field || 'The body'}: a JSON object is expected`, field);
  if (depth > MAX_DEPTH)
    throw new CityError('too_large', 'entity.too_deep', `Entities may be nested ${MAX_DEPTH} levels deep`, field);
  if (depth === 0) refuseDeep(body);
  refuseUnknown(type, body, field);
  const columns = new Map<string, SqlValue>();
  for (const property of type.properties.values()) {
    if (!property.computed) readProperty(property, body, context, field, columns);
  }
  const neighbours = [...type.relations.values()].flatMap((relation) =>
    readRelation(type, relation, body, context, field, depth),
  );
  return { type, columns, neighbours };
}

const within = (field: string, name: string): string => (field === '' ? name : `${field}.${name}`);

/** Goes through level by level, not by calling itself: the stack has an end before a body has. */
function refuseDeep(body: JsonObject): void {
  for (const [name, value] of Object.entries(body)) {
    let level: unknown[] = [value];
    for (let depth = 1; level.length > 0; depth++) {
      if (depth > MAX_JSON_DEPTH)
        throw new CityError('too_large', 'entity.too_deep', `JSON may be nested ${MAX_JSON_DEPTH} levels deep`, name);
      level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    }
  }
}

/** Words of an answer (`@iot.id`, `Things@iot.navigationLink`) may stand in a body: what was read can be sent again. */
function refuseUnknown(type: EntityType, body: JsonObject, field: string): void {
  for (const name of Object.keys(body)) {
    if (type.properties.has(name) || type.relations.has(name) || name.includes('@iot.') || name === 'id') continue;
    throw invalid(
      'entity.unknown_property',
      `A ${type.name} has no property or relation '${name}'`,
      within(field, name),
    );
  }
}

function readProperty(
  property: Property,
  body: JsonObject,
  { purpose, now }: BodyContext,
  field: string,
  columns: Map<string, SqlValue>,
): void {
  const value = body[property.name];
  const path = within(field, property.name);
  if (value === undefined || (value === null && !property.required)) {
    // HistoricalLocation.time of "now" is what a sender without a clock means.
    if (value === undefined && property.required && purpose !== 'change') {
      if (property.type !== 'instant') throw invalid('entity.missing_property', `'${path}' is required`, path);
      columns.set(property.columns[0]!, new Date(now));
    } else if (value === null || purpose === 'replace') setNull(property, columns);
    return;
  }
  writeProperty(property, value, path, body, columns);
}

const GEOMETRY_COLUMNS = ['longitude', 'latitude', 'west', 'south', 'east', 'north'] as const;

function setNull(property: Property, columns: Map<string, SqlValue>): void {
  for (const column of property.columns) columns.set(column, null);
}

function writeProperty(
  property: Property,
  value: Json,
  path: string,
  body: JsonObject,
  columns: Map<string, SqlValue>,
): void {
  const column = property.columns[0]!;
  const refuse = (expected: string) => invalid('entity.bad_property', `'${path}' is ${expected}`, path);
  switch (property.type) {
    case 'text':
      if (typeof value !== 'string') throw refuse('a text');
      if (value.includes('\u0000')) throw refuse('a text without the character U+0000');
      columns.set(column, value);
      return;
    case 'instant': {
      const at = typeof value === 'string' ? parseInstant(value) : Number.NaN;
      if (Number.isNaN(at)) throw refuse('an ISO 8601 instant with a zone');
      columns.set(column, new Date(at));
      return;
    }
    case 'unit':
      checkUnit(value, path);
      break;
    case 'object':
      if (!isObject(value)) throw refuse('a JSON object');
      break;
    case 'geometry':
      writeGeometry(property, value, path, body, columns);
      return;
  }
  columns.set(column, toJsonText(value, path));
}

/** JSON for a `jsonb` column; PostgreSQL cannot hold U+0000 in a text. */
function toJsonText(value: Json, path: string): string {
  const text = JSON.stringify(value);
  if (text.includes('\\u0000')) throw invalid('entity.bad_property', `'${path}' contains the character U+0000`, path);
  return text;
}

function checkUnit(value: Json, path: string): void {
  if (!isObject(value))
    throw invalid('entity.bad_property', `'${path}' is an object of name, symbol and definition`, path);
  for (const key of ['name', 'symbol', 'definition']) {
    const part = value[key];
    if (part !== undefined && part !== null && typeof part !== 'string')
      throw invalid('entity.bad_property', `'${path}.${key}' is a text or null`, `${path}.${key}`);
  }
}

const IS_GEOJSON = /geo\+json/i;

/** Location and FeatureOfInterest keep the bounds beside the shape; another encoding than GeoJSON is stored as it is. */
function writeGeometry(
  property: Property,
  value: Json,
  path: string,
  body: JsonObject,
  columns: Map<string, SqlValue>,
): void {
  const encoding = body.encodingType;
  const isGeoJson = typeof encoding !== 'string' || IS_GEOJSON.test(encoding);
  const measured = isGeoJson ? measureGeometry(value, path) : undefined;
  columns.set(property.columns[0]!, toJsonText(value, path));
  if (property.name !== 'observedArea')
    for (const name of GEOMETRY_COLUMNS) columns.set(name, measured?.[name] ?? null);
}

function readRelation(
  type: EntityType,
  relation: Relation,
  body: JsonObject,
  context: BodyContext,
  field: string,
  depth: number,
): NeighbourBody[] {
  const value = body[relation.name];
  const path = within(field, relation.name);
  if (value === undefined) {
    if (relation.required && context.purpose === 'create' && context.given !== relation.name) {
      throw invalid(
        'entity.missing_relation',
        `A ${type.name} needs its ${relation.name}: {"@iot.id": 1} or a new one`,
        path,
      );
    }
    return [];
  }
  if (!isToMany(relation)) return [readOneNeighbour(relation, value, path, context, depth)];
  if (!Array.isArray(value)) throw invalid('entity.bad_link', `'${path}' is a list`, path);
  return (value as readonly Json[]).map((item, index) =>
    readOneNeighbour(relation, item, `${path}[${index}]`, context, depth),
  );
}

function readOneNeighbour(
  relation: Relation,
  value: Json,
  field: string,
  context: BodyContext,
  depth: number,
): NeighbourBody {
  if (!isObject(value))
    throw invalid('entity.bad_link', `'${field}' is an object: {"@iot.id": 1} or a new entity`, field);
  const none = { relation, field, link: undefined, entity: undefined, observation: undefined };
  const id = value['@iot.id'];
  if (id !== undefined) return { ...none, link: readId(id, `${field}.@iot.id`) };
  if (context.purpose !== 'create')
    throw invalid(
      'entity.inline_not_allowed',
      `'${field}': a change can link to entities ({"@iot.id": 1}), not make new ones`,
      field,
    );
  if (relation.target === 'Observation')
    return { ...none, observation: readNested(field, () => parseObservation(value, context.now)) };
  // The way back is clear from where the entity stands.
  return {
    ...none,
    entity: parseEntity(targetOf(relation), value, { ...context, given: relation.inverse }, field, depth + 1),
  };
}

/** Puts the place of a nested body in front of the field that an error names. */
export function readNested<Result>(field: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof CityError ? atField(field, error) : error;
  }
}

export const atField = (field: string, error: CityError): CityError =>
  new CityError(error.kind, error.code, error.message, error.field ? within(field, error.field) : field, error.details);
