/** Two small doors of the cabin beside the residents' API: the ground of its map, and what a kiosk is told about itself. */
import type { FastifyInstance } from 'fastify';
import type { KioskView } from '#adapters/residents/api.types.ts';
import { registerKioskRoutes } from '#adapters/residents/kiosk-routes.ts';
import { registerTileRoutes } from '#adapters/residents/tile-routes.ts';
import type { Rooms } from './rooms.types.ts';

export function registerCabin(server: FastifyInstance, rooms: Pick<Rooms, 'territory' | 'sensing'>): void {
  registerTileRoutes(server, (z, x, y) => rooms.territory.tile('base', z, x, y));
  registerKioskRoutes(server, (thingId) => findKiosk(rooms, thingId));
}

function findKiosk({ territory, sensing }: Pick<Rooms, 'territory' | 'sensing'>, thingId: number) {
  const thing = sensing.findThing(thingId);
  if (thing?.place === undefined) return undefined;
  const { address, community } = territory.locate(thing.place);
  const asset = thing.assetId === undefined ? undefined : territory.findAsset(thing.assetId);
  const datastreams: Record<string, number> = {};
  for (const id of thing.datastreamIds) {
    const indicator = sensing.findDatastream(id)?.indicator;
    if (indicator !== undefined) datastreams[indicator] = id;
  }
  return {
    thingId,
    name: asset?.name ?? { en: thing.name },
    place: thing.place,
    address,
    community: community && { id: community.id, name: community.name },
    datastreams,
  } satisfies KioskView;
}
