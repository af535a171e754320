/** `/gbfs/gbfs.json` (3.0), `/gbfs/3.0/…` and `/gbfs/2.3/…`: the city's bays, open to everybody. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SharedBikes } from '#domains/shared-bikes/shared-bikes.types.ts';
import { notFound } from '#kernel/errors.ts';
import type { Clock } from '#kernel/ports.ts';
import { SECOND } from '#kernel/time.ts';
import { FEEDS, type FeedName, type GbfsCity, type GbfsVersion, toDiscovery, toFeed, VERSIONS } from './published.ts';

export interface PublishDeps {
  readonly city: GbfsCity;
  readonly bikes: Pick<SharedBikes, 'stands' | 'ground'>;
  readonly clock: Clock;
}

/** However many ask, the stands are counted this often. */
const COUNT_EVERY_MS = 10 * SECOND;

export function registerPublishedBays(server: FastifyInstance, { city, bikes, clock }: PublishDeps): void {
  const config = { permission: 'public' as const };
  const baseOf = ({ protocol, host }: FastifyRequest) => `${protocol}://${host}`;
  let counted: { readonly at: number; readonly stands: ReturnType<SharedBikes['stands']> } | undefined;
  const standsNow = () => {
    const now = clock.now();
    if (counted === undefined || now - counted.at >= COUNT_EVERY_MS) counted = { at: now, stands: bikes.stands() };
    return { now: counted.at, stands: counted.stands };
  };
  const discovery = (version: GbfsVersion) => (request: FastifyRequest) =>
    toDiscovery(version, { city, now: clock.now(), base: baseOf(request) });

  server.get('/gbfs/gbfs.json', { config }, discovery('3.0'));
  for (const version of VERSIONS) {
    server.get(`/gbfs/${version}/gbfs.json`, { config }, discovery(version));
    server.get<{ Params: { feed: string } }>(`/gbfs/${version}/:feed`, { config }, (request, reply) => {
      const feed = request.params.feed.replace(/\.json$/, '') as FeedName;
      if (!FEEDS.includes(feed))
        throw notFound('feed.unknown', `There is no feed ${feed}: ${FEEDS.join(', ')}.`, 'feed');
      const document = toFeed(version, feed, {
        ...{ city, base: baseOf(request), zones: bikes.ground().zones },
        ...standsNow(),
      });
      reply.header('cache-control', `public, max-age=${Math.min(document.ttl, 60)}`);
      return document;
    });
  }
}
