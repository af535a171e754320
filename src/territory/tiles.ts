/**
 * The city as Mapbox vector tiles, cut when they are first asked for. Each tile is cut from what lies in it and nothing else is kept of
 * the work: an index of the whole city, cut deeper with every look, would weigh more than the city itself.
 */
import Flatbush from 'flatbush';
import GeoJSONVT from 'geojson-vt';
import { fromGeojsonVt } from 'vt-pbf';
import type { Area, CityPack } from '#kernel/city.ts';
import { type Bounds, boundsOf, type Position } from '#kernel/geo.ts';
import type { Localized } from '#kernel/words.ts';

export type TileLayer = 'base' | 'assets';

interface Feature {
  readonly type: 'Feature';
  readonly id?: number;
  readonly geometry: GeoJSON.Geometry;
  readonly properties: Record<string, string | number | boolean>;
}

/** A tile layer is there from this zoom on; below it nothing of it would be seen. */
interface Sheet {
  readonly name: string;
  readonly minZoom: number;
  /** Its features in these bounds, and maybe some beside them. */
  within(bounds: Bounds): Feature[];
}

const MAX_ZOOM = 16;
const EXTENT = 4_096;
const BUFFER = 96;
const OPTIONS = { maxZoom: MAX_ZOOM, indexMaxZoom: 0, tolerance: 2, buffer: BUFFER, extent: EXTENT };
/** More than all tiles of a city of a million. */
const CACHED_BYTES = 24 * 1_048_576;

export class Tiles {
  readonly #sheets: () => Readonly<Record<TileLayer, readonly Sheet[]>>;
  readonly #cache = new Map<string, Uint8Array | undefined>();
  #cachedBytes = 0;

  constructor(pack: CityPack, thingIdOf: (assetId: string) => number | undefined) {
    this.#sheets = once(() => ({
      base: [
        groundSheet(pack),
        areaSheet(pack, 8, (level) => level !== 'cell'),
        areaSheet(pack, 13, (level) => level === 'cell'),
        roadSheet(pack),
        buildingSheet(pack),
        labelSheet(pack),
      ],
      assets: [assetSheet(pack, thingIdOf)],
    }));
  }

  tile(layer: TileLayer, z: number, x: number, y: number): Uint8Array | undefined {
    const key = `${layer}/${z}/${x}/${y}`;
    if (this.#cache.has(key)) return this.#cache.get(key);
    const made = this.#cut(layer, z, x, y);
    this.#cachedBytes += weigh(made);
    this.#cache.set(key, made);
    for (const [oldest, tile] of this.#cache) {
      if (this.#cachedBytes <= CACHED_BYTES) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= weigh(tile);
    }
    return made;
  }

  #cut(layer: TileLayer, z: number, x: number, y: number): Uint8Array | undefined {
    const layers: Record<string, { readonly features: unknown[] }> = {};
    const bounds = boundsOfTile(z, x, y);
    for (const { name, minZoom, within } of this.#sheets()[layer]) {
      const features = z < minZoom ? [] : within(bounds);
      if (features.length === 0) continue;
      const tile = new GeoJSONVT({ type: 'FeatureCollection', features } as never, OPTIONS).getTile(z, x, y);
      if (tile === null || tile.features.length === 0) continue;
      const target = layers[name] ?? { features: [] };
      layers[name] = target;
      target.features.push(...tile.features);
    }
    if (Object.keys(layers).length === 0) return undefined;
    return fromGeojsonVt(layers, { version: 2 }).slice(); // without the room it was written in
  }
}

/** What a cached tile costs, the empty ones too. */
const weigh = (tile: Uint8Array | undefined): number => 200 + (tile?.length ?? 0);

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** West, south, east, north of a tile and its buffer. */
function boundsOfTile(z: number, x: number, y: number): Bounds {
  const across = 2 ** z;
  const margin = BUFFER / EXTENT;
  const longitude = (column: number) => (column / across) * 360 - 180;
  const latitude = (row: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / across))) * 180) / Math.PI;
  return [longitude(x - margin), latitude(y + 1 + margin), longitude(x + 1 + margin), latitude(y - margin)];
}

/** Features are made from their things when a tile needs them; only their boxes are kept. */
function sheetOf<T>(
  name: string,
  minZoom: number,
  all: readonly T[],
  positionsOf: (each: T) => readonly Position[],
  toFeature: (each: T) => Feature | undefined,
): Sheet {
  if (all.length === 0) return { name, minZoom, within: () => [] };
  const tree = new Flatbush(all.length);
  for (const each of all) tree.add(...boundsOf(positionsOf(each)));
  tree.finish();
  return {
    name,
    minZoom,
    within: (bounds) =>
      tree
        .search(...bounds)
        .sort((a, b) => a - b)
        .flatMap((i) => toFeature(all[i]!) ?? []),
  };
}

