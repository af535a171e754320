/**
 * SensorThings over HTTP, acknowledged and durable: single Observations beside an empty Fastify POST, and `CreateObservations` beside
 * raw binary COPY into the same table with the same keys. Client and server share the cores. Rounds alternate; medians.
 */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { registerSensorThings } from '#adapters/sensorthings/sensorthings.ts';
import type { Caller } from '#kernel/roles.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { CopyEncoder, OBSERVATION_COLUMNS } from '#sensing/copy-encoder.ts';
import { digest, digestNumber } from '#sensing/digest.ts';
import { quiet } from '#tests/support/database.ts';
import {
  type BenchCity,
  columnsFrom,
  line,
  median,
  openBenchCity,
  percentile,
  perSecond,
  shown,
} from './bench-city.ts';
import { type LoadResult, type Prepared, postRequest, prepare, runLoad } from './http-load.ts';

const ROUNDS = 3;
const SINGLES = 30_000;
const CALL_ROWS = 5_000;
const CALLS = 60;

const integrator: Caller = {
  kind: 'key',
  id: 'bench',
  name: 'bench',
  roles: ['integrator'],
  party: undefined,
  areas: [],
  thingIds: undefined,
};

async function openEmpty() {
  const server = Fastify({ logger: false });
  server.post('/', (_request, reply) => reply.code(201).send({}));
  await server.listen({ port: 0, host: '127.0.0.1' });
  return server;
}

async function openCityServer({ database, sensing }: BenchCity) {
  const server = await createHttpServer({ log: quiet, authenticate: () => integrator, version: 'bench' });
  await registerSensorThings(server, { database, sensing, clock: { now: () => Date.now() }, log: quiet });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return server;
}

const portOf = (server: { readonly server: { address(): unknown } }): number =>
  (server.server.address() as AddressInfo).port;

let made = 0;
function singleRequests(path: (stream: number) => string, streams: readonly number[]): Prepared {
  const requests = Array.from({ length: SINGLES }, () => {
    const n = made++;
    const time = new Date(Date.UTC(2024, 0, 1) + Math.floor(n / streams.length) * 60_000).toISOString();
    return postRequest(
      path(streams[n % streams.length]!),
      `{"phenomenonTime":"${time}","resultTime":null,"result":${(n % 977) + 0.25}}`,
    );
  });
  return prepare(requests);
}

const ROUND_OF: readonly (readonly [connections: number, pipelining: number])[] = [
  [64, 1],
  [64, 8],
  [128, 8],
];

/** Runs a load and tells what the server's own thread spent on it: steadier than rates where others use the machine too. */
async function measured(load: Parameters<typeof runLoad>[0]): Promise<LoadResult & { microseconds: number }> {
  const before = process.threadCpuUsage();
  const result = await runLoad(load);
  const { user, system } = process.threadCpuUsage(before);
  return { ...result, microseconds: (user + system) / load.requests.count };
}

async function singles(emptyPort: number, cityPort: number, streams: readonly number[]): Promise<void> {
  for (const [connections, pipelining] of ROUND_OF) {
    const [limits, figures]: [number[], number[]] = [[], []];
    let last: Awaited<ReturnType<typeof measured>> | undefined;
    const [emptyCpu, ourCpu]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const empty = await measured({
        port: emptyPort,
        requests: singleRequests(() => '/', streams),
        connections,
        pipelining,
      });
      last = await measured({
        port: cityPort,
        requests: singleRequests((id) => `/sensorthings/v1.1/Datastreams(${id})/Observations`, streams),
        connections,
        pipelining,
      });
      if (empty.failed + last.failed > 0) throw new Error(`${empty.failed + last.failed} requests failed`);
      // The first round warms up.
      if (round === 0) continue;
      emptyCpu.push(empty.microseconds);
      ourCpu.push(last.microseconds);
      limits.push(perSecond(SINGLES, empty.milliseconds));
      figures.push(perSecond(SINGLES, last.milliseconds));
    }
    const [limit, figure] = [median(limits), median(figures)];
    line(
      `single POST, ${connections} connections × ${pipelining}: Observations/s`,
      shown(figure),
      shown(limit),
      (figure / limit).toFixed(2),
    );
    const [least, spent] = [median(emptyCpu), median(ourCpu)];
    line('  server thread: µs each', spent.toFixed(1), least.toFixed(1), (least / spent).toFixed(2));
    line(
      '  acknowledged after',
      `p50 ${percentile([...last!.waits], 0.5).toFixed(1)} p99 ${percentile([...last!.waits], 0.99).toFixed(1)} ms`,
    );
  }
}

