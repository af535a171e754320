/** What does not change while the city runs: its names, where its Things stand, and the tiles of its map. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PointsView } from './api.types.ts';
import { toCityView } from './city-index.ts';
import type { ConsoleDeps } from './console.types.ts';
import { TileParams } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

const READ = { permission: 'city.read' } as const;
const tags = ['city'];
/** A browser asks again after five minutes, and is then usually told that nothing changed. */
const TILE_CACHING = 'private, max-age=300, stale-while-revalidate=86400';
/** Things come and go seldom; a new one is on the map within this time. */
const POINTS_MS = 10_000;
const KEPT_BYTES = 48 * 1_048_576;

export function registerCityRoutes(server: TypedServer, { territory, sensing, clock }: ConsoleDeps): void {
  const tiles = createTileCache();
  let points: { readonly at: number; readonly body: Buffer; readonly etag: string } | undefined;
  const encodePoints = (at: number) => {
    const body = Buffer.from(JSON.stringify(toPointsView(sensing, territory)));
    return { at, body, etag: `"${digestOf(body)}"` };
  };

  server.get('/city', { config: READ, schema: { tags } }, () => toCityView(territory.pack, sensing, clock.now()));

  server.get('/points', { config: READ, schema: { tags } }, (request, reply) => {
    if (points === undefined || clock.now() - points.at >= POINTS_MS) points = encodePoints(clock.now());
    return sendCached(request, reply.type('application/json; charset=utf-8'), points.body, points.etag);
  });

  server.get(
    '/tiles/:layer/:z/:x/:y.mvt',
    { config: READ, schema: { tags, params: TileParams } },
    async (request, reply) => {
      const { layer, z, x, y } = request.params;
      const tile = await tiles.get(`${layer}/${z}/${x}/${y}`, () => territory.tile(layer, z, x, y));
      if (!tile) return reply.status(204).header('cache-control', TILE_CACHING).send();
      reply.type('application/vnd.mapbox-vector-tile').header('vary', 'accept-encoding');
      const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
      if (zipped) reply.header('content-encoding', 'gzip');
      return sendCached(request, reply, zipped ? tile.zipped : tile.plain, `"${tile.digest}${zipped ? '-gz' : ''}"`);
    },
  );
}

interface Tile {
  readonly plain: Buffer;
  readonly zipped: Buffer;
  readonly digest: string;
}

const zip = promisify(gzip);
const digestOf = (content: Uint8Array) => createHash('sha1').update(content).digest('base64url');

/** Tiles are cut once; the least recently used go when they take too much memory. */
function createTileCache() {
  const kept = new Map<string, Tile | undefined>();
  let bytes = 0;
  const weigh = (tile: Tile | undefined) => (tile ? tile.plain.length + tile.zipped.length : 0) + 100;
  return {
    async get(key: string, cut: () => Uint8Array | undefined): Promise<Tile | undefined> {
      if (kept.has(key)) {
        const tile = kept.get(key);
        kept.delete(key);
        kept.set(key, tile);
        return tile;
      }
      const content = cut();
      const tile = content && {
        plain: Buffer.from(content),
        zipped: await zip(content, { level: 6 }),
        digest: digestOf(content),
      };
      if (!kept.has(key)) bytes += weigh(tile);
      kept.set(key, tile);
      for (const [oldest, each] of kept) {
        if (bytes <= KEPT_BYTES) break;
        kept.delete(oldest);
        bytes -= weigh(each);
      }
      return tile;
    },
  };
}

function sendCached(request: FastifyRequest, reply: FastifyReply, body: Buffer, etag: string): FastifyReply {
  reply.header('etag', etag).header('cache-control', TILE_CACHING);
  if (request.headers['if-none-match'] === etag) return reply.status(304).send();
  return reply.send(body);
}

/** Every Thing that is a point: those of line assets are drawn from the tiles. Six decimals are a tenth of a metre. */
function toPointsView(sensing: ConsoleDeps['sensing'], territory: ConsoleDeps['territory']): PointsView {
  const domainNames = new Map<string, number>();
  const classNames = new Map<string, number>();
  const indexIn = (names: Map<string, number>, name: string) => {
    const found = names.get(name);
    if (found === undefined) names.set(name, names.size);
    return found ?? names.size - 1;
  };
  const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  const columns = {
    ids: [] as number[],
    lons: [] as number[],
    lats: [] as number[],
    domains: [] as number[],
    classes: [] as number[],
  };
  for (const { id, place, domain, assetClass, assetId } of sensing.listThings()) {
    const asset = assetId === undefined ? undefined : territory.findAsset(assetId);
    if (!place || asset?.geometry.type === 'LineString') continue;
    columns.ids.push(id);
    columns.lons.push(rounded(place[0]));
    columns.lats.push(rounded(place[1]));
    columns.domains.push(indexIn(domainNames, domain ?? ''));
    columns.classes.push(indexIn(classNames, assetClass ?? ''));
  }
  return { domainNames: [...domainNames.keys()], classNames: [...classNames.keys()], ...columns };
}
