/** The staff's side of residents: their contacts for a purpose, care they agreed to, and which neighbourhoods are not heard. */
import type { FastifyInstance } from 'fastify';
import { type CareRouteDeps, registerCareRoutes } from './care-routes.ts';
import { type EquityRouteDeps, registerEquityRoutes } from './equity-routes.ts';
import { refuseForeignWrite } from './request-origin.ts';
import { typed } from './typed-routes.ts';
import { registerVaultRoutes, type VaultRouteDeps } from './vault-routes.ts';

export async function registerResidentDesk(
  server: FastifyInstance,
  deps: VaultRouteDeps & CareRouteDeps & EquityRouteDeps,
): Promise<void> {
  await server.register(
    async (inner) => {
      inner.addHook('preValidation', async (request) => refuseForeignWrite(request));
      const routes = typed(inner);
      registerVaultRoutes(routes, deps);
      registerCareRoutes(routes, deps);
      registerEquityRoutes(routes, deps);
    },
    { prefix: '/api/v1' },
  );
}
