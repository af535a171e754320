/** The community's memory, and the crew's door onto it. */
import type { FastifyInstance } from 'fastify';
import { refuseForeignWrite } from '#adapters/console/request-origin.ts';
import { registerCrew } from '#adapters/crew/crew.ts';
import type { Bookings } from '#adapters/crew/crew.types.ts';
import { createCommunity } from '#domains/community/community.ts';
import type { Community } from '#domains/community/community.types.ts';
import { crewRulesOf } from '#domains/community/crew-rules.ts';
import type { CityPack } from '#kernel/city.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Blobs, Clock, Database, Log } from '#kernel/ports.ts';
import type { People } from '#people/people.types.ts';
import type { Rooms } from './rooms.types.ts';

export const furnishCommunity = (deps: {
  readonly pack: CityPack;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
}): Community => createCommunity({ ...deps, rules: crewRulesOf(deps.pack.sections) });

export const openCrewDoor = (
  server: FastifyInstance,
  deps: {
    readonly rooms: Pick<Rooms, 'casework' | 'territory' | 'community'>;
    readonly people: People;
    readonly blobs: Blobs;
    readonly bookings?: Bookings | undefined;
    readonly clock: Clock;
    readonly log: Log;
  },
): Promise<void> => {
  const { rooms, ...rest } = deps;
  const { casework, territory, community } = rooms;
  return registerCrew(server, { ...rest, casework, territory, community, guard: refuseForeignWrite });
};
