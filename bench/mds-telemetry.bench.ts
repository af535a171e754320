/**
 * Telemetry of shared bikes by MDS, acknowledged and durable: batches of 1,000 to `/mds/v2/telemetry` of three operators, client and
 * server on the same cores. Beside it the raw limit: the same bodies taken by an empty Fastify route and their rows written as one JSON
 * insert each. Then a whole fleet of 200,000 by GBFS refresh, until the findings are there, and the memory of the process.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { registerMds } from '#adapters/mds/mds.ts';
import type { BikePack } from '#domains/shared-bikes/sections.ts';
import { createSharedBikes } from '#domains/shared-bikes/shared-bikes.ts';
import { type Bay, DEFAULT_RULES, type NamedSighting } from '#domains/shared-bikes/shared-bikes.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { Caller } from '#kernel/roles.ts';
import { MINUTE } from '#kernel/time.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

const [BIKES, BATCH, EVENTS, FLEET, BAYS] = [3_000, 1_000, 60_000, 200_000, 14_071];
const CENTRE: Position = [107.3, 30.5];
const closing: (() => unknown)[] = [];
const database = await testDatabase({ after: (work) => closing.unshift(work) }, ['domains', 'adapters/mds']);

const placeOf = (i: number): Position => [
  CENTRE[0] + ((i * 7_919) % 4_001) / 40_000,
  CENTRE[1] + ((i * 104_729) % 4_001) / 40_000,
];
const bays = Array.from({ length: BAYS }, (_, i): Bay => {
  const [lon, lat] = placeOf(i);
  const corner = (x: number, y: number): Position => [lon + x * 5e-5, lat + y * 2e-5];
  const polygon = [[corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)]];
  return { id: `b${i}`, name: undefined, polygon, capacity: 9, areaClass: 'ordinary', area: undefined };
});
const operators = ['swift', 'meadow', 'lantern'].map((id) => ({
  ...{ id, name: { en: id }, quota: FLEET, providerId: randomUUID() as string },
}));
const pack: BikePack = {
  ...{ operators, feeds: [], rules: DEFAULT_RULES, ground: { bays, zones: [] } },
  ...{ standJoinMetres: 10, standMostMetres: 40, opens: {} },
};
const clock = { now: () => Date.now() + skipped };
let skipped = 0;
let findings = 0;
const bikes = createSharedBikes({
  ...{ pack, timeZone: 'Asia/Shanghai', centre: CENTRE, database, clock },
  random: (count) => randomBytes(count),
  areaOf: () => ({ id: 'city', name: { en: 'The city' } }),
  addressOf: () => ({ en: 'Somewhere' }),
  isWorkingDay: () => true,
  onChange: async () => void findings++,
});
await bikes.start();

const caller = (party: string): Caller => ({
  ...{ kind: 'key', id: party, name: party, roles: ['integrator'], party, areas: [], thingIds: undefined },
});
const server = await createHttpServer({
  ...{ log: quiet, version: 'bench' },
  authenticate: ({ headers }) => caller(headers.authorization!.slice(7)),
});
await registerMds(server, {
  city: { id: 'bench', name: { en: 'Bench' }, language: 'en', boundary: [], operators, rules: DEFAULT_RULES },
  ...{ bikes, database, clock, log: quiet, random: (count: number) => randomBytes(count) },
  ...{ onTaken() {}, heard() {}, onTicket: async () => {} },
});
const raw = Fastify({ logger: false, bodyLimit: 8_000_000 });
raw.post('/telemetry', async ({ body }, reply) => {
  const sql = `INSERT INTO shared_bikes_sightings (operator, received_at, is_whole_fleet, batch) VALUES ('raw', now(), false, $1)`;
  await database.query(sql, [JSON.stringify(body)]);
  return reply.status(201).send({});
});
for (const each of [server, raw]) await each.listen({ port: 0, host: '127.0.0.1' });
const urlOf = (each: typeof raw, path: string) =>
  `http://127.0.0.1:${(each.server.address() as AddressInfo).port}${path}`;

async function post(url: string, party: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${party}` };
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  if (response.status !== 201 || text.includes('failures')) throw new Error(`${response.status} ${text.slice(0, 400)}`);
}

const devices = operators.map(() => Array.from({ length: BIKES }, () => randomUUID() as string));
for (const [o, { id, providerId }] of operators.entries()) {
  const vehicles = devices[o]!.map((device) => ({
    ...{
      device_id: device,
      provider_id: providerId,
      vehicle_id: device,
      vehicle_type: 'bicycle',
      propulsion_types: ['human'],
    },
  }));
  await post(urlOf(server as unknown as typeof raw, '/mds/v2/vehicles'), id, JSON.stringify(vehicles));
}

/** Bodies of one round; every round tells later times than the one before. */
function bodies(round: number): (readonly [party: string, body: string])[] {
  const now = Date.now() - 30_000 + round * 1_000;
  return Array.from({ length: EVENTS / BATCH }, (_, b) => {
    const { id, providerId } = operators[b % operators.length]!;
    const records = Array.from({ length: BATCH }, (_, i) => {
      const bike = (Math.floor(b / operators.length) * BATCH + i) % BIKES;
      const [lng, lat] = placeOf(bike + round * 31);
      return {
        ...{ device_id: devices[b % operators.length]![bike], provider_id: providerId, telemetry_id: randomUUID() },
        ...{ timestamp: now + Math.floor((b * BATCH) / operators.length / BIKES), trip_ids: null, journey_id: null },
        location: { lat, lng, horizontal_accuracy: 5 },
      };
    });
    return [id, JSON.stringify(records)] as const;
  });
}

