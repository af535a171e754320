/** The residents' side of casework, furnished with the city's map and vault, and its door. */
import type { FastifyInstance } from 'fastify';
import { isInCity } from '#adapters/residents/place-views.ts';
import { registerResidents } from '#adapters/residents/residents.ts';
import type { Residents, ResidentsDeps } from '#adapters/residents/residents.types.ts';
import type { Casework } from '#casework/casework.types.ts';
import { createPublicCases, type PublicCases } from '#casework/receipts/public-cases.ts';
import { createReceipts } from '#casework/receipts/receipts.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import { hoursInWords } from '#domains/resident-services/hours.ts';
import type { ResidentServices } from '#domains/resident-services/resident-services.types.ts';
import { CityError } from '#kernel/errors.ts';
import { distanceMetres } from '#kernel/geo.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';

interface ReceiptsParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly casework: Casework;
  readonly vault: Pick<Vault, 'accesses' | 'release'>;
  readonly territory: Territory;
}

export function furnishReceipts(parts: ReceiptsParts): { receipts: Receipts; publicCases: PublicCases } {
  const { database, clock, vault, territory } = parts;
  const { reporting } = territory.pack;
  const receipts = createReceipts({
    ...parts,
    reporting,
    isInCity: (place) => isInCity(territory, place),
    addressAt: (place) => territory.locate(place).address,
    looksAt: (contact) => vault.accesses(contact),
    onCaseOver: (contact, until) => vault.release(contact, until).catch(passOverGone),
  });
  const publicCases = createPublicCases({
    database,
    clock,
    reporting,
    areaName: (id) => territory.findArea(id)?.name,
  });
  return { receipts, publicCases };
}

/** A contact that was erased on its owner's wish has nothing left to keep or let go. */
function passOverGone(error: unknown): void {
  if (error instanceof CityError && error.kind !== 'unavailable') return;
  throw error;
}

export function openResidentsDoor(
  server: FastifyInstance,
  deps: Omit<ResidentsDeps, 'listServicesNear'> & { readonly services: ResidentServices },
): Promise<Residents> {
  const { services, ...rest } = deps;
  return registerResidents(server, {
    ...rest,
    listServicesNear: (place, metres) => listServicesNear(services, place, metres),
  });
}

const MOST_SERVICES = 20;

function listServicesNear(
  services: ResidentServices,
  place: readonly [number, number],
  metres: number,
): ReturnType<NonNullable<ResidentsDeps['listServicesNear']>> {
  return services.catalogue.services
    .flatMap((service) =>
      service.places.map((at) => ({
        id: service.id,
        name: service.name,
        place: at.at,
        distanceMetres: Math.round(distanceMetres(place, at.at)),
        open: services.isOpen(service),
        hours: hoursInWords(service.hours),
      })),
    )
    .filter((service) => service.distanceMetres <= metres)
    .sort((a, b) => a.distanceMetres - b.distanceMetres)
    .slice(0, MOST_SERVICES);
}
