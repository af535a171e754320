/** `GET /api/v1/open311/connections`: how the connections to other servers stand, for those who run the city. */
import type { FastifyInstance } from 'fastify';
import type { Open311Client } from './client.ts';

export function registerConnectionRoutes(server: FastifyInstance, client: Pick<Open311Client, 'list'>): void {
  server.get('/api/v1/open311/connections', { config: { permission: 'system.read' } }, async () => ({
    connections: await client.list(),
  }));
}
