/** `/live`: hands the connection over to the hub. */
import { CityError } from '#kernel/errors.ts';
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
        stillAllowed: () => mayStillLook(caller, () => people.authenticate(credentials)),
      });
    },
  );
}

/** A database that does not answer takes nobody's right to look; a key that is not valid any more does. */
async function mayStillLook(before: Caller, ask: () => Caller | Promise<Caller>): Promise<boolean> {
  try {
    const now = await ask();
    return may(now, 'city.read') && isSame(before, now);
  } catch (error) {
    return !(error instanceof CityError) || error.kind === 'unavailable';
  }
}

/** Another reach means other frames: the client comes back and is given those. */
const isSame = (before: Caller, now: Caller): boolean =>
  classOf(before) === classOf(now) && before.areas.join() === now.areas.join();
