/** OGC SensorThings API 1.1 over HTTP, at `/sensorthings/v1.1` and, for older clients, `/sensorthings/v1.0`. */
import type { FastifyInstance } from 'fastify';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
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
  /** `mqtt://host:1883`, for the root document. */
  readonly mqttEndpoints?: readonly string[] | undefined;
}

export type Version = 'v1.0' | 'v1.1';

export async function registerSensorThings(server: FastifyInstance, deps: SensorThingsDeps): Promise<void> {
  for (const version of ['v1.1', 'v1.0'] as const) {
    await server.register(
      async (scope) => {
        registerBodies(scope);
        registerObservationRoutes(scope, deps);
        registerWriteRoutes(scope, deps);
        registerReadRoutes(scope, deps, version);
      },
      { prefix: `/sensorthings/${version}` },
    );
  }
}
