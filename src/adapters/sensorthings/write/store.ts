/**
 * Makes, changes and deletes entities inside one transaction. Observations are not written here: intake stores them, so those
 * nested in a new Datastream or FeatureOfInterest are handed back and submitted once the entities stand.
 */
import type { Queryable, SqlValue } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { ENTITIES, type EntityType, targetOf } from '../model.ts';
import type { ObservationBody } from '../observations/observation-body.ts';
import { belongsTo } from '../sql/links.ts';
import type { EntityBody, NeighbourBody } from './entity-body.ts';
import { followNewestHistory, linkHistory, moveThing } from './history.ts';
import { entityNotFound, insertRow, requireEntity, updateRow } from './rows.ts';

export interface PendingObservation {
  readonly body: ObservationBody;
  readonly field: string;
  readonly datastreamId: number | undefined;
  readonly featureId: number | undefined;
}

export interface WriteContext {
  readonly tx: Queryable;
  readonly now: Instant;
  /** Collected on the way, in order. */
  readonly observations: PendingObservation[];
  /** Everything inserted, in order: what to take back when the Observations are refused. */
  readonly made: Made[];
}

export interface Made {
  readonly type: EntityType;
  readonly id: number;
}

/** Inserts an entity and everything in it; `owned` are columns the surroundings decide (the foreign key of a nested entity). */
export async function insertEntity(
  context: WriteContext,
  body: EntityBody,
  owned: ReadonlyMap<string, SqlValue> = new Map(),
): Promise<number> {
  const columns = new Map<string, SqlValue>([...body.columns, ...owned]);
  for (const neighbour of body.neighbours) {
    if (neighbour.relation.link.kind === 'one')
      columns.set(neighbour.relation.link.column, await resolveNeighbour(context, neighbour));
  }
  const id = await insertRow(context.tx, body.type.table, columns);
  context.made.push({ type: body.type, id });
  await attachMany(context, body.type, id, body.neighbours);
  return id;
}

/** Key of a neighbour: the linked one, or the one just made. */
async function resolveNeighbour(
  context: WriteContext,
  { relation, link, entity, field }: NeighbourBody,
): Promise<number> {
  if (entity) return insertEntity(context, entity);
  await requireEntity(context.tx, targetOf(relation), link!, field);
  return link!;
}

/** Sets the to-many relations of an entity that stands. */
async function attachMany(
  context: WriteContext,
  type: EntityType,
  id: number,
  neighbours: readonly NeighbourBody[],
): Promise<void> {
  const locations: number[] = [];
  const things: number[] = [];
  const historyLocations: number[] = [];
  for (const neighbour of neighbours) {
    const { relation } = neighbour;
    if (relation.link.kind === 'many') await attachOwned(context, type, id, neighbour, relation.link.column);
    else if (relation.link.kind === 'between') {
      const key = await resolveNeighbour(context, neighbour);
      if (type === ENTITIES.Thing) locations.push(key);
      else if (type === ENTITIES.HistoricalLocation) historyLocations.push(key);
      else if (relation.target === 'Thing') things.push(key);
      else await linkHistory(context.tx, key, [id]);
    }
  }
  if (locations.length > 0) await moveThing(context.tx, id, locations, context.now);
  for (const thing of things) await moveThing(context.tx, thing, [id], context.now);
  if (type === ENTITIES.HistoricalLocation) {
    if (historyLocations.length > 0) await linkHistory(context.tx, id, historyLocations);
    await followNewestHistory(context.tx, id);
  }
}

/** A neighbour whose own row carries this entity's key: made with it, or moved over here. */
async function attachOwned(
  context: WriteContext,
  type: EntityType,
  id: number,
  { relation, entity, observation, link, field }: NeighbourBody,
  column: string,
): Promise<void> {
  if (observation) {
    const isFeature = type === ENTITIES.FeatureOfInterest;
    context.observations.push({
      body: observation,
      field,
      datastreamId: isFeature ? undefined : id,
      featureId: isFeature ? id : undefined,
    });
  } else if (entity) await insertEntity(context, entity, new Map([[column, id]]));
  else {
    const target = targetOf(relation);
    await requireEntity(context.tx, target, link!, field);
    await context.tx.query(`update ${target.table} set ${column} = $1 where id = $2`, [id, link!]);
  }
}

/** PATCH and PUT of everything but Observations. Error: `entity.not_found`. */
export async function changeEntity(context: WriteContext, id: number, body: EntityBody): Promise<void> {
  const columns = new Map(body.columns);
  for (const neighbour of body.neighbours) {
    if (neighbour.relation.link.kind === 'one')
      columns.set(neighbour.relation.link.column, await resolveNeighbour(context, neighbour));
  }
  await updateRow(context.tx, body.type, id, columns);
  await attachMany(context, body.type, id, body.neighbours);
}

/** Deletes with all that the standard says goes with it; the tables' own rules do the cascading. Error: `entity.not_found`. */
export async function deleteEntity(tx: Queryable, type: EntityType, id: number): Promise<void> {
  const rows = await tx.query(`delete from ${type.table} where id = $1 returning id`, [id]);
  if (rows.length === 0) throw entityNotFound(type, id);
}

/** Things whose description in memory depends on this entity. */
export async function thingsAround(on: Queryable, type: EntityType, id: number): Promise<number[]> {
  if (type === ENTITIES.Thing) return [id];
  if (type === ENTITIES.HistoricalLocation || type === ENTITIES.Datastream)
    return column(await on.query(`select thing_id as id from ${type.table} where id = $1`, [id]));
  const relation = type.relations.get(type === ENTITIES.Location ? 'Things' : 'Datastreams');
  if (!relation) return featureThings(on, id);
  const target = targetOf(relation);
  const key = target === ENTITIES.Thing ? 't.id' : 't.thing_id';
  return column(
    await on.query(
      `select distinct ${key} as id from ${target.table} t where ${belongsTo(type, relation, '$1::bigint', 't')}`,
      [id],
    ),
  );
}

const featureThings = async (on: Queryable, featureId: number): Promise<number[]> =>
  column(
    await on.query(
      `select distinct d.thing_id as id from datastreams_features f join datastreams d on d.id = f.datastream_id where f.feature_id = $1
       union select tl.thing_id from locations l join things_locations tl on tl.location_id = l.id where l.generated_feature_id = $1`,
      [featureId],
    ),
  );

const column = (rows: readonly Record<string, unknown>[]): number[] => rows.map((row) => row.id as number);
