/** A city that listens on MQTT, and clients with real sockets. */
import type { TestContext } from 'node:test';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { type Mqtt, type Observations, startMqtt } from '#adapters/mqtt/mqtt.ts';
import { CityError } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import { type Api, callerWith, makePressurePoint, NOON, openApi } from '#tests/sensorthings/api.ts';
import { quiet } from '#tests/support/database.ts';

export interface MqttCity {
  readonly api: Api;
  readonly mqtt: Mqtt;
  readonly thing: number;
  readonly stream: number;
  /** Codes of what was refused. */
  readonly refused: string[];
  /** Keys that open, and whom they let in; delete one to revoke it. */
  readonly keys: Map<string, Caller>;
  /** Connects, or rejects with what the CONNACK said. */
  connect(key: string | undefined, options?: IClientOptions): Promise<MqttClient>;
}

export async function openMqttCity(
  t: TestContext,
  wrap: (observations: Observations) => Observations = (same) => same,
): Promise<MqttCity> {
  const api = await openApi(t);
  const { thing, stream } = await makePressurePoint(api);
  const refused: string[] = [];
  const keys = new Map<string, Caller>([
    ['integrator-key', callerWith('integrator')],
    ['device-key', callerWith('device', { thingIds: [thing] })],
    ['other-device-key', callerWith('device', { thingIds: [thing + 1] })],
    ['analyst-key', callerWith('analyst')],
  ]);
  const server = await startMqtt({
    host: '127.0.0.1',
    port: 0,
    observations: wrap(api.sensorThings),
    authenticate: (key) => {
      const caller = key === undefined ? undefined : keys.get(key);
      if (!caller) throw new CityError('unauthenticated', 'key.unknown', 'No such key');
      return caller;
    },
    clock: { now: () => NOON },
    log: quiet,
    onRefused: (code) => refused.push(code),
  });
  api.closing(() => server.stop());
  api.onStored((batch) => server.announce(batch));
  const clients: MqttClient[] = [];
  api.closing(async () => {
    for (const client of clients) client.end(true);
  });
  return {
    api,
    mqtt: server,
    thing,
    stream,
    refused,
    keys,
    async connect(key, options = {}) {
      const client = await mqtt.connectAsync(
        `mqtt://127.0.0.1:${server.port}`,
        {
          protocolVersion: 4,
          reconnectPeriod: 0,
          connectTimeout: 3_000,
          ...(key === undefined ? {} : { username: 'device', password: key }),
          ...options,
        },
        false,
      );
      clients.push(client);
      return client;
    },
  };
}

/** The next message on a subscribed topic, as JSON. */
export const nextMessage = (client: MqttClient): Promise<{ topic: string; body: Record<string, unknown> }> =>
  new Promise((resolve) =>
    client.once('message', (topic, payload) =>
      resolve({ topic, body: JSON.parse(payload.toString()) as Record<string, unknown> }),
    ),
  );

export const observation = (result: unknown, minute = 0): string =>
  JSON.stringify({ result, phenomenonTime: new Date(NOON - 3_600_000 + minute * 60_000).toISOString() });
