/** What SensorThings is given, and what its routes work with. */
import type { Clock, Database, Log } from '#kernel/ports.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import type { ObservationDeps } from './observations/post-observation.ts';

export interface SensorThingsDeps {
  readonly database: Database;
  readonly sensing: Sensing;
  readonly clock: Clock;
  readonly log: Log;
  /** Where clients reach us (`https://city.example`), for links; undefined: as the request says. */
  readonly publicUrl?: string | undefined;
  /** Things or Datastreams were made, changed or deleted, and sensing knows. */
  readonly onChanged?: (() => void) | undefined;
  /** An Observation was refused before it reached intake, which counts for itself; the code says why. */
  readonly onRefused?: ((code: string) => void) | undefined;
  /** `mqtt://host:1883`, for the root document. */
  readonly mqttEndpoints?: readonly string[] | undefined;
}

/** What the routes work with. */
export interface RouteDeps extends SensorThingsDeps, ObservationDeps {
  /** An entity other than an Observation was made, changed or deleted. */
  readonly onEntity: (set: string, id: number) => void;
}

export type Version = 'v1.0' | 'v1.1';
