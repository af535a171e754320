/** An operator that pushes by MDS to a town with a real platform and a real database. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createFeedBook } from '#adapters/gbfs/feed-book.ts';
import { registerFeedRoutes } from '#adapters/gbfs/feed-routes.ts';
import { registerMds } from '#adapters/mds/mds.ts';
import { DEFAULT_RULES } from '#domains/shared-bikes/shared-bikes.types.ts';
import { CityError } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { bikeTown } from '#tests/gbfs/bike-town.ts';
import { at, box, NOON, OPERATORS } from '#tests/shared-bikes/plaza.ts';
import { quiet } from '#tests/support/database.ts';

export const SWIFT = '3c9604d6-b5ee-41e8-96f8-529269fb1459';
export const MEADOW = 'b79a05c2-1111-41e8-96f8-529269fb1459';
const PROVIDERS = [SWIFT, MEADOW];

const callerOf = (name: string): Caller => ({
  ...{ kind: 'key', id: name, name, areas: [], thingIds: undefined },
  roles: name === 'analyst' ? ['analyst'] : ['integrator'],
  party: name === 'analyst' || name === 'stranger' ? undefined : name,
});

export async function mdsTown(t: TestContext) {
  const town = await bikeTown(t);
  const tickets: (readonly [reference: string, operator: string, count: number])[] = [];
  const book = createFeedBook();
  const server = await createHttpServer({
    ...{ log: quiet, version: 'test' },
    authenticate({ headers }) {
      const name = headers.authorization?.replace('Bearer ', '');
      if (name === undefined) return { ...callerOf('stranger'), kind: 'anonymous', roles: [] };
      if (name === 'expired') throw new CityError('unauthenticated', 'key.unknown', 'This key is not known.');
      return callerOf(name);
    },
  });
  t.after(() => server.close());
  const operators = OPERATORS.map((operator, i) => ({ ...operator, providerId: PROVIDERS[i]! }));
  registerFeedRoutes(server, { operators, book });
  const open = () =>
    registerMds(server, {
      city: {
        ...{ id: 'plaza', name: { zh: '山城', en: 'Hill Town' }, language: 'en' },
        ...{ boundary: [box(-5_000, -5_000, 10_000, 10_000)], operators, rules: DEFAULT_RULES },
      },
      ...{ bikes: town.bikes, database: town.database, clock: town.clock, log: quiet },
      random: (count) => randomBytes(count),
      onTaken: (operator, taken, putAside) => book.count(operator, taken, putAside, town.now),
      heard: (state) => {
        town.bikes.heard(state);
        book.note(state);
      },
      onTicket: async (reference, operator, count) => void tickets.push([reference, operator, count]),
    });
  await open();
  const send = async (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    { key = 'swift', ...headers }: Record<string, string> = {},
  ) => {
    const response = await server.inject({
      ...{ method, url: path.startsWith('/api') ? path : `/mds/v2${path}` },
      headers: {
        ...(key !== '' && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/vnd.mds+json;version=2.0' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const type = response.headers['content-type'];
    return { status: response.statusCode, type, body: response.body === '' ? undefined : response.json() };
  };
  return Object.assign(town, { send, tickets, server });
}

export const newVehicle = (device_id = randomUUID() as string, more: object = {}) => ({
  ...{ device_id, provider_id: SWIFT, vehicle_id: `plate ${device_id.slice(0, 4)}` },
  ...{ vehicle_type: 'bicycle', propulsion_types: ['human'], ...more },
});

const gps = (x: number, y: number) => {
  const [lng, lat] = at(x, y);
  return { lat, lng };
};

export const telemetry = (device_id: string, when = NOON, more: object = {}) => ({
  ...{ device_id, provider_id: SWIFT, telemetry_id: randomUUID() as string, timestamp: when },
  ...{ trip_ids: null, journey_id: null, location: gps(2, 1), ...more },
});

export const event = (
  device_id: string,
  vehicle_state: string,
  event_type: string,
  when = NOON,
  more: object = {},
) => ({
  ...{ device_id, provider_id: SWIFT, event_id: randomUUID() as string, timestamp: when },
  ...{ vehicle_state, event_types: [event_type], location: gps(2, 1), ...more },
});
export const onTrip = () => ({ trip_ids: [randomUUID() as string] });