/** Six senders, each waiting for its answer; events a second, and processor time per event. */
async function load(url: string, round: number): Promise<readonly [rate: number, microseconds: number]> {
  const waiting = bodies(round);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const sender = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await post(url, ...next);
  };
  await Promise.all(Array.from({ length: 6 }, sender));
  const { user, system } = process.cpuUsage(cpu);
  return [EVENTS / ((performance.now() - began) / 1_000), (user + system) / EVENTS];
}

const shown = (n: number) => Math.round(n).toLocaleString('en');
for (let round = 0; round < 3; round++) {
  const [rawRate, rawCost] = await load(urlOf(raw, '/telemetry'), round);
  const [rate, cost] = await load(urlOf(server as unknown as typeof raw, '/mds/v2/telemetry'), round);
  console.log(
    `MDS /telemetry, batches of ${BATCH}: ${shown(rate)} durable events/s (${cost.toFixed(1)} µs of both cores, client included); raw limit ${shown(rawRate)}/s (${rawCost.toFixed(1)} µs)`,
  );
}

await database.query(`DELETE FROM shared_bikes_sightings WHERE operator = 'raw'`);
for (let round = 0; round < 2; round++) {
  skipped += 40 * MINUTE;
  const at = clock.now() - 35 * MINUTE;
  const fleet = Array.from({ length: FLEET }, (_, i): NamedSighting => {
    return { vehicleId: `f${i}`, kind: 'seen-standing', place: placeOf(i % 30_000), at, errorMetres: undefined };
  });
  const began = performance.now();
  const { taken } = await bikes.refresh('swift', fleet, at);
  const refreshed = performance.now();
  // Decides by the time it is told: half an hour later much has stood too long.
  await bikes.tick(clock.now());
  const found = performance.now();
  console.log(
    `GBFS refresh of ${shown(taken)} vehicles: ${shown(refreshed - began)} ms until durable, findings and the fleet written after ${shown(found - began)} ms (${findings} changes of findings)`,
  );
}
console.log(`Memory: ${shown(process.memoryUsage().rss / 1_048_576)} MB resident`);
for (const each of [server, raw]) await each.close();
for (const work of closing) await work();
