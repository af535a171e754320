/** Where somebody is and what the city takes reports of. Nothing here stores anything. */
import type { FastifyInstance } from 'fastify';
import { notFound } from '#kernel/errors.ts';
import type { CityView, NeighbourhoodView, PlaceView, PlateView } from './api.types.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { indexPlates, searchPlaces, toCityView, toPlaceView } from './place-views.ts';
import type { ResidentsDeps } from './residents.types.ts';
import { CodeParams, CommunityParams, PlaceQuery, SearchQuery } from './schemas.ts';

const OPEN = { permission: 'public' } as const;
const tags = ['residents'];
const MOST_FOUND = 8;

export function registerCityRoutes(server: FastifyInstance, deps: ResidentsDeps, gatekeeper: Gatekeeper): void {
  const { territory } = deps;
  const city = toCityView(territory.pack);
  const findPlate = indexPlates(territory);

  server.get('/city', { config: OPEN, schema: { tags } }, (_request, reply): CityView => {
    reply.header('cache-control', 'public, max-age=60, stale-while-revalidate=86400');
    return city;
  });

  server.get<{ Querystring: { lon: number; lat: number } }>(
    '/locate',
    { config: OPEN, schema: { tags, querystring: PlaceQuery } },
    (request): PlaceView => {
      gatekeeper.admit(request, 'look');
      return toPlaceView(territory, [request.query.lon, request.query.lat]);
    },
  );

  server.get<{ Querystring: { q: string; language?: string } }>(
    '/search',
    { config: OPEN, schema: { tags, querystring: SearchQuery } },
    (request): { places: PlaceView[] } => {
      gatekeeper.admit(request, 'look');
      const { q, language = territory.pack.defaultLanguage } = request.query;
      return { places: searchPlaces(territory, q, language, MOST_FOUND) };
    },
  );

  server.get<{ Params: { code: string } }>(
    '/plates/:code',
    { config: OPEN, schema: { tags, params: CodeParams } },
    (request): PlateView => {
      gatekeeper.admit(request, 'look');
      const plate = findPlate(request.params.code);
      if (plate === undefined) throw notFound('plate.unknown', 'There is no plate with that code.', 'code');
      return plate;
    },
  );

  server.get<{ Params: { community: string } }>(
    '/neighbourhood/:community',
    { config: OPEN, schema: { tags, params: CommunityParams } },
    async (request): Promise<NeighbourhoodView> => {
      gatekeeper.admit(request, 'look');
      return neighbourhoodOf(deps, request.params.community);
    },
  );
}

async function neighbourhoodOf({ territory, publicCases }: ResidentsDeps, id: string): Promise<NeighbourhoodView> {
  const area = territory.findArea(id);
  if (area?.level !== 'community') throw notFound('area.unknown', 'There is no such neighbourhood.', 'community');
  const { areas, reporting } = territory.pack;
  const street = area.parent === undefined ? undefined : territory.findArea(area.parent);
  const district = street?.parent === undefined ? undefined : territory.findArea(street.parent);
  const cells = areas.filter(({ level, parent }) => level === 'cell' && parent === id);
  const workers = new Map<string, (typeof cells)[number]['name'][]>();
  for (const { worker, name } of cells)
    if (worker !== undefined) workers.set(worker.name, [...(workers.get(worker.name) ?? []), name]);
  const residents = area.residents ?? cells.reduce((sum, cell) => sum + (cell.residents ?? 0), 0);
  return {
    id,
    name: area.name,
    street: street?.name,
    district: district?.name,
    workers: [...workers].map(([name, names]) => ({ name, cells: names, phone: undefined })),
    residents: residents >= reporting.privacy.smallestCount ? residents : undefined,
    ...(await publicCases.figuresOf(id)),
  };
}
