/** The doors of the city: HTTP with everything that is served over it, and MQTT. Nothing passes them before the rooms are ready. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { registerConsole } from '#adapters/console/console.ts';
import type { Console } from '#adapters/console/console.types.ts';
import { registerHeldRoutes } from '#adapters/console/held-routes.ts';
import { findCredentials } from '#adapters/console/request-origin.ts';
import { startMqtt } from '#adapters/mqtt/mqtt.ts';
import type { Residents } from '#adapters/residents/residents.types.ts';
import { registerSensorThings } from '#adapters/sensorthings/sensorthings.ts';
import type { Understanding } from '#casework/understanding/understanding.types.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Bus, Clock, Database, Log } from '#kernel/ports.ts';
import type { People } from '#people/people.types.ts';
import type { Config } from '#platform/config.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { countRefusal, type Metrics } from '#platform/metrics.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { openBikeFeeds } from './bike-feeds.ts';
import { registerCabin } from './cabin.ts';
import { openResidentDesk } from './care.ts';
import { openCrewDoor } from './community.ts';
import { registerHealth } from './health.ts';
import { openHotlineDoor } from './hotline.ts';
import type { Topics } from './loop.ts';
import { openOpen311Door } from './open311.ts';
import { bookingsForCrew, openServiceDoor } from './resident-services.ts';
import { openResidentsDoor } from './residents.ts';
import type { Rooms } from './rooms.types.ts';
import { registerScreens } from './screens.ts';

export interface DoorDeps {
  readonly config: Config;
  readonly database: Database;
  readonly rooms: Rooms;
  readonly people: People;
  readonly bus: Bus<Topics>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly version: string;
  /** Resolves when the screens are built. */
  readonly screens: Promise<unknown>;
  readonly understanding: Understanding;
  readonly demonstrationPassword: string | undefined;
  /** True while the city serves; `/readyz` asks. */
  readonly isOpen: () => boolean;
}

type SensorThings = Awaited<ReturnType<typeof registerSensorThings>>;

export interface HttpDoor {
  readonly server: FastifyInstance;
  readonly console: Console;
  readonly observations: SensorThings;
  readonly residents: Residents;
}

/** Everything over HTTP, registered but not listening yet. */
export async function buildHttp(deps: DoorDeps): Promise<HttpDoor> {
  const { config, database, rooms, people, metrics, clock, random, log } = deps;
  const { sensing, detection, casework, territory, scorecard } = rooms;
  const server = await createHttpServer({
    log,
    version: deps.version,
    trustProxy: config.trustProxy,
    authenticate: (request) => people.authenticate(findCredentials(request)),
    observe: (route, method, status, seconds) =>
      metrics.requests.observe({ route, method, status: String(status) }, seconds),
  });
  registerHealth(server, { database, metrics, counters: () => sensing.counters(), isOpen: deps.isOpen });
  await registerScreens(server, deps.screens);
  registerCabin(server, rooms);
  const blobs = openBlobs(join(config.dataDir, 'blobs'));
  const { receipts, publicCases, vault, residentServices: services } = rooms;
  const residents = await openResidentsDoor(server, {
    ...{ territory, receipts, publicCases, casework, vault, blobs, services, clock, random, log },
    understanding: deps.understanding,
  });
  await registerHeldRoutes(server, receipts);
  openServiceDoor(server, services, territory, residents);
  await openOpen311Door(server, { rooms, database, people, blobs, metrics, clock, random, log });
  const observations = await registerSensorThings(server, {
    database,
    sensing,
    clock,
    log,
    onRefused: (code) => countRefusal(metrics, code),
  });
  const console = await registerConsole(server, {
    people,
    sensing,
    detection,
    casework,
    territory,
    gauges: (at) => scorecard.gauges(at),
    blobs,
    clock,
    random,
    log,
    demonstrationPassword: deps.demonstrationPassword,
    onLiveClients: (count) => metrics.liveClients.set(count),
  });
  await openHotlineDoor(server, rooms, clock, residents.suggest);
  const bookings = bookingsForCrew(rooms.residentServices, territory);
  await openResidentDesk(server, rooms, { people, clock, database });
  await openCrewDoor(server, { rooms, people, blobs, bookings, clock, log });
  await openBikeFeeds(server, { rooms, database, clock, random, log });
  return { server, console, observations, residents };
}

/** Listens, and says where: with the port that was free when 0 was asked for. */
export async function openHttp(server: FastifyInstance, { host, port }: Config): Promise<string> {
  await server.listen({ host, port });
  const address = server.server.address() as AddressInfo;
  return `http://${host === '127.0.0.1' ? 'localhost' : host}:${address.port}`;
}

const WATCH_AFTER_MS = 1_000;

/** Opens the broker and ties it to the bus; entities that come or go over any door put the rules on anew. */
export async function openMqtt(
  deps: DoorDeps,
  observations: SensorThings,
): Promise<{ url: string; close(): Promise<void> }> {
  const { config, rooms, people, bus, metrics, clock, log } = deps;
  const mqtt = await startMqtt({
    host: config.host,
    port: config.mqttPort,
    observations,
    authenticate: (key) => people.authenticate({ bearer: key }),
    clock,
    log,
    onClients: (count) => metrics.mqttClients.set(count),
    onRefused: (code) => countRefusal(metrics, code),
  });
  const leave = bus.subscribe('observations.stored', (batch) => mqtt.announce(batch));
  observations.watchEntities(soon(WATCH_AFTER_MS, () => rooms.watch()));
  return {
    url: `mqtt://${config.host}:${mqtt.port}`,
    close() {
      leave();
      return mqtt.stop();
    },
  };
}

/** Runs the work once when calls have stopped coming: a thousand new Datastreams are one change. */
function soon(delayMs: number, work: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, delayMs).unref();
  };
}
