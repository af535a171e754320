/** A small town with a real shared-bike platform, and a real HTTP server on which an operator's feed can misbehave. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGbfsClient } from '#adapters/gbfs/client.ts';
import { createFeedBook } from '#adapters/gbfs/feed-book.ts';
import type { BikePack } from '#domains/shared-bikes/sections.ts';
import { createSharedBikes } from '#domains/shared-bikes/shared-bikes.ts';
import {
  DEFAULT_RULES,
  type FeedState,
  type Ground,
  type SharedBikes,
} from '#domains/shared-bikes/shared-bikes.types.ts';
import type { FindingChange } from '#kernel/finding.ts';
import { at, bay, box, CENTRE, NOON, OPERATORS, zone } from '#tests/shared-bikes/plaza.ts';
import { quiet, testDatabase } from '#tests/support/database.ts';

type Cleanup = { after(work: () => unknown): void };

export const GROUND: Ground = {
  bays: [bay('A', 0, 0, 2), bay('B', 200, 0, 9)],
  zones: [
    zone('green', 'no-parking', box(100, 100, 20, 20)),
    zone('exit', 'exit-buffer', box(300, 100, 20, 20)),
    zone('west', 'quota', box(-500, -500, 400, 400), [{ from: 420, to: 1_440, bikes: 50 }]),
  ],
};

export interface BikeTown {
  readonly bikes: SharedBikes;
  readonly changes: FindingChange[];
  readonly clock: { now(): number };
  readonly database: Awaited<ReturnType<typeof testDatabase>>;
  now: number;
}

export async function bikeTown(t: Cleanup): Promise<BikeTown> {
  const database = await testDatabase(t, ['domains', 'adapters/mds']);
  const time = { now: NOON };
  const changes: FindingChange[] = [];
  const clock = { now: () => time.now };
  const pack: BikePack = {
    operators: OPERATORS,
    feeds: OPERATORS.map(() => undefined),
    rules: DEFAULT_RULES,
    ground: GROUND,
    standJoinMetres: 10,
    standMostMetres: 40,
    opens: {},
  };
  const bikes = createSharedBikes({
    ...{ pack, database, clock, timeZone: 'Asia/Shanghai', centre: CENTRE },
    random: (count) => randomBytes(count),
    areaOf: () => undefined,
    addressOf: () => ({ zh: '广场', en: 'The plaza' }),
    isWorkingDay: () => true,
    onChange: async (change) => void changes.push(change),
  });
  await bikes.start();
  return Object.assign(time, { bikes, changes, clock, database });
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Peer {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Answers for paths; others are not found. */
  readonly answers: Map<string, Answer>;
}

export async function peer(t: Cleanup): Promise<Peer> {
  const asked: string[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const answer = answers.get(request.url!) ?? ((_, reply) => reply.writeHead(404).end());
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answers };
}

export const json =
  (value: unknown): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

export const stamp3 = (when: number) => new Date(when).toISOString();
export const stamp2 = (when: number) => Math.floor(when / 1_000);

export const document3 = (data: object, when: number, ttl = 60) => ({
  last_updated: stamp3(when),
  ttl,
  version: '3.0',
  data,
});
export const document2 = (data: object, when: number, ttl = 60) => ({
  last_updated: stamp2(when),
  ttl,
  version: '2.3',
  data,
});

/** A bike of 3.0 at metres east and north of the middle. */
export const bike3 = (id: string, x = 2, y = 1, more: object = {}) => {
  const [lon, lat] = at(x, y);
  return { vehicle_id: id, lat, lon, is_reserved: false, is_disabled: false, ...more };
};

/** Lets a peer serve GBFS 3.0: discovery, and the vehicles that `vehicles` says. */
export function serve3(from: Peer, vehicles: () => object): void {
  const feeds = [{ name: 'vehicle_status', url: `${from.url}/vehicle_status.json` }];
  from.answers.set('/gbfs.json', json(document3({ feeds }, NOON)));
  from.answers.set('/vehicle_status.json', (request, response) => json(vehicles())(request, response));
}

export function listen(
  town: BikeTown,
  peers: readonly Peer[],
  limits: { limitBytes?: number; timeoutMs?: number; key?: string } = {},
) {
  const book = createFeedBook();
  const heard: FeedState[] = [];
  const { bikes, clock } = town;
  const client = createGbfsClient({
    feeds: peers.map(({ url }, i) => ({ operator: OPERATORS[i]!.id, url: `${url}/gbfs.json`, key: limits.key })),
    bikes: {
      ...bikes,
      heard(state) {
        heard.push(state);
        bikes.heard(state);
      },
    },
    ...{ book, clock, log: quiet, limitBytes: limits.limitBytes, timeoutMs: limits.timeoutMs },
  });
  return {
    book,
    heard,
    client,
    /** The clock goes on, and every feed whose time has come is visited. */
    async after(milliseconds: number) {
      town.now += milliseconds;
      await client.tick(town.now);
    },
    problemOf: (operator: string) => heard.findLast((state) => state.operator === operator)?.problem,
  };
}