const named = (name: Localized | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(name ?? {}).map(([language, text]) => [`name_${language}`, text]));

const groundSheet = (pack: CityPack): Sheet =>
  sheetOf(
    'ground',
    0,
    pack.ground,
    ({ geometry }) => positionsIn(geometry),
    ({ kind, name, geometry, elevationMetres }) => ({
      type: 'Feature',
      geometry,
      properties: { kind, ...named(name), ...(elevationMetres !== undefined && { elevation: elevationMetres }) },
    }),
  );

const areaSheet = (pack: CityPack, minZoom: number, isWanted: (level: Area['level']) => boolean): Sheet =>
  sheetOf(
    'areas',
    minZoom,
    pack.areas.filter(({ level }) => isWanted(level)),
    ({ polygon }) => polygon[0] ?? [],
    ({ id, level, name, polygon }) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: polygon as unknown as GeoJSON.Position[][] },
      properties: { id, level, ...named(name) },
    }),
  );

const roadSheet = (pack: CityPack): Sheet =>
  sheetOf(
    'roads',
    10,
    pack.roads,
    ({ line }) => line,
    ({ id, kind, name, line }) => ({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates: line as unknown as GeoJSON.Position[] },
      properties: { id, kind, ...named(name) },
    }),
  );

const buildingSheet = (pack: CityPack): Sheet =>
  sheetOf(
    'buildings',
    14,
    pack.buildings,
    ({ polygon }) => polygon[0] ?? [],
    ({ id, use, levels, critical, polygon, name }) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: polygon as unknown as GeoJSON.Position[][] },
      properties: { id, use, levels, critical, ...named(name) },
    }),
  );

interface Label {
  readonly place: Position;
  readonly name: Localized;
  readonly about: Record<string, string>;
}

const labelSheet = (pack: CityPack): Sheet =>
  sheetOf(
    'labels',
    8,
    listLabels(pack),
    ({ place }) => [place],
    ({ place, name, about }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [place[0], place[1]] },
      properties: { ...about, ...named(name) },
    }),
  );

function listLabels(pack: CityPack): Label[] {
  const areas = pack.areas
    .filter(({ level }) => level !== 'cell')
    .map(({ level, name, polygon }): Label => ({ place: middleOf(polygon[0] ?? []), name, about: { kind: level } }));
  const sites = pack.buildings.flatMap(({ critical, place, name, use }): Label[] =>
    critical && name !== undefined ? [{ place, name, about: { kind: 'site', use } }] : [],
  );
  const ground = pack.ground.flatMap(({ kind, name, geometry }): Label[] => {
    if (name === undefined || kind === 'contour') return [];
    const ring =
      geometry.type === 'Polygon'
        ? geometry.coordinates[0]
        : geometry.type === 'LineString'
          ? geometry.coordinates
          : undefined;
    return ring === undefined ? [] : [{ place: middleOf(ring as unknown as Position[]), name, about: { kind } }];
  });
  return [...areas, ...sites, ...ground];
}

const assetSheet = (pack: CityPack, thingIdOf: (assetId: string) => number | undefined): Sheet =>
  sheetOf(
    'assets',
    10,
    pack.assets,
    ({ geometry }) => (geometry.type === 'Point' ? [geometry.coordinates] : geometry.coordinates),
    (asset) => {
      const id = thingIdOf(asset.id);
      const bore = asset.properties.bore_mm;
      return id === undefined
        ? undefined
        : {
            type: 'Feature',
            id,
            geometry: asset.geometry as unknown as GeoJSON.Geometry,
            properties: {
              asset: asset.id,
              domain: asset.domain,
              class: asset.assetClass,
              ...named(asset.name),
              ...(typeof bore === 'number' && { bore }),
            },
          };
    },
  );

/** How deep the positions of a geometry lie in its coordinates. */
const DEPTH = { MultiPoint: 0, LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 } as const;

function positionsIn(geometry: GeoJSON.Geometry): Position[] {
  if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(positionsIn);
  if (geometry.type === 'Point') return [geometry.coordinates as unknown as Position];
  return geometry.coordinates.flat(DEPTH[geometry.type]) as unknown as Position[];
}

/** The centroid of an outline's corners, weighted by area; good enough to stand a name on. */
export function middleOf(ring: readonly Position[]): Position {
  let [area, x, y] = [0, 0, 0];
  const [ox, oy] = ring[0] ?? [0, 0];
  for (let i = 0; i < ring.length; i++) {
    const [ax, ay] = [ring[i]![0] - ox, ring[i]![1] - oy];
    const next = ring[(i + 1) % ring.length]!;
    const [bx, by] = [next[0] - ox, next[1] - oy];
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return Math.abs(area) < 1e-15 ? [ox, oy] : [ox + x / (3 * area), oy + y / (3 * area)];
}
