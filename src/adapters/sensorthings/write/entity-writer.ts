/** What a POST, PATCH, PUT or DELETE of an entity does as a whole: transaction, Observations inside it, and telling sensing. */
import { CityError, invalid } from '#kernel/errors.ts';
import type { IncomingObservation } from '#kernel/observation.ts';
import type { Clock, Database, Log, Queryable } from '#kernel/ports.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import { ENTITIES, type EntityType } from '../model.ts';
import { toIncoming } from '../observations/observation-body.ts';
import { atField, type EntityBody, parseEntity } from './entity-body.ts';
import { entityNotFound, requireEntity } from './rows.ts';
import { changeEntity, deleteEntity, insertEntity, type Made, type PendingObservation, thingsAround } from './store.ts';

export interface WriterDeps {
  readonly database: Database;
  readonly sensing: Sensing;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChanged?: (() => void) | undefined;
}

export async function tellSensing({ sensing, onChanged }: WriterDeps, things: readonly number[]): Promise<void> {
  await sensing.refresh([...new Set(things)]);
  onChanged?.();
}

/** A new entity posted to a set, or to a relation of an entity (`owner`). Gives its id. */
export async function createEntity(
  deps: WriterDeps,
  type: EntityType,
  json: unknown,
  owner: Owner | undefined,
): Promise<number> {
  const parsed = parseEntity(type, json, { now: deps.clock.now(), purpose: 'create', given: owner?.inverse });
  const body = owner ? withOwner(parsed, owner) : parsed;
  const observations: PendingObservation[] = [];
  const made: Made[] = [];
  const { id, things } = await deps.database.transaction(async (tx) => {
    const entity = await insertEntity({ tx, now: deps.clock.now(), observations, made }, body);
    return { id: entity, things: await thingsAround(tx, type, entity) };
  });
  await tellSensing(deps, things);
  if (observations.length > 0) await storeNested(deps, made, things, observations);
  return id;
}

/** The entity at whose relation something is posted. */
export interface Owner {
  readonly type: EntityType;
  readonly id: number;
  /** The relation of the new entity that leads back to the owner. */
  readonly inverse: string;
}

function withOwner(body: EntityBody, owner: Owner): EntityBody {
  const relation = body.type.relations.get(owner.inverse)!;
  if (body.neighbours.some((neighbour) => neighbour.relation === relation)) {
    throw invalid(
      'entity.repeated_link',
      `The address already names the ${owner.inverse}; leave it out of the body`,
      owner.inverse,
    );
  }
  const neighbour = { relation, field: owner.inverse, link: owner.id, entity: undefined, observation: undefined };
  return { ...body, neighbours: [...body.neighbours, neighbour] };
}

/**
 * Observations that came inside a new entity. Intake keeps its own transaction, so entities whose Observations it refuses are taken
 * back: the caller sees all or nothing. (A crash just between leaves the entities, unacknowledged.)
 */
async function storeNested(
  deps: WriterDeps,
  made: readonly Made[],
  things: readonly number[],
  pending: readonly PendingObservation[],
): Promise<void> {
  try {
    const incoming: IncomingObservation[] = [];
    for (const each of pending) incoming.push(await resolveObservation(deps, each));
    for (const [index, observation] of incoming.entries()) {
      const problem = deps.sensing.findProblem(observation);
      if (problem) throw atField(pending[index]!.field, problem);
    }
    await deps.sensing.submit(incoming);
  } catch (error) {
    await takeBack(deps, made, things);
    throw error;
  }
}

/** Deletes what was just made, newest first; something may have gone with another already. */
export async function takeBack(deps: WriterDeps, made: readonly Made[], things: readonly number[]): Promise<void> {
  await deps.database.transaction(async (tx) => {
    for (const { type, id } of made.toReversed()) await tx.query(`delete from ${type.table} where id = $1`, [id]);
  });
  await tellSensing(deps, things);
}

async function resolveObservation(
  { database }: WriterDeps,
  { body, field, datastreamId, featureId }: PendingObservation,
): Promise<IncomingObservation> {
  const datastream = datastreamId ?? (body.datastream && 'id' in body.datastream ? body.datastream.id : undefined);
  if (datastream === undefined)
    throw invalid('entity.missing_relation', `'${field}.Datastream' is required`, `${field}.Datastream`);
  if (body.feature && !('id' in body.feature))
    throw new CityError(
      'unsupported',
      'entity.not_supported',
      `'${field}.FeatureOfInterest': a new feature cannot be nested here; create it first`,
      field,
    );
  const feature = featureId ?? body.feature?.id;
  if (feature !== undefined && featureId === undefined)
    await requireEntity(database, ENTITIES.FeatureOfInterest, feature, `${field}.FeatureOfInterest`);
  return toIncoming(body, datastream, feature);
}

/** PATCH (`change`) or PUT (`replace`) of everything but Observations. */
export async function updateEntity(
  deps: WriterDeps,
  type: EntityType,
  id: number,
  json: unknown,
  purpose: 'change' | 'replace',
): Promise<void> {
  const body = parseEntity(type, json, { now: deps.clock.now(), purpose, given: undefined });
  const things = await deps.database.transaction(async (tx) => {
    const before = await thingsAround(tx, type, id);
    await changeEntity({ tx, now: deps.clock.now(), observations: [], made: [] }, id, body);
    return [...before, ...(await thingsAround(tx, type, id))];
  });
  await tellSensing(deps, things);
}

export async function removeEntity(deps: WriterDeps, type: EntityType, id: number): Promise<void> {
  if (type === ENTITIES.Observation) {
    if (!(await deps.sensing.removeObservation(id))) throw entityNotFound(type, id);
    return;
  }
  const { things, touched } = await deps.database.transaction(async (tx) => {
    const around = await thingsAround(tx, type, id);
    const stored = type === ENTITIES.FeatureOfInterest ? await minutesOf(tx, id) : [];
    await deleteEntity(tx, type, id);
    return { things: around, touched: stored };
  });
  await tellSensing(deps, things);
  for (const { datastream_id, minute } of touched) await deps.sensing.recompute(datastream_id, minute.getTime());
}

/** Minutes in which a feature was observed: their buckets change when its Observations go. */
const minutesOf = (tx: Queryable, featureId: number): Promise<{ datastream_id: number; minute: Date }[]> =>
  tx.query(
    `select distinct o.datastream_id, date_trunc('minute', o.phenomenon_time) as minute from observations o
     where o.feature_id = $1 and o.datastream_id in (select datastream_id from datastreams_features where feature_id = $1)`,
    [featureId],
  );
