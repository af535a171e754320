/**
 * The ground of the map for anyone: streets, houses, water, names. What the city has put there (pipes, cables, sensors) is not in
 * it. Tiles are cut once and the least recently used are forgotten when they take too much memory.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

export type CutTile = (z: number, x: number, y: number) => Uint8Array | undefined;

const CACHING = 'public, max-age=86400, stale-while-revalidate=604800';
const KEPT_BYTES = 16 * 1_048_576;
const zip = promisify(gzip);
const whole = (maximum: number) => ({ type: 'integer', minimum: 0, maximum }) as const;
const params = {
  type: 'object',
  required: ['z', 'x', 'y'],
  properties: { z: whole(22), x: whole(4_194_303), y: whole(4_194_303) },
} as const;

export function registerTileRoutes(server: FastifyInstance, cut: CutTile): void {
  const kept = new Map<string, Buffer | undefined>();
  let bytes = 0;

  async function getTile(z: number, x: number, y: number): Promise<Buffer | undefined> {
    const key = `${z}/${x}/${y}`;
    if (kept.has(key)) {
      const tile = kept.get(key);
      kept.delete(key);
      kept.set(key, tile);
      return tile;
    }
    const content = cut(z, x, y);
    const tile = content && (await zip(content));
    if (!kept.has(key)) bytes += tile?.length ?? 0;
    kept.set(key, tile);
    for (const [oldest, each] of kept) {
      if (bytes <= KEPT_BYTES) break;
      kept.delete(oldest);
      bytes -= each?.length ?? 0;
    }
    return tile;
  }

  server.get<{ Params: { z: number; x: number; y: number } }>(
    '/api/v1/residents/tiles/:z/:x/:y.mvt',
    { config: { permission: 'public' }, schema: { tags: ['residents'], params } },
    async (request, reply) => {
      const { z, x, y } = request.params;
      const tile = await getTile(z, x, y);
      reply.header('cache-control', CACHING);
      if (tile === undefined) return reply.status(204).send();
      return reply.type('application/vnd.mapbox-vector-tile').header('content-encoding', 'gzip').send(tile);
    },
  );
}
