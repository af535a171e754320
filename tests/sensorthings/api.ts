/** A city that speaks SensorThings: real database, real sensing, real routes; only the socket is left out. */
import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import type { SensorThings } from '#adapters/sensorthings/door.ts';
import { registerSensorThings } from '#adapters/sensorthings/sensorthings.ts';
import type { Json, ObservationBatch } from '#kernel/observation.ts';
import type { Database } from '#kernel/ports.ts';
import type { Caller, Role } from '#kernel/roles.ts';
import { createHttpServer } from '#platform/http/server.ts';
import type { OpenDatabase } from '#platform/storage/database.ts';
import { createSensing } from '#sensing/sensing.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

export const NOON = Date.UTC(2026, 2, 1, 12);
export const ROOT = '/sensorthings/v1.1';

/** An answer's JSON as tests look at it: the standard's words they ask for, everything else unknown. */
export interface Body {
  readonly [word: string]: unknown;
  readonly '@iot.id': number;
  readonly '@iot.count': number;
  readonly '@iot.nextLink': string;
  readonly value: readonly Body[];
  readonly name: string;
  readonly result: Json;
  readonly phenomenonTime: string;
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly Datastreams: readonly Body[];
  readonly Observations: readonly Body[];
  readonly Locations: readonly Body[];
  readonly Thing: Body;
  readonly Datastream: Body;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Undefined when the answer is not JSON. */
  readonly body: Body;
  readonly text: string;
}

export interface Api {
  readonly server: FastifyInstance;
  readonly sensorThings: SensorThings;
  /** Runs before the city closes. */
  closing(close: () => Promise<unknown>): void;
  readonly sensing: Sensing;
  readonly database: OpenDatabase;
  /** Statements sent to the database so far. */
  statements(): number;
  /** Hears every batch that was stored. */
  onStored(hear: (batch: ObservationBatch) => void): void;
  /** What the clock says from now on. */
  setTime(now: number): void;
  /** Who asks from now on. */
  become(caller: Partial<Caller>): void;
  get(path: string): Promise<Answer>;
  post(path: string, body: Json | string, headers?: Record<string, string>): Promise<Answer>;
  send(method: 'PATCH' | 'PUT' | 'DELETE', path: string, body?: Json): Promise<Answer>;
  /** POST that must succeed; gives the id. */
  make(path: string, body: Json): Promise<number>;
}

export const callerWith = (role: Role, rest: Partial<Caller> = {}): Caller => ({
  kind: 'key',
  id: role,
  name: role,
  roles: [role],
  party: undefined,
  areas: [],
  thingIds: undefined,
  ...rest,
});

/** Whatever runs when the test, or the file, is over. */
export interface Ending {
  after(work: () => Promise<void>): void;
}

export async function openApi(t: Ending): Promise<Api> {
  const closing: (() => Promise<unknown>)[] = [];
  // node:test runs these hooks first come, first served: what stands on the database closes before it is dropped.
  t.after(async () => {
    for (const close of closing.toReversed()) await close();
  });
  const database = await testDatabase(t, ['sensing']);
  const stored: ((batch: ObservationBatch) => void)[] = [];
  let now = NOON;
  let caller = callerWith('integrator');
  const clock = { now: () => now };
  const sensing = createSensing({
    database,
    clock,
    log: quiet,
    onStored: (batch) => {
      for (const hear of stored) hear(batch);
    },
  });
  await sensing.start();
  closing.push(() => sensing.stop());
  const server = await createHttpServer({ log: quiet, authenticate: () => caller, version: 'test' });
  let statements = 0;
  const counted: Database = {
    ...database,
    query: (sql, parameters) => {
      statements++;
      return database.query(sql, parameters);
    },
  };
  const sensorThings = await registerSensorThings(server, {
    database: counted,
    sensing,
    clock,
    log: quiet,
    mqttEndpoints: ['mqtt://city.example:1883'],
  });
  closing.push(() => server.close());

  const request = async (
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: Json | string,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await server.inject({
      method,
      url: path.startsWith('/') ? path : `${ROOT}/${path}`,
      headers: {
        host: 'city.example',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...payload,
    });
    const isJson = String(response.headers['content-type'] ?? '').includes('json') && response.body !== '';
    return {
      status: response.statusCode,
      headers: response.headers as Record<string, string>,
      body: (isJson ? response.json() : undefined) as Body,
      text: response.body,
    };
  };
  return {
    server,
    sensorThings,
    statements: () => statements,
    closing: (close) => closing.push(close),
    onStored: (hear) => stored.push(hear),
    sensing,
    database,
    setTime: (at) => {
      now = at;
    },
    become: (other) => {
      caller = { ...caller, ...other };
    },
    get: (path) => request('GET', path),
    post: (path, body, headers) => request('POST', path, body, headers),
    send: (method, path, body) => request(method, path, body),
    async make(path, body) {
      const made = await request('POST', path, body);
      assert.equal(made.status, 201, made.text);
      return made.body['@iot.id'];
    },
  };
}

export const SENSOR = {
  name: 'Pressure logger',
  description: 'Logs pressure',
  encodingType: 'application/pdf',
  metadata: 'https://city.example/logger.pdf',
};
export const PRESSURE = {
  name: 'Pressure',
  definition: 'https://city.example/pressure',
  description: 'Water pressure',
};
export const KILOPASCAL = { name: 'kilopascal', symbol: 'kPa', definition: 'kPa' };
export const MEASUREMENT = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';

export const point = (longitude: number, latitude: number) => ({ type: 'Point', coordinates: [longitude, latitude] });
export const location = (name: string, longitude: number, latitude: number) => ({
  name,
  description: name,
  encodingType: 'application/geo+json',
  location: point(longitude, latitude),
});
export const datastream = (name: string, more: Record<string, Json> = {}) => ({
  name,
  description: name,
  observationType: MEASUREMENT,
  unitOfMeasurement: KILOPASCAL,
  Sensor: SENSOR,
  ObservedProperty: PRESSURE,
  ...more,
});

/** A manhole on Ferry Steps Road with a pressure Datastream: gives the ids of both. */
export async function makePressurePoint(
  api: Api,
  name = 'Ferry Steps 12',
  more: Record<string, Json> = {},
): Promise<{ thing: number; stream: number }> {
  const thing = await api.make('Things', {
    name,
    description: 'A manhole',
    properties: { street: 'Ferry Steps Road' },
    Locations: [location(name, 106.58, 29.56)],
    Datastreams: [datastream(`${name} pressure`, more)],
  });
  const streams = await api.get(`Things(${thing})/Datastreams`);
  return { thing, stream: streams.body.value[0]!['@iot.id'] };
}

export const names = (answer: Answer): string[] => answer.body.value.map((each) => each.name);
export const results = (answer: Answer): Json[] => answer.body.value.map((each) => each.result);
