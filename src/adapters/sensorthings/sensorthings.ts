/** OGC SensorThings API 1.1 over HTTP, at `/sensorthings/v1.1` and, for older clients, `/sensorthings/v1.0`. */
import type { FastifyInstance } from 'fastify';
import { createDoor, type SensorThings } from './door.ts';
import { createSingles } from './observations/singles.ts';
import { registerBodies } from './routes/bodies.ts';
import { registerObservationRoutes } from './routes/observation-routes.ts';
import { registerReadRoutes } from './routes/read-routes.ts';
import { registerWriteRoutes } from './routes/write-routes.ts';
import type { RouteDeps, SensorThingsDeps } from './sensorthings.types.ts';

export type { SensorThingsDeps };

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
