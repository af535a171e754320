/** Translates the GeoJSON of a pack into the kernel's places. Values are already checked by their schemas. */
import type { Area, Asset, Building, CityPack, Road } from '#kernel/city.ts';
import { boundsOf, lengthMetres, midpoint, type Position } from '#kernel/geo.ts';
import type { Network, NetworkLink, NetworkNode } from '#kernel/network.ts';
import type { Localized } from '#kernel/words.ts';
import type { CellIndex } from '../cell-index.ts';
import type { AreasGeo, AssetsGeo, BuildingsGeo, CellsGeo, GroundGeo, NetworkGeo, RoadsGeo } from './geo-schema.ts';

type Properties = Readonly<Record<string, unknown>>;

/** `name_zh`, `name_en` … → `{zh, en}`; undefined when there is none. */
export function findLocalized(
  properties: Properties,
  key: string,
  languages: readonly string[],
): Localized | undefined {
  const found: Record<string, string> = {};
  for (const language of languages) {
    const value = properties[`${key}_${language}`];
    if (typeof value === 'string' && value !== '') found[language] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** The name, or the id in every language: a thing without a name is still a thing. */
const nameOr = (properties: Properties, id: string, languages: readonly string[]): Localized =>
  findLocalized(properties, 'name', languages) ?? Object.fromEntries(languages.map((language) => [language, id]));

const asPosition = (coordinate: readonly number[]): Position => [coordinate[0]!, coordinate[1]!];
const asLine = (line: readonly (readonly number[])[]): Position[] => line.map(asPosition);

export const toAreas = (areas: AreasGeo, cells: CellsGeo, languages: readonly string[]): Area[] => [
  ...areas.features.map(
    (feature): Area => ({
      id: feature.id,
      level: feature.properties.level as Area['level'],
      name: nameOr(feature.properties, feature.id, languages),
      parent: feature.properties.parent,
      polygon: feature.geometry.coordinates.map(asLine),
      residents: feature.properties.residents,
      worker: undefined,
    }),
  ),
  ...cells.features.map(
    (feature): Area => ({
      id: feature.id,
      level: 'cell',
      name: nameOr(feature.properties, feature.id, languages),
      parent: feature.properties.parent,
      polygon: feature.geometry.coordinates.map(asLine),
      residents: feature.properties.residents,
      worker:
        feature.properties.worker_party === undefined
          ? undefined
          : {
              party: feature.properties.worker_party,
              name: feature.properties.worker_name ?? feature.properties.worker_party,
            },
    }),
  ),
];

export const toRoads = (file: RoadsGeo, languages: readonly string[]): Road[] =>
  file.features.map((feature) => ({
    id: feature.id,
    name: nameOr(feature.properties, feature.id, languages),
    kind: feature.properties.kind as Road['kind'],
    line: asLine(feature.geometry.coordinates),
  }));

function centreOf(ring: readonly Position[]): Position {
  const [west, south, east, north] = boundsOf(ring);
  return [(west + east) / 2, (south + north) / 2];
}

export const toBuildings = (file: BuildingsGeo, languages: readonly string[]): Building[] =>
  file.features.map((feature) => {
    const polygon = feature.geometry.coordinates.map(asLine);
    return {
      id: feature.id,
      name: findLocalized(feature.properties, 'name', languages),
      use: feature.properties.use,
      levels: feature.properties.levels,
      address: findLocalized(feature.properties, 'address', languages) ?? {},
      polygon,
      place: centreOf(polygon[0]!),
      residents: feature.properties.residents,
      critical: feature.properties.critical ?? false,
    };
  });

export const toGround = (file: GroundGeo, languages: readonly string[]): CityPack['ground'] =>
  file.features.map((feature) => ({
    kind: feature.properties.kind as CityPack['ground'][number]['kind'],
    name: findLocalized(feature.properties, 'name', languages),
    geometry: feature.geometry as GeoJSON.Geometry,
    elevationMetres: feature.properties.elevation,
  }));

/** The place of an asset: the point, or the middle of the line. */
export const placeOf = (geometry: Asset['geometry']): Position =>
  geometry.type === 'Point' ? geometry.coordinates : midpoint(geometry.coordinates);

export function toAssets(domain: string, file: AssetsGeo, languages: readonly string[], cells: CellIndex): Asset[] {
  return file.features.map((feature) => {
    const geometry: Asset['geometry'] =
      feature.geometry.type === 'Point'
        ? { type: 'Point', coordinates: asPosition(feature.geometry.coordinates) }
        : { type: 'LineString', coordinates: asLine(feature.geometry.coordinates) };
    const place = placeOf(geometry);
    return {
      id: feature.id,
      domain,
      assetClass: feature.properties.class,
      name: nameOr(feature.properties, feature.id, languages),
      owner: feature.properties.owner,
      geometry,
      place,
      cell: cells.find(place)?.id ?? '',
      properties: feature.properties,
    };
  });
}

/** The graph of a domain: nodes from its network file, links from its assets that name `from` and `to`. */
export function toNetwork(domain: string, file: NetworkGeo, assets: readonly Asset[]): Network {
  const nodes = new Map<string, NetworkNode>();
  for (const { id, properties, geometry } of file.features) {
    nodes.set(id, {
      id,
      assetId: properties.asset,
      kind: properties.kind as NetworkNode['kind'],
      place: asPosition(geometry.coordinates),
      elevationMetres: properties.elevation_m,
      properties,
    });
  }
  const links = new Map<string, NetworkLink>();
  for (const { id, properties, geometry } of assets) {
    const { from, to, length_m: length, bore_mm: bore, material } = properties;
    if (typeof from !== 'string' || typeof to !== 'string') continue;
    const line = geometry.type === 'LineString' ? geometry.coordinates : [geometry.coordinates, geometry.coordinates];
    links.set(id, {
      id,
      from,
      to,
      line,
      lengthMetres: typeof length === 'number' ? length : lengthMetres(line),
      boreMm: typeof bore === 'number' ? bore : 0,
      material: typeof material === 'string' ? material : undefined,
    });
  }
  return { domain, nodes, links };
}
