/**
 * MQTT QoS 1, acknowledged when durable, beside the bare broker that acknowledges and forgets. The same prepared messages go to both.
 * Client and server share the cores. Rounds alternate; medians.
 */
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import Fastify from 'fastify';
import { startMqtt } from '#adapters/mqtt/mqtt.ts';
import { registerSensorThings } from '#adapters/sensorthings/sensorthings.ts';
import { quiet } from '#tests/support/database.ts';
import { line, median, openBenchCity, perSecond, shown } from './bench-city.ts';
import { runMqttLoad } from './mqtt-load.ts';

const ROUNDS = 3;
const MESSAGES = 100_000;
const CONNECTIONS = 100;
const WINDOW = 100;

async function openBare() {
  const broker = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => broker.close(() => server.close(() => resolve()))),
  };
}

const city = await openBenchCity();
const clock = { now: () => Date.now() };
const http = Fastify({ logger: false });
const observations = await registerSensorThings(http, {
  database: city.database,
  sensing: city.sensing,
  clock,
  log: quiet,
});
const mqtt = await startMqtt({
  host: '127.0.0.1',
  port: 0,
  observations,
  authenticate: () => ({
    kind: 'key',
    id: 'bench',
    name: 'bench',
    roles: ['integrator'],
    party: undefined,
    areas: [],
    thingIds: undefined,
  }),
  clock,
  log: quiet,
});
const bare = await openBare();

let made = 0;
const messages = () =>
  Array.from({ length: MESSAGES }, () => {
    const n = made++;
    const time = new Date(Date.UTC(2024, 0, 1) + Math.floor(n / city.streams.length) * 60_000).toISOString();
    return {
      topic: `v1.1/Datastreams(${city.streams[n % city.streams.length]})/Observations`,
      payload: `{"phenomenonTime":"${time}","result":${(n % 977) + 0.25}}`,
    };
  });

/** Runs a load and tells what the broker's own thread spent on it: steadier than rates where others use the machine too. */
async function measured(load: Parameters<typeof runMqttLoad>[0]) {
  const before = process.threadCpuUsage();
  const result = await runMqttLoad(load);
  const { user, system } = process.threadCpuUsage(before);
  return { ...result, microseconds: (user + system) / result.acknowledged };
}

line('what', 'value', 'raw limit', 'ratio');
const [limits, figures, bareCpu, ourCpu]: number[][] = [[], [], [], []];
for (let round = 0; round <= ROUNDS; round++) {
  const load = { messages: messages(), connections: CONNECTIONS, window: WINDOW, password: 'key' };
  const limit = await measured({ ...load, port: bare.port });
  const figure = await measured({ ...load, port: mqtt.port });
  if (round === 0) continue;
  bareCpu!.push(limit.microseconds);
  ourCpu!.push(figure.microseconds);
  limits!.push(perSecond(limit.acknowledged, limit.milliseconds));
  figures!.push(perSecond(figure.acknowledged, figure.milliseconds));
}
const [limit, figure] = [median(limits!), median(figures!)];
line(
  `QoS 1, ${CONNECTIONS} connections, window ${WINDOW}: messages/s`,
  shown(figure),
  shown(limit),
  (figure / limit).toFixed(2),
);
const [least, spent] = [median(bareCpu!), median(ourCpu!)];
line('  server thread: µs each', spent.toFixed(1), least.toFixed(1), (least / spent).toFixed(2));
const [rows] = await city.database.query<{ rows: number }>('select count(*) as rows from observations');
const proven = rows!.rows === (ROUNDS + 1) * MESSAGES;
line(`acknowledged ${shown((ROUNDS + 1) * MESSAGES)} = stored`, proven ? 'proven' : `only ${shown(rows!.rows)}`);
await mqtt.stop();
await bare.close();
await http.close();
await city.close();
if (!proven) process.exitCode = 1;