function bulkRequests(streams: readonly number[], first: number): Prepared {
  const requests = Array.from({ length: CALLS }, (_, call) => {
    const { datastreamIds, phenomenonTimes, results } = columnsFrom(streams, first + call * CALL_ROWS, CALL_ROWS);
    // 50 Datastreams a request, 100 rows each.
    const byStream = Map.groupBy(
      Array.from({ length: CALL_ROWS }, (_, i) => i),
      (i) => datastreamIds[i]! % 50,
    );
    const groups = [...byStream].map(([, rows]) => ({
      Datastream: { '@iot.id': datastreamIds[rows[0]!] },
      components: ['phenomenonTime', 'result'],
      'dataArray@iot.count': rows.length,
      dataArray: rows.map((i) => [new Date(phenomenonTimes[i]! + i).toISOString(), results[i]]),
    }));
    return postRequest('/sensorthings/v1.1/CreateObservations', JSON.stringify(groups));
  });
  return prepare(requests);
}

function encode(streams: readonly number[], first: number): Uint8Array {
  const { count, datastreamIds, phenomenonTimes, resultTimes, results } = columnsFrom(streams, first, CALL_ROWS);
  const encoder = new CopyEncoder(count * 140);
  for (let i = 0; i < count; i++) {
    digestNumber(results[i]!, resultTimes[i]!, Number.NaN);
    const [id, time, absent] = [first + i + 1, phenomenonTimes[i]!, Number.NaN];
    encoder.row(
      id,
      datastreamIds[i]!,
      time,
      absent,
      absent,
      results[i]!,
      undefined,
      digest[0]!,
      digest[1]!,
      1,
      undefined,
      time,
    );
  }
  return encoder.finish();
}

async function rawRound({ database, streams }: BenchCity, round: number): Promise<number> {
  const buffers = Array.from({ length: CALLS }, (_, call) => encode(streams, (round * CALLS + call) * CALL_ROWS));
  const begin = performance.now();
  await database.session(async (session) => {
    for (const buffer of buffers)
      await session.copyBinary(`copy observations (${OBSERVATION_COLUMNS}) from stdin (format binary)`, buffer);
  });
  return perSecond(CALLS * CALL_ROWS, performance.now() - begin);
}

async function bulk(raw: BenchCity, cityPort: number, streams: readonly number[]): Promise<void> {
  const [limits, figures]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const limit = await rawRound(raw, round);
    const load = await runLoad({
      port: cityPort,
      requests: bulkRequests(streams, round * CALLS * CALL_ROWS),
      connections: 4,
      pipelining: 1,
    });
    if (load.failed > 0) throw new Error(`${load.failed} requests failed`);
    if (round === 0) continue;
    limits.push(limit);
    figures.push(perSecond(CALLS * CALL_ROWS, load.milliseconds));
  }
  const [limit, figure] = [median(limits), median(figures)];
  line(
    `dataArray over HTTP, ${CALL_ROWS} rows a request: rows/s`,
    shown(figure),
    shown(limit),
    (figure / limit).toFixed(2),
  );
  line('  wanted', shown(figure), '≥ 100,000', figure >= 100_000 ? 'met' : 'missed');
}

const raw = await openBenchCity();
const city = await openBenchCity();
const [empty, server] = [await openEmpty(), await openCityServer(city)];
line('what', 'value', 'raw limit', 'ratio');
await singles(portOf(empty), portOf(server), city.streams);
await bulk(raw, portOf(server), city.streams);
await empty.close();
await server.close();
await raw.close();
await city.close();
