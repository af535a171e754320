/** SensorThings without HTTP: what another way in (MQTT) needs to take Observations and to tell of entities. */
import type { Caller } from '#kernel/roles.ts';
import { ENTITIES, findSet } from './model.ts';
import { type ObservationDeps, type Place, postObservation } from './observations/post-observation.ts';
import { NO_OPTIONS } from './query/expression.types.ts';
import { type ReadContext, readAll } from './read/reader.ts';
import { ROW } from './sql/select.ts';

export interface SensorThings {
  /**
   * Reads one Observation from its JSON and stores it; resolves when it is durable. Coded errors name the field; those of the body are
   * thrown at once.
   */
  receive(caller: Caller, json: unknown, place: Place): Promise<{ readonly id: number }>;
  /** Stored Observations as JSON texts, in order of id; ids that are gone are left out. */
  describeObservations(
    ids: readonly number[],
  ): Promise<{ readonly id: number; readonly datastreamId: number; readonly text: string }[]>;
  /** One entity as JSON text; undefined when there is none. */
  describeEntity(set: string, id: number): Promise<string | undefined>;
  /** Calls back when an entity other than an Observation was made, changed or deleted through this adapter. */
  watchEntities(listener: (set: string, id: number) => void): void;
}

interface DoorDeps extends ObservationDeps {
  readonly publicUrl?: string | undefined;
}

export function createDoor(deps: DoorDeps): { door: SensorThings; onEntity: (set: string, id: number) => void } {
  const listeners: ((set: string, id: number) => void)[] = [];
  const context = (): ReadContext => ({
    on: deps.database,
    now: new Date(deps.clock.now()).toISOString(),
    base: `${deps.publicUrl ?? ''}/sensorthings/v1.1`,
    extentOf: (id) => deps.sensing.extent(id),
  });
  const door: SensorThings = {
    receive: (caller, json, place) => postObservation(deps, caller, json, place),
    async describeObservations(ids) {
      const { rows, value } = await readAll(context(), ENTITIES.Observation, NO_OPTIONS, (statement) => {
        return `${ROW}.id = any(${statement.bind(ids, 'bigint[]')})`;
      });
      return rows.map((row, index) => ({
        id: row.id,
        datastreamId: row.datastream_id as number,
        text: JSON.stringify(value[index]),
      }));
    },
    async describeEntity(set, id) {
      const type = findSet(set);
      if (!type) return undefined;
      const { value } = await readAll(context(), type, NO_OPTIONS, (statement) => {
        return `${ROW}.id = ${statement.bind(id, 'bigint')}`;
      });
      return value[0] === undefined ? undefined : JSON.stringify(value[0]);
    },
    watchEntities: (listener) => listeners.push(listener),
  };
  const onEntity = (set: string, id: number): void => {
    for (const listener of listeners) listener(set, id);
  };
  return { door, onEntity };
}
