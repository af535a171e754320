/**
 * The residents' door: open to anyone, without an account, limited by address and device, and with nothing in it that names a person.
 * No address and no receipt code is ever logged here.
 */
import type { FastifyInstance } from 'fastify';
import { registerCityRoutes } from './city-routes.ts';
import { createFollowHub } from './follow-hub.ts';
import { createGatekeeper } from './gatekeeper.ts';
import { createSuggest, registerNearbyRoutes } from './nearby-routes.ts';
import { registerPhotoRoutes } from './photo-routes.ts';
import { registerReceiptRoutes } from './receipt-routes.ts';
import { registerReportRoutes } from './report-routes.ts';
import type { Residents, ResidentsDeps } from './residents.types.ts';

export async function registerResidents(server: FastifyInstance, deps: ResidentsDeps): Promise<Residents> {
  const { receipts, clock, random, log, territory } = deps;
  const gatekeeper = createGatekeeper(clock, random, territory.pack.reporting);
  const suggest = createSuggest(deps);
  const hub = createFollowHub({ receipts, log, onFollowers: deps.onFollowers });

  await server.register(
    async (inner) => {
      const photos = await registerPhotoRoutes(inner, deps, gatekeeper);
      registerCityRoutes(inner, deps, gatekeeper);
      registerNearbyRoutes(inner, deps, gatekeeper, suggest);
      registerReportRoutes(inner, deps, gatekeeper, photos);
      registerReceiptRoutes(inner, deps, gatekeeper, hub, photos);
    },
    { prefix: '/api/v1/residents' },
  );

  return {
    onCase(change) {
      hub.onCase(change);
      receipts
        .onCase(change)
        .catch((error: Error) =>
          log.warn({ error: error.message }, 'The vault was not told of a case that ended; the next start tells it'),
        );
    },
    admitBooking(request, proof) {
      gatekeeper.admit(request, 'booking');
      gatekeeper.proofs.spend(proof, 'proof');
    },
    guardCode: (request, look) => gatekeeper.guardCode(request, look),
    suggest,
    stop: () => hub.close(),
  };
}
