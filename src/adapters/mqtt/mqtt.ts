/**
 * SensorThings over MQTT 3.1.1: devices publish Observations, clients subscribe to what is stored. Everything else is refused.
 *
 * A CONNECT carries an API key as its password (or as its user name). Wills are Observations like any other, or refused.
 */
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { AuthenticateError, Client, Subscription } from 'aedes';
import type { ObservationBatch } from '#kernel/observation.ts';
import type { Clock, Log } from '#kernel/ports.ts';
import { type Caller, may } from '#kernel/roles.ts';
import { type IntakeBroker, openBroker } from './broker.ts';
import { type Authenticate, type Callers, createCallers } from './callers.ts';
import { createFeed, type Describe, type Feed } from './feed.ts';
import { createIntake } from './intake.ts';
import { errorsTopic, findSubscribeTopic, type SubscribeTopic } from './topics.ts';

/** SensorThings as this way in needs it; `app` hands in what `registerSensorThings` gave. */
export interface Observations extends Describe {
  receive(caller: Caller, json: unknown, place: { datastreamId?: number }): Promise<{ readonly id: number }>;
  watchEntities(listener: (set: string, id: number) => void): void;
}

export interface MqttDeps {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly observations: Observations;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly log: Log;
  readonly onClients?: ((count: number) => void) | undefined;
  /** A message was refused for good; the code says why. */
  readonly onRefused?: ((code: string) => void) | undefined;
}

export interface Mqtt {
  readonly port: number;
  /** Observations just made durable, however they came in: subscribers are told. */
  announce(batch: ObservationBatch): void;
  stop(): Promise<void>;
}

const CONNECT_WITHIN_MS = 10_000;
const RECHECK_KEYS_EVERY_MS = 30_000;
const MOST_CONNECTIONS = 20_000;

export async function startMqtt(deps: MqttDeps): Promise<Mqtt> {
  const callers = createCallers(deps.authenticate);
  const broker = await openBroker({ connectTimeout: CONNECT_WITHIN_MS, queueLimit: 1_000 });
  const feed = createFeed(broker, deps.observations, deps.log);
  guard(broker, deps, callers, feed);
  deps.observations.watchEntities(feed.entityChanged);
  const server = createServer({ noDelay: true }, (socket) => broker.take(socket));
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, deps);
  const recheck = setInterval(() => void closeRevoked(broker, callers, deps.log), RECHECK_KEYS_EVERY_MS);
  return {
    port: (server.address() as AddressInfo).port,
    announce: feed.announce,
    async stop() {
      clearInterval(recheck);
      const closed = new Promise((resolve) => server.close(resolve));
      await feed.settled();
      await new Promise<void>((resolve) => broker.close(resolve));
      await closed;
    },
  };
}

function guard(broker: IntakeBroker, deps: MqttDeps, callers: Callers, feed: Feed): void {
  const { log, observations } = deps;
  broker.authenticate = (client, username, password, done) => {
    callers.admit(client, username, password?.toString('utf8')).then(
      () => done(null, true),
      (error: AuthenticateError) => {
        log.info({ client: client.id, reason: error.message }, 'An MQTT client was refused');
        done(error, false);
      },
    );
  };
  broker.authorizePublish = createIntake({
    callers,
    receive: observations.receive,
    log,
    onRefused: (code) => deps.onRefused?.(code),
    tell: (clientId, report) =>
      broker.publish(
        {
          cmd: 'publish',
          topic: errorsTopic(clientId),
          payload: JSON.stringify(report),
          qos: 0,
          retain: false,
          dup: false,
        },
        () => undefined,
      ),
  });
  // Also asked when a persistent session comes back, unlike the broker's 'subscribe' event.
  broker.authorizeSubscribe = (client, subscription, done) => {
    const what = findPermitted(callers, client, subscription);
    if (what) feed.subscribed(client.id, subscription.topic, what);
    // Null refuses this one (128 in the SUBACK) and leaves the others.
    done(null, what ? subscription : null);
  };
  broker.on('unsubscribe', (topics, client) => {
    for (const topic of topics) feed.unsubscribed(client.id, topic);
  });
  const count = () => deps.onClients?.(broker.connectedClients);
  broker.on('client', count);
  broker.on('clientDisconnect', (client) => {
    feed.unsubscribed(client.id);
    count();
  });
  broker.on('clientError', (client, error) =>
    log.debug({ client: client.id, error: error.message }, 'An MQTT client was disconnected'),
  );
  broker.on('connectionError', (_client, error) => log.debug({ error: error.message }, 'An MQTT connection failed'));
}

function findPermitted(callers: Callers, client: Client, { topic }: Subscription): SubscribeTopic | undefined {
  const caller = callers.find(client);
  const what = findSubscribeTopic(topic);
  if (!caller || !what) return undefined;
  if (what.kind === 'errors') return topic === errorsTopic(client.id) ? what : undefined;
  return may(caller, 'sensing.read') ? what : undefined;
}

async function closeRevoked(broker: IntakeBroker, callers: Callers, log: Log): Promise<void> {
  const clients = Object.values((broker as unknown as { clients: Record<string, Client> }).clients);
  for (const client of await callers.recheck(clients)) {
    log.info({ client: client.id }, 'The key of an MQTT client was revoked; it is disconnected');
    client.close();
  }
}

const listen = (server: Server, { host, port }: MqttDeps): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
