/** OGC SensorThings API 1.1 over HTTP, at `/sensorthings/v1.1` and, for older clients, `/sensorthings/v1.0`. */
import type { FastifyInstance } from 'fastify';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import { createDoor, type SensorThings } from './door.ts';
import type { ObservationDeps } from './observations/post-observation.ts';
import { createSingles } from './observations/singles.ts';
import { registerBodies } from './routes/bodies.ts';
import { registerObservationRoutes } from './routes/observation-routes.ts';
import { registerReadRoutes } from './routes/read-routes.ts';
import { registerWriteRoutes } from './routes/write-routes.ts';

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

/** Gives what MQTT needs of the same standard; see `door.ts`. */
export async function registerSensorThings(server: FastifyInstance, deps: SensorThingsDeps): Promise<SensorThings> {
  const singles = createSingles(deps.sensing);
  const { door, onEntity } = createDoor({ ...deps, singles });
  for (const version of ['v1.1', 'v1.0'] as const) {
    await server.register(
      async (scope) => {
        const routeDeps: RouteDeps = { ...deps, singles, onEntity };
        registerBodies(scope);
        registerObservationRoutes(scope, routeDeps);
        registerWriteRoutes(scope, routeDeps);
        registerReadRoutes(scope, routeDeps, version);
      },
      { prefix: `/sensorthings/${version}` },
    );
  }
  return door;
}
