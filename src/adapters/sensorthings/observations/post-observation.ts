/** One Observation: the way in that most devices take, kept short. */
import { CityError, forbidden, invalid, notFound } from '#kernel/errors.ts';
import type { IncomingObservation } from '#kernel/observation.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { type Caller, may } from '#kernel/roles.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import { ENTITIES } from '../model.ts';
import { parseEntity } from '../write/entity-body.ts';
import { takeBack, tellSensing } from '../write/entity-writer.ts';
import { requireEntity } from '../write/rows.ts';
import { insertEntity, type Made, thingsAround } from '../write/store.ts';
import { type Neighbour, type ObservationBody, parseObservation, toIncoming } from './observation-body.ts';
import type { Singles } from './singles.ts';

export interface ObservationDeps {
  readonly database: Database;
  readonly sensing: Sensing;
  readonly singles: Singles;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChanged?: (() => void) | undefined;
  /** An Observation was refused before it reached intake, which counts for itself. */
  readonly onRefused?: ((code: string) => void) | undefined;
}

/** What the address says: `Datastreams(5)/Observations`, `FeaturesOfInterest(7)/Observations`. */
export interface Place {
  readonly datastreamId?: number;
  readonly featureId?: number;
}

export interface StoredAs {
  readonly id: number;
  readonly observation: IncomingObservation;
}

/**
 * Resolves when the Observation is durable. Errors: those of `Intake.submit`, and of the body (thrown at once); `field` without an
 * index. Not an async function: the direct way has no promise more than it needs.
 */
export function postObservation(deps: ObservationDeps, caller: Caller, json: unknown, place: Place): Promise<StoredAs> {
  const { body, datastream, feature } = readChecked(deps, caller, json, place);
  if ('id' in datastream && feature === undefined) {
    const observation = toIncoming(body, datastream.id, undefined);
    return deps.singles.submit(observation).then(({ id }) => ({ id, observation }));
  }
  return postWithNeighbours(deps, datastream, feature, (datastreamId, featureId) =>
    toIncoming(body, datastreamId, featureId),
  );
}

interface Checked {
  readonly body: ObservationBody;
  readonly datastream: Neighbour;
  readonly feature: Neighbour | undefined;
}

/** Everything that can be said of an Observation before intake sees it. */
function readChecked(deps: ObservationDeps, caller: Caller, json: unknown, place: Place): Checked {
  try {
    const body = parseObservation(json, deps.clock.now());
    if (place.datastreamId !== undefined && body.datastream !== undefined) throw repeated('Datastream');
    if (place.featureId !== undefined && body.feature !== undefined) throw repeated('FeatureOfInterest');
    const datastream = place.datastreamId === undefined ? body.datastream : { id: place.datastreamId };
    const feature = place.featureId === undefined ? body.feature : { id: place.featureId };
    if (datastream === undefined)
      throw invalid('entity.missing_relation', 'An Observation needs its Datastream: {"@iot.id": 1}', 'Datastream');
    if ('id' in datastream) checkCaller(deps.sensing, caller, datastream.id, place);
    else if (!may(caller, 'sensing.write'))
      throw forbidden('caller.not_permitted', `${caller.name} may not make Datastreams`);
    if (feature && 'entity' in feature && !may(caller, 'sensing.write'))
      throw forbidden('caller.not_permitted', `${caller.name} may not make FeaturesOfInterest`);
    return { body, datastream, feature };
  } catch (error) {
    if (error instanceof CityError) deps.onRefused?.(error.code);
    throw error;
  }
}

const repeated = (name: string) =>
  invalid('entity.repeated_link', `The address already names the ${name}; leave it out of the body`, name);

/** A device writes for its own Things only. An unknown Datastream is 404 in the address, 400 in the body. */
export function checkCaller(sensing: Sensing, caller: Caller, datastreamId: number, place: Place): void {
  const datastream = sensing.findDatastream(datastreamId);
  if (datastream === undefined) {
    if (place.datastreamId !== undefined)
      throw notFound('datastream.unknown', `There is no Datastream ${datastreamId}`, 'path');
    throw invalid(
      'datastream.unknown',
      `There is no Datastream ${datastreamId}. Create it first, or correct the id.`,
      'Datastream.@iot.id',
    );
  }
  if (caller.thingIds !== undefined && !caller.thingIds.includes(datastream.thingId)) {
    throw forbidden(
      'observation.not_own_thing',
      `${caller.name} may write Observations of its own Things only; Datastream ${datastreamId} belongs to Thing ${datastream.thingId}`,
    );
  }
}

/** With a FeatureOfInterest named, or with a new Datastream or feature inside: these are made first, and taken back on refusal. */
async function postWithNeighbours(
  deps: ObservationDeps,
  datastream: Neighbour,
  feature: Neighbour | undefined,
  toObservation: (datastreamId: number, featureId: number | undefined) => IncomingObservation,
): Promise<StoredAs> {
  const { database, singles, clock } = deps;
  const made: Made[] = [];
  const now = clock.now();
  const { observation, things } = await database.transaction(async (tx) => {
    const make = async (neighbour: Neighbour, type: typeof ENTITIES.Datastream, field: string): Promise<number> => {
      if ('entity' in neighbour)
        return insertEntity(
          { tx, now, observations: [], made },
          parseEntity(type, neighbour.entity, { now, purpose: 'create', given: undefined }, field),
        );
      await requireEntity(tx, type, neighbour.id, `${field}.@iot.id`);
      return neighbour.id;
    };
    const datastreamId = await make(datastream, ENTITIES.Datastream, 'Datastream');
    const featureId = feature && (await make(feature, ENTITIES.FeatureOfInterest, 'FeatureOfInterest'));
    return {
      observation: toObservation(datastreamId, featureId),
      things: await thingsAround(tx, ENTITIES.Datastream, datastreamId),
    };
  });
  if ('entity' in datastream) await tellSensing(deps, things);
  try {
    return { id: (await singles.submit(observation)).id, observation };
  } catch (error) {
    if (made.length > 0) await takeBack(deps, made, things);
    throw error;
  }
}

/** The answer to a POST, as JSON text: built by hand, because it is sent for every single Observation. */
export function renderStored(base: string, { id, observation }: StoredAs): string {
  const self = `${base}/Observations(${id})`;
  const time = new Date(observation.phenomenonTime).toISOString();
  const phenomenonTime =
    observation.phenomenonEnd === undefined ? time : `${time}/${new Date(observation.phenomenonEnd).toISOString()}`;
  const resultTime = observation.resultTime === null ? 'null' : `"${new Date(observation.resultTime).toISOString()}"`;
  const extra = observation.extra === undefined ? '' : `,${JSON.stringify(observation.extra).slice(1, -1)}`;
  const link = JSON.stringify(self).slice(0, -1);
  return (
    `{"@iot.id":${id},"@iot.selfLink":${link}","phenomenonTime":"${phenomenonTime}","resultTime":${resultTime},"result":${JSON.stringify(observation.result)}${extra}` +
    `,"Datastream@iot.navigationLink":${link}/Datastream","FeatureOfInterest@iot.navigationLink":${link}/FeatureOfInterest"}`
  );
}
