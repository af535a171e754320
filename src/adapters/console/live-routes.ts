/** `/live`: hands the connection over to the hub. */
import { type Caller, may } from '#kernel/roles.ts';
import type { ConsoleDeps } from './console.types.ts';
import type { LiveHub } from './live-hub.ts';
import { classOf } from './live-ring.ts';
import { findCredentials } from './request-origin.ts';
import { LiveQuery } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

export function registerLiveRoute(server: TypedServer, { people, sensing, hub }: ConsoleDeps & { hub: LiveHub }): void {
  server.get(
    '/live',
    {
      exposeHeadRoute: false,
      config: { permission: 'city.read' },
      schema: { tags: ['live'], querystring: LiveQuery },
    },
    (request, reply) => {
      const { caller, query } = request;
      const credentials = findCredentials(request);
      const given = request.headers['last-event-id'] ?? query.after;
      const wanted = (query.datastreams ?? '').split(',').filter((id) => id !== '');
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      request.raw.socket.setNoDelay(true);
      hub.connect({
        caller,
        response,
        lastEventId: Array.isArray(given) ? given[0] : given,
        datastreams: new Set(wanted.map(Number)),
        latest: (id) => sensing.findLatest(id),
        stillAllowed: async () => {
          const now: Caller | undefined = await Promise.resolve(people.authenticate(credentials)).catch(
            () => undefined,
          );
          return now !== undefined && may(now, 'city.read') && isSame(caller, now);
        },
      });
    },
  );
}

/** Another reach means other frames: the client comes back and is given those. */
const isSame = (before: Caller, now: Caller): boolean =>
  classOf(before) === classOf(now) && before.areas.join() === now.areas.join();
