/** How the operators of shared bikes are heard: their GBFS feeds are read, they push by MDS; and what the city publishes of its bays. */
import type { FastifyInstance } from 'fastify';
import { createGbfsClient } from '#adapters/gbfs/client.ts';
import { createFeedBook } from '#adapters/gbfs/feed-book.ts';
import { registerFeedRoutes } from '#adapters/gbfs/feed-routes.ts';
import { registerPublishedBays } from '#adapters/gbfs/published-routes.ts';
import { registerMds } from '#adapters/mds/mds.ts';
import { uuidOf } from '#adapters/mds/uuid.ts';
import type { Casework, WorkOrder } from '#casework/casework.types.ts';
import { readBikePack } from '#domains/shared-bikes/sections.ts';
import { CityError } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database, Log } from '#kernel/ports.ts';
import { SECOND } from '#kernel/time.ts';
import type { PartyId } from '#kernel/words.ts';
import type { Rooms } from './rooms.types.ts';

export interface BikeFeedParts {
  readonly rooms: Pick<Rooms, 'territory' | 'casework' | 'sharedBikes'>;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Reads an environment variable; the keys of feeds are named in the pack, not written in it. */
  readonly findSecret?: (name: string) => string | undefined;
}

/** Nothing in a city without shared bikes. */
export async function openBikeFeeds(server: FastifyInstance, parts: BikeFeedParts): Promise<void> {
  const { rooms, database, clock, random, log, findSecret = (name) => process.env[name] } = parts;
  const { sharedBikes: bikes, territory } = rooms;
  const { pack } = territory;
  const bikePack = readBikePack(pack);
  if (bikes === undefined || bikePack === undefined) return;
  const book = createFeedBook();
  const operators = bikes.operators.map((operator, i) => ({
    ...operator,
    providerId: bikePack.mdsProviderIds?.[i] ?? uuidOf(`provider ${pack.id}/${operator.id}`),
  }));
  const feeds = bikes.operators.flatMap(({ id: operator }, i) => {
    const feed = bikePack.feeds[i];
    if (feed === undefined) return [];
    return [{ operator, url: feed.url, key: feed.keyFrom === undefined ? undefined : findSecret(feed.keyFrom) }];
  });
  const { id, name, languages, defaultLanguage, timeZone } = pack;
  registerFeedRoutes(server, { operators, book });
  registerPublishedBays(server, {
    city: { id, name, languages, defaultLanguage, timeZone, contactEmail: bikePack.contactEmail },
    ...{ bikes, clock },
  });
  const isPulled = new Set(feeds.map(({ operator }) => operator));
  const boundary = pack.areas.filter(({ level }) => level === 'district').map(({ polygon }) => polygon);
  await registerMds(server, {
    city: { id, name, language: defaultLanguage, boundary, operators, rules: bikePack.rules },
    ...{ bikes, database, clock, random, log },
    onTaken: (operator, taken, putAside) => book.count(operator, taken, putAside, clock.now()),
    heard(state) {
      // An operator whose feed is read is judged by that feed; what it pushes besides does not excuse a feed that stands still.
      if (isPulled.has(state.operator)) return;
      bikes.heard(state);
      book.note(state);
    },
    onTicket: (reference, operator, count) => finishOrderOf(rooms.casework, log, reference, operator, count),
  });
  const client = createGbfsClient({ feeds, bikes, book, clock, log });
  let timer: NodeJS.Timeout | undefined;
  server.addHook('onListen', async () => {
    timer = feeds.length === 0 ? undefined : setInterval(() => void client.tick(clock.now()), SECOND);
  });
  server.addHook('onClose', async () => {
    clearInterval(timer);
    await client.stop();
  });
}

/** The operator's order of a case is done when as many bikes were picked up for it as were asked for. Never fails: it is not the caller's. */
async function finishOrderOf(casework: Casework, log: Log, reference: string, party: PartyId, count: number) {
  try {
    const { cases } = await casework.listCases({ text: reference, party, open: true, limit: 5 });
    const found = cases.find((each) => each.reference === reference);
    if (found === undefined) return log.info({ party, reference }, 'Bikes were picked up for a case that is not open');
    const { facts, workOrders } = await casework.getCase(found.id);
    const asked = facts[`take.${party}`];
    const order = workOrders.find((each) => each.party === party && isOpen(each));
    if (order === undefined || typeof asked !== 'number' || count < asked) return;
    const actor = { kind: 'system' as const, id: 'mds', name: 'MDS', party };
    if (order.state === 'issued') await casework.actOnOrder(order.id, 'accept', {}, actor);
    const feedback = `${count} bikes picked up (MDS)`;
    await casework.actOnOrder(order.id, 'finish', { feedback, photos: [] }, actor);
  } catch (error) {
    const { code, message } = error as CityError;
    log.warn(
      { party, reference, code: error instanceof CityError ? code : 'defect', error: message },
      'A pick-up could not finish its order',
    );
  }
}

const isOpen = ({ state }: WorkOrder): boolean => !['finished', 'refused', 'cancelled'].includes(state);
