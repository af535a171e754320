/** Open311 in both directions: the server that anyone may ask, and the connections to other servers that the pack names. */
import type { FastifyInstance } from 'fastify';
import { Gauge } from 'prom-client';
import { createOpen311Client, type Open311Client } from '#adapters/open311/client/client.ts';
import { registerConnectionRoutes } from '#adapters/open311/client/connection-routes.ts';
import { connectionsOf } from '#adapters/open311/client/section.ts';
import { registerOpen311 } from '#adapters/open311/open311.ts';
import { createPublicRequests } from '#casework/receipts/public-requests.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Blobs, Clock, Database, Log } from '#kernel/ports.ts';
import { SECOND } from '#kernel/time.ts';
import type { People } from '#people/people.types.ts';
import { cleanImage } from '#platform/image.ts';
import type { Metrics } from '#platform/metrics.ts';
import type { Rooms } from './rooms.types.ts';

export interface Open311Parts {
  readonly rooms: Pick<Rooms, 'territory' | 'casework' | 'receipts' | 'vault'>;
  readonly database: Database;
  readonly people: People;
  readonly blobs: Blobs;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

export async function openOpen311Door(server: FastifyInstance, parts: Open311Parts): Promise<void> {
  const { rooms, people, metrics, ...rest } = parts;
  const { territory, casework, receipts, vault } = rooms;
  const { database, clock, log } = rest;
  const { pack } = territory;
  const requests = createPublicRequests({ database, reporting: pack.reporting });
  await registerOpen311(server, {
    ...rest,
    ...{ territory, casework, receipts, vault, requests, cleanImage },
    authenticate: (bearer) => people.authenticate({ bearer }),
  });
  const client = createOpen311Client({
    connections: connectionsOf(pack),
    ...{ database, casework, receipts, clock, log },
    language: pack.defaultLanguage,
    findSecret: (name) => process.env[name],
  });
  registerConnectionRoutes(server, client);
  if (connectionsOf(pack).length === 0) return;
  measure(metrics, client);
  run(server, client, clock);
}

/** From the moment the city listens until it closes; a visit that is under way then is broken off. */
function run(server: FastifyInstance, client: Open311Client, clock: Clock): void {
  let timer: NodeJS.Timeout | undefined;
  server.addHook('onListen', async () => {
    timer = setInterval(() => void client.tick(clock.now()), SECOND);
  });
  server.addHook('onClose', async () => {
    clearInterval(timer);
    await client.stop();
  });
}

function measure({ registry }: Metrics, client: Open311Client): void {
  const labelNames = ['connection'] as const;
  const registers = [registry];
  new Gauge({
    registers,
    labelNames,
    name: 'cityloom_open311_waiting',
    help: 'Cases waiting to be given to another Open311 server.',
    async collect() {
      for (const { id, waiting } of await client.list()) this.set({ connection: id }, waiting);
    },
  });
  new Gauge({
    registers,
    labelNames,
    name: 'cityloom_open311_connection_ok',
    help: '1 when the last visit of another Open311 server went well.',
    async collect() {
      for (const { id, state } of await client.list()) this.set({ connection: id }, state === 'ok' ? 1 : 0);
    },
  });
}
