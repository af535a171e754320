/** PATCH and PUT of an Observation: the stored one with the new values in it goes through the same checks as a new one. */
import { invalid } from '#kernel/errors.ts';
import type { IncomingObservation, Json } from '#kernel/observation.ts';
import { ENTITIES } from '../model.ts';
import { entityNotFound, requireEntity } from '../write/rows.ts';
import { isObject, type JsonObject, parseObservation } from './observation-body.ts';
import type { ObservationDeps } from './post-observation.ts';
import { withoutIndex } from './singles.ts';

interface StoredRow {
  readonly datastream_id: number;
  readonly phenomenon_time: Date;
  readonly phenomenon_end: Date | null;
  readonly result_time: Date | null;
  readonly result: number | null;
  readonly result_json: Json;
  readonly feature_id: number | null;
  readonly extra: Readonly<Record<string, Json>> | null;
}

/** Errors: those of a POST; `entity.not_found`. `replace` takes nothing of the old one but its id and neighbours. */
export async function replaceObservation(
  deps: ObservationDeps,
  id: number,
  json: unknown,
  purpose: 'change' | 'replace',
): Promise<void> {
  if (!isObject(json)) throw invalid('observation.malformed', 'An Observation is a JSON object', '');
  const rows = await deps.database.query<StoredRow>(
    'select datastream_id, phenomenon_time, phenomenon_end, result_time, result, result_json, feature_id, extra from observations where id = $1',
    [id],
  );
  const [row] = rows;
  if (!row) throw entityNotFound(ENTITIES.Observation, id);
  const merged = merge(purpose === 'change' ? toJson(row) : {}, json);
  try {
    await deps.sensing.replaceObservation(id, await read(deps, row, merged));
  } catch (error) {
    throw withoutIndex(error);
  }
}

/** A phenomenonTime of its own is no longer asked for: what the old one says stays unless another is given. */
function merge(old: JsonObject, changes: JsonObject): JsonObject {
  return { ...old, ...Object.fromEntries(Object.entries(changes).filter(([name]) => !name.includes('@iot.'))) };
}

function toJson(row: StoredRow): JsonObject {
  const begin = row.phenomenon_time.toISOString();
  return {
    phenomenonTime: row.phenomenon_end === null ? begin : `${begin}/${row.phenomenon_end.toISOString()}`,
    resultTime: row.result_time?.toISOString() ?? null,
    result: row.result ?? row.result_json,
    ...row.extra,
  };
}

async function read(deps: ObservationDeps, row: StoredRow, json: JsonObject): Promise<IncomingObservation> {
  const body = parseObservation(json, row.phenomenon_time.getTime());
  for (const neighbour of [body.datastream, body.feature]) {
    if (neighbour && !('id' in neighbour))
      throw invalid('entity.inline_not_allowed', 'A change can link to entities ({"@iot.id": 1}), not make new ones');
  }
  const datastream = body.datastream as { id: number } | undefined;
  const feature = body.feature as { id: number } | undefined;
  if (feature) await requireEntity(deps.database, ENTITIES.FeatureOfInterest, feature.id, 'FeatureOfInterest.@iot.id');
  return {
    datastreamId: datastream?.id ?? row.datastream_id,
    phenomenonTime: body.phenomenonTime,
    phenomenonEnd: body.phenomenonEnd,
    resultTime: body.resultTime,
    result: body.result,
    featureOfInterestId: feature?.id ?? row.feature_id ?? undefined,
    extra: body.extra,
  };
}
