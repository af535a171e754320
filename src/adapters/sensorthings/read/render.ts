/** A row of the database as the JSON of its entity. */
import type { Json } from '#kernel/observation.ts';
import { type EntityType, isIdName, isToMany, type Property } from '../model.ts';

export type Row = { readonly id: number } & Readonly<Record<string, unknown>>;
export type EntityJson = Record<string, unknown>;

export interface RenderContext {
  /** Root of all links, without a slash at the end: `http://city.example/sensorthings/v1.1`. */
  readonly base: string;
  /** Extent of a Datastream's Observations where it is fresher than the row; instants in ms. */
  readonly extentOf: ((datastreamId: number) => Extent | undefined) | undefined;
}

export interface Extent {
  readonly phenomenonTime: readonly [begin: number, end: number] | undefined;
  readonly resultTime: readonly [begin: number, end: number] | undefined;
}

export const linkOf = (base: string, type: EntityType, id: number): string => `${base}/${type.set}(${id})`;

const iso = (value: unknown): string | null => (value instanceof Date ? value.toISOString() : null);
const isoSpan = (begin: unknown, end: unknown): string | null => {
  const from = iso(begin);
  const to = iso(end);
  return from === null || to === null ? from : `${from}/${to}`;
};

/** The JSON of one property; undefined leaves it out. */
export function renderProperty(property: Property, row: Row, context: RenderContext): unknown {
  const [first, second] = property.columns;
  const value = row[first!];
  switch (property.type) {
    case 'instant':
      return iso(value);
    case 'interval':
      return renderInterval(property, row, value, row[second!], context);
    case 'result':
      return value ?? row[second!] ?? null;
    case 'extra':
      return (value as Record<string, Json> | null)?.[property.name];
    default:
      return value ?? undefined;
  }
}

function renderInterval(property: Property, row: Row, begin: unknown, end: unknown, context: RenderContext): unknown {
  if (!property.computed) return isoSpan(begin, end);
  const fresh = context.extentOf?.(row.id)?.[property.name === 'resultTime' ? 'resultTime' : 'phenomenonTime'];
  if (fresh) return `${new Date(fresh[0]).toISOString()}/${new Date(fresh[1]).toISOString()}`;
  return isoSpan(begin, end ?? begin) ?? undefined;
}

/** The entity without its expanded neighbours; relations not selected away appear as links. */
export function renderEntity(
  type: EntityType,
  row: Row,
  select: readonly string[] | undefined,
  context: RenderContext,
): EntityJson {
  const entity: EntityJson = {};
  const self = linkOf(context.base, type, row.id);
  if (select === undefined || select.some(isIdName)) entity['@iot.id'] = row.id;
  if (select === undefined) entity['@iot.selfLink'] = self;
  for (const property of type.properties.values()) {
    if (select !== undefined && !select.includes(property.name)) continue;
    const value = renderProperty(property, row, context);
    if (value !== undefined) entity[property.name] = value;
  }
  for (const relation of type.relations.values()) {
    if (select === undefined || select.includes(relation.name))
      entity[`${relation.name}@iot.navigationLink`] = `${self}/${relation.name}`;
  }
  return entity;
}

/** Puts expanded neighbours in the place of the link to them. */
export function embed(entity: EntityJson, type: EntityType, relationName: string, value: unknown): void {
  delete entity[`${relationName}@iot.navigationLink`];
  const relation = type.relations.get(relationName)!;
  if (value !== undefined || isToMany(relation)) entity[relationName] = value;
}
