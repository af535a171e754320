/** Resident services furnished with the city's vault and map, and their doors: for anyone, and for the crew. */
import type { FastifyInstance } from 'fastify';
import type { Bookings } from '#adapters/crew/crew.types.ts';
import type { Residents } from '#adapters/residents/residents.types.ts';
import { registerServiceRoutes } from '#adapters/residents/service-routes.ts';
import { createResidentServices } from '#domains/resident-services/resident-services.ts';
import type { ResidentServices, Visit } from '#domains/resident-services/resident-services.types.ts';
import { readCatalogue } from '#domains/resident-services/services-file.ts';
import type { CityPack } from '#kernel/city.ts';
import { conflict, forbidden, notFound } from '#kernel/errors.ts';
import type { RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import type { Caller } from '#kernel/roles.ts';
import { createScope } from '#people/scope.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';

export interface ResidentServicesParts {
  readonly pack: CityPack;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly vault: Vault;
  readonly territory: Territory;
}

export function furnishResidentServices(parts: ResidentServicesParts): ResidentServices {
  const { pack, vault, territory } = parts;
  return createResidentServices({
    ...parts,
    catalogue: readCatalogue(pack),
    timeZone: pack.timeZone,
    contacts: vault,
    contactDays: pack.reporting.privacy.contactDays,
    partyFor: (role, place) => territory.partyFor(role, place),
    whereIs(place) {
      const { address, cell, community, street, district } = territory.locate(place);
      return {
        address,
        cell: cell?.id,
        areas: [cell, community, street, district].flatMap((area) => area?.id ?? []),
      };
    },
  });
}

export function openServiceDoor(
  server: FastifyInstance,
  services: ResidentServices,
  territory: Territory,
  { admitBooking, guardCode }: Pick<Residents, 'admitBooking' | 'guardCode'>,
): void {
  const addressAt = (place: readonly [number, number]) => territory.locate(place).address;
  registerServiceRoutes(server, { services, addressAt, admitBooking, guardCode });
}

/** Bookings at the door as the crew's phones want them: those of the caller's own parties, today. */
export function bookingsForCrew(services: ResidentServices, territory: Territory): Bookings {
  const scope = createScope(territory.pack.parties);
  const isTheirs = (caller: Caller, { party }: Visit) => scope.actsFor(caller, party);
  return {
    async listVisits(caller) {
      const visits = await services.listVisits({ kind: 'at-the-door' });
      return visits
        .filter((visit) => visit.state !== 'done' && visit.state !== 'missed' && isTheirs(caller, visit))
        .map(({ id, serviceName, begin, end, place, cell, version }) => ({
          ...{ id, serviceName, begin, end, place, cell, version },
          address: place === undefined ? {} : territory.locate(place).address,
        }));
    },
    async settle(id, outcome, by, note) {
      const visit = await services.findVisit(id);
      if (visit === undefined) throw notFound('booking.unknown', `There is no booking ${id}.`, 'target');
      if (!isTheirs(by, visit)) throw forbidden('booking.not_yours', `This booking is ${visit.party}'s.`);
      if (visit.state === 'cancelled') throw conflict('booking.over', 'This booking was cancelled.', 'target');
      await services.act(id, outcome, by.name, note);
    },
  };
}
