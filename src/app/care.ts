/** Care furnished with the city's cells, meters, visits and cases; and the staff's door to residents' contacts and care. */
import type { FastifyInstance } from 'fastify';
import { registerResidentDesk } from '#adapters/console/resident-desk.ts';
import type { Casework } from '#casework/casework.types.ts';
import { countByCommunity } from '#casework/tallies.ts';
import { createCare } from '#domains/community/care.ts';
import type { Care, CareCity } from '#domains/community/care.types.ts';
import { careRulesOf } from '#domains/community/care-rules.ts';
import type { Community } from '#domains/community/community.types.ts';
import type { CityPack } from '#kernel/city.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { HOUR, type Instant, MINUTE } from '#kernel/time.ts';
import type { DatastreamId } from '#kernel/words.ts';
import type { People } from '#people/people.types.ts';
import { createScope } from '#people/scope.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import type { Sensing } from '#sensing/sensing.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { Rooms } from './rooms.types.ts';

export interface CareParts {
  readonly pack: CityPack;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly vault: Vault;
  readonly territory: Pick<Territory, 'findArea'>;
  readonly sensing: Pick<Sensing, 'findDatastream' | 'findLatest' | 'buckets'>;
  readonly casework: Pick<Casework, 'onFinding'>;
  readonly community: Pick<Community, 'listOverdueVisits'>;
}

export function furnishCare(parts: CareParts): Care {
  const { pack, database, clock, random, vault, territory, sensing, casework, community } = parts;
  const city: CareCity = {
    findCell(id) {
      const area = territory.findArea(id);
      return area?.level === 'cell' ? { name: area.name, polygon: area.polygon, party: area.worker?.party } : undefined;
    },
    hasDatastream: (id) => sensing.findDatastream(id) !== undefined,
    async meterSince(id, since, flowAbove) {
      const lastReadAt = sensing.findLatest(id)?.at;
      return { lastReadAt, lastFlowAt: await lastFlowOf(sensing, id, since, clock.now(), flowAbove) };
    },
    listOverdueVisits: (now) => community.listOverdueVisits(now),
    onConcern: (change) => casework.onFinding(change),
  };
  return createCare({ database, clock, random, rules: careRulesOf(pack.sections), vault, city });
}

export const openResidentDesk = (
  server: FastifyInstance,
  { casework, receipts, care, vault, territory }: Rooms,
  { people, clock, database }: { readonly people: People; readonly clock: Clock; readonly database: Database },
): Promise<void> =>
  registerResidentDesk(server, {
    ...{ casework, receipts, care, vault, territory, people, clock },
    scope: createScope(territory.pack.parties),
    countByCommunity: (from, to) => countByCommunity(database, from, to),
  });

/** To the minute: the hour in which water last ran, and in it the last minute. */
async function lastFlowOf(
  sensing: Pick<Sensing, 'buckets'>,
  id: DatastreamId,
  since: Instant,
  now: Instant,
  flowAbove: number,
): Promise<Instant | undefined> {
  const hours = await sensing.buckets(id, 'hour', since - HOUR, now + HOUR);
  const hour = hours.findLast(({ max }) => max > flowAbove);
  if (hour === undefined) return undefined;
  const minutes = await sensing.buckets(id, 'minute', hour.begin, hour.begin + HOUR);
  return minutes.findLast(({ max }) => max > flowAbove)?.begin ?? hour.begin + HOUR - MINUTE;
}
