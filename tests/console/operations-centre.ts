/** The console over real rooms, a real database and real HTTP; only the clock is moved by hand. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { GaugesView } from '#adapters/console/api.types.ts';
import { registerConsole } from '#adapters/console/console.ts';
import type { Console } from '#adapters/console/console.types.ts';
import { findCredentials } from '#adapters/console/request-origin.ts';
import { indexClasses, toSubject, toThingSeeds } from '#app/seeds.ts';
import { impactOf, responsibilityAt } from '#app/surroundings.ts';
import { createCasework } from '#casework/casework.ts';
import type { CaseChange, Casework } from '#casework/casework.types.ts';
import { createDetection } from '#detection/detection.ts';
import { assign } from '#dispatch/assign.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { Role } from '#kernel/roles.ts';
import { createPeople } from '#people/people.ts';
import type { NewKey, People } from '#people/people.types.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { openBlobs } from '#platform/storage/blobs.ts';
import { createSensing } from '#sensing/sensing.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import { createTerritory } from '#territory/territory.ts';
import type { Territory } from '#territory/territory.types.ts';
import { NOON } from '#tests/casework/small-city.ts';
import { CHEAP, handClock, PASSWORD } from '#tests/people/town-hall.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';
import { PACK } from './small-pack.ts';

export { NOON, PASSWORD };

const random = (count: number) => randomBytes(count);
const gauge = { value: 0.5, numerator: 1, denominator: 2, trend: [] };

interface Asked {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** What else is served beside the console; told before the doors open. */
export type MoreDoors = (
  server: FastifyInstance,
  rooms: {
    readonly database: Database;
    readonly clock: Clock;
    readonly people: People;
    readonly territory: Territory;
    readonly sensing: Sensing;
    readonly casework: Casework;
  },
) => Promise<void>;

export async function operationsCentre(t: TestContext, pack = PACK, openMore: MoreDoors = async () => {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cityloom-console-'));
  const closers: (() => unknown)[] = [];
  // node:test runs hooks first come, first served: the rooms close before their database is dropped.
  t.after(async () => {
    for (const close of closers.reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  });
  const database = await testDatabase(t);
  const clock = handClock(NOON);
  const people = createPeople({ database, clock, random, log: quiet, cost: CHEAP });
  let desk: Console | undefined;
  const changes: CaseChange[] = [];
  const sensing = createSensing({
    database,
    clock,
    log: quiet,
    onStored: (batch) => {
      desk?.onObservations(batch);
      void detection.onBatch(batch);
    },
  });
  const territory = createTerritory(pack, { thingIdOf: (assetId) => sensing.findThingByAsset(assetId)?.id });
  const detection = createDetection({
    database,
    clock,
    log: quiet,
    readFrom: (after, batchSize) => sensing.readFrom(after, batchSize),
    correlators: [],
    async onChange(change) {
      desk?.onFinding(change);
      await casework.onFinding(change);
    },
  });
  const casework = createCasework({
    database,
    clock,
    log: quiet,
    random,
    rules: {
      city: { id: pack.id, timeZone: pack.timeZone, referencePrefix: pack.referencePrefix },
      classes: pack.caseClasses,
      plans: pack.plans,
      parties: pack.parties,
      calendars: pack.calendars,
      defaultCalendar: pack.defaultCalendar,
    },
    responsibilityAt: (place) => responsibilityAt(territory, place),
    impactOf: (request) => impactOf(territory, request),
    assign,
    findAsset: (id) => {
      const asset = territory.findAsset(id);
      return asset && { place: asset.place, facts: asset.properties as Record<string, string | number | boolean> };
    },
    latestObservationAt: (id) => sensing.findLatest(id)?.at,
    onChange(change) {
      changes.push(change);
      desk?.onCase(change);
    },
  });
  const server = await createHttpServer({
    log: quiet,
    version: '0',
    authenticate: (request) => people.authenticate(findCredentials(request)),
  });
  const gauges = async (at: number): Promise<GaugesView> => ({
    at,
    coverage: gauge,
    perception: gauge,
    response: gauge,
    responseOnTime: gauge,
    byDomain: {},
  });
  const routes: { method: string; url: string; permission: string | undefined }[] = [];
  server.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat()) routes.push({ method: each, url, permission: config?.permission });
  });
  const counts: number[] = [];
  const blobs = openBlobs(join(folder, 'blobs'));
  desk = await registerConsole(server, {
    people,
    sensing,
    detection,
    casework,
    territory,
    gauges,
    blobs,
    clock,
    random,
    log: quiet,
    demonstrationPassword: PASSWORD,
    onLiveClients: (count) => counts.push(count),
  });
  await openMore(server, { database, clock, people, territory, sensing, casework });

  await sensing.start();
  closers.push(() => sensing.stop());
  await sensing.seedThings([...toThingSeeds(pack)]);
  await casework.start();
  await detection.start();
  closers.push(() => detection.stop());
  const classes = indexClasses(pack);
  detection.watch(
    Array.from(sensing.listDatastreams()).flatMap(
      (each) => toSubject(each, pack, classes, (id) => territory.findAsset(id)) ?? [],
    ),
  );
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  await desk.start();
  closers.push(
    () => server.close(),
    () => desk?.stop(),
  );

  async function ask(method: string, path: string, { body, headers }: Asked = {}) {
    const raw = body instanceof Uint8Array || body instanceof FormData;
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...(body !== undefined && !raw && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Answer, headers: response.headers };
  }

  /** Somebody with a key of these roles. */
  async function caller(roles: Role | Role[], more: Partial<NewKey> = {}) {
    const { secret } = await people.createKey({ name: [roles].flat().join(' '), roles: [roles].flat(), ...more });
    const headers = { authorization: `Bearer ${secret}` };
    return {
      headers,
      get: (path: string) => ask('GET', path, { headers }),
      send: (method: string, path: string, body?: unknown, extra: Record<string, string> = {}) =>
        ask(method, path, { body, headers: { ...headers, ...extra } }),
    };
  }

  /** One report of a logger, stored and judged. */
  async function report(logger: number, pressure: number, at = clock.now()): Promise<void> {
    const [datastreamId] = sensing.findThingByAsset(`W-LOG-${logger}`)!.datastreamIds;
    await sensing.submit([{ datastreamId: datastreamId!, phenomenonTime: at, resultTime: null, result: pressure }]);
    await sensing.settle();
    await detection.settled();
  }

  return {
    url,
    clock,
    database,
    people,
    sensing,
    detection,
    casework,
    blobs,
    routes,
    counts,
    changes,
    desk: desk!,
    ask,
    caller,
    report,
  };
}

export type Centre = Awaited<ReturnType<typeof operationsCentre>>;
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the server answered, and fails where it is something else.
export type Answer = any;
