/** The hotline furnished with the city's receipts, vault and cases, and its desk's door. */
import type { FastifyInstance } from 'fastify';
import { registerBookings } from '#adapters/console/booking-routes.ts';
import { type HotlineRouteDeps, registerHotline } from '#adapters/console/hotline-routes.ts';
import type { CaseChange, CaseSummary, Casework } from '#casework/casework.types.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import { createHotline } from '#domains/resident-services/hotline/hotline.ts';
import type { CaseNews, Hotline } from '#domains/resident-services/hotline/hotline.types.ts';
import type { ResidentServices } from '#domains/resident-services/resident-services.types.ts';
import { readCatalogue } from '#domains/resident-services/services-file.ts';
import { workingTime } from '#kernel/calendar.ts';
import { CityError } from '#kernel/errors.ts';
import type { Clock, Log } from '#kernel/ports.ts';
import { createScope } from '#people/scope.ts';
import type { ResidentServicesParts } from './resident-services.ts';

export interface HotlineParts extends ResidentServicesParts {
  readonly casework: Pick<Casework, 'getCase'>;
  readonly receipts: Pick<Receipts, 'receive' | 'rate' | 'listOfContacts'>;
}

export function furnishHotline(parts: HotlineParts): Hotline {
  const { pack, vault, receipts, casework, territory } = parts;
  return createHotline({
    ...parts,
    timeZone: pack.timeZone,
    working: workingTime(pack.calendars.find(({ id }) => id === pack.defaultCalendar)!),
    reporting: pack.reporting,
    targets: readCatalogue(pack).hotline,
    vault,
    receipts,
    districtAt(place) {
      const { district, community } = territory.locate(place);
      return { district: district?.id, community: community?.id };
    },
    async findCase(caseId) {
      try {
        return toNews(await casework.getCase(caseId));
      } catch (error) {
        if (error instanceof CityError && error.kind === 'not_found') return undefined;
        throw error;
      }
    },
  });
}

/** A case that was dismissed has been answered too: the caller is told why. */
export const toNews = ({ id, party, mergedInto, state, closedAt, updatedAt }: CaseSummary): CaseNews => ({
  caseId: id,
  party,
  mergedInto,
  settledAt: state === 'closed' || state === 'evaluated' || state === 'dismissed' ? (closedAt ?? updatedAt) : undefined,
});

interface HotlineRooms extends Pick<HotlineParts, 'territory' | 'vault'> {
  readonly hotline: Hotline;
  readonly casework: Casework;
  readonly residentServices: ResidentServices;
}

export async function openHotlineDoor(
  server: FastifyInstance,
  { hotline, casework, vault, territory, residentServices }: HotlineRooms,
  clock: Clock,
  suggest: HotlineRouteDeps['suggest'],
): Promise<void> {
  const { reporting, parties } = territory.pack;
  await registerHotline(server, { hotline, reporting, casework, vault, clock, suggest });
  await registerBookings(server, { services: residentServices, vault, territory, scope: createScope(parties) });
}

export interface HotlineEar {
  /** A case event is durable. Cheap, never throws. */
  onCase(change: CaseChange): void;
  /** Resolves when everything told so far has been heard. */
  settled(): Promise<void>;
}

/** Passes on what changes a case's state, one after the other, so that what was said last stands. */
export function listenForHotline(hotline: Pick<Hotline, 'onCase'>, log: Log): HotlineEar {
  let last: Promise<void> = Promise.resolve();
  return {
    onCase({ event, summary }) {
      if (event.from === event.to) return;
      last = last
        .then(() => hotline.onCase(toNews(summary)))
        .catch((error: Error) =>
          log.warn({ error: error.message }, 'The hotline was not told of a case; the next start tells it'),
        );
    },
    settled: () => last,
  };
}
